"""The SMS channel of a brand: as people see it, and as the sender needs it."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from siyu.kernel.crypto import Cipher
from siyu.kernel.db import brand_of
from siyu.organisation.api import brand_info
from siyu.outreach.contracts import Centifen, Channel, ChannelSettings
from siyu.outreach.errors import ChannelNotReady
from siyu.outreach.models import SmsChannel
from siyu.outreach.rules.frequency import FrequencyCap, history_start
from siyu.outreach.rules.gate import GatePolicy
from siyu.outreach.rules.quiet import DEFAULT_WINDOW, SendWindow
from siyu.outreach.rules.template import OPT_OUT_LINE

DEFAULT_PROVIDER = "sandbox"
DEFAULT_PRICE = Centifen(450)
DAY, MONTH_DAYS = 1, 30

NOT_CONFIGURED = ChannelSettings(
    configured=False,
    provider=DEFAULT_PROVIDER,
    base_url="",
    has_key=False,
    price_centifen=DEFAULT_PRICE,
    signature="",
    opt_out_line=OPT_OUT_LINE,
    opens=DEFAULT_WINDOW.opens,
    closes=DEFAULT_WINDOW.closes,
    cap_per_day=1,
    cap_per_30_days=4,
    enabled=False,
)
"""What a brand starts from; nothing is sent until somebody gives an address, a key and a signature."""


@dataclass(frozen=True, slots=True)
class Line:
    """An open line to the vendor, with the brand's limits."""

    provider: str
    base_url: str
    key: str = field(repr=False)
    out_prefix: str
    price: Centifen
    signature: str
    policy: GatePolicy
    callback_path: str

    def counted_since(self, now: datetime) -> datetime:
        """From when on messages sent count against the caps."""
        return history_start(now, self.policy.zone, self.policy.caps)


def key_context(brand_id: int | str) -> str:
    """What the vendor's key of a brand is sealed for."""
    return f"outreach/{brand_id}/sms_key"


def channel_settings(session: Session) -> ChannelSettings:
    """How the session's brand sends SMS; defaults, not enabled, as long as nobody has set it up."""
    row = session.get(SmsChannel, brand_of(session))
    if row is None:
        return NOT_CONFIGURED
    return ChannelSettings(
        configured=True,
        provider=row.provider,
        base_url=row.base_url,
        has_key=row.key_sealed is not None,
        price_centifen=Centifen(row.price_centifen),
        signature=row.signature,
        opt_out_line=row.opt_out_line,
        opens=row.opens,
        closes=row.closes,
        cap_per_day=row.cap_per_day,
        cap_per_30_days=row.cap_per_30_days,
        enabled=row.enabled,
    )


def price_of(session: Session, *, channel: Channel = Channel.SMS) -> Centifen:
    """What a segment costs the brand.

    units  hundredths of a fen
    """
    assert channel is Channel.SMS, f"{channel} has no price"
    return channel_settings(session).price_centifen


def check_ready(session: Session) -> None:
    """Returns if messages can be sent.

    raises  ChannelNotReady
    """
    settings = channel_settings(session)
    missing = (
        (not settings.configured, "it has not been set up", "渠道尚未配置"),
        (not settings.base_url, "the vendor's address is missing", "缺少通道地址"),
        (not settings.has_key, "the vendor's key is missing", "缺少通道密钥"),
        (not settings.enabled, "the channel is switched off", "渠道已停用"),
    )
    for applies, why, why_zh in missing:
        if applies:
            raise ChannelNotReady(why=why, why_zh=why_zh)


def line_of(session: Session, *, cipher: Cipher) -> Line:
    """The open line of the session's brand.

    raises  ChannelNotReady
    """
    check_ready(session)
    brand = brand_info(session, brand_id=brand_of(session))
    row = session.get_one(SmsChannel, brand.brand_id)
    assert row.key_sealed is not None, "a channel that is ready has a key"
    caps = (
        FrequencyCap("sms_per_day", row.cap_per_day, DAY, Channel.SMS),
        FrequencyCap("sms_per_30_days", row.cap_per_30_days, MONTH_DAYS, Channel.SMS),
    )
    return Line(
        provider=row.provider,
        base_url=row.base_url,
        key=cipher.decrypt(row.key_sealed, context=key_context(brand.brand_id)),
        out_prefix=row.out_prefix,
        price=Centifen(row.price_centifen),
        signature=row.signature,
        policy=GatePolicy(brand.time_zone, SendWindow(row.opens, row.closes), caps),
        callback_path=f"/api/v1/webhooks/sms/{row.provider}/{brand.code}",
    )
