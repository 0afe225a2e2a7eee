"""What a campaign gave back for its cost, counted two ways: by whom it touched, and by what the holdout shows."""

from siyu.experiments.contracts import Estimate, Interval, Return
from siyu.experiments.rules.compare import ALPHA, compare
from siyu.experiments.rules.moments import Moments
from siyu.experiments.rules.sequential import PLANNED_UNITS_DEFAULT


def campaign_return(
    *,
    treated: Moments,
    holdout: Moments,
    touched_sales_fen: int,
    margin_rate: float,
    cost_fen: int,
    alpha: float = ALPHA,
    planned_units: float = PLANNED_UNITS_DEFAULT,
) -> Return:
    """The touched return (margin of touched buyers less cost, over cost) and the incremental one with its interval.

    units   treated, holdout: sales in fen per assigned customer in the window, buyers or not, reached or not;
            touched_sales_fen: sales of those actually touched; margin_rate: share of sales; cost_fen: fen in all
    limits  the cost is taken as known, without error of its own
    source  metrics.md: return, touched; return, incremental

    >>> treated = Moments(n=1_000, total=500_000, squares=4e9)
    >>> holdout = Moments(n=1_000, total=400_000, squares=3e9)
    >>> found = campaign_return(treated=treated, holdout=holdout, touched_sales_fen=480_000,
    ...                         margin_rate=0.5, cost_fen=20_000)
    >>> found.touched, round(found.incremental, 9)
    (11.0, 1.5)
    """
    assert cost_fen >= 0, "a cost is not negative"
    touched_margin = round(touched_sales_fen * margin_rate)
    absolute = _difference_of(treated, holdout, alpha=alpha, planned_units=planned_units)
    margin = None if absolute is None else absolute.value * float(treated.n) * margin_rate
    per_head = float(treated.n) * margin_rate
    interval = None if absolute is None else _scaled(absolute.interval, per_head, 0.0)
    always = None if absolute is None else _scaled(absolute.anytime_interval, per_head, 0.0)
    return Return(
        cost_fen=cost_fen,
        touched_margin_fen=touched_margin,
        touched=_over_cost(touched_margin, cost_fen),
        incremental_margin_fen=None if margin is None else round(margin),
        incremental_margin_interval_fen=interval,
        incremental=None if margin is None else _over_cost(margin, cost_fen),
        incremental_interval=_scaled(interval, 1 / cost_fen, -1.0) if cost_fen else None,
        incremental_anytime_interval=_scaled(always, 1 / cost_fen, -1.0) if cost_fen else None,
        alpha=alpha,
    )


def _difference_of(
    treated: Moments, holdout: Moments, *, alpha: float, planned_units: float
) -> Estimate | None:
    """Treated mean minus holdout mean; None unless both arms hold two customers."""
    units_min = 2
    if min(treated.n, holdout.n) < units_min:
        return None
    return compare(holdout, treated, alpha=alpha, planned_units=planned_units).absolute


def _over_cost(margin_fen: float, cost_fen: int) -> float | None:
    """The margin less cost, over cost; None without cost."""
    return (margin_fen - cost_fen) / cost_fen if cost_fen else None


def _scaled(interval: Interval | None, factor: float, shift: float) -> Interval | None:
    """The interval of a value after it was multiplied and shifted; the factor is not negative."""
    if interval is None or interval.low is None or interval.high is None:
        return None
    return Interval(interval.low * factor + shift, interval.high * factor + shift)
