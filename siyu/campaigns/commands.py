"""`siyu campaign …`: what runs, and what came of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated

import typer
from rich import box
from rich.table import Table
from sqlalchemy.orm import Session

from siyu.campaigns.contracts import CampaignResults, MetricResult
from siyu.campaigns.queries.campaigns import campaigns_page
from siyu.campaigns.queries.results import results_of
from siyu.experiments.contracts import Interval
from siyu.insight.api import moment_of
from siyu.kernel.app import App
from siyu.kernel.clock import utcnow
from siyu.kernel.money import yuan_of
from siyu.kernel.terminal import PAGE, Terminal, print_json
from siyu.organisation.api import chosen_brand
from siyu.organisation.contracts import BrandInfo

app = typer.Typer(no_args_is_help=True, help="Campaigns: one-off sends and what they were worth.")
JsonFlag = Annotated[bool, typer.Option("--json", help="Machine-readable.")]


@app.callback()
def campaign() -> None:
    """Campaigns: one-off sends and what they were worth."""


@app.command("list")
def list_campaigns(context: typer.Context, as_json: JsonFlag = False) -> None:
    """The latest 200 campaigns, newest first."""
    with _inside(context.obj) as (_, session, _brand):
        found = campaigns_page(session, limit=200).items
    if as_json:
        print_json([asdict(one) for one in found])
        return
    table = Table("id", "name", "state", "treated", "held out", "excluded", "launched", box=box.SIMPLE)
    for one in found:
        counts = (one.treated_count, one.holdout_count, one.excluded_count)
        launched = one.launched_at.isoformat(timespec="minutes") if one.launched_at else ""
        shown = ("" if count is None else f"{count:,}" for count in counts)
        table.add_row(str(one.campaign_id), one.name, one.state.value, *shown, launched)
    PAGE.print(table)


@app.command("results")
def results(
    context: typer.Context,
    campaign_id: Annotated[int, typer.Argument(help="Number of the campaign.")],
    as_of: Annotated[str | None, typer.Option(help="A date or a moment; now if absent.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """What a campaign came to: exclusions, funnel, touched and incremental return with intervals."""
    with _inside(context.obj) as (opened, session, brand), opened.lake.transaction() as cursor:
        moment = moment_of(as_of, brand.time_zone) if as_of else utcnow()
        found = results_of(session, cursor=cursor, campaign_id=campaign_id, brand=brand, as_of=moment)
    if as_json:
        print_json(asdict(found))
    else:
        _show(found)


@contextmanager
def _inside(terminal: Terminal) -> Iterator[tuple[App, Session, BrandInfo]]:
    with terminal.app() as opened:
        with opened.db.transaction(brand_id=None) as session:
            brand = chosen_brand(session, code=terminal.brand_code)
        with opened.db.transaction(brand_id=brand.brand_id) as session:
            yield opened, session, brand


def _show(found: CampaignResults) -> None:
    final = "final" if found.final else f"window open until {found.window_ends_at.isoformat()}"
    PAGE.print(f"Campaign {found.campaign_id}, data as of {found.as_of.isoformat()} ({final})")
    funnel = Table("step", "customers", "share", box=box.SIMPLE)
    for step in found.funnel:
        share = f"{step.share:.1%} of {step.base.value}" if step.share is not None and step.base else ""
        funnel.add_row(step.step.value, f"{step.customers:,}", share)
    for one in found.headcount.exclusions:
        funnel.add_row(f"excluded: {one.reason.value}", f"{one.customers:,}", "")
    PAGE.print(funnel)
    worth = Table("metric", "treated", "holdout", "difference", "95%", "95% anytime", box=box.SIMPLE)
    _add_metric(worth, "sales per customer (fen)", found.sales)
    if found.sales_winsorised:
        _add_metric(worth, "the same, winsorised at 0.99", found.sales_winsorised)
    _add_metric(worth, "buyers", found.buyers)
    PAGE.print(worth)
    returned = found.returned
    PAGE.print(f"Cost {yuan_of(found.cost_fen, found.currency)} {found.currency}")
    PAGE.print(f"Touched return {_number(returned.touched)}")
    PAGE.print(
        f"Incremental return {_number(returned.incremental)} {_interval(returned.incremental_interval)}"
    )
    check = found.sample_ratio
    PAGE.print(f"Sample ratio: {'passed' if check.passed else 'FAILED'} (p = {check.p_value:.4f})")


def _add_metric(table: Table, label: str, metric: MetricResult) -> None:
    means = [_number(arm.mean) if arm.n else "–" for arm in metric.arms]
    absolute = metric.effect.absolute if metric.effect else None
    table.add_row(
        label,
        *means,
        _number(absolute.value if absolute else None),
        _interval(absolute.interval if absolute else None),
        _interval(absolute.anytime_interval if absolute else None),
    )


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.4g}" if abs(value) < 10_000 else f"{value:,.0f}"  # noqa: PLR2004 -- as read


def _interval(interval: Interval | None) -> str:
    return f"[{_number(interval.low)}, {_number(interval.high)}]" if interval else "–"
