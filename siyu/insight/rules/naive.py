"""One customer's traits from a list of facts, in plain Python: slow, obvious, and what the frames must equal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

OWN_GAPS_MIN = 5


@dataclass(frozen=True, slots=True)
class OrderFact:
    """An order that was paid. units: fen."""

    source: str
    order_key: str
    occurred_at: datetime
    paid_fen: int
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class LineFact:
    """A line of an order. units: fen."""

    source: str
    order_key: str
    occurred_at: datetime
    category: str | None
    amount_fen: int


@dataclass(frozen=True, slots=True)
class RefundFact:
    """Money given back; order_key where the file says for which order. units: fen."""

    source: str
    refund_key: str
    occurred_at: datetime
    amount_fen: int
    order_key: str | None = None
    document_key: str | None = None


@dataclass(frozen=True, slots=True)
class History:
    """All that is known of one customer."""

    orders: Sequence[OrderFact] = ()
    lines: Sequence[LineFact] = ()
    refunds: Sequence[RefundFact] = ()
    known_at: datetime | None = None
    joined_at: datetime | None = None

    def until(self, as_of: datetime) -> "History":
        """The same history as it stood at `as_of`."""
        known = self.known_at is not None and self.known_at <= as_of
        return History(
            [fact for fact in self.orders if fact.occurred_at <= as_of],
            [fact for fact in self.lines if fact.occurred_at <= as_of],
            [fact for fact in self.refunds if fact.occurred_at <= as_of],
            self.known_at if known else None,
            self.joined_at if known and self.joined_at is not None and self.joined_at <= as_of else None,
        )


def is_cancelled(order: OrderFact, refunds: Iterable[RefundFact]) -> bool:
    """Whether the refunds linked to the order have reached what was paid. What cost nothing stays an order.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    >>> back = [RefundFact("pos", "R1", noon, 400, "A"), RefundFact("pos", "R2", noon, 600, "A")]
    >>> is_cancelled(OrderFact("pos", "A", noon, 1000), back), is_cancelled(OrderFact("pos", "A", noon, 1001), back)
    (True, False)
    """
    linked = [r.amount_fen for r in refunds if (r.source, r.order_key) == (order.source, order.order_key)]
    return order.paid_fen > 0 and bool(linked) and sum(linked) >= order.paid_fen


def percentile(values: Sequence[int], share: float) -> float:
    """The value below which this share of the values lies, interpolated between the two next to it.

    >>> percentile([10, 20, 30, 40, 50], 0.8)
    42.0
    """
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def half_even(amount: int, number: int) -> int:
    """The quotient as a whole number, halves to the even one.

    >>> half_even(5, 2), half_even(7, 2), half_even(-5, 2)
    (2, 4, -2)
    """
    whole, rest = divmod(amount, number)
    up = 2 * rest > number or (2 * rest == number and whole % 2 == 1)
    return whole + up


def purchase_days(history: History, zone: str) -> list[date]:
    """The different days, in order, with an order that was not cancelled."""
    return sorted({_day(order.occurred_at, zone) for order in _counted(history)})


def gaps(days: Sequence[date]) -> list[int]:
    """Days between purchase days that follow one another."""
    return [(later - earlier).days for earlier, later in pairwise(days)]


def traits_of_history(history: History, *, as_of: datetime, zone: str) -> dict[str, Any] | None:
    """One customer's traits without class and stage; None for somebody unknown as of then."""
    past = history.until(as_of)
    seen = [order.occurred_at for order in past.orders] + [refund.occurred_at for refund in past.refunds]
    seen += [] if past.known_at is None else [past.known_at]
    if not seen:
        return None
    counted = sorted(_counted(past), key=lambda order: (order.occurred_at, order.source, order.order_key))
    sales = _net(past, None, as_of)
    channels = [order.channel for order in counted if order.channel is not None]
    return {
        "first_order_at": counted[0].occurred_at if counted else None,
        "last_order_at": counted[-1].occurred_at if counted else None,
        "orders": len(counted),
        **{f"orders_{d}d": sum(_inside(o.occurred_at, d, as_of) for o in counted) for d in (30, 90, 365)},
        "sales_fen": sales,
        **{f"sales_{days}d_fen": _net(past, days, as_of) for days in (30, 90, 365)},
        "average_order_fen": half_even(sales, len(counted)) if counted else None,
        **_day_traits(past, as_of, zone),
        "refunds": len({(r.source, _document(r)) for r in past.refunds}),
        "refunded_fen": sum(refund.amount_fen for refund in past.refunds),
        "favourite_category": _favourite(past),
        "first_channel": channels[0] if channels else None,
        "known_at": min(seen),
        "joined_at": past.joined_at,
    }


def _day_traits(past: History, as_of: datetime, zone: str) -> dict[str, Any]:
    days = purchase_days(past, zone)
    between = gaps(days)
    own = len(between) >= OWN_GAPS_MIN
    recent = {_day(o.occurred_at, zone) for o in _counted(past) if _inside(o.occurred_at, 365, as_of)}
    return {
        "purchase_days": len(days),
        "purchase_days_365d": len(recent),
        "gap_days_mean": sum(between) / len(between) if between else None,
        "gap_days_p80": percentile(between, 0.8) if own else None,
        "gap_days_p90": percentile(between, 0.9) if own else None,
    }


def _counted(history: History) -> list[OrderFact]:
    return [order for order in history.orders if not is_cancelled(order, history.refunds)]


def _net(past: History, days: int | None, as_of: datetime) -> int:
    paid = sum(o.paid_fen for o in past.orders if _inside(o.occurred_at, days, as_of))
    return paid - sum(r.amount_fen for r in past.refunds if _inside(r.occurred_at, days, as_of))


def _favourite(past: History) -> str | None:
    gone = {(order.source, order.order_key) for order in past.orders if is_cancelled(order, past.refunds)}
    amounts: dict[str, int] = {}
    for line in past.lines:
        if line.category is not None and (line.source, line.order_key) not in gone:
            amounts[line.category] = amounts.get(line.category, 0) + line.amount_fen
    return min(amounts, key=lambda category: (-amounts[category], category), default=None)


def _inside(moment: datetime, days: int | None, as_of: datetime) -> bool:
    return days is None or moment > as_of - timedelta(days=days)


def _day(moment: datetime, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()


def _document(refund: RefundFact) -> str:
    return refund.refund_key if refund.document_key is None else refund.document_key
