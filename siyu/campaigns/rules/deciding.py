"""Who takes part in a campaign: eligibility first, chance after it."""

from collections.abc import Iterable

from siyu.campaigns.contracts import Arm, Decision, Exclusion, RecipientState
from siyu.experiments.api import arm_bounds, unit_share

BASIS_POINTS = 10_000
PROFILING_TRAITS = frozenset({"rfm_class", "rfm_r", "rfm_f", "rfm_m", "stage", "favourite_category"})


def holdout_below(holdout_basis_points: int) -> float:
    """Customers whose share lies below this are held out.

    units  a share of 1; the same double here and in SQL

    >>> holdout_below(1_000), holdout_below(0)
    (0.1, 0.0)
    """
    weights = arm_weights(holdout_basis_points)
    return next((arm.high for arm in arm_bounds(weights) if arm.arm == Arm.HOLDOUT), 0.0)


def arm_weights(holdout_basis_points: int) -> dict[str, float]:
    """The planned shares of the two arms, the holdout first, so that raising it moves customers in and none out.

    >>> arm_weights(1_000)
    {'holdout': 1000, 'treated': 9000}
    """
    return {
        Arm.HOLDOUT.value: holdout_basis_points,
        Arm.TREATED.value: BASIS_POINTS - holdout_basis_points,
    }


def decide(
    customer_id: int,
    *,
    in_excluded_segment: bool,
    known: bool,
    suppressed: str | None,
    consented: bool,
    profiling_refused: bool = False,
    has_address: bool,
    salt: str,
    holdout_basis_points: int,
    asks: bool = False,
    said: bool = False,
    asked: bool = False,
) -> Decision:
    """What becomes of one customer of the segment; the set-based statement of a launch says the same.

    `profiling_refused`: they refused it, and the segment chooses by it (`chooses_by_profile`). `asks`: the campaign
    asks for consent, so it takes whoever `said` neither yes nor no and was not `asked` before.

    source  channels-and-rules §2, the order of suppression; eligibility before chance (architecture)

    >>> who = {"in_excluded_segment": False, "known": True, "suppressed": None, "consented": True,
    ...        "has_address": True, "salt": "spring", "holdout_basis_points": 1_000}
    >>> decide(42, **who).state.value
    'treated'
    >>> decide(42, **who | {"consented": False, "suppressed": "opt_out"}).reason.value
    'opt_out'
    >>> decide(42, **who | {"consented": False, "asks": True}).state.value
    'treated'
    """
    reason = _reason_against(
        in_excluded_segment=in_excluded_segment,
        known=known,
        suppressed=suppressed,
        consented=consented,
        profiling_refused=profiling_refused,
        has_address=has_address,
        asks=asks,
        said=said,
        asked=asked,
    )
    if reason is not None:
        return Decision(RecipientState.EXCLUDED, reason)
    held_out = unit_share(salt, customer_id) < holdout_below(holdout_basis_points)
    return Decision(RecipientState.HOLDOUT if held_out else RecipientState.TREATED)


def chooses_by_profile(traits: Iterable[str]) -> bool:
    """Whether a segment that asks about these traits evaluates people by automated means: classes, scores, stages.

    What somebody did (orders, amounts, dates) and who they are is no evaluation.

    source  PIPL art. 24 and 73 (2); channels-and-rules §2 row 6

    >>> chooses_by_profile({"orders", "rfm_class"}), chooses_by_profile({"orders", "sales_fen"})
    (True, False)
    """
    return any(name in PROFILING_TRAITS for name in traits)


def _reason_against(
    *,
    in_excluded_segment: bool,
    known: bool,
    suppressed: str | None,
    consented: bool,
    profiling_refused: bool,
    has_address: bool,
    asks: bool,
    said: bool,
    asked: bool,
) -> Exclusion | None:
    """The strongest reason why a customer takes no part."""
    if in_excluded_segment:
        return Exclusion.EXCLUDED_SEGMENT
    if not known:
        return Exclusion.UNKNOWN_CUSTOMER
    if suppressed is not None:
        return Exclusion(suppressed)
    if asks and (said or asked):
        return Exclusion.ALREADY_SAID if said else Exclusion.ALREADY_ASKED
    if not asks and not consented:
        return Exclusion.CONSENT_MISSING
    return _reason_beside_consent(profiling_refused=profiling_refused, has_address=has_address)


def _reason_beside_consent(*, profiling_refused: bool, has_address: bool) -> Exclusion | None:
    if profiling_refused:
        return Exclusion.PROFILING_REFUSED
    return None if has_address else Exclusion.UNREACHABLE
