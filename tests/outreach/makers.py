"""Customers with phones and consent, and campaigns' messages, made by the same actions as in life."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.app import App
from siyu.kernel.db import Role
from siyu.outreach.api import message_funnel, plan_messages
from siyu.outreach.contracts import FrozenTemplate
from siyu.people.api import reach_by, save_customers
from siyu.people.contracts import Channel, CustomerRecord

NOON = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai
TEMPLATE = FrozenTemplate("{{ name | default: '会员' }}您好，新茶到店。", "思屿", "拒收请回复R")


def phone_of(number: int) -> str:
    """One of the sandbox's numbers that are always delivered."""
    return f"1990001{number:04d}"


def make_customers(app: App, brand_id: int, count: int, *, start: int = 0, **changes: Any) -> list[int]:
    """Customers who agreed to marketing, in the order of their phones."""
    given = {"name": "王芳", "sms_consent": True, "consent_at": NOON - timedelta(days=30)}
    records = [
        CustomerRecord(
            **{
                "namespace": "member_no", "external_key": f"M{number}", "known_at": NOON - timedelta(days=30),
                "phone": phone_of(number), **given, **changes,
            }
        )
        for number in range(start, start + count)
    ]  # fmt: skip
    with app.db.transaction(brand_id=brand_id) as session:
        save_customers(session, cipher=app.cipher, records=records, source="test", batch_id=None, now=NOON)
        ids = session.execute(text("SELECT customer_id FROM customer ORDER BY customer_id")).scalars().all()
    return list(ids)[-count:]


def plan(app: App, brand_id: int, *, campaign_id: int = 1, now: datetime = NOON, **changes: Any) -> int:
    """A message of the campaign for every customer of the brand."""
    with app.db.transaction(brand_id=brand_id) as session:
        return plan_everybody(session, campaign_id=campaign_id, now=now, **changes)


def plan_everybody(session: Session, *, campaign_id: int, now: datetime, **changes: Any) -> int:
    query, parameters = reach_by(Channel.SMS)
    given = {"template": TEMPLATE, "not_before": now, **changes}
    return plan_messages(
        session, campaign_id=campaign_id, recipients_sql=f"SELECT customer_id, address_id FROM ({query}) everybody",
        parameters={**parameters, "now": now}, now=now, **given,
    )  # fmt: skip


def funnel(app: App, brand_id: int, campaign_id: int = 1) -> dict[str, int]:
    """What is not zero in a campaign's funnel; what was counted on the way is what a count of the messages gives."""
    for last in (False, False, True):  # a receipt may come between two looks
        with app.db.transaction(brand_id=brand_id) as session:
            found = message_funnel(session, campaign_id=campaign_id)
            counted = session.execute(text(COUNTED), {"c": campaign_id}).one()
            states = {state: number for state, number in session.execute(text(STATES), {"c": campaign_id})}  # noqa: C416
        told = {name: found[name] for name in states if name in found}
        same = tuple(counted) == (found["total"], found["segments"], found["opted_out"]) and told == states
        assert same or not last, (counted, states, found)
        if same:
            break
    return {name: count for name, count in found.items() if count}


COUNTED = """
    SELECT count(*), coalesce(sum(segments), 0), count(opted_out_at) FROM message WHERE campaign_id = :c
"""
STATES = """
    SELECT state, count(*) FROM message WHERE campaign_id = :c GROUP BY 1
    UNION ALL
    SELECT 'reason:' || reason, count(*) FROM message WHERE campaign_id = :c AND state = 'suppressed' GROUP BY 1
"""


def facts_of(app: App, brand_id: int) -> Counter[tuple[str, str]]:
    """The facts published for a brand: (fact, event id) and how often."""
    with app.db.transaction(brand_id=brand_id, role=Role.PUMP) as session:
        rows = session.execute(
            text("SELECT fact, event_id FROM inbox WHERE brand_id = :brand"), {"brand": brand_id}
        )
        return Counter((fact, event_id) for fact, event_id in rows)


def states_in_facts(app: App, brand_id: int) -> Counter[str]:
    """How many facts tell of each state; a fact told twice fails here."""
    facts = facts_of(app, brand_id)
    assert set(facts.values()) <= {1}, "a fact was published twice"
    return Counter(event_id.split(":")[1] for fact, event_id in facts if fact == "message_event")


def value_of(app: App, brand_id: int, query: str) -> Any:
    with app.db.transaction(brand_id=brand_id) as session:
        return session.execute(text(query)).scalar_one()
