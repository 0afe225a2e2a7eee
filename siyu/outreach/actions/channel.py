"""The channel of a brand is set up and changed."""

import secrets
from datetime import datetime, time
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siyu.kernel.audit import Actor, record
from siyu.kernel.crypto import Cipher
from siyu.kernel.db import brand_of
from siyu.outreach.actions.wake import next_due, wake_sender
from siyu.outreach.contracts import ChannelSettings
from siyu.outreach.errors import BadChannelSetting
from siyu.outreach.gateways.providers import PROVIDERS
from siyu.outreach.models import SmsChannel
from siyu.outreach.queries.channel import NOT_CONFIGURED, channel_settings, key_context
from siyu.outreach.rules.settings import check_channel

PLAIN_FIELDS = (
    "provider", "base_url", "price_centifen", "signature", "opt_out_line", "opens", "closes", "cap_per_day",
    "cap_per_30_days", "enabled",
)  # fmt: skip


def update_channel(
    session: Session,
    *,
    cipher: Cipher,
    provider: str | None = None,
    base_url: str | None = None,
    key: str | None = None,
    price_centifen: int | None = None,
    signature: str | None = None,
    opt_out_line: str | None = None,
    opens: time | None = None,
    closes: time | None = None,
    cap_per_day: int | None = None,
    cap_per_30_days: int | None = None,
    enabled: bool | None = None,
    actor: Actor,
    now: datetime,
) -> ChannelSettings:
    """The channel is set like this; what is None stays. The vendor's key is sealed and never shown again.

    raises   BadChannelSetting, BadInput (a window that ends before it begins)
    effects  the sms_channel row; audit channel.changed with what differs, without the key; wakes the sender
    """
    given = {
        "provider": provider, "base_url": base_url and base_url.rstrip("/"), "price_centifen": price_centifen,
        "signature": signature, "opt_out_line": opt_out_line, "opens": opens, "closes": closes,
        "cap_per_day": cap_per_day, "cap_per_30_days": cap_per_30_days, "enabled": enabled,
    }  # fmt: skip
    brand_id = brand_of(session)
    _ensure_row(session, brand_id, now)
    row = session.get_one(SmsChannel, brand_id, with_for_update=True)
    differing = {
        name: value for name, value in given.items() if value is not None and value != getattr(row, name)
    }
    if key is None and row.key_sealed is not None:
        _refuse_other_vendor(row.base_url, base_url or row.base_url)
    before = {name: _readable(getattr(row, name)) for name in differing}
    after = {name: _readable(value) for name, value in differing.items()}
    for name, value in differing.items():
        setattr(row, name, value)
    if key is not None:
        row.key_sealed = cipher.encrypt(key, context=key_context(brand_id))
        after["key"] = "changed"
    settings = channel_settings(session)
    check_channel(settings, providers=PROVIDERS, host=urlsplit(row.base_url).hostname or "")
    if after:
        row.updated_at = now
        session.flush()
        record(
            session, actor=actor, action="channel.changed", subject=("channel", "sms"), before=before,
            after=after, now=now,
        )  # fmt: skip
    _wake_if_waiting(session, now)
    return settings


def _refuse_other_vendor(before: str, after: str) -> None:
    """The key that was given for one vendor is not handed to another, whoever may change the address.

    raises  BadChannelSetting
    """
    if urlsplit(before)[:2] == urlsplit(after)[:2]:
        return
    raise BadChannelSetting(
        setting="base_url", value=after, why="another vendor needs a key of its own: give the key with the address",
        why_zh="更换通道地址时须同时填写该通道的密钥",
    )  # fmt: skip


def _ensure_row(session: Session, brand_id: int, now: datetime) -> None:
    start = {name: getattr(NOT_CONFIGURED, name) for name in PLAIN_FIELDS}
    values = {**start, "brand_id": brand_id, "out_prefix": secrets.token_hex(4), "updated_at": now}
    session.execute(insert(SmsChannel).values(values).on_conflict_do_nothing())


def _wake_if_waiting(session: Session, now: datetime) -> None:
    due = next_due(session)
    if due is not None and channel_settings(session).enabled:
        wake_sender(session, at=due, now=now)


def _readable(value: Any) -> Any:
    return value.isoformat() if isinstance(value, time) else value
