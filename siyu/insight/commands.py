"""`siyu refresh`, `siyu rfm`, `siyu lifecycle`: compute and read classes and stages in a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer
from rich.table import Table

from siyu.insight.actions.refresh import refresh
from siyu.insight.contracts import CLASS_LABELS, STAGE_LABELS, BrandView
from siyu.insight.queries.moment import moment_of, reading
from siyu.insight.queries.summary import Summary, summary
from siyu.kernel.clock import utcnow
from siyu.kernel.lake import LakeCursor
from siyu.kernel.money import yuan_of
from siyu.kernel.terminal import NOTES, PAGE, Terminal, print_json
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
        with NOTES.status("…") as status:
            done = refresh(app, brand_id=brand.brand_id, as_of=moment, now=now, progress=status.update)
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
