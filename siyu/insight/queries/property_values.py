"""Which values a text property of the brand's facts holds, so that whoever writes a condition can choose."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from siyu.insight.contracts import BrandView, TraitInfo, TraitType
from siyu.insight.frames.declared import When, property_facts
from siyu.insight.frames.spread import common
from siyu.insight.queries.declared import Ground
from siyu.insight.queries.view import seen
from siyu.insight.rules.declared.tree import FactInfo
from siyu.kernel.errors import BadInput, NotFound
from siyu.kernel.lake import LakeCursor
from siyu.metrics.api import run

DAYS = 365
FACTS_MAX = 1_000_000
VALUES_MAX = 50


@dataclass(frozen=True, slots=True)
class PropertyOf:
    """A property and the kind of fact that has it."""

    fact: FactInfo
    info: TraitInfo


def property_of(ground: Ground, *, fact: str, name: str) -> PropertyOf:
    """The text property of this name.

    raises  NotFound; BadInput where it is no text
    """
    found = ground.facts.get(fact)
    info = None if found is None else found.properties.get(name)
    if found is None or info is None:
        raise NotFound(what="property", key=f"{fact}.{name}")
    if info.type is not TraitType.TEXT:
        raise BadInput(what="property", why=f"{name} is no text", remedy="Ask for a text property.")
    return PropertyOf(found, info)


def values_held(cursor: LakeCursor, brand: BrandView, of: PropertyOf, *, as_of: datetime) -> dict[str, Any]:
    """The values that more than one fact holds, the commonest first.

    shape   days, values: value, facts
    limits  facts of the 365 days up to as_of, a million of them at most; 50 values
    """
    facts = property_facts(brand.brand_id, of.fact, of.info, When(as_of, brand.time_zone), days=DAYS)
    held = common(seen(cursor, brand, facts), facts_max=FACTS_MAX, limit=VALUES_MAX)
    return {"days": DAYS, "values": run(cursor, held).to_pylist()}
