"""Which arm a unit is in: a salted hash, so the answer never changes and needs no memory."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import md5
from math import fsum, inf

_HEX_DIGITS = 8
_STEPS = 2**32


@dataclass(frozen=True, slots=True)
class ArmBounds:
    """An arm holds the units whose share lies in [low, high).

    units  shares of 1; high of the last arm is 1
    """

    arm: str
    low: float
    high: float


def unit_share(salt: str, unit_id: int | str) -> float:
    """The place of a unit on [0, 1): the same every time, unrelated under another salt.

    returns  the first 32 bits of md5 of "salt:unit_id", over 2**32: exact as a double, here and in SQL
    source   unit_share_postgresql and unit_share_duckdb compute the same number

    >>> unit_share("spring", 42)
    0.5256087523885071
    """
    digest = md5(f"{salt}:{unit_id}".encode(), usedforsecurity=False).hexdigest()
    return int(digest[:_HEX_DIGITS], 16) / _STEPS


def unit_share_postgresql(salt_sql: str, unit_sql: str) -> str:
    """A PostgreSQL expression of type double precision that equals `unit_share`.

    units   both arguments are SQL expressions (a column, a bind such as ":salt"), never values from outside
    limits  the database's encoding must be UTF-8 for text outside ASCII

    >>> unit_share_postgresql(":salt", "customer_id")
    "(('x' || substr(md5(:salt || ':' || CAST(customer_id AS text)), 1, 8))::bit(32)::bigint / 4294967296::float8)"
    """
    hashed = f"md5({salt_sql} || ':' || CAST({unit_sql} AS text))"
    return f"(('x' || substr({hashed}, 1, {_HEX_DIGITS}))::bit(32)::bigint / {_STEPS}::float8)"


def unit_share_duckdb(salt_sql: str, unit_sql: str) -> str:
    """A DuckDB expression of type DOUBLE that equals `unit_share`.

    units  as in unit_share_postgresql

    >>> unit_share_duckdb("$salt", "customer_id")
    "(CAST('0x' || substr(md5($salt || ':' || CAST(customer_id AS VARCHAR)), 1, 8) AS BIGINT) / 4294967296::DOUBLE)"
    """
    hashed = f"md5({salt_sql} || ':' || CAST({unit_sql} AS VARCHAR))"
    return f"(CAST('0x' || substr({hashed}, 1, {_HEX_DIGITS}) AS BIGINT) / {_STEPS}::DOUBLE)"


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
