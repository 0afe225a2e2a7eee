"""What staff do for one customer: look at personal data for a reason, and stop writing to them."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from siyu.kernel.audit import Actor, record
from siyu.kernel.crypto import Cipher
from siyu.kernel.facts import Fact, publish
from siyu.people.actions.consents import withdraw_consent
from siyu.people.actions.suppress import suppress
from siyu.people.contracts import (
    CONSENT_CHANGED,
    FACT_SOURCE,
    MARKETING,
    Channel,
    Namespace,
    Profile,
    SuppressionKind,
)
from siyu.people.models import CustomerIdentity
from siyu.people.queries import profile_of, require_customer


def reveal_profile(
    session: Session, *, cipher: Cipher, customer_id: int, reason: str, actor: Actor, now: datetime
) -> Profile:
    """The profile in clear; the audit log says who looked and why.

    raises  NotFound
    """
    profile = profile_of(session, cipher=cipher, customer_id=customer_id, reveal=True)
    record(
        session, actor=actor, action="customer.revealed", subject=("customer", customer_id),
        after={"reason": reason}, now=now,
    )  # fmt: skip
    return profile


def opt_out(
    session: Session, *, customer_id: int, channel: Channel, reason: str, actor: Actor, now: datetime
) -> None:
    """The customer's addresses are suppressed and their consent is withdrawn. Saying it twice changes nothing.

    raises   NotFound
    effects  suppression, consent_entry, audit customer.opted_out; the fact consent_changed if it is new
    """
    require_customer(session, customer_id=customer_id)
    indexes = session.scalars(
        select(CustomerIdentity.value_index).where(
            CustomerIdentity.customer_id == customer_id, CustomerIdentity.namespace == Namespace.PHONE
        )
    )
    suppress(
        session,
        channel=channel,
        address_indexes=list(indexes),
        kind=SuppressionKind.OPT_OUT,
        source=actor.label,
        now=now,
    )
    said_at = {customer_id: now}
    new = withdraw_consent(session, said_at=said_at, channel=channel, source=actor.label, now=now)
    publish(session, *(_withdrawn(one, channel, now) for one in new), now=now)
    record(
        session, actor=actor, action="customer.opted_out", subject=("customer", customer_id),
        after={"channel": channel.value, "reason": reason}, now=now,
    )  # fmt: skip


def _withdrawn(customer_id: int, channel: Channel, now: datetime) -> Fact:
    return Fact(
        type=CONSENT_CHANGED,
        source=FACT_SOURCE,
        event_id=f"opt_out:{customer_id}:{channel.value}:{now.isoformat()}",
        occurred_at=now,
        customer_id=customer_id,
        properties={"channel": channel.value, "purpose": MARKETING, "granted": False, "reason": "staff"},
    )
