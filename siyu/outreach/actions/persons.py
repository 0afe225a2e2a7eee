"""What outreach holds of a person: messages under a number, and where they went."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import text

from siyu.kernel.app import App
from siyu.outreach.contracts import OPEN_STATES
from siyu.privacy.contracts import Fate, Holding, Person, Said, Sheet

ROWS_MAX = 10_000
TRACES = """
    SELECT count(*) FROM message WHERE brand_id = :brand AND customer_id = ANY(CAST(:customers AS bigint[]))
      AND state <> ALL(CAST(:open AS text[])) AND num_nonnulls(address_id, detail, provider_message_id) > 0
"""
FORGET = """
    UPDATE message SET address_id = NULL, detail = NULL, provider_message_id = NULL
    WHERE brand_id = :brand AND customer_id = ANY(CAST(:customers AS bigint[]))
      AND state <> ALL(CAST(:open AS text[])) AND num_nonnulls(address_id, detail, provider_message_id) > 0
"""
COUNT = (
    "SELECT count(*) FROM message WHERE brand_id = :brand AND customer_id = ANY(CAST(:customers AS bigint[]))"
)
MESSAGES = """
    SELECT m.message_id, m.campaign_id, m.customer_id, m.channel, m.message_class, m.state, m.reason, m.detail,
           m.segments, m.planned_at, m.sent_at, m.final_at, m.opted_out_at, t.text AS template_text, t.signature
    FROM message m JOIN message_template t ON t.template_id = m.template_id
    WHERE m.brand_id = :brand AND m.customer_id = ANY(CAST(:customers AS bigint[])) ORDER BY m.message_id LIMIT :most
"""
ADDRESSES = Said(
    "消息的收件身份与供应商回执编号", "the address of messages, and the vendor's number for them"
)
KEPT = Said("编号下的消息（不含正文变量与号码）", "messages under the number, without values or addresses")
WHY = Said("费用、频次与活动结果须保持不变。", "Costs, caps and the results of campaigns stay as they were.")


class OutreachPart:
    """Messages. One that is open goes nowhere: at the gate there is no address any more."""

    name = "outreach"
    tables: Mapping[str, str] = {"message": "messages"}

    def holdings(self, app: App, person: Person) -> tuple[Holding, ...]:
        """Messages, and those that still say where they went."""
        with app.db.transaction(brand_id=person.brand_id) as session:
            traces = session.scalar(text(TRACES), _given(person)) or 0
            messages = session.scalar(text(COUNT), _given(person)) or 0
        return (
            Holding("outreach.addresses", ADDRESSES, traces, Fate.REMOVED),
            Holding("outreach.messages", KEPT, messages, Fate.KEPT, WHY),
        )

    def forget(self, app: App, person: Person, *, now: datetime) -> None:  # noqa: ARG002 -- the protocol's
        """No message says any more where it went."""
        with app.db.transaction(brand_id=person.brand_id) as session:
            session.execute(text(FORGET), _given(person))

    def export(self, app: App, person: Person) -> tuple[Sheet, ...]:
        """Every message, with the text it was made from. limits: 10,000."""
        with app.db.transaction(brand_id=person.brand_id) as session:
            given = {**_given(person), "most": ROWS_MAX}
            rows = [dict(row) for row in session.execute(text(MESSAGES), given).mappings()]
        return (Sheet("messages", Said("消息", "Messages"), rows),)


def _given(person: Person) -> dict[str, object]:
    return {
        "brand": person.brand_id,
        "customers": list(person.customer_ids),
        "open": [state.value for state in OPEN_STATES],
    }


PERSON_PARTS = (OutreachPart(),)
