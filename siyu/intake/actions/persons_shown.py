"""The last events and the bodies of webhooks, without a person who asked to be forgotten."""

from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.intake.actions.webhooks import body_context
from siyu.kernel.app import App
from siyu.kernel.crypto import Cipher
from siyu.privacy.api import mentions, needles_of
from siyu.privacy.contracts import Person

PAGE = 500
BODIES = """
    SELECT body_id, body_sealed FROM event_webhook_body
    WHERE brand_id = :brand AND body_id > :after ORDER BY body_id LIMIT :page
"""


def shown_of(session: Session, person: Person) -> int:
    """How many of the events that are shown are the person's; others name nobody."""
    query = text("SELECT count(*) FROM event_recent WHERE customer_id = ANY(CAST(:customers AS bigint[]))")
    return session.scalar(query, {"customers": list(person.customer_ids)}) or 0


def forget_shown(app: App, person: Person) -> None:
    """None of the events that are shown is the person's."""
    with app.db.transaction(brand_id=person.brand_id) as session:
        session.execute(
            text("DELETE FROM event_recent WHERE customer_id = ANY(CAST(:customers AS bigint[]))"),
            {"customers": list(person.customer_ids)},
        )


def bodies_naming(session: Session, cipher: Cipher, person: Person) -> Iterator[int]:
    """The bodies of webhooks that name the person by a number or address."""
    needles, context, after = needles_of(person.values), body_context(person.brand_id), 0
    while rows := session.execute(
        text(BODIES), {"brand": person.brand_id, "after": after, "page": PAGE}
    ).all():
        for number, sealed in rows:
            words = cipher.decrypt_bytes(bytes(sealed), context=context).decode("utf-8", "replace")
            if mentions(words, needles):
                yield number
        after = rows[-1][0]


def forget_bodies_naming(app: App, person: Person) -> None:
    """No body of a webhook names the person: what it gave is in the facts, what failed is sent again by its sender."""
    with app.db.transaction(brand_id=person.brand_id) as session:
        found = list(bodies_naming(session, app.cipher, person))
        session.execute(
            text("DELETE FROM event_webhook_body WHERE body_id = ANY(CAST(:found AS bigint[]))"),
            {"found": found},
        )
