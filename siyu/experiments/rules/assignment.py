"""Which arm a unit is in: a salted hash, so the answer never changes and needs no memory."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum, inf

from siyu.kernel.shares import unit_share


@dataclass(frozen=True, slots=True)
class ArmBounds:
    """An arm holds the units whose share lies in [low, high).

    units  shares of 1; high of the last arm is 1
    """

    arm: str
    low: float
    high: float


def arm_bounds(weights: Mapping[str, float]) -> tuple[ArmBounds, ...]:
    """The arms that can receive units, side by side on [0, 1), in the order given.

    units   weights in any unit, only their proportions count; an arm of weight zero is left out
    raises  ValueError on a negative or infinite weight, or if all are zero
    limits  moving one bound moves only the units between its old and its new place

    >>> [(a.arm, a.low, a.high) for a in arm_bounds({"holdout": 1, "off": 0, "treated": 9})]
    [('holdout', 0.0, 0.1), ('treated', 0.1, 1.0)]
    """
    if not all(0 <= weight < inf for weight in weights.values()):
        raise ValueError("a weight is a finite number of zero or more")
    live = [(arm, weight) for arm, weight in weights.items() if weight > 0]
    if not live:
        raise ValueError("at least one arm needs a weight above zero")
    edges = [fsum(weight for _, weight in live[:place]) for place in range(len(live) + 1)]
    return tuple(
        ArmBounds(arm, edges[place] / edges[-1], edges[place + 1] / edges[-1])
        for place, (arm, _) in enumerate(live)
    )


def arm_of(salt: str, unit_id: int | str, weights: Mapping[str, float]) -> str:
    """The one arm of a unit: the same at every call with the same salt and weights.

    raises  as arm_bounds

    >>> arm_of("spring", 42, {"holdout": 1, "treated": 9})
    'treated'
    """
    share = unit_share(salt, unit_id)
    return next(bounds.arm for bounds in arm_bounds(weights) if share < bounds.high)
