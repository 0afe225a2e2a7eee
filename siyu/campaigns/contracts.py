"""The words of campaigns: states, reasons, and what a check and a result page say. Enum values are permanent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from siyu.experiments.contracts import ArmStats, Effect, Return, SampleRatioCheck
from siyu.kernel.facts import FactType

WINDOW_DAYS_DEFAULT = 30
HOLDOUT_BASIS_POINTS_MAX = 9_000

EXPERIMENT_ASSIGNED = FactType(
    name="experiment_assigned",
    columns={"experiment_key": "VARCHAR", "arm": "VARCHAR"},
    definition={
        "zh": "客户被随机分入实验的一组（触达组或对照组）。",
        "en": "A customer was put by chance into an arm of an experiment (treated or holdout).",
    },
)


FACT_TYPES = (EXPERIMENT_ASSIGNED,)


class CampaignState(StrEnum):
    """Where a campaign stands."""

    DRAFT = "draft"
    AWAITING_APPROVAL = "awaiting_approval"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    SENT = "sent"
    STOPPED = "stopped"
    FAILED = "failed"


class CampaignKind(StrEnum):
    """What a campaign is for. A consent request goes once to who said neither yes nor no, and holds nobody out."""

    MARKETING = "marketing"
    CONSENT_REQUEST = "consent_request"


class RecipientState(StrEnum):
    """What a campaign decided about one customer of its segment."""

    EXCLUDED = "excluded"
    HOLDOUT = "holdout"
    TREATED = "treated"


class Exclusion(StrEnum):
    """Why a customer of the segment takes no part; of several reasons the first in this order is kept.

    SAME_PERSON is never stored: it is read of whoever turned out to be somebody who was assigned before.
    """

    EXCLUDED_SEGMENT = "excluded_segment"
    UNKNOWN_CUSTOMER = "unknown_customer"
    LEGAL_BLOCK = "legal_block"
    COMPLAINT = "complaint"
    OPT_OUT_GLOBAL = "opt_out_global"
    OPT_OUT = "opt_out"
    INVALID_ADDRESS = "invalid_address"
    CONSENT_MISSING = "consent_missing"
    ALREADY_SAID = "already_said"
    ALREADY_ASKED = "already_asked"
    PROFILING_REFUSED = "profiling_refused"
    UNREACHABLE = "unreachable"
    SAME_PERSON = "same_person"


class Arm(StrEnum):
    """The two sides of a campaign's experiment."""

    TREATED = "treated"
    HOLDOUT = "holdout"


class FunnelStep(StrEnum):
    """The steps of a campaign's funnel, in order; each counts customers."""

    AUDIENCE = "audience"
    ELIGIBLE = "eligible"
    TREATED = "treated"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    FAILED = "failed"
    OPTED_OUT = "opted_out"
    BUYERS = "buyers"


@dataclass(frozen=True, slots=True)
class Decision:
    """What the rule says of one customer: excluded with a reason, or in an arm."""

    state: RecipientState
    reason: Exclusion | None = None

    @property
    def arm(self) -> Arm | None:
        """The arm of those who take part."""
        return None if self.state is RecipientState.EXCLUDED else Arm(self.state.value)


@dataclass(frozen=True, slots=True)
class FrozenSegment:
    """A segment as it was when the campaign was submitted."""

    segment_id: int
    name: str
    definition: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a campaign is for: the segment, and those left out of it."""

    segment: FrozenSegment
    excluded: tuple[FrozenSegment, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody who plans a campaign decides; what is left out has the brand's default.

    An empty signature and an opt-out line of None are those of the channel's settings.

    units  shares in basis points; window in days of 24 hours. `salt`: campaigns that share one hold out the
           same customers; empty for a split of its own
    """

    name: str
    segment_id: int | None = None
    excluded_segment_ids: tuple[int, ...] = ()
    holdout_basis_points: int | None = None
    salt: str = ""
    template_text: str = ""
    signature: str = ""
    opt_out_line: str | None = None
    scheduled_at: datetime | None = None
    window_days: int = WINDOW_DAYS_DEFAULT
    kind: CampaignKind = CampaignKind.MARKETING


@dataclass(frozen=True, slots=True)
class CampaignInfo:
    """A campaign as other modules and people see it.

    units  shares in basis points; window in days of 24 hours; counts in customers; the price of a segment in
           hundredths of a fen, as it was at the launch; `audience` is what was frozen at submission, and so is
           `consent_text_id`, the words of a consent request
    """

    campaign_id: int
    kind: CampaignKind
    consent_text_id: int | None
    name: str
    state: CampaignState
    channel: str
    segment_id: int | None
    excluded_segment_ids: tuple[int, ...]
    audience: dict[str, Any] | None
    holdout_basis_points: int
    salt: str
    template_text: str
    signature: str
    opt_out_line: str
    scheduled_at: datetime | None
    window_days: int
    margin_basis_points: int
    price_centifen: int | None
    created_by: str
    submitted_by: str | None
    approved_by: str | None
    note: str
    created_at: datetime
    updated_at: datetime
    launched_at: datetime | None
    as_of: datetime | None
    finished_at: datetime | None
    task_id: int | None
    audience_count: int | None
    excluded_count: int | None
    treated_count: int | None
    holdout_count: int | None
    failure: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class CampaignPage:
    """One page of campaigns, newest first; `next_before_id` continues it, `total` counts the whole list."""

    items: tuple[CampaignInfo, ...]
    next_before_id: int | None
    total: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Whose assignment counts instead, for they are the same person; and in which arm."""

    customer_id: int
    arm: Arm


@dataclass(frozen=True, slots=True)
class Recipient:
    """One customer's part in a campaign. `left_out`: as it was decided, but another number of the person counts."""

    campaign_id: int
    customer_id: int
    state: RecipientState
    reason: Exclusion | None
    arm: Arm | None
    assigned_at: datetime
    left_out: LeftOut | None = None


@dataclass(frozen=True, slots=True)
class RecipientPage:
    """One page of recipients by customer; `next_after_id` continues it, `total` counts the whole list."""

    items: tuple[Recipient, ...]
    next_after_id: int | None
    total: int


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How many customers a reason kept out."""

    reason: Exclusion
    customers: int


@dataclass(frozen=True, slots=True)
class Headcount:
    """How the audience divides. audience = eligible + Σ exclusions; eligible = treated + holdout."""

    audience: int
    eligible: int
    treated: int
    holdout: int
    exclusions: tuple[ReasonCount, ...]


@dataclass(frozen=True, slots=True)
class TemplateFault:
    """One fault of the template, with its place and its remedy; severity is error | warning."""

    code: str
    severity: str
    line: int
    column: int
    excerpt: str
    remedy: str
    remedy_zh: str


@dataclass(frozen=True, slots=True)
class Check:
    """What sending this draft now would mean; ready if nothing stands in the way.

    units  price in hundredths of a fen a segment; cost in fen; segments: the most that any sampled text takes
    """

    as_of: datetime
    ready: bool
    template: tuple[TemplateFault, ...]
    channel_problem: str | None
    channel_problem_zh: str | None
    headcount: Headcount | None
    segments: int
    price_centifen: int
    cost_fen: int


@dataclass(frozen=True, slots=True)
class FunnelCount:
    """One step of the funnel. `share` is of the step it is measured against, `base`; None where that is empty."""

    step: FunnelStep
    customers: int
    base: FunnelStep | None
    share: float | None


@dataclass(frozen=True, slots=True)
class MetricResult:
    """One metric per assigned customer, bought or not, reached or not.

    units   the metric's; `capped_at` the value that higher ones were lowered to, None without winsorising
    returns effect is None unless both arms hold two customers
    """

    metric: str
    arms: tuple[ArmStats, ...]
    effect: Effect | None
    capped_at: float | None
    capped_customers: int


@dataclass(frozen=True, slots=True)
class DayOfCurve:
    """Sales per assigned customer from assignment to the end of a day of the brand. units: fen; None: no arm."""

    day: date
    treated_fen: float | None
    holdout_fen: float | None


@dataclass(frozen=True, slots=True)
class CampaignResults:
    """What a campaign came to, as of a moment.

    units   money in fen; winsorised at 0.99, None where that would cut every sale away;
            `messages` counts how the messages stand now (states, open, reasons), whatever the moment asked for
    returns final: the window was over at `as_of`
    """

    campaign_id: int
    as_of: datetime
    assigned_at: datetime
    window_ends_at: datetime
    final: bool
    currency: str
    margin_basis_points: int
    headcount: Headcount
    sample_ratio: SampleRatioCheck
    funnel: tuple[FunnelCount, ...]
    messages: Mapping[str, int]
    cost_fen: int
    sales: MetricResult
    sales_winsorised: MetricResult | None
    buyers: MetricResult
    returned: Return
    returned_winsorised: Return | None
    curve: tuple[DayOfCurve, ...]
