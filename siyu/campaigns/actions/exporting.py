"""Who took part in a campaign leaves Siyu as a file."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from siyu.campaigns.contracts import Exclusion, Recipient, RecipientState
from siyu.campaigns.queries.campaigns import campaign_by_id, recipients_page
from siyu.kernel.audit import Actor, record
from siyu.kernel.crypto import Cipher
from siyu.kernel.csv_file import csv_file, mark_of
from siyu.people.api import profiles_of
from siyu.segments.errors import ListTooLong

EXPORT_MAX = 100_000
PROFILES_A_CHUNK = 500
COLUMNS = ("customer_id", "name", "phone", "state", "arm", "reason", "assigned_at")


def export_recipients(
    session: Session,
    *,
    cipher: Cipher,
    campaign_id: int,
    state: RecipientState | None,
    exclusion: Exclusion | None,
    reason: str,
    actor: Actor,
    now: datetime,
) -> bytes:
    """What was decided about each customer as CSV; names and numbers in clear only if a reason is given.

    Every row bears who took it out, and when.

    units    moments in UTC
    raises   NotFound, ListTooLong
    effects  an audit entry with the filters, the number of customers, the reason
    limits   100,000 customers
    """
    campaign_by_id(session, campaign_id=campaign_id)
    page = recipients_page(session, campaign_id=campaign_id, state=state, reason=exclusion, limit=EXPORT_MAX)
    if page.total > EXPORT_MAX:
        raise ListTooLong(total=f"{page.total:,}", limit=f"{EXPORT_MAX:,}")
    content = csv_file(COLUMNS, _rows(session, page.items, cipher=cipher, reveal=bool(reason)),
                       mark=mark_of(actor.label, now))  # fmt: skip
    asked = {"state": state and state.value, "exclusion": exclusion and exclusion.value}
    record(
        session, actor=actor, action="campaign.recipients_exported", subject=("campaign", campaign_id), now=now,
        after={
            **{name: value for name, value in asked.items() if value}, "customers": page.total,
            "in_clear": bool(reason), "reason": reason,
        },
    )  # fmt: skip
    return content


def _rows(
    session: Session, recipients: tuple[Recipient, ...], *, cipher: Cipher, reveal: bool
) -> Iterator[dict[str, Any]]:
    for start in range(0, len(recipients), PROFILES_A_CHUNK):
        chunk = recipients[start : start + PROFILES_A_CHUNK]
        found = profiles_of(
            session, cipher=cipher, customer_ids=[one.customer_id for one in chunk], reveal=reveal
        )
        for one in chunk:
            profile = found.get(one.customer_id)
            yield {
                "customer_id": one.customer_id,
                "name": profile.name if profile else "",
                "phone": profile.phone if profile else "",
                "state": one.state,
                "arm": one.arm,
                "reason": one.reason,
                "assigned_at": one.assigned_at,
            }


def record_preview(session: Session, *, campaign_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """The audit log says who read the campaign's text with names in clear, and why.

    effects  audit campaign.previewed
    """
    record(
        session, actor=actor, action="campaign.previewed", subject=("campaign", campaign_id),
        after={"in_clear": True, "reason": reason}, now=now,
    )  # fmt: skip
