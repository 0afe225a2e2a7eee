"""A definition, as JSON brings it, becomes a typed tree, or a refusal that names the place."""

from collections.abc import Mapping
from typing import Any

from siyu.insight.api import read_conditions
from siyu.insight.contracts import Misread, Node, TraitInfo, UnknownName
from siyu.segments.errors import BadSegment, UnknownTrait


def parse(definition: Any, *, catalogue: Mapping[str, TraitInfo], zone: str) -> Node:
    """The typed tree of a definition; dates without an offset are the zone's.

    raises  BadSegment, UnknownTrait
    limits  50 levels, 1,000 conditions, 10,000 list values

    >>> from siyu.insight.contracts import TraitType
    >>> orders = TraitInfo("orders", TraitType.INTEGER, "orders", {"zh": "订单数", "en": "Orders"}, {})
    >>> tree = parse({"trait": "orders", "op": ">=", "value": 2}, catalogue={"orders": orders}, zone="UTC")
    >>> tree.operator.value, tree.value
    ('>=', 2)
    """
    try:
        return read_conditions(definition, key="trait", known=catalogue, zone=zone)
    except Misread as found:
        raise BadSegment(**found.details()) from None
    except UnknownName as found:
        raise UnknownTrait(trait=found.name, **found.details()) from None
