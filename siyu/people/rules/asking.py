"""A request for consent: how long its answer is waited for, and what follows from it or from silence."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

ANSWER_WITHIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class ConsentAsk:
    """A message that is about to ask somebody at an address; `consent_text_id`: the words it asks with."""

    message_id: int
    campaign_id: int
    customer_id: int
    address_id: int
    consent_text_id: int


@dataclass(frozen=True, slots=True)
class ConsentAnswer:
    """What came back from an address that may have been asked."""

    address_index: bytes
    granted: bool
    said_at: datetime


@dataclass(frozen=True, slots=True)
class AnsweredRequest:
    """A request that this answer closed."""

    address_index: bytes
    granted: bool
    customer_id: int
    campaign_id: int
    message_id: int
    consent_text_id: int


class RequestState(StrEnum):
    """Where a request for consent stands. Silence until the set time is a refusal."""

    WAITING = "waiting"
    AGREED = "agreed"
    REFUSED = "refused"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True)
class RequestCounts:
    """What became of requests for consent. asked = waiting + agreed + refused + unanswered."""

    asked: int
    waiting: int
    agreed: int
    refused: int
    unanswered: int
    answer_until: datetime | None


def answer_until(asked_at: datetime) -> datetime:
    """Until when an answer counts.

    source  docs/decisions/0035-asked-once.md
    """
    return asked_at + ANSWER_WITHIN


def request_state(*, granted: bool | None, answer_until: datetime, now: datetime) -> RequestState:
    """Where a request stands; no answer until the set time is a refusal.

    source  channels-and-rules \u00a72 row 3 (2015 Reg): no reply is no consent

    >>> from datetime import UTC
    >>> until = datetime(2026, 11, 30, tzinfo=UTC)
    >>> request_state(granted=None, answer_until=until, now=until).value
    'unanswered'
    >>> request_state(granted=True, answer_until=until, now=until).value
    'agreed'
    """
    if granted is not None:
        return RequestState.AGREED if granted else RequestState.REFUSED
    return RequestState.WAITING if now < answer_until else RequestState.UNANSWERED
