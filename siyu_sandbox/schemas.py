"""The shapes of the vendor's HTTP interface."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from siyu_sandbox.rules import MESSAGES_PER_CALL_MAX

Name = Annotated[str, Field(min_length=1, max_length=200)]


class Mode(StrEnum):
    """How the vendor behaves. Those that spoil an answer last for `calls` calls, or until told otherwise."""

    NORMAL = "normal"
    ERROR_500 = "error_500"
    ERROR_500_AFTER_ACCEPT = "error_500_after_accept"
    TIMEOUT = "timeout"
    TIMEOUT_BEFORE_ACCEPT = "timeout_before_accept"
    RECEIPT_BEFORE_ANSWER = "receipt_before_answer"
    DUPLICATE_RECEIPTS = "duplicate_receipts"
    CONTRADICTING_RECEIPTS = "contradicting_receipts"
    NO_RECEIPTS = "no_receipts"


class Kind(StrEnum):
    """What a message is for: the daily limit and the opt-out line bind marketing only."""

    MARKETING = "marketing"
    TRANSACTIONAL = "transactional"


class Strict(BaseModel):
    """A body with a field that nobody knows is refused: a typing error must not pass silently."""

    model_config = ConfigDict(extra="forbid")


class SmsIn(Strict):
    """One message; `text` falls back to the text of the call."""

    phone: Annotated[str, Field(max_length=64)]
    out_id: Name
    text: Annotated[str, Field(max_length=5_000)] | None = None


class SendIn(Strict):
    """A call to send; each message is answered for itself."""

    messages: Annotated[list[SmsIn], Field(min_length=1, max_length=MESSAGES_PER_CALL_MAX)]
    sign: Annotated[str, Field(max_length=50)] = ""
    text: Annotated[str, Field(max_length=5_000)] = ""
    kind: Kind = Kind.MARKETING
    callback_url: Annotated[str, Field(max_length=2_000, pattern=r"^https?://")] | None = None


class ReplyIn(Strict):
    """A person answers the last message that reached the number."""

    phone: Annotated[str, Field(max_length=64)]
    text: Annotated[str, Field(min_length=1, max_length=500)]


class QueryIn(Strict):
    """Ask what became of messages."""

    out_ids: Annotated[list[Name], Field(min_length=1, max_length=MESSAGES_PER_CALL_MAX)]


class Control(Strict):
    """The vendor's present behaviour; a field not sent to `/control` keeps its value."""

    mode: Mode = Mode.NORMAL
    calls: Annotated[int, Field(ge=1)] | None = None
    delivery_delay_seconds: Annotated[float, Field(ge=0, le=86_400)] = 1.0
    answer_delay_seconds: Annotated[float, Field(ge=0, le=600)] = 30.0
    fail_rate: Annotated[float, Field(ge=0, le=1)] = 0.03
    opt_out_rate: Annotated[float, Field(ge=0, le=1)] = 0.0
    marketing_per_day_max: Annotated[int, Field(ge=0)] = 3
