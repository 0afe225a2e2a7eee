"""What a definition of a trait would give: how many customers have a value, how the values spread, some of them."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import ibis.expr.types as ir
from sqlalchemy.orm import Session

from siyu.insight.contracts import BrandView, TraitInfo, TraitType
from siyu.insight.frames.spread import distribution, frequent, sample_of, totals
from siyu.insight.queries.declared import Ground, with_declared
from siyu.insight.queries.traits import traits_as_of
from siyu.insight.rules.declared.resolve import Resolved
from siyu.kernel.crypto import Cipher
from siyu.kernel.lake import LakeCursor
from siyu.metrics.api import run
from siyu.people.api import profiles_of

SAMPLE_MAX = 50
FREQUENT_MAX = 10
MEASURED = frozenset({TraitType.INTEGER, TraitType.MONEY, TraitType.NUMBER})


@dataclass(frozen=True, slots=True)
class TraitPreview:
    """The effect of a definition as of a moment.

    `known`: customers with a value; `plain`: those of them whose value is what no facts give (0 or no); `changed`:
    customers whose value differs from that of the version in use, None for a new trait.
    shape  spread (numbers, money): least, p25, median, p75, most, mean; most_frequent (others): value, customers;
           sample: customer_id, value, name (masked)
    """

    as_of: datetime
    info: TraitInfo
    customers: int
    known: int
    plain: int
    changed: int | None
    spread: dict[str, Any] | None
    most_frequent: list[dict[str, Any]]
    sample: list[dict[str, Any]]


def preview_trait(
    cursor: LakeCursor,
    brand: BrandView,
    *,
    ground: Ground,
    name: str,
    after: Resolved,
    as_of: datetime,
    sample: int,
) -> TraitPreview:
    """What the trait of this name gives once `after` stands, beside what it gives now.

    limits  computes the trait, and its version in use, for all customers: as dear as a segment that names it
    """
    trait = next(one for one in after.traits if one.info.name == name)
    table = _computed(cursor, brand, after, name, as_of)
    current = ground.resolved()
    before = None
    if any(one.info.name == name for one in current.traits):
        before = _computed(cursor, brand, current, name, as_of)
    counts = run(cursor, totals(table, trait.info, before)).to_pylist()[0]
    measured = trait.info.type in MEASURED
    rows = run(cursor, sample_of(table, trait.info, limit=min(sample, SAMPLE_MAX))).to_pylist()
    return TraitPreview(
        as_of=as_of,
        info=trait.info,
        customers=counts["customers"],
        known=counts["known"],
        plain=counts["plain"],
        changed=counts.get("changed"),
        spread=run(cursor, distribution(table)).to_pylist()[0] if measured else None,
        most_frequent=[] if measured else run(cursor, frequent(table, limit=FREQUENT_MAX)).to_pylist(),
        sample=rows,
    )


def with_names(session: Session, found: TraitPreview, *, cipher: Cipher) -> TraitPreview:
    """The preview with the masked names of the customers in its sample."""
    ids = [row["customer_id"] for row in found.sample]
    profiles = profiles_of(session, cipher=cipher, customer_ids=ids, reveal=False)
    named = [
        row | {"name": profiles[row["customer_id"]].name if row["customer_id"] in profiles else ""}
        for row in found.sample
    ]
    return replace(found, sample=named)


def _computed(
    cursor: LakeCursor, brand: BrandView, resolved: Resolved, name: str, as_of: datetime
) -> ir.Table:
    """shape: customer_id, value."""
    view = replace(brand, sources=with_declared(brand, resolved))
    traits = traits_as_of(cursor, view, as_of, wanted={name})
    return traits.select("customer_id", value=traits[name])
