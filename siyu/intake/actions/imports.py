"""An import from its announcement to its end: staged, typed, checked, loaded in one go, or nothing at all."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from siyu.intake.actions.rejects import keep_rejects, rejects_text
from siyu.intake.actions.staging import count_of, stage, type_rows
from siyu.intake.contracts import ImportKind, ImportMap, ImportState, ImportTarget, Loading
from siyu.intake.errors import CurrencyNeedsRate, FileChanged, TooManyBadRows
from siyu.intake.models import ImportRun
from siyu.intake.readers.maps import map_of_text
from siyu.intake.readers.source import check_columns, open_source
from siyu.kernel.app import App
from siyu.kernel.audit import Actor, record
from siyu.kernel.db import brand_of
from siyu.kernel.errors import NotFound, SiyuError
from siyu.kernel.facts import Subscription, finish_batch, open_batch
from siyu.kernel.jobs import defer
from siyu.kernel.lake import LakeCursor, brand_schema, rows_of
from siyu.kernel.longwork import Cancelled, Listener, Progress, announce_task
from siyu.organisation.api import brand_info

FUTURE_ALLOWED = timedelta(days=1)
SHOWN_REASONS = 5
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """What somebody wants imported. `rate`: the brand's currency per unit of the file's, where they differ."""

    path: Path
    map_text: str
    max_bad_share: Decimal | None = None
    rate: Decimal | None = None
    dry_run: bool = False
    is_upload: bool = False
    file_name: str = ""


def request_import(
    session: Session, *, order: ImportOrder, sha256: str, actor: Actor, now: datetime, in_background: bool
) -> int:
    """The import is announced in the task centre; with `in_background` a worker will run it.

    returns  its number
    raises   MapUnreadable, CurrencyNeedsRate
    effects  import_run, fact_batch, long_task, audit, perhaps a job
    """
    import_map = map_of_text(order.map_text, name=order.file_name or order.path.name)
    rate = _rate_of(session, import_map, order.rate)
    name = order.file_name or order.path.name
    run = ImportRun(
        brand_id=brand_of(session), kind=import_map.kind.value, source=import_map.source, file_name=name,
        file_path=str(order.path.absolute()), file_sha256=sha256, file_is_upload=order.is_upload,
        map_text=order.map_text, rate=str(rate), dry_run=order.dry_run, state=ImportState.QUEUED.value,
        batch_id=open_batch(session, origin=f"import:{name}", now=now),
        task_id=announce_task(session, kind="import", title=name, actor=actor, now=now),
        counts={"max_bad_share": str(order.max_bad_share or import_map.max_bad_share)}, needs_batches=[],
        started_by=actor.label, created_at=now,
    )  # fmt: skip
    session.add(run)
    session.flush()
    record(
        session, actor=actor, action="import.request", subject=("import", run.import_id),
        after={"file": name, "kind": run.kind, "source": run.source, "dry_run": run.dry_run}, now=now,
    )  # fmt: skip
    if in_background:
        defer(session, "intake.run_import", brand_id=run.brand_id, import_id=run.import_id)
    return run.import_id


def run_import(
    app: App, *, brand_id: int, import_id: int, clock: Clock, listener: Listener | None = None
) -> dict[str, Any]:
    """The import has ended: its rows are all visible, or none is and the reason is kept.

    Run again after a crash it goes on without doubling anything; run again after its end it changes nothing.

    returns  its counts
    raises   what stopped it, after the task centre was told
    """
    with app.db.transaction(brand_id=brand_id) as session:
        run = session.get(ImportRun, import_id)
        if run is None:
            raise NotFound(what="import", key=import_id)
        session.expunge(run)
    if run.state not in (ImportState.QUEUED, ImportState.RUNNING):
        return run.counts
    progress = Progress(lambda: app.db.transaction(brand_id=brand_id), run.task_id, listener)
    progress.start(now=clock())
    try:
        with app.db.exclusive(
            f"import/{brand_id}", waiting=lambda: progress.at("waiting for another import")
        ), app.lake.reading() as cursor:  # fmt: skip
            counts = _carry_out(app, cursor, run, progress, clock)
    except Exception as error:
        _give_up(app, run, error, progress, clock)
        raise
    progress.end("done", now=clock(), result=counts)
    return counts


def rejects_path(app: App, *, brand_id: int, import_id: int) -> Path:
    """Where the sealed rejects of an import lie."""
    return app.settings.home / "imports" / str(brand_id) / f"{import_id}.rejects"


def target_of(app: App, kind: ImportKind) -> ImportTarget:
    """The module that takes rows of this kind."""
    for target in app.wiring.of(ImportTarget):  # type: ignore[type-abstract]
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


def _rate_of(session: Session, import_map: ImportMap, rate: Decimal | None) -> Decimal:
    brand = brand_info(session, brand_id=brand_of(session))
    if rate is None and import_map.kind is ImportKind.ORDERS and import_map.currency != brand.currency:
        raise CurrencyNeedsRate(file_currency=import_map.currency, brand_currency=brand.currency)
    return rate or Decimal(1)


def _carry_out(
    app: App, cursor: LakeCursor, run: ImportRun, progress: Progress, clock: Clock
) -> dict[str, Any]:
    loading = loading_of(app, cursor, run, now=clock())
    target = target_of(app, loading.import_map.kind)
    _set(app, run, state=ImportState.RUNNING.value)
    if _in_lake(cursor, run):  # killed between the lake's commit and ours: only our half is missing
        counts = {**run.counts}
    else:
        counts = _prepare(app, loading, run, progress)
        if run.dry_run:
            _set(app, run, state=ImportState.DONE.value, counts=counts, finished_at=clock())
            return counts
        _set(app, run, counts=counts)
        progress.at("loading", done=1, total=1)
        counts = {**counts, **target.load(loading)}
    progress.at("finishing", done=1, total=1)
    _finish(app, run, target, counts, clock())
    return counts


def _prepare(app: App, loading: Loading, run: ImportRun, progress: Progress) -> dict[str, Any]:
    """The typed rows are ready to load, and few enough were turned away.

    raises  FileChanged, ColumnsMissing, TooManyBadRows
    """
    source = open_source(Path(run.file_path), loading.import_map.file)
    if source.sha256() != run.file_sha256:
        raise FileChanged(file=run.file_name)
    check_columns(source, loading.import_map)
    rows = stage(
        loading.cursor, source=source, tell=lambda done, total: progress.at("reading", done=done, total=total)
    )
    progress.at("checking", done=0, total=1)
    type_rows(loading.cursor, import_map=loading.import_map, latest=loading.now + FUTURE_ALLOWED)
    target_of(app, loading.import_map.kind).check(loading)
    bad = count_of(loading.cursor, "rejected")
    if bad:
        text = rejects_text(loading.cursor, columns=source.columns)
        keep_rejects(
            rejects_path(app, brand_id=run.brand_id, import_id=run.import_id), text=text, cipher=app.cipher
        )
    counts = {**run.counts, "rows": rows, "rejected": bad, "reasons": _reasons(loading.cursor)}
    allowed = Decimal(run.counts["max_bad_share"])
    if bad > allowed * rows and not run.dry_run:
        _set(app, run, counts=counts)
        raise TooManyBadRows(
            bad=bad, rows=rows, allowed=f"{allowed:.2%}",
            reasons="; ".join(f"{one['count']} × {one['column']}: {one['code']}" for one in counts["reasons"]),
        )  # fmt: skip
    return counts


def _reasons(cursor: LakeCursor) -> list[dict[str, Any]]:
    return rows_of(
        cursor,
        'SELECT _column AS "column", _code AS code, any_value(_reason) AS reason, count(*) AS count '
        f"FROM rejected GROUP BY ALL ORDER BY count DESC, 1 LIMIT {SHOWN_REASONS}",
    )


def _in_lake(cursor: LakeCursor, run: ImportRun) -> bool:
    found = cursor.execute(
        f"SELECT count(*) FROM {brand_schema(run.brand_id)}.batch WHERE batch_id = ?", [run.batch_id]
    ).fetchone()
    return bool(found and found[0])


def _finish(app: App, run: ImportRun, target: ImportTarget, counts: dict[str, Any], now: datetime) -> None:
    with app.db.transaction(brand_id=run.brand_id) as session:
        row = session.get(ImportRun, run.import_id)
        assert row is not None, "imports are never deleted"
        row.state, row.counts, row.finished_at = ImportState.DONE.value, counts, now
        row.needs_batches = counts.get("needs_batches", [])
        brought = {fact: int(counts.get(fact, 0)) for fact in target.facts}
        finish_batch(
            session, batch_id=run.batch_id, counts=brought, subscriptions=app.wiring.of(Subscription), now=now
        )
    _drop_upload(run)


def _give_up(app: App, run: ImportRun, error: Exception, progress: Progress, clock: Clock) -> None:
    """A refusal ends the import; anything else (PostgreSQL gone, disk full) leaves it to be tried again."""
    if not isinstance(error, SiyuError):
        return
    state = ImportState.CANCELLED if isinstance(error, Cancelled) else ImportState.FAILED
    _set(app, run, state=state.value, finished_at=clock())
    progress.fail(error, now=clock())
    _drop_upload(run)


def _drop_upload(run: ImportRun) -> None:
    """An uploaded file may hold personal data; it does not outlive its import."""
    if run.file_is_upload:
        Path(run.file_path).unlink(missing_ok=True)


def _set(app: App, run: ImportRun, **changes: Any) -> None:
    with app.db.transaction(brand_id=run.brand_id) as session:
        row = session.get(ImportRun, run.import_id)
        assert row is not None, "imports are never deleted"
        for name, value in changes.items():
            setattr(row, name, value)
