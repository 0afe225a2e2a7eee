"""What staff do for one customer: look at personal data for a reason, and stop writing to them."""

from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from siyu.kernel.audit import Actor, record
from siyu.kernel.crypto import Cipher
from siyu.kernel.db import brand_of
from siyu.people.actions.suppress import suppress
from siyu.people.contracts import MARKETING, Channel, Namespace, Profile, SuppressionKind
from siyu.people.models import CustomerIdentity
from siyu.people.queries import profile_of


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

    effects  suppression, consent_entry, audit customer.opted_out
    """
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
    session.execute(
        text(
            "INSERT INTO consent_entry "
            "(brand_id, customer_id, channel, purpose, granted, source, said_at, recorded_at) "
            "SELECT :brand, :customer, :channel, :purpose, false, :source, :now, :now "
            "WHERE EXISTS (SELECT FROM customer WHERE customer_id = :customer)"
        ),
        {"brand": brand_of(session), "customer": customer_id, "channel": channel.value, "purpose": MARKETING,
         "source": actor.label, "now": now},
    )  # fmt: skip
    record(
        session, actor=actor, action="customer.opted_out", subject=("customer", customer_id),
        after={"channel": channel.value, "reason": reason}, now=now,
    )  # fmt: skip
