"""`siyu experiment`: the statistics of any experiment file, as tables to read or JSON to pass on."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from siyu.experiments.api import PLANNED_UNITS_DEFAULT, Columns, Design, Units, analyse, units_of_file
from siyu.experiments.contracts import (
    Analysis,
    ArmStats,
    Caution,
    Effect,
    Estimate,
    Interval,
    MetricAnalysis,
    SampleRatioCheck,
)
from siyu.kernel.errors import BadInput

app = typer.Typer(no_args_is_help=True, help="Experiments: what a difference is worth, and how sure that is.")

_CAUTIONS = {
    Caution.FEW_UNITS: "fewer than 200 units in an arm: intervals may be too narrow",
    Caution.FEW_EVENTS: "five units or fewer above zero in an arm: wait for more",
    Caution.WEAK_BASE: "the control mean is close to zero: read the absolute effect, not the relative one",
    Caution.NO_SPREAD: "all values are equal: nothing can be said about chance",
}


@app.callback()
def experiment() -> None:
    """Experiments: what a difference is worth, and how sure that is."""


@app.command("analyze")
def analyze(
    *,
    file: Annotated[Path, typer.Argument(help="CSV with a header; one row per unit, or several that add up")],
    unit: Annotated[str, typer.Option(help="column of the unit of randomisation, such as the customer")],
    arm: Annotated[str, typer.Option(help="column of the arm the unit was assigned")],
    control: Annotated[str, typer.Option(help="the arm that others are compared with")],
    metric: Annotated[list[str], typer.Option(help="column of a metric, summed per unit; repeatable")],
    pre: Annotated[
        str | None, typer.Option(help="column known before the experiment: adds the CUPED version")
    ] = None,
    winsorise: Annotated[
        float | None, typer.Option(help="lower values above this pooled quantile to it, such as 0.99")
    ] = None,
    planned: Annotated[
        float, typer.Option(help="planned total of units: where the anytime-valid interval is narrowest")
    ] = PLANNED_UNITS_DEFAULT,
    share: Annotated[
        list[str] | None,
        typer.Option(help="designed share of an arm as ARM=WEIGHT; repeatable; equal if left out"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON, and nothing else")] = False,
) -> None:
    """Print each arm, each contrast, its intervals and p-values, and whether the split is sound."""
    _check_options(winsorise, planned)
    units = units_of_file(file, columns=Columns(unit, arm, tuple(metric), pre), control=control)
    weights = _weights(share or [], units)
    analysis = analyse(units, Design(control, weights, planned_units=planned, winsorise=winsorise))
    if as_json:
        typer.echo(json.dumps(asdict(analysis), ensure_ascii=False, allow_nan=False, indent=2))
    else:
        Console().print(_report(analysis))


def _check_options(winsorise: float | None, planned: float) -> None:
    """The numbers among the options are usable."""
    if winsorise is not None and not 0 < winsorise <= 1:
        raise BadInput(
            what=f"--winsorise {winsorise}",
            why="a quantile lies above 0 and at most at 1",
            remedy="Write 0.99 to lower the top hundredth.",
        )
    if not 1 <= planned < float("inf"):
        raise BadInput(
            what=f"--planned {planned}",
            why="the planned number of units is at least 1",
            remedy="Write how many units both arms together will have at the end.",
        )


def _weights(shares: list[str], units: Units) -> dict[str, float]:
    """The designed share of each arm; equal if none was given."""
    weights = dict(map(_weight, shares)) if shares else dict.fromkeys(units.arm_names, 1.0)
    missing = [arm for arm in units.arm_names if arm not in weights]
    if missing or not sum(weights.values()) > 0:
        raise BadInput(
            what="--share",
            why=f"no share for {', '.join(missing)}" if missing else "every share is zero",
            remedy="Give every arm of the file its share, such as --share holdout=1 --share treated=9.",
        )
    return weights


def _weight(share: str) -> tuple[str, float]:
    """ARM=WEIGHT as a pair."""
    arm, _, text = share.rpartition("=")
    try:
        weight = float(text)
    except ValueError:
        weight = -1.0
    if not arm or not 0 <= weight < float("inf"):
        raise BadInput(what=f"--share {share}", why="it is not ARM=WEIGHT", remedy="Write --share holdout=1.")
    return arm, weight


def _report(analysis: Analysis) -> Group:
    """The whole analysis as it is printed."""
    metrics = [part for metric in analysis.metrics for part in _metric_parts(metric)]
    level = f"{1 - analysis.alpha:.0%}"
    notes = Text(
        f"\n{analysis.units:,} units. Intervals hold at {level}. «Anytime» intervals and p-values hold however"
        f" often one looks; they are narrowest at {analysis.planned_units:,.0f} units (--planned).",
    )
    return Group(_sample_ratio(analysis.sample_ratio), *metrics, notes)


def _sample_ratio(check: SampleRatioCheck) -> Text:
    """The verdict on the split, in one sentence."""
    seen = ", ".join(f"{arm.arm} {arm.observed:,} (designed {arm.expected:,.1f})" for arm in check.arms)
    verdict = (
        "Split as designed"
        if check.passed
        else "SPLIT NOT AS DESIGNED: find out which units were lost before believing anything below"
    )
    return Text(f"{verdict}: {seen}; p = {check.p_value:.3g}", style="" if check.passed else "bold red")


def _metric_parts(metric: MetricAnalysis) -> list[RenderableType]:
    """Arms, contrasts, and the adjusted contrasts of one metric."""
    title = metric.metric
    if metric.capped_at is not None:
        title += f", {metric.capped_units:,} units lowered to {metric.capped_at:,.6g}"
    parts: list[RenderableType] = [_arms(title, metric.arms), _effects("Effects", metric.effects)]
    if metric.adjustment:
        left = metric.adjustment.variance_share
        kept = "" if left is None else f", {left:.0%} of the variance left"
        parts.append(_effects(f"Adjusted for {metric.adjustment.covariate}{kept}", metric.adjustment.effects))
    found = {caution: None for effect in metric.effects for caution in effect.cautions}
    return parts + [Text(f"Care: {_CAUTIONS[caution]}.") for caution in found]


def _arms(title: str, arms: tuple[ArmStats, ...]) -> Table:
    """One line per arm."""
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for name in ("arm", "n", "mean", "standard error"):
        table.add_column(name, justify="left" if name == "arm" else "right")
    for arm in arms:
        table.add_row(Text(arm.arm), f"{arm.n:,}", f"{arm.mean:,.6g}", f"{arm.standard_error:,.4g}")
    return table


def _effects(title: str, effects: tuple[Effect, ...]) -> Table:
    """Two lines per contrast: absolute and relative."""
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("contrast")
    for name in ("effect", "interval", "p", "anytime interval", "anytime p"):
        table.add_column(name, justify="right", no_wrap="interval" in name)
    for effect in effects:
        name = f"{effect.treatment} − {effect.control}"
        table.add_row(Text(name), *_cells(effect.absolute, "{:,.5g}"))
        if effect.relative:
            table.add_row(Text("  relative"), *_cells(effect.relative, "{:+.2%}"))
    return table


def _cells(estimate: Estimate, form: str) -> list[str]:
    """One estimate, formatted."""
    return [
        form.format(estimate.value),
        _interval(estimate.interval, form),
        _chance(estimate.p_value),
        _interval(estimate.anytime_interval, form),
        _chance(estimate.anytime_p_value),
    ]


def _interval(interval: Interval | None, form: str) -> str:
    """Both ends, or a dash where nothing can be said."""
    if interval is None or interval.low is None or interval.high is None:
        return "–"
    return f"{form.format(interval.low)} … {form.format(interval.high)}"


def _chance(p_value: float | None) -> str:
    """A p-value to three digits."""
    return "–" if p_value is None else f"{p_value:.3g}"
