"""What staff do for one customer: look at personal data for a reason, and stop writing to them."""

from datetime import datetime

from sqlalchemy.orm import Session

from siyu.kernel.audit import Actor, record
from siyu.kernel.crypto import Cipher
from siyu.people.actions.agreeing import refuse
from siyu.people.contracts import STAFF, ConsentChannel, ConsentWord, Profile, Purpose
from siyu.people.queries.customers import profile_of


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
    session: Session,
    *,
    cipher: Cipher,
    customer_id: int,
    channel: ConsentChannel,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """The customer's addresses are suppressed and their consent is withdrawn. Saying it twice changes nothing.

    raises   NotFound
    effects  suppression, consent_entry, audit customer.opted_out; what `refuse` does if it is new
    """
    word = ConsentWord(
        customer_id,
        Purpose.MARKETING,
        channel,
        granted=False,
        source=STAFF,
        said_at=now,
        evidence={"reason": reason},
    )
    refuse(session, cipher=cipher, word=word, actor=actor, now=now)
    record(
        session, actor=actor, action="customer.opted_out", subject=("customer", customer_id),
        after={"channel": channel.value, "reason": reason}, now=now,
    )  # fmt: skip
