"""All traits computed from the facts into a temporary table of the cursor."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import ibis
import ibis.expr.types as ir

from siyu.insight.contracts import BrandView, RfmSettings, Thresholds
from siyu.insight.frames.classes import classified, rfm_means
from siyu.insight.frames.compute import base_traits
from siyu.insight.frames.facts import At, brand_gaps, facts_at
from siyu.insight.frames.stored import TRAIT
from siyu.insight.queries.view import KNOWN_TABLE, load_known
from siyu.kernel.lake import LakeCursor
from siyu.metrics.api import run, sales_tables, sql_of

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Computed:
    """The traits of every customer as of a moment, in a temporary table, and the thresholds they were held against."""

    table: ir.Table
    thresholds: Thresholds


def at_of(brand: BrandView, as_of: datetime) -> At:
    """The moment, zone and settings that a brand's expressions are computed for."""
    return At(as_of, brand.time_zone, brand.settings.lifecycle)


def compute(cursor: LakeCursor, brand: BrandView, as_of: datetime) -> Computed:
    """Every customer's traits as of the moment stand in a temporary table of this cursor.

    shape   the columns of the lake table `trait`
    limits  reads each fact table once; the purchase days and the result are held in memory or spilled
    """
    at = at_of(brand, as_of)
    suffix = (as_of - _EPOCH).total_seconds()
    name = f"_{brand.brand_id}_{int(suffix * 1_000_000)}"
    facts = facts_at(sales_tables(brand.brand_id), load_known(cursor, brand), at)
    facts = replace(facts, days=hold(cursor, f"purchase_day{name}", facts.days))
    base = hold(cursor, f"base_trait{name}", base_traits(facts, at))
    thresholds = _thresholds(cursor, facts.days, base, at, brand.settings.rfm)
    table = _typed(cursor, f"trait{name}", classified(base, thresholds, at).select(list(TRAIT)))
    for done in (f"base_trait{name}", f"purchase_day{name}", KNOWN_TABLE):
        cursor.execute(f'DROP TABLE "{done}"')
    return Computed(table, thresholds)


def hold(cursor: LakeCursor, name: str, expression: ir.Table) -> ir.Table:
    """The expression's rows in a temporary table of this cursor, replaced if it exists."""
    cursor.execute(f'CREATE OR REPLACE TEMP TABLE "{name}" AS {sql_of(expression)}')
    return ibis.table(expression.schema(), name=name)


def _typed(cursor: LakeCursor, name: str, expression: ir.Table) -> ir.Table:
    """The traits' rows in a temporary table whose columns are those of the stored one.

    The engine sums BIGINT to HUGEINT, which Ibis takes for an int64 and a program would read as a decimal.
    """
    whole = [column for column, kind in TRAIT.items() if kind == "int64"]
    casts = ", ".join(f'CAST("{column}" AS BIGINT) AS "{column}"' for column in whole)
    cursor.execute(
        f'CREATE OR REPLACE TEMP TABLE "{name}" AS SELECT * REPLACE ({casts}) FROM ({sql_of(expression)}) computed'
    )
    return ibis.table(expression.schema(), name=name)


def _thresholds(
    cursor: LakeCursor, days: ir.Table, base: ir.Table, at: At, settings: RfmSettings
) -> Thresholds:
    row = run(cursor, rfm_means(base, at).cross_join(brand_gaps(days))).to_pylist()[0]
    if row["classed"]:
        for name in ("recency_days", "frequency_days", "monetary_fen"):
            chosen = getattr(settings, name)
            row[name] = row[name] if chosen is None else float(chosen)
    return Thresholds(**row)
