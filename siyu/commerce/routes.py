"""Commerce over HTTP: what a customer bought, and the lists of stores and products."""

from datetime import timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query

from siyu.commerce import queries
from siyu.commerce.contracts import ORDER, ORDER_PLACED
from siyu.commerce.rules import first_moments, next_moment, read_moment
from siyu.commerce.schemas import (
    OrderLineOut,
    OrderLines,
    ProductList,
    ProductOut,
    StoreList,
    StoreOut,
    Timeline,
    TimelineEntry,
)
from siyu.intake.api import events_of, names_seen, tables_of_events
from siyu.kernel.clock import utcnow
from siyu.kernel.http import AppDep
from siyu.kernel.lake import Lake
from siyu.kernel.lake_point import FactsOfCustomer, facts_of_customer
from siyu.kernel.parameters import Id
from siyu.organisation.access import BrandSession, require
from siyu.organisation.contracts import Caller
from siyu.people.api import require_customer

router = APIRouter(tags=["commerce"])
Reader = Annotated[Caller, Depends(require("customers.read"))]
Key = Annotated[str | None, Query(max_length=200, description="next_cursor of the page before")]
Limit = Annotated[int, Query(ge=1, le=200)]
FILES_FIRST, FILES_FURTHER = 24, 72  # opened for a page; a large one takes three milliseconds
SOON = timedelta(days=2)  # a fact may lie a day ahead, for clocks and zones differ


@router.get("/customers/{customer_id}/timeline")
def read_timeline(
    customer_id: Id,
    caller: Reader,
    app: AppDep,
    session: BrandSession,
    cursor: Key = None,
    limit: Limit = 50,
    kinds: Annotated[Literal["all", "purchases", "events"], Query()] = "all",
) -> Timeline:
    """Orders, refunds, unpaid orders and events of a customer, newest first; a page ends with a whole moment.

    A page may hold less than was asked for, or nothing, while there is a next one: the newest years are read first.
    """
    require_customer(session, customer_id=customer_id)
    before = utcnow() + SOON if cursor is None else read_moment(cursor)
    titles = {} if kinds == "purchases" else names_seen(session)
    found = facts_of_customer(
        app.lake,
        brand_id=caller.brand.brand_id,
        customer_id=customer_id,
        fact_types=({} if kinds == "events" else queries.PURCHASES) | tables_of_events(titles),
        before=before,
        files=FILES_FIRST if cursor is None else FILES_FURTHER,
        whole={ORDER_PLACED.name},
    )
    rows: list[dict[str, Any]] = []
    with app.lake.reading() as lake:
        if kinds != "events":
            rows = queries.timeline_of(
                lake, brand_id=caller.brand.brand_id, customer_id=customer_id, before=before, since=found.since,
                limit=limit, sources=_with_paid(app.lake, found, caller.brand.brand_id, customer_id),
            )  # fmt: skip
        rows += events_of(
            lake, brand_id=caller.brand.brand_id, customer_id=customer_id, before=before, since=found.since,
            limit=limit, names=titles, sources=found.sources,
        )  # fmt: skip
    shown = first_moments(rows, limit)
    keys = {str(row["details"]["product_key"]) for row in shown if row.get("details", {}).get("product_key")}
    products = queries.product_names(session, product_keys=sorted(keys))
    items = [_entry(row, titles, products) for row in shown]
    following = next_moment([item.occurred_at for item in items], limit, found.since)
    return Timeline(items=items, next_cursor=following)


def _with_paid(lake: Lake, found: FactsOfCustomer, brand_id: int, customer_id: int) -> dict[str, str]:
    """Where an order may have been paid by now is looked for in all orders, whatever part of them is shown."""
    if ORDER_PLACED.name not in found.holding:
        return dict(found.sources)
    every = facts_of_customer(
        lake, brand_id=brand_id, customer_id=customer_id, fact_types={ORDER.name: ORDER}
    )
    return {**found.sources, "paid": every.sources[ORDER.name]}


def _entry(
    row: dict[str, Any], titles: dict[str, tuple[str, str]], products: dict[str, str]
) -> TimelineEntry:
    """What happened, with the words that the brand has for it."""
    title_zh, title_en = titles.get(row["fact"], ("", ""))
    entry = TimelineEntry.model_validate({**row, "title_zh": title_zh, "title_en": title_en})
    entry.product_name = products.get(str(entry.details.get("product_key")))
    return entry


@router.get("/orders/{order_key:path}/lines")
def read_order_lines(
    order_key: str, caller: Reader, app: AppDep, session: BrandSession,
    customer_id: Id, source: Annotated[str | None, Query(max_length=200)] = None,
) -> OrderLines:  # fmt: skip
    """The product lines of one order of a customer."""
    require_customer(session, customer_id=customer_id)
    with app.lake.reading() as lake:
        rows = queries.lines_of_order(
            lake, brand_id=caller.brand.brand_id, customer_id=customer_id, order_key=order_key, source=source
        )
    names = queries.product_names(
        session, product_keys=[row["product_key"] for row in rows if row["product_key"]]
    )
    items = [
        OrderLineOut.model_validate({**row, "product_name": names.get(row["product_key"])}) for row in rows
    ]
    return OrderLines(items=items, total=len(items))


@router.get("/stores", dependencies=[Depends(require("customers.read"))])
def list_stores(session: BrandSession, cursor: Key = None, limit: Limit = 50) -> StoreList:
    """A page of stores by key."""
    rows, following, total = queries.stores_page(session, after=cursor, limit=limit)
    return StoreList(items=[StoreOut.model_validate(row) for row in rows], next_cursor=following, total=total)


@router.get("/products", dependencies=[Depends(require("customers.read"))])
def list_products(session: BrandSession, cursor: Key = None, limit: Limit = 50) -> ProductList:
    """A page of products by key."""
    rows, following, total = queries.products_page(session, after=cursor, limit=limit)
    return ProductList(
        items=[ProductOut.model_validate(row) for row in rows], next_cursor=following, total=total
    )
