"""Tables of campaigns: the campaign with everything that was frozen, and one row for each customer it looked at."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from siyu.campaigns.contracts import (
    Arm,
    CampaignInfo,
    CampaignKind,
    CampaignState,
    Exclusion,
    LeftOut,
    Recipient,
    RecipientState,
)
from siyu.kernel.db import Base, identity_key


class Campaign(Base):
    """A one-off send. `*_key` names a person or program so that two can be told apart; labels are for reading."""

    __tablename__ = "campaign"
    __table_args__ = (Index("ix_campaign_brand_id_state", "brand_id", "state"),)

    campaign_id: Mapped[int] = identity_key()
    brand_id: Mapped[int]
    kind: Mapped[str]
    consent_text_id: Mapped[int | None]
    name: Mapped[str]
    state: Mapped[str]
    channel: Mapped[str]
    segment_id: Mapped[int | None]
    excluded_segment_ids: Mapped[list[Any]]
    audience: Mapped[dict[str, Any] | None]
    holdout_basis_points: Mapped[int]
    salt: Mapped[str]
    template_text: Mapped[str]
    signature: Mapped[str]
    opt_out_line: Mapped[str]
    scheduled_at: Mapped[datetime | None]
    window_days: Mapped[int]
    margin_basis_points: Mapped[int]
    price_centifen: Mapped[int | None]
    created_by: Mapped[str]
    created_by_key: Mapped[str]
    submitted_by: Mapped[str | None]
    submitted_by_key: Mapped[str | None]
    approved_by: Mapped[str | None]
    note: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    launched_at: Mapped[datetime | None]
    as_of: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    task_id: Mapped[int | None]
    launch_attempts: Mapped[int]
    audience_count: Mapped[int | None]
    excluded_count: Mapped[int | None]
    treated_count: Mapped[int | None]
    holdout_count: Mapped[int | None]
    failure: Mapped[dict[str, Any] | None]

    def info(self) -> CampaignInfo:
        """The campaign as others see it."""
        return CampaignInfo(
            campaign_id=self.campaign_id,
            kind=CampaignKind(self.kind),
            consent_text_id=self.consent_text_id,
            name=self.name,
            state=CampaignState(self.state),
            channel=self.channel,
            segment_id=self.segment_id,
            excluded_segment_ids=tuple(self.excluded_segment_ids),
            audience=self.audience,
            holdout_basis_points=self.holdout_basis_points,
            salt=self.salt,
            template_text=self.template_text,
            signature=self.signature,
            opt_out_line=self.opt_out_line,
            scheduled_at=self.scheduled_at,
            window_days=self.window_days,
            margin_basis_points=self.margin_basis_points,
            price_centifen=self.price_centifen,
            created_by=self.created_by,
            submitted_by=self.submitted_by,
            approved_by=self.approved_by,
            note=self.note,
            created_at=self.created_at,
            updated_at=self.updated_at,
            launched_at=self.launched_at,
            as_of=self.as_of,
            finished_at=self.finished_at,
            task_id=self.task_id,
            audience_count=self.audience_count,
            excluded_count=self.excluded_count,
            treated_count=self.treated_count,
            holdout_count=self.holdout_count,
            failure=self.failure,
        )


class CampaignRecipient(Base):
    """What a campaign decided about one customer of its segment, once and for ever."""

    __tablename__ = "campaign_recipient"
    __table_args__ = (
        Index("ix_campaign_recipient_page", "campaign_id", "state", "reason", "customer_id"),
        Index("ix_campaign_recipient_customer_id", "customer_id"),
    )

    campaign_id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(primary_key=True)
    brand_id: Mapped[int]
    state: Mapped[str]
    reason: Mapped[str | None]
    arm: Mapped[str | None]
    assigned_at: Mapped[datetime]

    def seen(self, left_out: LeftOut | None = None) -> Recipient:
        """The decision as people read it."""
        return Recipient(
            campaign_id=self.campaign_id,
            customer_id=self.customer_id,
            state=RecipientState(self.state),
            reason=Exclusion(self.reason) if self.reason else None,
            arm=Arm(self.arm) if self.arm else None,
            assigned_at=self.assigned_at,
            left_out=left_out,
        )
