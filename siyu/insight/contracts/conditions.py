"""What conditions are made of, in segments and in declared traits. Values of enums are stored; they are permanent."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from siyu.insight.contracts.traits import TraitInfo, TraitType

CONDITION_DEPTH_MAX = 50
CONDITIONS_MAX = 1_000
VALUES_MAX = 10_000
TEXT_MAX = 500
Pair = tuple[str, str]


class Operator(StrEnum):
    """What a condition asks of a trait, or of a property of a fact. Stored in definitions; permanent."""

    EQ = "="
    NE = "!="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    BETWEEN = "between"
    IN = "in"
    NOT_IN = "not_in"
    CONTAINS = "contains"
    BEFORE = "before"
    AFTER = "after"
    WITHIN_DAYS = "within_days"
    IS_KNOWN = "is_known"
    IS_UNKNOWN = "is_unknown"


_O = Operator
_KNOWLEDGE = (_O.IS_KNOWN, _O.IS_UNKNOWN)
_NUMERIC = (_O.EQ, _O.NE, _O.LT, _O.LE, _O.GT, _O.GE, _O.BETWEEN, _O.IN, _O.NOT_IN, *_KNOWLEDGE)
OPERATORS: Mapping[TraitType, tuple[Operator, ...]] = {
    TraitType.INTEGER: _NUMERIC,
    TraitType.MONEY: _NUMERIC,
    TraitType.NUMBER: _NUMERIC,
    TraitType.TEXT: (_O.EQ, _O.NE, _O.IN, _O.NOT_IN, _O.CONTAINS, *_KNOWLEDGE),
    TraitType.CHOICE: (_O.EQ, _O.NE, _O.IN, _O.NOT_IN, *_KNOWLEDGE),
    TraitType.BOOLEAN: (_O.EQ, _O.NE, *_KNOWLEDGE),
    TraitType.MOMENT: (_O.WITHIN_DAYS, _O.BEFORE, _O.AFTER, _O.BETWEEN, *_KNOWLEDGE),
}
"""Which operators each type of trait takes."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One question about one trait, or one property of a fact.

    `value` is typed: int, float, str, bool, datetimes, or a tuple of them.

    For moments `between` holds (first, last) both inside; `before` the first moment outside, `after` the last one.
    """

    path: str
    trait: TraitInfo
    operator: Operator
    value: Any = None


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds; of no parts: everybody."""

    path: str
    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    path: str
    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold, be it because the value is unknown."""

    path: str
    part: "Node"


Node = Condition | AllOf | AnyOf | Not


class Misread(Exception):
    """Where a definition cannot be read, why not and what to do, in English and Chinese: a module's refusal says it."""

    def __init__(self, path: str, why: Pair, remedy: Pair) -> None:
        super().__init__(path, why, remedy)
        self.path, self.why, self.remedy = path, why, remedy

    def details(self) -> dict[str, str]:
        """What a refusal is filled with."""
        return {
            "path": self.path, "why": self.why[0], "why_zh": self.why[1],
            "remedy": self.remedy[0], "remedy_zh": self.remedy[1],
        }  # fmt: skip


class UnknownName(Exception):
    """A name that a definition uses and nobody knows, where it stands, and the nearest that somebody does."""

    def __init__(self, path: str, name: str, near: tuple[str, ...]) -> None:
        super().__init__(path, name, near)
        self.path, self.name, self.near = path, name, near

    def details(self) -> dict[str, str]:
        """What a refusal is filled with."""
        listed = ", ".join(self.near)
        return {
            "path": self.path,
            "name": self.name,
            "guess": f" Did you mean {listed}?" if self.near else "",
            "guess_zh": f"你是想写 {listed} 吗？" if self.near else "",
        }
