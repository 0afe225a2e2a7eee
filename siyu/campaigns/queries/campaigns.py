"""Campaigns and their recipients, page by page."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from siyu.campaigns.contracts import (
    CampaignInfo,
    CampaignPage,
    CampaignState,
    Exclusion,
    Headcount,
    ReasonCount,
    Recipient,
    RecipientPage,
    RecipientState,
)
from siyu.campaigns.models import Campaign, CampaignRecipient
from siyu.campaigns.queries.persons import left_out_arms, left_out_of
from siyu.kernel.errors import NotFound
from siyu.outreach.contracts import FrozenTemplate, MessageClass
from siyu.people.api import persons_of

OF_CUSTOMER_MAX = 200


def campaign_row(session: Session, *, campaign_id: int, lock: bool = False) -> Campaign:
    """The row of a campaign; locked until the transaction ends where it is about to change.

    raises  NotFound
    """
    query = select(Campaign).where(Campaign.campaign_id == campaign_id)
    found = session.scalar(
        query.with_for_update().execution_options(populate_existing=True) if lock else query
    )
    if found is None:
        raise NotFound(what="campaign", key=campaign_id)
    return found


def campaign_by_id(session: Session, *, campaign_id: int) -> CampaignInfo:
    """One campaign of the brand.

    raises  NotFound
    """
    return campaign_row(session, campaign_id=campaign_id).info()


def campaigns_page(
    session: Session, *, before_id: int | None = None, state: CampaignState | None = None, limit: int = 50
) -> CampaignPage:
    """Campaigns of the brand, newest first; two queries a page."""
    wanted = select(Campaign)
    if state is not None:
        wanted = wanted.where(Campaign.state == state.value)
    total = _count(session, wanted)
    query = wanted.order_by(Campaign.campaign_id.desc()).limit(limit + 1)
    if before_id is not None:
        query = query.where(Campaign.campaign_id < before_id)
    rows = session.scalars(query).all()
    more = rows[limit - 1].campaign_id if len(rows) > limit else None
    return CampaignPage(tuple(row.info() for row in rows[:limit]), more, total)


def recipients_page(
    session: Session,
    *,
    campaign_id: int,
    state: RecipientState | None = None,
    reason: Exclusion | None = None,
    after_id: int | None = None,
    limit: int = 50,
) -> RecipientPage:
    """What the campaign decided about each customer of its segment, by customer; a few queries a page."""
    wanted = select(CampaignRecipient).where(CampaignRecipient.campaign_id == campaign_id)
    if state is not None:
        wanted = wanted.where(CampaignRecipient.state == state.value)
    if reason is not None:
        wanted = wanted.where(CampaignRecipient.reason == reason.value)
    total = _count(session, wanted)
    query = wanted.order_by(CampaignRecipient.customer_id).limit(limit + 1)
    if after_id is not None:
        query = query.where(CampaignRecipient.customer_id > after_id)
    rows = session.scalars(query).all()
    more = rows[limit - 1].customer_id if len(rows) > limit else None
    return RecipientPage(_seen(session, rows[:limit]), more, total)


def decisions_about(session: Session, *, customer_id: int) -> tuple[Recipient, ...]:
    """What campaigns decided about one person under any of their numbers, the newest first.

    limits  200
    """
    numbers = persons_of(session, customer_ids=[customer_id])[customer_id]
    query = (
        select(CampaignRecipient)
        .where(CampaignRecipient.customer_id.in_(numbers))
        .order_by(CampaignRecipient.campaign_id.desc(), CampaignRecipient.customer_id)
        .limit(OF_CUSTOMER_MAX)
    )
    return _seen(session, session.scalars(query).all())


def headcount_of(session: Session, *, campaign_id: int) -> Headcount:
    """How the audience of a launched campaign divides, counted from its rows; nobody is counted twice.

    Who turned out to be somebody who was assigned too is excluded as the same person, and only while they are merged.
    """
    query = (
        select(CampaignRecipient.state, CampaignRecipient.reason, func.count())
        .where(CampaignRecipient.campaign_id == campaign_id)
        .group_by(CampaignRecipient.state, CampaignRecipient.reason)
    )
    groups = [(state, reason, count) for state, reason, count in session.execute(query)]
    left_out = left_out_arms(session, campaign_id=campaign_id)
    if left_out:
        groups += [(arm.value, None, -count) for arm, count in left_out.items()]
        groups.append((RecipientState.EXCLUDED.value, Exclusion.SAME_PERSON.value, sum(left_out.values())))
    return headcount_from(groups)


def headcount_from(groups: list[tuple[str, str | None, int]]) -> Headcount:
    """The headcount of (state, reason, customers) groups; reasons in the order of precedence.

    >>> headcount_from([("treated", None, 9), ("excluded", "opt_out", 2), ("holdout", None, 1)]).eligible
    10
    """
    by_state = dict.fromkeys(RecipientState, 0)
    by_reason: dict[Exclusion, int] = {}
    for state, reason, count in groups:
        by_state[RecipientState(state)] += count
        if reason is not None:
            by_reason[Exclusion(reason)] = count
    return Headcount(
        audience=sum(by_state.values()),
        eligible=by_state[RecipientState.TREATED] + by_state[RecipientState.HOLDOUT],
        treated=by_state[RecipientState.TREATED],
        holdout=by_state[RecipientState.HOLDOUT],
        exclusions=tuple(
            ReasonCount(reason, by_reason[reason]) for reason in Exclusion if reason in by_reason
        ),
    )


def frozen_template(campaign: CampaignInfo) -> FrozenTemplate:
    """The campaign's text with everything that sending adds to it."""
    return FrozenTemplate(
        text=campaign.template_text,
        signature=campaign.signature,
        opt_out_line=campaign.opt_out_line,
        message_class=MessageClass(campaign.kind.value),
        consent_text_id=campaign.consent_text_id,
    )


def _seen(session: Session, rows: Sequence[CampaignRecipient]) -> tuple[Recipient, ...]:
    left_out = left_out_of(
        session,
        campaign_ids=sorted({row.campaign_id for row in rows}),
        customer_ids=[row.customer_id for row in rows if row.arm],
    )
    return tuple(row.seen(left_out.get((row.campaign_id, row.customer_id))) for row in rows)


def _count(session: Session, query: Select[Any]) -> int:
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0
