"""What people is to be told of: identities that wait for a person, and a consent chain that does not hold."""

from collections.abc import Iterator
from datetime import datetime
from itertools import takewhile

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from siyu.kernel.db import brand_of
from siyu.kernel.notices import News, Watch
from siyu.people.models import IdentityReview
from siyu.people.queries.ledger import last_seal, leaves_of, seals_from
from siyu.people.rules.chain import fault_of
from siyu.people.rules.watching import seals_now


def reviews_waiting(session: Session, *, now: datetime) -> Iterator[News]:
    """Refused links that came since yesterday and wait; told once a day at most."""
    waiting, newest = session.execute(
        select(func.count(), func.max(IdentityReview.opened_at)).where(
            IdentityReview.brand_id == brand_of(session), IdentityReview.state == "open"
        )
    ).one()
    if waiting and (now - newest).days < 1:
        yield News(
            "reviews_waiting", f"reviews/{now:%Y-%m-%d}", "info", ("identity_review", "open"), {"waiting": waiting},
            permission="customers.merge",
        )  # fmt: skip


def chain_broken(session: Session, *, now: datetime) -> Iterator[News]:
    """The first seal that does not hold among those whose turn it is; each has a turn a day."""
    newest = last_seal(session)
    first, last = seals_now(newest.seal_no if newest else 0, now=now)
    if first > last:
        return
    before = None if first == 1 else next(seals_from(session, seal_no=first - 1), None)
    for seal in takewhile(lambda one: one.seal_no <= last, seals_from(session, seal_no=first)):
        fault = fault_of(seal, before=before, leaves=leaves_of(session, seal))
        if fault is not None:
            yield News(
                "consent_chain_broken", f"consent_seal/{seal.seal_no}/{fault.value}", "error",
                ("consent_seal", seal.seal_no), {"seal_no": seal.seal_no, "fault": fault.value},
                permission="consents.edit",
            )  # fmt: skip
            return
        before = seal


WATCHES = (Watch("people.reviews", reviews_waiting), Watch("people.consent_chain", chain_broken))
