"""Lists of customers: the filters as a definition, the order, the place where a page ended."""

import base64
import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from siyu.insight.contracts import TraitInfo, TraitType
from siyu.kernel.errors import BadInput
from siyu.segments.contracts import CustomerFilter, ListOrder, ListPlace
from siyu.segments.errors import UnknownTrait


def definition_for(asked: CustomerFilter, *, segment: Mapping[str, Any] | None) -> dict[str, Any]:
    """The filters as one definition; of no filters: everybody.

    >>> definition_for(CustomerFilter(stages=("growth",)), segment=None)
    {'and': [{'trait': 'stage', 'op': 'in', 'value': ['growth']}]}
    """
    parts: list[Mapping[str, Any]] = [part for part in (segment, asked.definition) if part is not None]
    for trait, values in (("stage", asked.stages), ("rfm_class", asked.rfm_classes)):
        if values:
            parts.append({"trait": trait, "op": "in", "value": list(values)})
    for trait, value in (("rfm_r", asked.rfm_r), ("rfm_f", asked.rfm_f), ("is_member", asked.is_member)):
        if value is not None:
            parts.append({"trait": trait, "op": "=", "value": value})
    parts += [{"trait": f"tag_{tag_id}", "op": "=", "value": True} for tag_id in asked.tag_ids]
    return {"and": parts}


def order_of(text: str, catalogue: Mapping[str, TraitInfo]) -> ListOrder:
    """The order that a sort parameter asks for.

    raises  UnknownTrait
    """
    name = text.removeprefix("-")
    if name not in catalogue:
        raise UnknownTrait(trait=name[:100], path="sort", guess="", guess_zh="")
    return ListOrder(catalogue[name], text.startswith("-"))


def cursor_of(place: ListPlace) -> str:
    """The place as an opaque text."""
    where = [place.customer_id, place.total, place.tied]
    plain = json.dumps([place.order, place.as_of.isoformat(), _plain(place.value), *where])
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def place_of(cursor: str, order: ListOrder) -> ListPlace:
    """The place that a cursor stands for; it holds only for the order it was made in.

    raises  BadInput
    """
    try:
        plain = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        sort, as_of, value, customer_id, total, tied = json.loads(plain)
        moment = datetime.fromisoformat(as_of).astimezone(UTC)
        place = ListPlace(
            sort, moment, _typed(value, order.trait.type), int(customer_id), int(total), bool(tied)
        )
    except (ValueError, TypeError, AttributeError, OverflowError):
        raise _bad_cursor("it was not made here") from None
    if place.order != str(order):
        raise _bad_cursor(f"it belongs to a list sorted by {place.order[:100]}")
    return place


def csv_lines(rows: Iterable[Sequence[str | None]]) -> bytes:
    r"""Cells that are text already, as the lines of a CSV file; what is missing is empty.

    >>> csv_lines([("1", "a,b", None)]).decode()
    '1,"a,b",\r\n'
    """
    sink = io.StringIO(newline="")
    csv.writer(sink).writerows(rows)
    return sink.getvalue().encode()


def _plain(value: Any) -> Any:
    """As JSON holds it; the lake's engine answers some whole numbers as decimals."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return int(value) if isinstance(value, Decimal) else value


def _typed(value: Any, kind: TraitType) -> Any:
    if value is None:
        return None
    if kind is TraitType.MOMENT:
        return datetime.fromisoformat(value).astimezone(UTC)
    if kind in (TraitType.TEXT, TraitType.CHOICE):
        return str(value)
    if not isinstance(value, int | float):
        raise TypeError(value)
    return value


def _bad_cursor(why: str) -> BadInput:
    return BadInput(what="cursor", why=why, remedy="Start again at the first page.")
