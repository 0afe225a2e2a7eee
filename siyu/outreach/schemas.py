"""What outreach's routes take and give."""

from datetime import datetime, time
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from siyu.kernel.parameters import LARGEST_ID
from siyu.outreach.contracts import MessageState, OutcomeKind

Line = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")
]
Key = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Number = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=5, max_length=20, pattern=r"^[+0-9 -]+$")
]


def _without_zone(hour: time) -> time:
    if hour.tzinfo is not None:
        raise ValueError("Name the hour without a zone, like 08:30; it is by the clock of the brand's zone")
    return hour


Hour = Annotated[time, AfterValidator(_without_zone)]


class Input(BaseModel):
    """What a client sends; a field that is not known is refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid")


class Output(BaseModel):
    """What a client gets, read from a contract."""

    model_config = ConfigDict(from_attributes=True)


class SmsChannel(Output):
    """How the brand sends SMS; the vendor's key is never returned.

    Price in hundredths of a fen a segment; the window by the clock of the brand's zone; caps count marketing.
    """

    configured: bool
    provider: str
    base_url: str
    has_key: bool
    price_centifen: int
    signature: str
    opt_out_line: str
    opens: time
    closes: time
    cap_per_day: int
    cap_per_30_days: int
    enabled: bool


class SmsChannelChanges(Input):
    """What shall change of the channel; what is absent stays."""

    provider: Line | None = None
    base_url: Line | None = None
    key: Key | None = None
    price_centifen: Annotated[int, Field(ge=0, le=LARGEST_ID)] | None = None
    signature: Line | None = None
    opt_out_line: Line | None = None
    opens: Hour | None = None
    closes: Hour | None = None
    cap_per_day: Annotated[int, Field(ge=0, le=LARGEST_ID)] | None = None
    cap_per_30_days: Annotated[int, Field(ge=0, le=LARGEST_ID)] | None = None
    enabled: bool | None = None


class TestMessage(Input):
    """A text and the numbers to try it on; signature and opt-out line of the channel where absent."""

    numbers: Annotated[list[Number], Field(max_length=100)]
    text: Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
    signature: Line | None = None
    opt_out_line: Line | None = None


class TestResult(Output):
    """What the vendor said of one test message; the number is masked."""

    phone: str
    outcome: OutcomeKind
    error_code: str | None
    segments: int


class TestResults(BaseModel):
    """One result for each number, in the order given."""

    items: list[TestResult]


class MessageLine(Output):
    """One message: where it stands, why, and what it cost in hundredths of a fen."""

    message_id: int
    campaign_id: int
    customer_id: int
    channel: str
    state: MessageState
    reason: str | None
    detail: str | None
    attempts: int
    segments: int
    cost_centifen: int
    planned_at: datetime
    next_attempt_at: datetime | None
    sent_at: datetime | None
    final_at: datetime | None
    template_text: str


class MessageList(BaseModel):
    """A customer's messages, the latest planned first."""

    items: list[MessageLine]


class CallbackTaken(Output):
    """What a vendor's post did: receipts applied, passed over, unknown; refusals of further messages."""

    applied: int
    ignored: int
    unknown: int
    opt_outs: int
