"""What commerce's routes give."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Output(BaseModel):
    """What a client gets, read from a row."""

    model_config = ConfigDict(from_attributes=True)


class TimelineEntry(BaseModel):
    """Something one customer did; money in fen.

    `fact` is order, order_placed, refund, or an event's name: then `details` says more, and `title` names an event of
    the brand's own.
    """

    fact: str
    occurred_at: datetime
    source: str
    channel: str | None
    key: str = ""
    store_key: str | None = None
    amount_fen: int | None = None
    lines: int | None = None
    title_zh: str = ""
    title_en: str = ""
    product_name: str | None = None
    details: dict[str, Any] = Field(default_factory=dict)


class Timeline(BaseModel):
    """A page of what a customer did, newest first."""

    items: list[TimelineEntry]
    next_cursor: str | None
    total: int | None = None


class OrderLineOut(BaseModel):
    """One product line of an order; money in fen."""

    product_key: str | None
    product_name: str | None
    category: str | None
    quantity: float
    price_fen: int | None
    amount_fen: int


class OrderLines(BaseModel):
    """The lines of one order."""

    items: list[OrderLineOut]
    next_cursor: str | None = None
    total: int


class StoreOut(Output):
    """A place where things are sold."""

    store_key: str
    name: str | None
    region: str | None
    city: str | None


class StoreList(BaseModel):
    """A page of stores by key."""

    items: list[StoreOut]
    next_cursor: str | None
    total: int


class ProductOut(Output):
    """Something that is sold; its list price in fen."""

    product_key: str
    name: str | None
    category: str | None
    maker: str | None
    price_fen: int | None


class ProductList(BaseModel):
    """A page of products by key."""

    items: list[ProductOut]
    next_cursor: str | None
    total: int
