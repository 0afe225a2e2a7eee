"""Tables of outreach: one row a message and how they stand, the frozen templates, the channel, the next wake-up."""

from datetime import datetime, time

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from siyu.kernel.db import Base, identity_key


class SmsChannel(Base):
    """How a brand sends SMS. `out_prefix` makes our numbers unlike those of any other installation, for ever."""

    __tablename__ = "sms_channel"

    brand_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    provider: Mapped[str]
    base_url: Mapped[str]
    key_sealed: Mapped[bytes | None]
    out_prefix: Mapped[str]
    price_centifen: Mapped[int]
    signature: Mapped[str]
    opt_out_line: Mapped[str]
    opens: Mapped[time]
    closes: Mapped[time]
    cap_per_day: Mapped[int]
    cap_per_30_days: Mapped[int]
    enabled: Mapped[bool]
    updated_at: Mapped[datetime]


class SendWake(Base):
    """The earliest moment for which a sending job waits in the queue."""

    __tablename__ = "send_wake"

    brand_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    wake_at: Mapped[datetime]


class MessageTemplate(Base):
    """What a campaign says, frozen when it was planned. The application may add rows, not change them."""

    __tablename__ = "message_template"
    __table_args__ = (UniqueConstraint("brand_id", "campaign_id", name="uq_message_template_campaign"),)

    template_id: Mapped[int] = identity_key()
    brand_id: Mapped[int]
    campaign_id: Mapped[int]
    text: Mapped[str]
    signature: Mapped[str]
    opt_out_line: Mapped[str]
    message_class: Mapped[str]
    created_at: Mapped[datetime]
    consent_text_id: Mapped[int | None]


class Message(Base):
    """One message to one customer, once: `send_key` is unique in the brand.

    An open message always has `next_attempt_at`; a final one never. `attempts` counts claims and is the
    fencing token: whoever writes an answer must name the claim it belongs to. `sent_at` is the latest moment
    at which it was, or may have been, handed to the vendor: what the caps count.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("brand_id", "send_key", name="uq_message_send_key"),
        Index(
            "ix_message_due",
            "brand_id",
            "next_attempt_at",
            "message_id",
            postgresql_where=text("next_attempt_at IS NOT NULL"),
        ),
        Index("ix_message_campaign", "brand_id", "campaign_id", "state"),
        Index("ix_message_customer", "brand_id", "customer_id", "sent_at"),
    )

    message_id: Mapped[int] = identity_key()
    brand_id: Mapped[int]
    send_key: Mapped[str]
    campaign_id: Mapped[int]
    customer_id: Mapped[int]
    address_id: Mapped[int | None]
    template_id: Mapped[int] = mapped_column(
        ForeignKey("message_template.template_id", name="fk_message_template_id")
    )
    channel: Mapped[str]
    message_class: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str | None]
    detail: Mapped[str | None]
    attempts: Mapped[int]
    segments: Mapped[int]
    cost_centifen: Mapped[int]
    provider_message_id: Mapped[str | None]
    next_attempt_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    planned_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    final_at: Mapped[datetime | None]
    opted_out_at: Mapped[datetime | None]


class MessageTally(Base):
    """How many messages of a campaign came into a state, and how many left it (below 0): their sum is how they stand.

    Triggers of `message` write it, a row or two a statement; sums are folded into one row now and then.
    """

    __tablename__ = "message_tally"
    __table_args__ = (Index("ix_message_tally_campaign", "brand_id", "campaign_id"),)

    tally_id: Mapped[int] = identity_key()
    brand_id: Mapped[int]
    campaign_id: Mapped[int]
    state: Mapped[str]
    reason: Mapped[str | None]
    messages: Mapped[int]
    segments: Mapped[int]
    cost_centifen: Mapped[int]
    opted_out: Mapped[int]
