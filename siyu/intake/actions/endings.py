"""How an import ends: done, refused, cancelled or struck down; whatever happens, all of it is visible or nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from siyu.intake.actions.pull_cursor import import_of_pull_done, import_of_pull_failed
from siyu.intake.actions.uploads import drop_upload
from siyu.intake.contracts import ImportKind, ImportState, ImportTarget, Loading
from siyu.intake.errors.files import ImportDiskFull, ImportInterrupted
from siyu.intake.models import ImportRun
from siyu.intake.queries.imports import asker_of
from siyu.intake.readers.maps import map_of_text
from siyu.kernel.app import App
from siyu.kernel.audit import record
from siyu.kernel.errors import NotFound, SiyuError
from siyu.kernel.facts import Subscription, finish_batch
from siyu.kernel.lake import LakeCursor, brand_schema
from siyu.kernel.longwork import Cancelled, Progress, problem_of
from siyu.kernel.outages import free_mb, full_folder, is_disk_full, says_connection_lost
from siyu.organisation.api import brand_info

ABANDONED_MAX = 1_000
Clock = Callable[[], datetime]


def run_of(app: App, *, brand_id: int, import_id: int) -> ImportRun:
    """The import as it stands, detached.

    raises  NotFound
    """
    with app.db.transaction(brand_id=brand_id) as session:
        run = session.get(ImportRun, import_id)
        if run is None:
            raise NotFound(what="import", key=import_id)
        session.expunge(run)
    return run


def change_run(app: App, run: ImportRun, **changes: Any) -> None:
    """The import's row says this, whatever comes after."""
    with app.db.transaction(brand_id=run.brand_id) as session:
        _change(session, run, **changes)


def import_lock(brand_id: int) -> str:
    """What imports and undos of a brand wait for, one after the other; a job that waits takes no worker's time.

    >>> import_lock(7)
    'import/7'
    """
    return f"import/{int(brand_id)}"


def end_run(
    app: App,
    run: ImportRun,
    state: ImportState,
    *,
    now: datetime,
    error: Exception | None = None,
    **changes: Any,
) -> None:
    """The import and its task end together: neither is left open if we die between the two.

    A failure is for good: the uploaded file is gone. After a dry run it waits for the import.

    effects  audit
    """
    with app.db.transaction(brand_id=run.brand_id) as session:
        _change(session, run, state=state.value, finished_at=now, **changes)
        _end_task(session, run, now=now, result=changes.get("counts"), error=error)
        _record_end(session, run, now=now, error=error)
        if error is not None:
            import_of_pull_failed(session, import_id=run.import_id, error=error, now=now)
    if error is not None:
        _let_go(run)


def target_of(app: App, kind: ImportKind) -> ImportTarget:
    """The module that takes rows of this kind."""
    for target in app.wiring.of(ImportTarget):
        if target.kind is kind:
            return target
    raise NotFound(what="import target", key=kind.value)


def loading_of(app: App, cursor: LakeCursor, run: ImportRun, *, now: datetime) -> Loading:
    """What the target of this import is handed."""
    with app.db.transaction(brand_id=run.brand_id) as session:
        brand = brand_info(session, brand_id=run.brand_id)
    return Loading(
        app=app, cursor=cursor, brand_id=run.brand_id, brand_currency=brand.currency, batch_id=run.batch_id,
        import_map=map_of_text(run.map_text, name=run.file_name), rate=Decimal(run.rate), now=now,
    )  # fmt: skip


def in_lake(cursor: LakeCursor, run: ImportRun) -> bool:
    """Whether the lake has committed this import's rows."""
    found = cursor.execute(
        f"SELECT count(*) FROM {brand_schema(run.brand_id)}.batch WHERE batch_id = ?", [run.batch_id]
    ).fetchone()
    return bool(found and found[0])


def finish_run(app: App, run: ImportRun, target: ImportTarget, counts: dict[str, Any], now: datetime) -> None:
    """The import and its task are done, its upload is gone, and whoever follows its facts has one job for it.

    A pull whose rows it brought stands behind them in the same moment.

    effects  audit
    """
    with app.db.transaction(brand_id=run.brand_id) as session:
        needs = counts.get("needs_batches", [])
        _change(
            session, run, state=ImportState.DONE.value, counts=counts, finished_at=now, needs_batches=needs
        )
        brought = {fact: int(counts.get(fact, 0)) for fact in target.facts}
        finish_batch(
            session, batch_id=run.batch_id, counts=brought, subscriptions=app.wiring.of(Subscription), now=now
        )
        _end_task(session, run, now=now, result=counts, error=None)
        _record_end(session, run, now=now, error=None)
        import_of_pull_done(session, import_id=run.import_id, now=now)
    _let_go(run)


def settle_abandoned(app: App, *, brand_id: int, besides: int, now: datetime) -> None:
    """Imports that died while running are done where their rows were visible already, and else taken back.

    One of an uploaded file waits for its job, which comes again; a command is run again by whoever gave it. The
    caller holds the brand's import lock: nobody else can be running.
    """
    with app.db.transaction(brand_id=brand_id) as session:
        query = select(ImportRun).where(
            ImportRun.brand_id == brand_id,
            ImportRun.state == ImportState.RUNNING.value,
            ImportRun.import_id != besides,
        )
        dead = session.scalars(query.order_by(ImportRun.import_id).limit(ABANDONED_MAX)).all()
        session.expunge_all()
    for run in dead:
        with app.lake.reading() as cursor:
            loading = loading_of(app, cursor, run, now=now)
            target = target_of(app, loading.import_map.kind)
            if in_lake(cursor, run):
                finish_run(app, run, target, run.counts, now)
            else:
                target.unload(loading)
                _put_aside(app, run, now)


@contextmanager
def taken_back(app: App, run: ImportRun, *, clock: Clock) -> Iterator[None]:
    """If the block fails, nothing of the import is left: no row, no customer. Unless the database is gone."""
    try:
        yield
    except Exception as error:
        if not is_connection_lost(app, error):
            with app.lake.reading() as cursor:
                loading = loading_of(app, cursor, run, now=clock())
                target_of(app, loading.import_map.kind).unload(loading)
        raise


@contextmanager
def stopping(app: App, run: ImportRun, *, clock: Clock) -> Iterator[None]:
    """If the block fails, the import and the task centre say why.

    raises  ImportInterrupted if the database is gone, and the import stays open; ImportDiskFull
    """
    try:
        yield
    except Exception as error:
        if is_connection_lost(app, error):
            app.lake.renew()
            raise ImportInterrupted(import_id=run.import_id, file=run.file_name) from error
        told: Exception = error
        if is_disk_full(error):
            folder = full_folder(error, settings=app.settings)
            told = ImportDiskFull(file=run.file_name, folder=folder, free_mb=free_mb(folder))
        state = ImportState.CANCELLED if isinstance(told, Cancelled) else ImportState.FAILED
        end_run(app, run, state, now=clock(), error=told)
        if told is error:
            raise
        raise told from error


def is_connection_lost(app: App, error: BaseException) -> bool:
    """Whether PostgreSQL went away: it said so, or it does not answer now."""
    if isinstance(error, SiyuError):
        return False
    if says_connection_lost(error):
        return True
    try:
        with app.db.transaction(brand_id=None):
            return False
    except DBAPIError:
        return True


def _put_aside(app: App, run: ImportRun, now: datetime) -> None:
    if run.file_is_upload:
        change_run(app, run, state=ImportState.QUEUED.value)
        return
    interrupted = ImportInterrupted(import_id=run.import_id, file=run.file_name)
    end_run(app, run, ImportState.FAILED, now=now, error=interrupted)


def _end_task(
    session: Session, run: ImportRun, *, now: datetime, result: dict[str, Any] | None, error: Exception | None
) -> None:
    task = Progress(lambda: nullcontext(session), run.task_id)
    if error is None:
        task.end("done", now=now, result=result)
    else:
        task.fail(error, now=now)


def _record_end(session: Session, run: ImportRun, *, now: datetime, error: Exception | None) -> None:
    """The audit log says what became of the import: whose it was, what it brought, or what stopped it."""
    row = session.get(ImportRun, run.import_id)
    assert row is not None, "imports are never deleted"
    told: dict[str, Any] = {"file": row.file_name, "kind": row.kind, "source": row.source}
    told |= {"dry_run": True} if row.dry_run else {}
    told |= {name: count for name, count in row.counts.items() if isinstance(count, int)}
    action = "import.finish"
    if error is not None:
        action = "import.cancel" if isinstance(error, Cancelled) else "import.fail"
        told |= {"why": problem_of(error)["code"]}
    asker = asker_of(session, import_id=row.import_id, action="import.request")
    record(session, actor=asker, action=action, subject=("import", row.import_id), after=told, now=now)


def _let_go(run: ImportRun) -> None:
    if run.file_is_upload:
        drop_upload(Path(run.file_path))


def _change(session: Session, run: ImportRun, **changes: Any) -> None:
    row = session.get(ImportRun, run.import_id)
    assert row is not None, "imports are never deleted"
    for name, value in changes.items():
        setattr(row, name, value)
