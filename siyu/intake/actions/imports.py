"""An import from its announcement to its end: staged, typed, checked, loaded in one go, or nothing at all."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from siyu.intake.actions.endings import (
    Clock,
    change_run,
    end_run,
    finish_run,
    import_lock,
    in_lake,
    loading_of,
    run_of,
    settle_abandoned,
    stopping,
    taken_back,
    target_of,
)
from siyu.intake.actions.rejects import keep_rejects, rejects_text
from siyu.intake.actions.staging import count_of, stage, type_rows, typed_counts
from siyu.intake.actions.uploads import sealed_upload
from siyu.intake.contracts import OPEN_STATES, ImportKind, ImportMap, ImportState, Loading
from siyu.intake.errors.files import CurrencyNeedsRate, FileChanged, TooManyBadRows
from siyu.intake.models import ImportRun
from siyu.intake.queries.imports import rejects_path
from siyu.intake.readers.maps import map_of_text
from siyu.intake.readers.sealed import AnyFile
from siyu.intake.readers.source import check_columns, open_source
from siyu.intake.rules.reasons import reasons_said
from siyu.kernel.app import App
from siyu.kernel.audit import Actor, record
from siyu.kernel.db import brand_of
from siyu.kernel.errors import BadInput
from siyu.kernel.facts import open_batch
from siyu.kernel.jobs import defer
from siyu.kernel.lake import LakeCursor, rows_of
from siyu.kernel.longwork import Listener, Progress, announce_task
from siyu.organisation.api import brand_info

FUTURE_ALLOWED = timedelta(days=1)
SHOWN_REASONS = 5


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
    raises   MapInvalid, CurrencyNeedsRate, BadInput (a rate of 0)
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
        counts={"max_bad_share": str(_allowed_share(order, import_map))}, needs_batches=[],
        started_by=actor.label, created_at=now,
    )  # fmt: skip
    session.add(run)
    session.flush()
    record(
        session, actor=actor, action="import.request", subject=("import", run.import_id),
        after={"file": name, "kind": run.kind, "source": run.source, "dry_run": run.dry_run}, now=now,
    )  # fmt: skip
    if in_background:
        defer(
            session, "intake.run_import", lock=import_lock(run.brand_id), brand_id=run.brand_id,
            import_id=run.import_id, task_id=run.task_id,
        )  # fmt: skip
    return run.import_id


def run_import(
    app: App, *, brand_id: int, import_id: int, clock: Clock, listener: Listener | None = None
) -> dict[str, Any]:
    """The import has ended: its rows are all visible, or none is and the reason is kept.

    Run again after a crash it goes on without doubling anything; run again after its end it changes nothing.

    returns  its counts
    raises   what stopped it, after the task centre was told; ImportInterrupted if it can be run again
    """
    run = run_of(app, brand_id=brand_id, import_id=import_id)
    if run.state not in OPEN_STATES:
        return run.counts
    progress = Progress(lambda: app.db.transaction(brand_id=brand_id), run.task_id, listener)
    with stopping(app, run, clock=clock):
        progress.start(now=clock())
        with app.db.exclusive(
            import_lock(brand_id), waiting=lambda: progress.at("waiting for another import")
        ):
            run = run_of(
                app, brand_id=brand_id, import_id=import_id
            )  # another worker may have ended it meanwhile
            if run.state not in OPEN_STATES:
                return run.counts
            settle_abandoned(app, brand_id=brand_id, besides=import_id, now=clock())
            with taken_back(app, run, clock=clock), app.lake.reading() as cursor:
                counts = _carry_out(app, cursor, run, progress, clock)
    return counts


def _rate_of(session: Session, import_map: ImportMap, rate: Decimal | None) -> Decimal:
    brand = brand_info(session, brand_id=brand_of(session))
    if rate is None and import_map.kind is ImportKind.ORDERS and import_map.currency != brand.currency:
        raise CurrencyNeedsRate(file_currency=import_map.currency, brand_currency=brand.currency)
    if rate is not None and rate <= 0:
        raise BadInput(what="rate", why=f"{rate} is not above 0", remedy="Write one such as 7.12.")
    return Decimal(1) if rate is None else rate


def _allowed_share(order: ImportOrder, import_map: ImportMap) -> Decimal:
    """What was asked for, where 0 means not a single bad row; else the map's."""
    return import_map.max_bad_share if order.max_bad_share is None else order.max_bad_share


def _carry_out(
    app: App, cursor: LakeCursor, run: ImportRun, progress: Progress, clock: Clock
) -> dict[str, Any]:
    loading = loading_of(app, cursor, run, now=clock())
    target = target_of(app, loading.import_map.kind)
    change_run(app, run, state=ImportState.RUNNING.value)
    if in_lake(cursor, run):  # killed between the lake's commit and ours: only our half is missing
        counts = {**run.counts}
    else:
        counts = _prepare(app, loading, run, progress)
        if run.dry_run:
            counts |= typed_counts(cursor, loading.import_map.kind)
            end_run(app, run, ImportState.DONE, now=clock(), counts=counts)
            return counts
        progress.at("loading", done=1, total=1)
        keep = partial(_keep, app, run, counts)
        tell = partial(_tell, progress)
        counts = {**counts, **target.load(replace(loading, keep=keep, tell=tell))}
    progress.at("finishing", done=1, total=1)
    finish_run(app, run, target, counts, clock())
    return counts


def _tell(progress: Progress, done: int, total: int) -> None:
    progress.at("loading", done=done, total=total)


def _keep(app: App, run: ImportRun, counts: dict[str, Any], loaded: dict[str, Any]) -> None:
    """What the rows bring is on record before they are visible."""
    change_run(app, run, counts={**counts, **loaded})


def _prepare(app: App, loading: Loading, run: ImportRun, progress: Progress) -> dict[str, Any]:
    """The typed rows are ready to load, and few enough were turned away.

    raises  FileChanged, ColumnsMissing, TooManyBadRows
    """
    source = open_source(_file_of(app, run), loading.import_map.file)
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
            rejects_path(app.settings.home, brand_id=run.brand_id, import_id=run.import_id),
            text=text,
            cipher=app.cipher,
        )
    counts = {**run.counts, "rows": rows, "rejected": bad, "reasons": _reasons(loading.cursor)}
    loading.cursor.execute("DROP TABLE staged")
    change_run(app, run, counts=counts)
    allowed = Decimal(run.counts["max_bad_share"])
    if bad > allowed * rows and not run.dry_run:
        raise TooManyBadRows(
            bad=bad, rows=rows, allowed=f"{allowed:.2%}",
            reasons=reasons_said(counts["reasons"], "en"), reasons_zh=reasons_said(counts["reasons"], "zh-CN"),
        )  # fmt: skip
    return counts


def _file_of(app: App, run: ImportRun) -> AnyFile:
    path = Path(run.file_path)
    return sealed_upload(path, brand_id=run.brand_id, cipher=app.cipher) if run.file_is_upload else path


def _reasons(cursor: LakeCursor) -> list[dict[str, Any]]:
    return rows_of(
        cursor,
        'SELECT _column AS "column", _code AS code, any_value(_reason) AS reason, count(*) AS count '
        f"FROM rejected GROUP BY ALL ORDER BY count DESC, 1 LIMIT {SHOWN_REASONS}",
    )
