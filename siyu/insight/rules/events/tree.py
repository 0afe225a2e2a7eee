"""The typed trees of conditions on facts that are no aggregates: one fact after another, and a first time."""

from dataclasses import dataclass
from enum import StrEnum

from siyu.insight.contracts import Node
from siyu.insight.rules.declared.tree import Aggregated, Calendar, FactInfo, Rolling, facts_used

HOURS_OF_DAY = 24


class Which(StrEnum):
    """Which of the first facts in the window must be followed. Stored in definitions; permanent."""

    ANY = "any"
    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Step:
    """Facts of a kind that meet the conditions."""

    fact: FactInfo
    where: Node | None


@dataclass(frozen=True, slots=True)
class Followed:
    """A `first` in the window, and so many hours after it at the most a `then`, or none.

    *After* is later, not at the same moment. `hours` None: however long after, up to as_of. Where none is asked for
    (`happens` false), only a first whose hours are over by as_of counts. The window is the first's alone.
    """

    first: Step
    then: Step
    hours: int | None
    happens: bool
    which: Which
    window: Rolling | Calendar | None


@dataclass(frozen=True, slots=True)
class FirstTime:
    """The customer's first fact ever that meets the conditions lies in the window."""

    step: Step
    window: Rolling | Calendar


Happening = Followed | FirstTime
Question = Aggregated | Happening


def facts_asked(tree: Question) -> frozenset[str]:
    """The kinds of fact that a question reads."""
    match tree:
        case Followed():
            return frozenset({tree.first.fact.name, tree.then.fact.name})
        case FirstTime():
            return frozenset({tree.step.fact.name})
        case Aggregated():
            return facts_used(tree)
