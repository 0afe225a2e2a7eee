"""The words of metrics: periods, what a metric is called, and what was measured."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from siyu.metrics.errors import EmptyPeriod


class Unit(StrEnum):
    """What a number counts. Stored and shown; permanent."""

    FEN = "fen"
    COUNT = "count"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Period:
    """(start, end]: a fact at `start` is outside, one at `end` inside, as rolling windows are.

    >>> Period(datetime(2026, 1, 1), datetime(2026, 1, 8)).previous().start
    datetime.datetime(2025, 12, 25, 0, 0)
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise EmptyPeriod(start=self.start.isoformat(), end=self.end.isoformat())

    def previous(self) -> "Period":
        """The period of the same length that ended when this one began."""
        return Period(self.start - (self.end - self.start), self.start)

    @classmethod
    def last_days(cls, days: int, *, as_of: datetime) -> "Period":
        """The rolling window of so many times 24 hours up to `as_of`."""
        return cls(as_of - timedelta(days=days), as_of)


@dataclass(frozen=True, slots=True)
class MetricInfo:
    """What people read about a metric. A changed formula is a new version; numbers name theirs."""

    name: str
    version: int
    unit: Unit
    label: Mapping[str, str]
    definition: Mapping[str, str]
    formula: str


@dataclass(frozen=True, slots=True)
class Measured:
    """A metric over a period beside the period before it.

    units    that of `metric.unit`; shares are 0 to 1; None where the denominator is zero
    returns  `change` relative to the previous value, None where that is zero or unknown
    """

    metric: MetricInfo
    period: Period
    value: float | int | None
    previous: float | int | None
    change: float | None


@dataclass(frozen=True, slots=True)
class DayOfSales:
    """One calendar day of the brand's zone. units: sales in fen, net of the refunds made that day."""

    day: date
    sales_fen: int
    orders: int
    buyers: int
