"""Declared aggregates of all customers into temporary tables: each table of facts is read once, a bucket at a time."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import ibis
import ibis.expr.types as ir

from siyu.insight.contracts import BrandView
from siyu.insight.frames.declared import COLUMN_TYPES, Asked, When, asked_of, marked, measured, side_by_side
from siyu.insight.rules.declared.buckets import buckets
from siyu.insight.rules.declared.tree import DeclaredTrait
from siyu.kernel.lake import LakeCursor, brand_schema
from siyu.metrics.api import sql_of

_STORED = {
    "int64": "BIGINT",
    "float64": "DOUBLE",
    "string": "VARCHAR",
    "boolean": "BOOLEAN",
    "timestamp('UTC')": "TIMESTAMPTZ",
}


def kind_of(column_type: str) -> str:
    """What the lake calls a column of this type.

    >>> kind_of("float64")
    'DOUBLE'
    """
    return _STORED[column_type]


def aggregated(
    cursor: LakeCursor, brand: BrandView, traits: Sequence[DeclaredTrait], as_of: datetime
) -> ir.Table:
    """The aggregates of every customer, in temporary tables of this cursor: one for each table of facts.

    shape   customer_id and a column for each trait, of customers with a fact of any of their kinds
    limits  what is held for one bucket of customers is in memory, the rest may be spilled
    """
    when, asked = When(as_of, brand.time_zone), asked_of(traits)
    said = repr((as_of, [(one.info.name, one.tree) for one in traits]))
    name = f"declared_{hashlib.md5(said.encode(), usedforsecurity=False).hexdigest()[:12]}"
    begun = []
    for one in asked:
        if one.marks:
            columns = {mark.column: "timestamp('UTC')" for mark in one.marks}
            found = marked(brand.brand_id, one, when)
            table = held(cursor, f"{name}_{one.table}_marks", [found], columns)
            begun += [(mark, table) for mark in one.marks]
    tables = []
    for one in asked:
        if one.traits:
            columns = {trait.info.name: COLUMN_TYPES[trait.info.type] for trait in one.traits}
            parts = _parts(cursor, brand, one, when)
            expressions = (measured(brand.brand_id, one, begun, part) for part in parts)
            tables.append(held(cursor, f"{name}_{one.table}", expressions, columns))
    return side_by_side(tables)


def _parts(cursor: LakeCursor, brand: BrandView, asked: Asked, when: When) -> list[When]:
    """The moment once for each bucket of customers who have facts in the table."""
    row = cursor.execute(
        f'SELECT min(customer_id), max(customer_id) FROM {brand_schema(brand.brand_id)}."{asked.table}"'
    ).fetchone()
    if row is None or row[0] is None:
        return [when]
    return [replace(when, customers=one) for one in buckets(row[0], row[1], traits=len(asked.traits))]


def held(
    cursor: LakeCursor, name: str, expressions: Iterable[ir.Table], columns: Mapping[str, str]
) -> ir.Table:
    """The rows of all in a temporary table of this cursor, in just these types; the engine sums to wider ones."""
    casts = ", ".join(
        f'CAST("{column}" AS {_STORED[kind]}) AS "{column}"' for column, kind in columns.items()
    )
    into = f'CREATE OR REPLACE TEMP TABLE "{name}" AS'
    for expression in expressions:
        cursor.execute(f"{into} SELECT customer_id, {casts} FROM ({sql_of(expression)}) computed")
        into = f'INSERT INTO "{name}"'
    return ibis.table({"customer_id": "int64", **columns}, name=name)
