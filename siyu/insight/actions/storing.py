"""What a refresh computed is written into the lake: history and moves, the declared traits, the traits, the refresh."""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace

from siyu.insight.contracts import BrandView, Refresh, Storable
from siyu.insight.frames.declared import COLUMN_TYPES
from siyu.insight.frames.stored import TRAIT, changes, moves, stored_traits
from siyu.insight.queries.aggregating import kind_of
from siyu.insight.queries.compute import Computed, hold
from siyu.insight.queries.stored import columns_of, facts_mark
from siyu.insight.queries.traits import beside_declared
from siyu.kernel.lake import LakeCursor, brand_schema
from siyu.metrics.api import run, sql_of

_HISTORY = "customer_id, stage, rfm_class, rfm_r, rfm_f, rfm_m"


def write_changes(cursor: LakeCursor, brand: BrandView, computed: Computed, done: Refresh) -> Refresh:
    """What differs from the traits that are stored is history, and who entered another stage is a fact.

    returns  the refresh with its counts, and with the mark of all facts, these among them
    effects  trait_history; lifecycle_changed but at the first refresh, which has nothing to compare with
    """
    schema = brand_schema(brand.brand_id)
    changed = hold(cursor, "trait_change", changes(stored_traits(brand.brand_id), computed.table))
    counts = run(
        cursor,
        computed.table.aggregate(customers=computed.table.count()).cross_join(
            changed.aggregate(changed=changed.count())
        ),
    ).to_pylist()[0]
    cursor.execute(
        f"INSERT INTO {schema}.trait_history (refresh_id, as_of, {_HISTORY}) "
        f"SELECT ?, ?, {_HISTORY} FROM trait_change ORDER BY customer_id",
        [done.refresh_id, done.as_of],
    )
    if done.refresh_id > 1:
        hold(cursor, "trait_move", moves(changed))
        cursor.execute(
            f"INSERT INTO {schema}.lifecycle_changed BY NAME SELECT customer_id, ? AS occurred_at, "
            "'insight' AS source, from_stage, to_stage, reason FROM trait_move ORDER BY customer_id",
            [done.as_of],
        )
        cursor.execute("DROP TABLE trait_move")
    cursor.execute("DROP TABLE trait_change")
    return replace(done, facts_mark=facts_mark(cursor, brand), **counts)


def write_traits(
    cursor: LakeCursor, brand: BrandView, computed: Computed, done: Refresh, kept: Sequence[Storable]
) -> Refresh:
    """The stored traits are the computed ones, with a column for each declared trait of `kept`, and the refresh stands.

    `done.declared`: the columns that the refresh before left; those that are not kept are gone.

    returns  the refresh with the columns that there are now
    limits   each table of facts that declared traits are over is read once, in buckets of customers
    """
    schema = brand_schema(brand.brand_id)
    table = beside_declared(cursor, brand, computed.table, done.as_of, kept)
    columns = columns_of(kept)
    cursor.execute(f"DELETE FROM {schema}.trait")
    for column in sorted(done.declared.keys() - columns.keys()):
        cursor.execute(f'ALTER TABLE {schema}.trait DROP COLUMN IF EXISTS "{column}"')
    for one in kept:
        if one.column not in done.declared:
            kind = kind_of(COLUMN_TYPES[one.info.type])
            cursor.execute(f'ALTER TABLE {schema}.trait ADD COLUMN IF NOT EXISTS "{one.column}" {kind}')
    written = ", ".join(f'"{column}"' for column in (*TRAIT, *columns))
    ordered = sql_of(table.order_by("customer_id"))
    cursor.execute(f"INSERT INTO {schema}.trait ({written}) SELECT {written} FROM ({ordered})")
    done = replace(done, declared=columns)
    _write_refresh(cursor, schema, done)
    return done


def _write_refresh(cursor: LakeCursor, schema: str, done: Refresh) -> None:
    cursor.execute(
        f"INSERT INTO {schema}.trait_refresh (refresh_id, as_of, computed_at, customers, changed, facts_mark, "
        "settings, thresholds, declared) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            done.refresh_id,
            done.as_of,
            done.computed_at,
            done.customers,
            done.changed,
            done.facts_mark,
            done.settings,
            json.dumps(asdict(done.thresholds)),
            json.dumps(done.declared),
        ],
    )
