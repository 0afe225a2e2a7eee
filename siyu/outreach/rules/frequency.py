"""How often one customer may be written to: caps counted in natural days of the brand's zone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from siyu.kernel.errors import BadInput
from siyu.outreach.contracts import Channel, Decision, MessageClass, SuppressionReason, Verdict


@dataclass(frozen=True, slots=True)
class FrequencyCap:
    """At most `messages_max` marketing messages in `days` natural days, today among them.

    `channel` None counts all channels together. `messages_max` 0 means never; there is no cap by leaving it out.
    """

    rule_id: str
    messages_max: int
    days: int
    channel: Channel | None = None

    def __post_init__(self) -> None:
        if self.messages_max < 0 or self.days < 1:
            raise BadInput(
                what=f"frequency cap {self.rule_id}",
                why=f"{self.messages_max} messages in {self.days} days cannot be counted",
                remedy="Give 0 or more messages in 1 or more days; remove the cap to lift it.",
            )

    def covers(self, channel: Channel) -> bool:
        """Whether a message by this channel counts, and is held."""
        return self.channel is None or self.channel == channel


DEFAULT_CAPS = (
    FrequencyCap("sms_1_per_day", 1, 1, Channel.SMS),
    FrequencyCap("sms_4_per_30_days", 4, 30, Channel.SMS),
    FrequencyCap("all_2_per_day", 2, 1),
    FrequencyCap("all_6_per_7_days", 6, 7),
)
"""Stricter than the carriers' 3 a day."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A marketing message that counts: handed to a vendor, or reserved by a worker that is about to."""

    channel: Channel
    at: datetime


def history_start(now: datetime, zone: str, caps: Iterable[FrequencyCap]) -> datetime:
    """How far back the messages sent must be known: the midnight at which the longest cap starts to count.

    units    aware UTC

    >>> history_start(datetime(2026, 3, 31, 4, tzinfo=UTC), "Asia/Shanghai", DEFAULT_CAPS).isoformat()
    '2026-03-01T16:00:00+00:00'
    """
    days = max((cap.days for cap in caps), default=1)
    return _midnight(now, zone, days_later=1 - days)


def decide_frequency(
    caps: Iterable[FrequencyCap],
    history: Sequence[Sent],
    *,
    channel: Channel,
    now: datetime,
    zone: str,
    message_class: MessageClass = MessageClass.MARKETING,
    expires_at: datetime | None = None,
) -> Decision:
    """Send now, wait for the day when every cap has room, or drop what cannot be sent in time.

    A transactional message is always allowed: caps bind marketing. Messages later than now count too, since
    they are already promised.

    returns  the rule that keeps the message longest, the day it may go, and what each cap counted

    >>> day = datetime(2026, 1, 2, 4, tzinfo=UTC)
    >>> held = decide_frequency(DEFAULT_CAPS, [Sent(Channel.SMS, day)], channel=Channel.SMS, now=day,
    ...                         zone="Asia/Shanghai")
    >>> held.verdict.value, held.rule_id, held.until.isoformat()
    ('deferred', 'sms_1_per_day', '2026-01-02T16:00:00+00:00')
    """
    if message_class is MessageClass.TRANSACTIONAL:
        return Decision(Verdict.ALLOWED)
    counts: dict[str, int] = {}
    longest: tuple[datetime, str] | None = None
    for cap in caps:
        if not cap.covers(channel):
            continue
        times = _counted(cap, history, now=now, zone=zone)
        counts[cap.rule_id] = len(times)
        if len(times) < cap.messages_max:
            continue
        if cap.messages_max == 0:
            return Decision(Verdict.DROPPED, cap.rule_id, SuppressionReason.FREQUENCY_CAP, counts=counts)
        # There is room once all but messages_max - 1 of the counted ones have left the window.
        frees = _midnight(times[-cap.messages_max], zone, days_later=cap.days)
        longest = max(longest, (frees, cap.rule_id)) if longest else (frees, cap.rule_id)
    if longest is None:
        return Decision(Verdict.ALLOWED, counts=counts)
    until, rule_id = longest
    if expires_at is not None and until >= expires_at:
        return Decision(Verdict.DROPPED, rule_id, SuppressionReason.FREQUENCY_CAP, counts=counts)
    return Decision(Verdict.DEFERRED, rule_id, SuppressionReason.FREQUENCY_CAP, until, counts)


def _counted(cap: FrequencyCap, history: Sequence[Sent], *, now: datetime, zone: str) -> list[datetime]:
    start = _midnight(now, zone, days_later=1 - cap.days)
    return sorted(sent.at for sent in history if cap.covers(sent.channel) and sent.at >= start)


def _midnight(moment: datetime, zone: str, *, days_later: int) -> datetime:
    """The start of the natural day that lies so many days after the moment's own."""
    local_zone = ZoneInfo(zone)
    day = moment.astimezone(local_zone).date() + timedelta(days=days_later)
    return datetime.combine(day, time.min, local_zone).astimezone(UTC)
