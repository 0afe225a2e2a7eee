"""What staff note for a customer reaches whoever counts it."""

from datetime import timedelta

from sqlalchemy import text

from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.kernel.db import Role
from siyu.people.actions.care import opt_out
from siyu.people.contracts import ConsentChannel
from tests.people.makers import NOW, customer_of


def test_an_opt_out_is_one_fact_however_often_it_is_noted(app: App, brand_id: int) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        who = customer_of(session, app.cipher, phone="13800138000", sms_consent=True)
        for days in (0, 1):
            opt_out(
                session, cipher=app.cipher, customer_id=who, channel=ConsentChannel.SMS, reason="by phone",
                actor=SYSTEM, now=NOW + timedelta(days=days),
            )  # fmt: skip
    with app.db.transaction(brand_id=brand_id, role=Role.PUMP) as session:
        rows = session.execute(
            text("SELECT customer_id, occurred_at, properties ->> 'granted' FROM inbox "
                 "WHERE brand_id = :b AND fact = 'consent_changed'"),
            {"b": brand_id},
        ).all()  # fmt: skip
    assert [tuple(row) for row in rows] == [(who, NOW, "false")]
