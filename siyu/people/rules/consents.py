"""What follows from what somebody said: silence is a refusal, but for what a service needs."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from siyu.people.contracts import CHANNEL_PURPOSES, ConsentChannel, Purpose
from siyu.people.errors import ConsentChannelUnfit, ConsentNeedsText, ConsentTextUnfit, SaidInTheFuture
from siyu.people.rules.chain import SealedText

CLOCKS_MAY_DIFFER = timedelta(minutes=5)


def asked_of(purpose: Purpose) -> tuple[ConsentChannel, ...]:
    """The channels on which a purpose is agreed to.

    >>> asked_of(Purpose.PROFILING), len(asked_of(Purpose.MARKETING))
    ((<ConsentChannel.ALL: 'all'>,), 7)
    """
    if purpose not in CHANNEL_PURPOSES:
        return (ConsentChannel.ALL,)
    return tuple(channel for channel in ConsentChannel if channel is not ConsentChannel.ALL)


def is_allowed(purpose: Purpose, *, newest: bool | None) -> bool:
    """Whether the purpose may be pursued, given the newest word on it; None: nothing was ever said.

    source  channels-and-rules \u00a72 rows 1, 6, 8 and 12; service follows from the contract

    >>> is_allowed(Purpose.MARKETING, newest=None), is_allowed(Purpose.SERVICE, newest=None)
    (False, True)
    >>> is_allowed(Purpose.RECORDING, newest=None)  # of chats and calls: row 12
    False
    """
    if newest is None:
        return purpose is Purpose.SERVICE
    return newest


def check_word(
    purpose: Purpose,
    channel: ConsentChannel,
    *,
    granted: bool,
    said_at: datetime,
    shown: SealedText | None,
    now: datetime,
) -> None:
    """Returns if the word can be written down: a yes names the text that was shown, and the text is about it.

    A refusal needs no text, and may be of a whole purpose (ALL).

    raises  ConsentChannelUnfit, ConsentNeedsText, ConsentTextUnfit, SaidInTheFuture
    """
    if said_at > now + CLOCKS_MAY_DIFFER:
        raise SaidInTheFuture(said_at=said_at.isoformat())
    fitting = asked_of(purpose)
    if channel not in fitting and (granted or channel is not ConsentChannel.ALL):
        raise ConsentChannelUnfit(
            purpose=purpose.value, channel=channel.value, known=", ".join(one.value for one in fitting)
        )
    if not granted:
        return
    if shown is None:
        raise ConsentNeedsText(purpose=purpose.value)
    if shown.purpose != purpose.value or channel.value not in shown.channels:
        raise ConsentTextUnfit(
            code=shown.code, version=shown.version, purpose=shown.purpose, channels=", ".join(shown.channels)
        )


def evidence_words(evidence: Mapping[str, str]) -> str:
    """Evidence as the text that is sealed and digested, whatever order it came in.

    >>> evidence_words({"page": "/join", "ip": "203.0.113.7"})
    '{"ip": "203.0.113.7", "page": "/join"}'
    """
    return json.dumps(dict(evidence), ensure_ascii=False, sort_keys=True)
