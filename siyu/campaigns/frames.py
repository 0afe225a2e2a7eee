"""What assigned customers did in their window, as Ibis expressions over the lake and a table of recipients."""

from dataclasses import dataclass
from datetime import datetime

import ibis
import ibis.expr.types as ir

from siyu.metrics.api import SalesTables, brand_table, counted_orders, day_in, sales_tables

RECIPIENTS = "campaign_recipients"
_RECIPIENT = {
    "customer_id": "int64",
    "person_id": "int64",
    "arm": "string",
    "assigned_at": "timestamp('UTC')",
    "until": "timestamp('UTC')",
}
_MESSAGE_EVENT = {
    "customer_id": "int64",
    "occurred_at": "timestamp('UTC')",
    "message_id": "int64",
    "campaign_id": "int64",
    "state": "string",
    "segments": "int64",
}
_CONSENT_CHANGED = {
    "customer_id": "int64",
    "occurred_at": "timestamp('UTC')",
    "channel": "string",
    "granted": "boolean",
}


@dataclass(frozen=True, slots=True)
class Sight:
    """Which campaign is looked at, and the stretch in which anything about it can have happened.

    The stretch is what lets the lake pass over the files of other months.
    """

    brand_id: int
    campaign_id: int
    launched_at: datetime
    window_ends_at: datetime
    as_of: datetime


def recipients() -> ir.Table:
    """The assigned people under each of their numbers, registered on the cursor under RECIPIENTS.

    shape  customer_id, person_id (whom it counts as), arm, assigned_at, until (the end of the window, or `as_of`)
    """
    return ibis.table(_RECIPIENT, name=RECIPIENTS)


def assigned_people() -> ir.Table:
    """The assigned people, each once.

    shape  customer_id, arm
    """
    everyone = recipients()
    return everyone.filter(everyone.customer_id == everyone.person_id).select("customer_id", "arm")


def sales_in_window(sight: Sight) -> SalesTables:
    """The orders and refunds of assigned customers within (assigned_at, until], each with its customer's arm.

    An order counts as cancelled only by refunds of the same window, so that a result is final when the window is.
    """
    tables = sales_tables(sight.brand_id)
    return SalesTables(*(_inside(table, sight) for table in (tables.orders, tables.lines, tables.refunds)))


def outcome_per_customer(sight: Sight) -> ir.Table:
    """One row for every assigned customer, those who bought nothing included.

    shape   customer_id, arm, sales_fen (net of refunds in the window), orders (not cancelled), touched
    """
    sales = sales_in_window(sight)
    counted = counted_orders(sales)
    paid = counted.group_by("customer_id").aggregate(
        paid_fen=counted.paid_fen.sum(), orders=counted.count(where=~counted.cancelled)
    )
    refunds = sales.refunds
    back = refunds.group_by("customer_id").aggregate(back_fen=refunds.amount_fen.sum())
    messages = message_outcomes(sight)
    reached = messages.filter(messages.accepted).select("customer_id", reached=ibis.literal(True)).distinct()
    assigned = assigned_people()
    joined = (
        assigned.left_join(paid, "customer_id")
        .drop("customer_id_right")
        .left_join(back, "customer_id")
        .drop("customer_id_right")
        .left_join(reached, "customer_id")
        .drop("customer_id_right")
    )
    return joined.select(
        "customer_id",
        "arm",
        # The engine sums BIGINT to HUGEINT, which Arrow hands over as decimals; a double holds fen exactly.
        sales_fen=(joined.paid_fen.fill_null(0) - joined.back_fen.fill_null(0)).cast("float64"),
        orders=joined.orders.fill_null(0),
        touched=joined.reached.fill_null(False),
    )


def message_outcomes(sight: Sight) -> ir.Table:
    """What became of each message of a campaign by `as_of`, from its facts.

    shape   message_id, customer_id, accepted (the vendor has or had it), delivered, failed, segments (billed)
    """
    events = brand_table(sight.brand_id, "message_event", _MESSAGE_EVENT)
    events = events.filter(
        events.campaign_id == sight.campaign_id,
        events.occurred_at >= ibis.literal(sight.launched_at),
        events.occurred_at <= ibis.literal(sight.as_of),
    )
    numbers = recipients()
    pairs = events.left_join(numbers, events.customer_id == numbers.customer_id)
    person = numbers.person_id.coalesce(events.customer_id)
    events = pairs.select(
        *(events[name] for name in events.columns if name != "customer_id"), customer_id=person
    )
    by_message = events.group_by(["message_id", "customer_id"]).aggregate(
        accepted=events.state.isin(["accepted", "delivered"]).any(),
        delivered=(events.state == "delivered").any(),
        refused=(events.state == "failed").any(),
        billed=events.segments.max(),
    )
    return by_message.select(
        "message_id",
        "customer_id",
        "accepted",
        "delivered",
        failed=by_message.refused & ~by_message.delivered,
        segments=ibis.ifelse(by_message.accepted, by_message.billed.fill_null(0), 0),
    )


def reach_totals(sight: Sight) -> ir.Table:
    """One row: how many customers the messages reached, and how many segments were billed.

    shape  accepted, delivered, failed, segments
    """
    messages = message_outcomes(sight)
    return messages.aggregate(
        accepted=messages.customer_id.nunique(where=messages.accepted),
        delivered=messages.customer_id.nunique(where=messages.delivered),
        failed=messages.customer_id.nunique(where=messages.failed),
        segments=messages.segments.sum().fill_null(0),
    )


def opted_out(sight: Sight, *, channel: str) -> ir.Table:
    """One row: how many treated customers withdrew consent for the channel in their window.

    shape  customers
    """
    changed = _inside(brand_table(sight.brand_id, "consent_changed", _CONSENT_CHANGED), sight)
    withdrawn = changed.filter(~changed.granted, changed.channel == channel, changed.arm == "treated")
    return withdrawn.aggregate(customers=withdrawn.customer_id.nunique())


def sales_by_day(sight: Sight, *, zone: str) -> ir.Table:
    """Net sales of each arm on each day of the brand with any; refunds on the day they were made.

    shape  day, arm, sales_fen
    """
    sales = sales_in_window(sight)
    orders, refunds = sales.orders, sales.refunds
    both = orders.select("arm", day=day_in(zone, orders.occurred_at), fen=orders.paid_fen).union(
        refunds.select("arm", day=day_in(zone, refunds.occurred_at), fen=-refunds.amount_fen)
    )
    return both.group_by(["day", "arm"]).aggregate(sales_fen=both.fen.sum())


def _inside(table: ir.Table, sight: Sight) -> ir.Table:
    """The rows of assigned people within their windows, each with its person as customer_id and their arm."""
    table = table.filter(
        table.occurred_at > ibis.literal(sight.launched_at),
        table.occurred_at <= ibis.literal(min(sight.as_of, sight.window_ends_at)),
    )
    assigned = recipients()
    joined = table.join(
        assigned,
        [
            table.customer_id == assigned.customer_id,
            table.occurred_at > assigned.assigned_at,
            table.occurred_at <= assigned.until,
        ],
    )
    kept = (table[name] for name in table.columns if name != "customer_id")
    return joined.select(*kept, assigned.arm, customer_id=assigned.person_id)
