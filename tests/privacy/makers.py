"""A brand with two people who are alike, in every place where Siyu holds something of people."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from siyu.intake.actions.rejects import keep_rejects, kept_rejects
from siyu.intake.queries.imports import rejects_path
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM, Actor, record
from siyu.kernel.lake import brand_schema, rows_of
from siyu.organisation.api import brand_info
from siyu.people.api import merge_customers, save_customers
from siyu.people.contracts import CustomerRecord
from siyu.privacy.actions.erasing import run_erasure
from siyu.privacy.api import ask_for
from siyu.privacy.contracts import RequestKind
from tests.intake.eventing import carry, event, put
from tests.intake.importing import uploaded

NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
EARLIER = NOW - timedelta(days=60)
LIN = Actor("user", 1, "lin")
PHONE, OTHER_PHONE = "13912345678", "13912345679"
MAIL = "fang.wang@example.com"


@dataclass(frozen=True)
class Two:
    """The one who asks to be forgotten, who had two cards, and the other."""

    fang: int
    card: int
    other: int


def clock() -> datetime:
    return NOW


def member(key: str, **changes: Any) -> CustomerRecord:
    return CustomerRecord("member_no", key, EARLIER, **{"name": "王芳", "gender": "female", **changes})


def people(app: App, brand_id: int) -> Two:
    """Fang with two cards, a phone and an address; and a namesake."""
    records = [
        member("CARD-0001", phone=PHONE, email=MAIL, province="浙江", joined_at=EARLIER, sms_consent=True),
        member("CARD-0002", name="王小芳"),
        member("CARD-0003", phone=OTHER_PHONE, province="江苏", joined_at=EARLIER, sms_consent=True),
    ]
    with app.db.transaction(brand_id=brand_id) as session:
        save_customers(session, cipher=app.cipher, records=records, source="crm", batch_id=None, now=EARLIER)
        ids = session.scalars(text("SELECT customer_id FROM customer ORDER BY customer_id")).all()
        merge_customers(session, ids[0], ids[1], actor=SYSTEM, reason="same", now=EARLIER)
    return Two(*ids)


def facts(app: App, brand_id: int, two: Two) -> None:
    """An order each and one of the second card, events with words in them, all in the lake."""
    schema = brand_schema(brand_id)
    with app.lake.transaction() as cursor:
        for key, who, fen in (("O-1", two.fang, 9_900), ("O-2", two.other, 5_000), ("O-3", two.card, 1_200)):
            cursor.execute(
                f'INSERT INTO {schema}."order" (customer_id, order_key, occurred_at, paid_fen, batch_id) '
                "VALUES (?, ?, ?, ?, 1)",
                [who, key, EARLIER, fen],
            )
        for who in (two.fang, two.other):
            cursor.execute(
                f'INSERT INTO {schema}."search" (customer_id, query, more, occurred_at, batch_id) '
                "VALUES (?, ?, ?, ?, 1)",
                [who, "寄给王芳", '{"note": "王芳"}', EARLIER],
            )


def everywhere(app: App, brand_id: int, home: Path) -> Two:
    """Both people, wherever something of people may lie."""
    two = people(app, brand_id)
    facts(app, brand_id, two)
    put(app, brand_id, *(bad_event(phone) for phone in (PHONE, OTHER_PHONE)))
    carry(app)
    put(app, brand_id, *(good_event(phone) for phone in (PHONE, OTHER_PHONE)))
    messages(app, brand_id)
    rows = "who,phone,_reason\n" + "".join(f"x,{phone},bad date\n" for phone in (f"+86 {PHONE}", OTHER_PHONE))
    keep_rejects(rejects_path(home, brand_id=brand_id, import_id=1), text=rows, cipher=app.cipher)
    with app.db.transaction(brand_id=brand_id) as session:
        for who, phone in ((two.fang, PHONE), (two.other, OTHER_PHONE)):
            record(
                session, actor=LIN, action="customer.revealed", subject=("customer", who),
                after={"reason": f"王芳 called from {phone}"}, now=NOW,
            )  # fmt: skip
    for phone in (PHONE, OTHER_PHONE):
        uploaded(app, brand_id, "crm.csv", f"name,phone\n王芳,{phone}\n".encode("gb18030"))
    return two


def messages(app: App, brand_id: int) -> None:
    """A delivered message to everybody with a phone."""
    with app.db.transaction(brand_id=brand_id) as session:
        template_id = session.scalar(
            text("INSERT INTO message_template (brand_id, campaign_id, text, signature, opt_out_line, message_class, "
                 "created_at) VALUES (:brand, 1, 'hello', 's', 'R', 'marketing', :now) RETURNING template_id"),
            {"brand": brand_id, "now": NOW},
        )  # fmt: skip
        session.execute(
            text("INSERT INTO message (brand_id, send_key, campaign_id, customer_id, address_id, template_id, channel, "
                 "message_class, state, detail, attempts, segments, cost_centifen, provider_message_id, expires_at, "
                 "planned_at) SELECT :brand, 'k' || identity_id, 1, customer_id, identity_id, :template, 'sms', "
                 "'marketing', 'delivered', 'DELIVRD', 1, 1, 500, 'v' || identity_id, :now, :now "
                 "FROM customer_identity WHERE namespace = 'phone'"),
            {"brand": brand_id, "now": NOW, "template": template_id},
        )  # fmt: skip


def bad_event(phone: str) -> dict[str, Any]:
    """An event that the catalogue turns away."""
    who = [{"namespace": "phone", "value": phone}]
    return event(f"bad-{phone}", "cart_changed", identities=who, properties={"action": "add"})


def good_event(phone: str) -> dict[str, Any]:
    who = [{"namespace": "phone", "value": phone}]
    return event(f"good-{phone}", identities=who, properties={"points": 5, "memo": f"call {phone}"})


def ask(
    app: App, brand_id: int, customer_id: int, *, reason: str = "asked by phone", actor: Actor = LIN
) -> tuple[int, int]:
    """An erasure is asked for; its number and its task's."""
    with app.db.transaction(brand_id=brand_id) as session:
        asked = ask_for(
            session, kind=RequestKind.ERASURE, customer_id=customer_id, reason=reason,
            brand=brand_info(session, brand_id=brand_id), actor=actor, now=NOW,
        )  # fmt: skip
    assert asked.task_id is not None
    return asked.request_id, asked.task_id


def erase(app: App, brand_id: int, customer_id: int, **asked: Any) -> int:
    """The customer is erased; the request's number."""
    request_id, task_id = ask(app, brand_id, customer_id, **asked)
    run_erasure(app, brand_id=brand_id, request_id=request_id, task_id=task_id, clock=clock)
    return request_id


def rows(app: App, brand_id: int, query: str, **given: Any) -> list[dict[str, Any]]:
    with app.db.transaction(brand_id=brand_id) as session:
        return [dict(row) for row in session.execute(text(query), given).mappings()]


def lake_rows(app: App, brand_id: int, table: str) -> list[dict[str, Any]]:
    with app.lake.reading() as cursor:
        return rows_of(cursor, f'SELECT * FROM {brand_schema(brand_id)}."{table}" ORDER BY ALL')


def rejected_lines(app: App, brand_id: int) -> str:
    path = rejects_path(app.settings.home, brand_id=brand_id, import_id=1)
    return kept_rejects(path, cipher=app.cipher)
