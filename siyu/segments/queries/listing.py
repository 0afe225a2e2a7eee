"""Lists of customers: a page of them, or all, with who they are."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa
from sqlalchemy.orm import Session

from siyu.insight.contracts import BrandView
from siyu.kernel.crypto import Cipher
from siyu.kernel.lake import LakeCursor
from siyu.metrics.api import run
from siyu.people.api import find_customers, profiles_of
from siyu.people.contracts import Namespace, Profile
from siyu.segments import frames
from siyu.segments.contracts import CustomerFilter, CustomerPage, ListOrder, ListPlace
from siyu.segments.queries.question import hold_numbers, question
from siyu.segments.queries.stored import complete, segment_info
from siyu.segments.rules.listing import definition_for

PAGE_MAX = 500
FOUND_TABLE = "found_customer"


def customers_page(
    session: Session,
    cursor: LakeCursor,
    brand: BrandView,
    *,
    cipher: Cipher,
    asked: CustomerFilter,
    order: ListOrder,
    after: ListPlace | None,
    limit: int,
    as_of: datetime,
    reveal: bool = False,
) -> CustomerPage:
    """The next customers of a list, with who they are; names and numbers are masked unless `reveal`.

    raises  BadSegment, UnknownTrait, NotFound (the segment)
    limits  500 customers a page
    """
    found = _listed(session, cursor, brand, cipher=cipher, asked=asked, as_of=as_of, also=(order.trait.name,))
    wanted = min(limit, PAGE_MAX)
    if asked.wanted:  # some ten people at most, all of them read at once
        everybody = run(cursor, frames.in_order(found, order).limit(PAGE_MAX)).to_pylist()
        turned = _behind(everybody, after)
        page, total = turned[:wanted], len(everybody)
    else:
        turned = _turned(cursor, found.select("customer_id", order.trait.name), order, after, wanted + 1)
        page = _whole_rows(cursor, found, [row["customer_id"] for row in turned[:wanted]])
        total = after.total if after else _size(cursor, found)
    items = with_profiles(session, page, cipher=cipher, reveal=reveal)
    place = None
    if len(turned) > wanted:
        values = [row[order.trait.name] for row in turned[wanted - 1 : wanted + 1]]
        place = ListPlace(
            str(order), as_of, values[0], page[-1]["customer_id"], total, tied=values[0] == values[1]
        )
    return CustomerPage(as_of=as_of, total=total, items=items, next_place=place)


def _turned(
    cursor: LakeCursor, sorting: ir.Table, order: ListOrder, after: ListPlace | None, limit: int
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for part in frames.next_parts(sorting, order, after=after):
        if len(rows) < limit:
            rows += run(cursor, part.limit(limit - len(rows))).to_pylist()
    return rows


def _behind(rows: list[dict[str, Any]], after: ListPlace | None) -> list[dict[str, Any]]:
    """The rows behind a place; all of them where it is not among them."""
    numbers = [row["customer_id"] for row in rows]
    begin = numbers.index(after.customer_id) + 1 if after and after.customer_id in numbers else 0
    return rows[begin:]


def _size(cursor: LakeCursor, found: ir.Table) -> int:
    return int(run(cursor, found.aggregate(n=found.count()))["n"][0].as_py())


def _whole_rows(cursor: LakeCursor, found: ir.Table, customer_ids: Sequence[int]) -> list[dict[str, Any]]:
    """The customers with all their traits, in this order; sorting everybody by one column leaves the others unread."""
    rows = run(cursor, found.filter(found.customer_id.isin(list(customer_ids)))).to_pylist()
    by_id = {row["customer_id"]: row for row in rows}
    return [by_id[one] for one in customer_ids]


def whole_list(
    session: Session,
    cursor: LakeCursor,
    brand: BrandView,
    *,
    cipher: Cipher,
    asked: CustomerFilter,
    order: ListOrder,
    as_of: datetime,
    limit: int,
) -> tuple[int, pa.Table]:
    """All customers of a list in its order with their traits, computed once, and how many there are.

    returns  no rows where they are more than `limit`
    raises   BadSegment, UnknownTrait, NotFound (the segment)
    """
    found = _listed(session, cursor, brand, cipher=cipher, asked=asked, as_of=as_of)
    total = _size(cursor, found)
    wanted = limit if total <= limit else 0
    return total, run(cursor, frames.in_order(found, order).limit(wanted))


def with_profiles(
    session: Session, rows: Sequence[dict[str, Any]], *, cipher: Cipher, reveal: bool
) -> tuple[dict[str, Any], ...]:
    """The rows of up to 500 customers with who they are; names and numbers are masked unless `reveal`."""
    profiles = profiles_of(
        session, cipher=cipher, customer_ids=[row["customer_id"] for row in rows], reveal=reveal
    )
    return tuple(row | _profile_cells(profiles.get(row["customer_id"])) for row in rows)


def _listed(
    session: Session,
    cursor: LakeCursor,
    brand: BrandView,
    *,
    cipher: Cipher,
    asked: CustomerFilter,
    as_of: datetime,
    also: Sequence[str] | None = None,
) -> ir.Table:
    """The customers of a list, with all traits, or those it asks about and `also` these."""
    segment = (
        None if asked.segment_id is None else segment_info(session, segment_id=asked.segment_id).definition
    )
    definition = complete(session, definition_for(asked, segment=segment))
    only = find_customers(session, cipher=cipher, wanted=asked.wanted) if asked.wanted else None
    found = question(cursor, brand, [definition], as_of, also=also or (), whole=also is None).members()
    if only and asked == CustomerFilter(wanted=asked.wanted):
        return frames.with_unknown(frames.listed(found, only=only), hold_numbers(cursor, FOUND_TABLE, only))
    return frames.listed(found, only=only)


def _profile_cells(profile: Profile | None) -> dict[str, Any]:
    """What people know, for a row; empty where people know nobody of that number."""
    if profile is None:
        return dict.fromkeys(("name", "phone", "member_no", "province", "store_key"), "")
    numbers = [one.value for one in profile.identities if one.namespace == Namespace.MEMBER_NO]
    return {
        "name": profile.name,
        "phone": profile.phone,
        "member_no": numbers[-1] if numbers else "",
        "province": profile.province,
        "store_key": profile.store_key,
    }
