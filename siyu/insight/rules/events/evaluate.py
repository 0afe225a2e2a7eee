"""What one customer's facts answer to a condition: slow, obvious, and what the frames must equal."""

from datetime import datetime, timedelta
from typing import Any

from siyu.insight.rules.declared.evaluate import FactsOf, measured, that_meet
from siyu.insight.rules.declared.tree import Aggregated, Calendar, Rolling
from siyu.insight.rules.declared.windows import bounds_of
from siyu.insight.rules.events.tree import FirstTime, Followed, Happening, Question, Step, Which


def answer_of(tree: Question, past: FactsOf, *, as_of: datetime, zone: str) -> Any:
    """The aggregate's value, or the moment at which something happened, else unknown.

    `past`: the customer's facts by kind up to as_of (`declared.evaluate.until`).
    """
    if isinstance(tree, Aggregated):
        return measured(tree, past, as_of=as_of, zone=zone)
    return happened_at(tree, past, as_of=as_of, zone=zone)


def happened_at(tree: Happening, past: FactsOf, *, as_of: datetime, zone: str) -> datetime | None:
    """When it happened: the latest first fact that was (or was not) followed, or the first time; None: not so."""
    match tree:
        case FirstTime():
            first = min(_moments(tree.step, past, as_of), default=None)
            return first if first is not None and _inside(first, tree.window, as_of, zone) else None
        case Followed():
            return max(_that_count(tree, past, as_of, zone), default=None)


def _that_count(tree: Followed, past: FactsOf, as_of: datetime, zone: str) -> list[datetime]:
    first = [at for at in _moments(tree.first, past, as_of) if _inside(at, tree.window, as_of, zone)]
    if tree.which is not Which.ANY and first:
        first = [min(first) if tree.which is Which.FIRST else max(first)]
    later = _moments(tree.then, past, as_of)
    if tree.hours is None:
        return [at for at in first if any(then > at for then in later) is tree.happens]
    span = timedelta(hours=tree.hours)
    if tree.happens:
        return [at for at in first if any(at < then <= at + span for then in later)]
    return [at for at in first if at + span <= as_of and not any(at < then <= at + span for then in later)]


def _moments(step: Step, past: FactsOf, as_of: datetime) -> list[datetime]:
    return [row["occurred_at"] for row in that_meet(step.fact, step.where, past, as_of)]


def _inside(at: datetime, window: Rolling | Calendar | None, as_of: datetime, zone: str) -> bool:
    before, after = bounds_of(window, as_of=as_of, zone=zone)
    return (before is None or at > before) and (after is None or at < after)
