"""Ids of facts grow old: they go from PostgreSQL to the lake, and no moment misses one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.intake.actions.events_id_filters import (
    Move,
    current_filter,
    extended,
    filters_folder,
    kept_filter,
    newest_move,
)
from siyu.intake.actions.events_ids import confirmed_ids, halves
from siyu.intake.rules.id_filter import Flags, Ids
from siyu.kernel.app import App
from siyu.kernel.db import Held, Role, arrow_chunks
from siyu.kernel.lake import LakeCursor, LakeFailure, atomic, brand_schema
from siyu.kernel.logs import logger

log = logger(__name__)
Numbers = npt.NDArray[np.int64]

RECENT = timedelta(days=3)  # late spools are mostly done by then, and the index stays in memory
MOVED_MAX = 5_000_000  # ids a call moves, at some fifty bytes of memory each
LOOKED_AT_ONCE = 100_000
FILES_MAX = 12
OLDEST = """
    SELECT replace(fact_key::text, '-', '') AS fact_key, batch_id FROM fact_seen
    WHERE brand_id = :brand AND batch_id <= :last ORDER BY batch_id LIMIT :limit
"""
FORGET = """
    DELETE FROM fact_seen WHERE brand_id = :brand AND batch_id <= :last
        AND fact_key = ANY(string_to_array(:keys, ',')::uuid[])
"""
NOTE_MOVE = """
    INSERT INTO fact_id_move (brand_id, move_id, mark, ids, moved_at) VALUES (:brand, :move, :mark, :ids, :now)
"""


@dataclass(frozen=True, slots=True)
class _Old:
    """Ids that leave PostgreSQL, each with the batch that brought it; the batches are done."""

    ids: Ids
    batches: Numbers
    last: int


def move_old_ids(app: App, *, brand_id: int, now: datetime) -> int:
    """Ids of facts that came more than three days ago lie in the lake, sorted, and no longer in PostgreSQL.

    They are in the lake before they leave PostgreSQL, and they leave it together with the note of the move, which is
    what tells whoever holds a filter that it misses something. Calling again moves on.

    returns  how many were moved
    limits   5,000,000 a call; only batches that are done, so that no batch finds itself in the lake
    """
    with app.db.exclusive(f"fact_id/{brand_id}") as mover, app.lake.reading() as cursor:
        with app.db.transaction(brand_id=None, role=Role.PUMP) as session:
            old = _oldest(session, brand_id, now - RECENT)
            if old is None:
                return 0
            before = newest_move(session, brand_id=brand_id)
            held = current_filter(app, session, cursor, brand_id=brand_id)
        move = Move(before.move_id + 1, uuid4())
        _write(
            cursor, brand_id, old, _unknown(cursor, brand_id, old.ids, held.may_hold(old.ids)), move, mover
        )
        grown = extended(cursor, held, brand_id=brand_id, move=move)
        kept_filter(filters_folder(app), grown)  # before anybody asks for it
        with app.db.transaction(brand_id=None, role=Role.PUMP) as session:
            session.execute(
                text(NOTE_MOVE),
                {"brand": brand_id, "move": move.move_id, "mark": move.mark, "ids": len(old.ids), "now": now},
            )  # fails if another mover was as far: its lock was lost with its connection
            for start in range(0, len(old.ids), LOOKED_AT_ONCE):
                keys = ",".join(one.hex() for one in _whole(old.ids[start : start + LOOKED_AT_ONCE]))
                session.execute(text(FORGET), {"brand": brand_id, "last": old.last, "keys": keys})
        _merge_files(cursor, mover, brand_id)
    return len(old.ids)


def _oldest(session: Session, brand_id: int, before: datetime) -> _Old | None:
    last: int | None = session.scalar(
        text(
            "SELECT max(batch_id) FROM fact_batch WHERE brand_id = :brand AND created_at < :before "
            "AND batch_id < coalesce((SELECT min(batch_id) FROM fact_batch "
            "                         WHERE brand_id = :brand AND state = 'claimed'), 9223372036854775807)"
        ),
        {"brand": brand_id, "before": before},
    )
    if last is None:
        return None
    chunks = arrow_chunks(
        session, OLDEST, {"brand": brand_id, "last": last, "limit": MOVED_MAX},
        {"fact_key": "text", "batch_id": "int64"},
    )  # fmt: skip
    read = [(halves(one.column(0).to_pylist()), one.column(1).to_numpy()) for one in chunks]
    if not read:
        return None
    return _Old(np.concatenate([ids for ids, _ in read]), np.concatenate([batch for _, batch in read]), last)


def _unknown(cursor: LakeCursor, brand_id: int, ids: Ids, maybe: Flags) -> Flags:
    """Of each id whether the lake does not have it yet: one that came again in the meantime is there."""
    unknown = ~maybe
    asked = np.flatnonzero(maybe)
    for start in range(0, len(asked), LOOKED_AT_ONCE):
        places = asked[start : start + LOOKED_AT_ONCE]
        there = confirmed_ids(cursor, brand_id=brand_id, ids=ids[places])
        unknown[places] = [one.hex() not in there for one in _whole(ids[places])]
    return unknown


def _write(cursor: LakeCursor, brand_id: int, old: _Old, unknown: Flags, move: Move, mover: Held) -> None:
    ids = old.ids[unknown]
    moving = pa.table({"key_high": ids[:, 0], "key_low": ids[:, 1], "batch_id": old.batches[unknown]})
    with atomic(cursor, mover):
        cursor.register("moving_ids", moving)
        cursor.execute(
            f"INSERT INTO {brand_schema(brand_id)}.fact_id BY NAME "
            f"SELECT *, {move.move_id:d} AS move_id FROM moving_ids ORDER BY key_high"
        )
        cursor.unregister("moving_ids")


def _merge_files(cursor: LakeCursor, mover: Held, brand_id: int) -> None:
    """An id is looked up in a few files, not in one a move: small files are one, sorted as the table says.

    limits  files of 512 MB, some 25 million ids, stay as they are
    """
    schema = brand_schema(brand_id).removeprefix("lake.")
    files = cursor.execute(
        f"SELECT count(*) FROM ducklake_list_files('lake', 'fact_id', schema => '{schema}')"
    )
    row = files.fetchone()
    if row and row[0] > FILES_MAX:
        try:
            with atomic(cursor, mover):
                cursor.execute(f"CALL ducklake_merge_adjacent_files('lake', 'fact_id', schema => '{schema}')")
        except (
            LakeFailure
        ) as failure:  # somebody else rewrites the lake's files just now; the next move tries again
            log.warning("files of old ids stay apart", brand_id=brand_id, error=str(failure).splitlines()[0])


def _whole(ids: Ids) -> list[bytes]:
    """The digests that the pairs of numbers are."""
    content = ids.astype(">i8").tobytes()
    return [content[start : start + 16] for start in range(0, len(content), 16)]
