"""The lake is compacted while it works: facts come a batch at a time, and each batch leaves a small file a table."""

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.intake.actions.endings import import_lock
from siyu.kernel.app import App
from siyu.kernel.db import Role
from siyu.kernel.facts import FactType, rows_lock
from siyu.kernel.jobs import defer
from siyu.kernel.lake import FILES_LOCK, LakeFailure
from siyu.kernel.lake_compaction import (
    crowded_brands,
    flush_table,
    inlined_rows,
    live_files,
    merge_table,
    number_files,
    remove_replaced_files,
)
from siyu.kernel.lake_runs import FILES_MIN, MERGED_BYTES_MAX, LakeFile, files_to_number
from siyu.kernel.logs import logger

log = logger(__name__)

COMPACT_JOB, CLEAN_JOB, LAKE_QUEUE = "intake.compact_lake", "intake.clean_lake", "lake"
INLINED_MAX = 2_000
REPLACED_KEPT = timedelta(hours=1)  # whoever began to read them has ended by then
# Old ids are merged by the move that brings them; the others are written whole, or have a row now and then.
LEFT_ALONE = frozenset({"fact_id", "trait", "trait_refresh", "lake_version"})
# A refresh adds to them at its end, after minutes, and would fail if they were written anew meanwhile.
OF_REFRESHES = frozenset({"lifecycle_changed", "trait_history"})
WAITS = text(
    "SELECT EXISTS (SELECT FROM procrastinate_jobs WHERE task_name = :name AND status IN ('todo', 'doing') "
    "AND (args ->> 'brand_id')::bigint = :brand)"
)


class _Busy(Exception):
    """Somebody else holds what would be needed."""


def compact_lake(app: App, *, brand_id: int) -> int:
    """Tables of the brand with many small files have few, and rows that lay in the catalogue lie in files.

    Nobody who adds waits for a merge; who changes or removes rows waits for its end. While an import is
    at work only tables of events are touched, because an import may replace what it finds. Running again, or dying in
    the middle, changes nothing else: every fact is there once.

    returns  how many tables were changed
    """
    open_tables = {one.name for one in app.wiring.of(FactType) if one.open}
    changed = 0
    with app.db.exclusive(f"compaction/{brand_id}"), ExitStack() as held:
        importing = False
        try:
            held.enter_context(app.db.exclusive(import_lock(brand_id), waiting=_give_up))
        except _Busy:
            importing = True
        for table, files in sorted(live_files(app.lake, brand_id=brand_id).items()):
            if table not in LEFT_ALONE and (table in open_tables or not importing):
                changed += _tried(app, brand_id, table, files)
        if not importing:
            changed += _flushed(app, brand_id)
    return changed


def ask_to_compact(app: App) -> None:
    """Each brand with a crowded table has a job that compacts it; one that waits already is enough."""
    for brand_id in crowded_brands(
        app.lake, files=FILES_MIN, bytes_below=MERGED_BYTES_MAX, inlined=INLINED_MAX
    ):
        with app.db.transaction(brand_id=None, role=Role.PUMP) as session:
            waits = _waits(session, brand_id)
        if not waits:
            with app.db.transaction(brand_id=brand_id) as session:
                defer(session, COMPACT_JOB, queue=LAKE_QUEUE, brand_id=brand_id)


def clean_lake(app: App, *, now: datetime) -> None:
    """Files that were replaced an hour ago are gone, unless a backup is copying files just now."""
    try:
        with app.db.exclusive(FILES_LOCK, waiting=_give_up):
            remove_replaced_files(app.lake, before=now - REPLACED_KEPT)
    except _Busy:
        log.info("files that were replaced stay until the backup has ended")


def _tried(app: App, brand_id: int, table: str, files: Sequence[LakeFile]) -> bool:
    try:
        return _compacted(app, brand_id, table, files)
    except LakeFailure as failure:  # somebody changed the table's rows meanwhile; the next round tries again
        log.info("a table stays as it is", brand_id=brand_id, table=table, why=str(failure).splitlines()[-1])
        return False


def _compacted(app: App, brand_id: int, table: str, files: Sequence[LakeFile]) -> bool:
    if _merged(app, brand_id, table, files):
        return True
    unnumbered = files_to_number(files)
    if not unnumbered or table in OF_REFRESHES:
        return False
    with app.db.exclusive(f"pump/{brand_id}") as pump_held, app.db.alone(rows_lock(brand_id)) as rows_held:
        number_files(app.lake, pump_held, rows_held, brand_id=brand_id, table=table, files=unnumbered)
    return _merged(app, brand_id, table, live_files(app.lake, brand_id=brand_id).get(table, []))


def _merged(app: App, brand_id: int, table: str, files: Sequence[LakeFile]) -> bool:
    with app.db.beside(rows_lock(brand_id)) as held:
        return merge_table(app.lake, held, brand_id=brand_id, table=table, files=files)


def _flushed(app: App, brand_id: int) -> int:
    crowded = [
        table for table, rows in inlined_rows(app.lake, brand_id=brand_id).items() if rows >= INLINED_MAX
    ]
    done = 0
    for table in crowded:
        with (
            app.db.exclusive(f"pump/{brand_id}") as pump_held,
            app.db.alone(rows_lock(brand_id)) as rows_held,
        ):
            try:
                flush_table(app.lake, pump_held, rows_held, brand_id=brand_id, table=table)
                done += 1
            except LakeFailure as failure:
                log.info("rows stay in the catalogue", brand_id=brand_id, table=table, why=str(failure))
    return done


def _waits(session: Session, brand_id: int) -> bool:
    return bool(session.scalar(WAITS, {"name": COMPACT_JOB, "brand": brand_id}))


def _give_up() -> None:
    raise _Busy
