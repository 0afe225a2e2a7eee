"""Facts, definitions and an engine for the tests of declared traits."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import duckdb
import pyarrow as pa

from siyu.entrypoints.wiring import FACT_TYPES
from siyu.insight.contracts import TraitInfo, TraitType
from siyu.insight.rules.declared.facts import facts_offered
from siyu.insight.rules.declared.resolve import Resolved, Written, resolve
from siyu.kernel.lake_migrations import lake_migrations

AS_OF = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
FACTS = facts_offered(
    FACT_TYPES,
    {
        "tea_tasting": (
            "品茶",
            "Tea tasting",
            {"cups": "BIGINT", "kind": "VARCHAR", "weight": "DOUBLE", "liked": "BOOLEAN", "day": "DATE"},
        )
    },
)
MOMENT = pa.timestamp("us", "UTC")
COMMON = [("customer_id", pa.int64()), ("occurred_at", MOMENT), ("source", pa.string())]
TABLES = {
    "order": pa.schema(
        [*COMMON, ("order_key", pa.string()), ("channel", pa.string()), ("paid_fen", pa.int64()),
         ("lines", pa.int64()), ("items", pa.float64()), ("ordered_at", MOMENT)]
    ),
    "order_line": pa.schema(
        [*COMMON, ("order_key", pa.string()), ("category", pa.string()), ("amount_fen", pa.int64())]
    ),
    "refund": pa.schema(
        [*COMMON, ("refund_key", pa.string()), ("document_key", pa.string()), ("order_key", pa.string()),
         ("amount_fen", pa.int64())]
    ),
    "favourite_changed": pa.schema([*COMMON, ("product_key", pa.string()), ("added", pa.bool_())]),
    "event": pa.schema([*COMMON, ("name", pa.string()), ("version", pa.int64()), ("properties", pa.string())]),
}  # fmt: skip


def known(name: str, kind: TraitType) -> TraitInfo:
    return TraitInfo(name, kind, "", {"zh": name, "en": name}, {"zh": "", "en": ""})


def resolved(
    definitions: Mapping[str, Any],
    *,
    others: Mapping[str, TraitInfo] | None = None,
    zone: str = "Asia/Shanghai",
) -> Resolved:
    """The definitions read together, each under its name."""
    written = [Written(name, 1, {"zh": name, "en": name}, one) for name, one in definitions.items()]
    return resolve(written, facts=FACTS, known=others or {}, zone=zone)


def lake_in_memory() -> duckdb.DuckDBPyConnection:
    """The lake's tables of brand 1, made by the lake's own migrations: a thousand times faster to fill."""
    connection = duckdb.connect(config={"autoinstall_known_extensions": "false"})
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET threads = 1")
    connection.execute("ATTACH ':memory:' AS lake")
    connection.execute("CREATE SCHEMA lake.brand_1")
    for migration in lake_migrations():
        for statement in migration.statements("lake.brand_1"):
            if " SET PARTITIONED BY " not in statement and " SET SORTED BY " not in statement:
                connection.execute(statement)
    return connection


def fill(engine: Any, customers: Mapping[int | None, Mapping[str, Sequence[Mapping[str, Any]]]]) -> None:
    """The lake holds these facts and no others; the brand's own events as JSON."""
    for table, schema in TABLES.items():
        rows = [row for who, facts in customers.items() for row in _stored(table, who, facts)]
        engine.execute(f'DELETE FROM lake.brand_1."{table}"')
        if rows:
            engine.register("made", pa.Table.from_pylist(rows, schema))
            engine.execute(f'INSERT INTO lake.brand_1."{table}" BY NAME SELECT * FROM made')


def _stored(
    table: str, who: int | None, facts: Mapping[str, Sequence[Mapping[str, Any]]]
) -> list[dict[str, Any]]:
    if table != "event":
        return [{"customer_id": who, **row} for row in facts.get(table, ())]
    return [
        {
            "customer_id": who, "occurred_at": row["occurred_at"], "source": row["source"], "name": kind, "version": 1,
            "properties": json.dumps({k: v for k, v in row.items() if k not in ("occurred_at", "source")}),
        }
        for kind, rows in facts.items()
        if FACTS[kind].own
        for row in rows
    ]  # fmt: skip
