"""The typed tree of a declared trait: a measure over facts in a window, or a formula over other traits."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from siyu.insight.contracts import Node, TraitInfo, TraitType

WHOLE_MAX = 2**63 - 1
"""Whole numbers end here: sums stop at it, formulas beyond it are unknown."""


class Measure(StrEnum):
    """What is made of the facts that count. Stored in definitions; permanent."""

    COUNT = "count"
    EXISTS = "exists"
    DAYS = "days"
    GAP = "gap"
    SUM = "sum"
    AVERAGE = "average"
    MIN = "min"
    MAX = "max"
    FIRST = "first"
    LAST = "last"
    DISTINCT = "distinct"
    MOST_FREQUENT = "most_frequent"


class CalendarPeriod(StrEnum):
    """A stretch of the brand's calendar. Weeks begin on Monday. Stored in definitions; permanent."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Arithmetic(StrEnum):
    """What a formula does with its parts. Stored in definitions; permanent."""

    ADD = "+"
    SUBTRACT = "-"
    MULTIPLY = "*"
    DIVIDE = "/"
    MIN = "min"
    MAX = "max"
    COALESCE = "coalesce"
    ROUND = "round"


_M = Measure
MEASURES_OF_FACTS = (_M.COUNT, _M.EXISTS, _M.DAYS, _M.GAP)
"""Measures that need no property."""

_ANY = frozenset(TraitType)
_AMOUNTS = frozenset({TraitType.INTEGER, TraitType.MONEY, TraitType.NUMBER})
MEASURED_TYPES: Mapping[Measure, frozenset[TraitType]] = {
    _M.SUM: _AMOUNTS,
    _M.AVERAGE: _AMOUNTS,
    _M.MIN: _AMOUNTS | {TraitType.MOMENT},
    _M.MAX: _AMOUNTS | {TraitType.MOMENT},
    _M.FIRST: _ANY,
    _M.LAST: _ANY,
    _M.DISTINCT: _ANY,
    _M.MOST_FREQUENT: frozenset({TraitType.TEXT, TraitType.INTEGER, TraitType.MONEY, TraitType.BOOLEAN}),
}
"""Which types of property each of the other measures takes."""

NOTHING: Mapping[Measure, int | bool] = {
    _M.COUNT: 0,
    _M.DAYS: 0,
    _M.DISTINCT: 0,
    _M.SUM: 0,
    _M.EXISTS: False,
}
"""What a measure of no facts at all is; any other is unknown."""


@dataclass(frozen=True, slots=True)
class FactInfo:
    """A kind of fact as definitions know it.

    `own`: an event of the brand's, a row of the lake's `event` whose properties are one JSON text. `texts`: properties
    that somebody may have written, which are emptied for who asks to be forgotten.
    shape  properties by name, with the name, type and unit that conditions compare by
    """

    name: str
    label: Mapping[str, str]
    properties: Mapping[str, TraitInfo]
    own: bool = False
    texts: frozenset[str] = frozenset()

    @property
    def table(self) -> str:
        """The lake's table that holds it."""
        return "event" if self.own else self.name


@dataclass(frozen=True, slots=True)
class Rolling:
    """(as_of − days × 24 h, as_of]."""

    days: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """The period of the brand's calendar that as_of lies in, or the one so many before it (offset −1: the last)."""

    period: CalendarPeriod
    offset: int


@dataclass(frozen=True, slots=True)
class Since:
    """After the customer's first (or last) fact of a kind that meets the conditions; without one, never."""

    fact: FactInfo
    last: bool
    where: Node | None


Window = Rolling | Calendar | Since | None


@dataclass(frozen=True, slots=True)
class Aggregated:
    """A measure of the customer's facts of one kind that meet the conditions, in a window; None: ever."""

    measure: Measure
    fact: FactInfo
    of: TraitInfo | None
    where: Node | None
    window: Window

    @property
    def type(self) -> TraitType:
        """How the trait is compared and shown."""
        match self.measure:
            case _M.COUNT | _M.DAYS | _M.DISTINCT:
                return TraitType.INTEGER
            case _M.EXISTS:
                return TraitType.BOOLEAN
            case _M.GAP:
                return TraitType.NUMBER
        assert self.of is not None, "every other measure is of a property"
        if self.measure is _M.AVERAGE and self.of.type is TraitType.INTEGER:
            return TraitType.NUMBER
        return self.of.type


@dataclass(frozen=True, slots=True)
class Literal:
    """A number that was written down."""

    value: int | float

    @property
    def type(self) -> TraitType:
        """Whole or not."""
        return TraitType.INTEGER if isinstance(self.value, int) else TraitType.NUMBER


@dataclass(frozen=True, slots=True)
class Named:
    """The value of another trait."""

    trait: TraitInfo

    @property
    def type(self) -> TraitType:
        """The trait's."""
        return self.trait.type


@dataclass(frozen=True, slots=True)
class Computed:
    """What comes of the parts. `digits`: of a rounding, how many stay behind the point."""

    operation: Arithmetic
    parts: tuple["Expression", ...]
    type: TraitType
    digits: int = 0


Expression = Literal | Named | Computed
Tree = Aggregated | Literal | Named | Computed


@dataclass(frozen=True, slots=True)
class DeclaredTrait:
    """A trait of the brand's own that can be read: what people see of it, its definition, and what it uses."""

    info: TraitInfo
    version: int
    tree: Tree
    uses: frozenset[str] = field(default_factory=frozenset)


def traits_used(tree: Tree) -> frozenset[str]:
    """The traits that a formula names; an aggregate names none."""
    return frozenset(_named(tree))


def facts_used(tree: Tree) -> frozenset[str]:
    """The kinds of fact that an aggregate reads, the beginning of its window included."""
    if not isinstance(tree, Aggregated):
        return frozenset()
    since = {tree.window.fact.name} if isinstance(tree.window, Since) else set()
    return frozenset({tree.fact.name} | since)


def tables_read(tree: Tree) -> frozenset[str]:
    """The lake's tables whose facts an aggregate counts, the beginning of its window included."""
    if not isinstance(tree, Aggregated):
        return frozenset()
    since = {tree.window.fact.table} if isinstance(tree.window, Since) else set()
    return frozenset({tree.fact.table} | since)


def holds_words(tree: Tree) -> bool:
    """Whether the value may be a text that somebody wrote."""
    return (
        isinstance(tree, Aggregated)
        and tree.of is not None
        and tree.type is TraitType.TEXT
        and tree.of.name in tree.fact.texts
    )


def _named(tree: Tree) -> Iterator[str]:
    if isinstance(tree, Named):
        yield tree.trait.name
    if isinstance(tree, Computed):
        for part in tree.parts:
            yield from _named(part)
