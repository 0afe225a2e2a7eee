"""`siyu refresh`, `siyu rfm`, `siyu lifecycle`: compute and read classes and stages in a terminal."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer
from rich.table import Table
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from siyu.insight.actions.refresh_task import announce_refresh, run_refresh
from siyu.insight.contracts import CLASS_LABELS, STAGE_LABELS, BrandView, Refresh
from siyu.insight.queries.moment import moment_of, reading
from siyu.insight.queries.summary import Summary, summary
from siyu.kernel.app import App
from siyu.kernel.audit import COMMAND_LINE
from siyu.kernel.clock import utcnow
from siyu.kernel.lake import LakeCursor
from siyu.kernel.longwork import Cancelled, Progress, owner_lock
from siyu.kernel.money import yuan_of
from siyu.kernel.terminal import PAGE, Terminal, print_json, progress_bar
from siyu.organisation.api import chosen_brand

AsOf = Annotated[str | None, typer.Option("--as-of", help="Date (its end, in the brand's zone) or moment.")]
AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable.")]


def refresh_command(context: typer.Context, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Compute and store all traits as of now or an earlier moment; what changed is kept as history."""
    terminal: Terminal = context.obj
    now = utcnow()
    with terminal.app() as app:
        with app.db.transaction(brand_id=None) as session:
            brand = chosen_brand(session, code=terminal.brand_code)
        moment = now if as_of is None else min(moment_of(as_of, brand.time_zone), now)
        done = _refresh(app, brand.brand_id, None if as_of is None else moment, now)
        terminal.finish(app)
    if as_json:
        print_json(asdict(done))
    else:
        PAGE.print(f"{done.customers:,} customers as of {done.as_of.isoformat()}; {done.changed:,} changed")


def rfm_command(context: typer.Context, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Print the eight RFM classes, their thresholds, and the grid of scores."""
    with _asked(context, as_of) as (cursor, brand, moment):
        found = summary(cursor, brand, moment)
    if as_json:
        print_json({key: value for key, value in asdict(found).items() if key != "stages"})
        return
    PAGE.print(_classes(found))
    at = found.thresholds
    if at.monetary_fen is not None:
        PAGE.print(
            f"high: R ≤ {at.recency_days:.1f} days, F ≥ {at.frequency_days:.2f} days, "
            f"M ≥ {yuan_of(round(at.monetary_fen))}"
        )


def lifecycle_command(context: typer.Context, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Print how many customers are in each of the five stages."""
    with _asked(context, as_of) as (cursor, brand, moment):
        found = summary(cursor, brand, moment)
    if as_json:
        print_json({"as_of": found.as_of, "customers": found.customers, "stages": found.stages})
        return
    table = Table("stage", "", "customers", title=f"Lifecycle as of {found.as_of.isoformat()}")
    for row in found.stages:
        table.add_row(row["stage"], STAGE_LABELS[row["stage"]]["zh"], f"{row['customers']:,}")
    PAGE.print(table)


def _refresh(app: App, brand_id: int, as_of: datetime | None, now: datetime) -> Refresh:
    """The refresh, shown here and in the task centre, which says too how it ended; Ctrl-C cancels it."""

    def opener() -> AbstractContextManager[Session]:
        return app.db.transaction(brand_id=brand_id)

    with opener() as session:
        task_id = announce_refresh(session, as_of=as_of or now, actor=COMMAND_LINE, now=now)
    with app.db.exclusive(owner_lock(task_id)), progress_bar() as listener:
        try:
            done = run_refresh(
                app, brand_id=brand_id, task_id=task_id, actor=COMMAND_LINE, clock=utcnow, as_of=as_of,
                listener=listener,
            )  # fmt: skip
        except (Exception, KeyboardInterrupt) as error:
            reason = error if isinstance(error, Exception) else Cancelled(who=COMMAND_LINE.label)
            with suppress(SQLAlchemyError):  # the database is gone: a worker will say so
                Progress(opener, task_id).fail(reason, now=utcnow())
            raise
    assert done is not None, "nobody else ends a task that we own"
    return done


@contextmanager
def _asked(context: typer.Context, as_of: str | None) -> Iterator[tuple[LakeCursor, BrandView, datetime]]:
    """The chosen brand's lake at the moment that was asked for."""
    terminal: Terminal = context.obj
    with terminal.app() as app:
        with app.db.transaction(brand_id=None) as session:
            brand = chosen_brand(session, code=terminal.brand_code)
        with (
            app.db.transaction(brand_id=brand.brand_id) as session,
            reading(app, session, as_of=as_of, now=utcnow()) as opened,
        ):
            yield opened


def _classes(found: Summary) -> Table:
    table = Table("class", "", "customers", "sales, 365 days", title=f"RFM as of {found.as_of.isoformat()}")
    for row in found.classes:
        label = CLASS_LABELS[row["rfm_class"]]["zh"]
        table.add_row(row["rfm_class"], label, f"{row['customers']:,}", str(yuan_of(row["sales_365d_fen"])))
    return table
