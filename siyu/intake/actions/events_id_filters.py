"""The filter of a brand's old ids, brought up to the newest move whenever one is asked for."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import numpy as np
from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.intake.readers.id_filters import (
    IdFilter,
    filter_path,
    filters_in,
    forget_older,
    read_filter,
    write_filter,
)
from siyu.intake.rules.id_filter import WORDS, add_ids, blocks_for, room_of
from siyu.kernel.app import App
from siyu.kernel.lake import LakeCursor, brand_schema
from siyu.kernel.logs import logger

log = logger(__name__)
CHUNK_ROWS = 1_000_000
NEWEST = "SELECT move_id, mark FROM fact_id_move WHERE brand_id = :brand ORDER BY brand_id DESC, move_id DESC LIMIT 1"
# A brand whose ids were never counted begins with a mark of its own, so that no other brand's file passes for its.
BEGIN = (
    "INSERT INTO fact_id_move (brand_id, move_id, mark, ids, moved_at) "
    "VALUES (:brand, 0, gen_random_uuid(), 0, now()) ON CONFLICT DO NOTHING"
)

_opened: dict[tuple[Path, int], IdFilter] = {}  # of this process: a file is checked once, not once a batch


@dataclass(frozen=True, slots=True)
class Move:
    """One time ids went from PostgreSQL to the lake. The mark is chance and tells it from one of another history."""

    move_id: int
    mark: UUID


def newest_move(session: Session, *, brand_id: int) -> Move:
    """The last move of the brand's ids, for a session of Role.PUMP; number 0 where none was."""
    found = session.execute(text(NEWEST), {"brand": brand_id}).one_or_none()
    if found is None:
        session.execute(text(BEGIN), {"brand": brand_id})
        found = session.execute(text(NEWEST), {"brand": brand_id}).one()
    return Move(found.move_id, found.mark)


def current_filter(app: App, session: Session, cursor: LakeCursor, *, brand_id: int) -> IdFilter:
    """A filter that holds each id which the lake has and PostgreSQL no longer has, for a session of Role.PUMP.

    The last move is read first and the lake afterwards: a move is in the lake before its number is here.

    limits  nothing but one row is read while no move happens; after one its ids, about 0.2 s a million; 20 s for 100
            million ids where no file can be used
    """
    move = newest_move(session, brand_id=brand_id)
    folder = filters_folder(app)
    held = _opened.get((folder, brand_id))
    if held is None or held.mark != move.mark:
        path = filter_path(folder, brand_id=brand_id, move_id=move.move_id, mark=move.mark)
        held = read_filter(path) or kept_filter(
            folder,
            extended(cursor, _base(session, folder, brand_id, move, held), brand_id=brand_id, move=move),
        )
        forget_older(folder, held)
        _opened[folder, brand_id] = held
    return held


def extended(cursor: LakeCursor, base: IdFilter | None, *, brand_id: int, move: Move) -> IdFilter:
    """A filter up to this move: what the base holds and what later moves brought; without a base all of the lake's ids.

    returns  one that is not in any file yet
    """
    table = f"{brand_schema(brand_id)}.fact_id"
    chosen = "" if base is None else f"WHERE move_id > {base.move_id:d}"
    row = cursor.execute(f"SELECT count(*) FROM {table} {chosen}").fetchone()
    fresh = int(row[0]) if row else 0
    if base is not None and base.ids + fresh > room_of(len(base.blocks)):
        return extended(cursor, None, brand_id=brand_id, move=move)
    held = 0 if base is None else base.ids
    blocks = np.zeros((blocks_for(fresh), WORDS), np.uint32) if base is None else np.array(base.blocks)
    if fresh:
        reader = cursor.execute(f"SELECT key_high, key_low FROM {table} {chosen}").to_arrow_reader(CHUNK_ROWS)
        for batch in reader:
            add_ids(blocks, np.column_stack([batch.column(0).to_numpy(), batch.column(1).to_numpy()]))
    return IdFilter(brand_id, move.move_id, move.mark, held + fresh, blocks)


def kept_filter(folder: Path, found: IdFilter) -> IdFilter:
    """The filter lies in the home for the next process; where the disk is full this process has it in memory."""
    try:
        return write_filter(folder, found)
    except OSError as failure:
        log.warning("a filter of ids cannot be kept", brand_id=found.brand_id, error=failure.strerror)
        return found


def filters_folder(app: App) -> Path:
    """Where filters lie. They can be made again from the lake at any time, and are no part of a backup."""
    return app.settings.home / "id_filters"


def _base(
    session: Session, folder: Path, brand_id: int, move: Move, held: IdFilter | None
) -> IdFilter | None:
    """The newest filter that ends at an earlier move of this very history."""
    if held is not None and _happened(session, held, move):
        return held
    for path in filters_in(folder, brand_id=brand_id):
        found = read_filter(path)
        if found is not None and _happened(session, found, move):
            return found
    return None


def _happened(session: Session, found: IdFilter, move: Move) -> bool:
    if found.move_id >= move.move_id:
        return False
    mark: UUID | None = session.scalar(
        text("SELECT mark FROM fact_id_move WHERE brand_id = :brand AND move_id = :move"),
        {"brand": found.brand_id, "move": found.move_id},
    )
    return mark == found.mark
