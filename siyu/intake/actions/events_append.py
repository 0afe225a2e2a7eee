"""A batch of events becomes rows of the lake, in one lake transaction under the batch's number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pyarrow as pa

from siyu.intake.actions.pump import ARROW_TYPES
from siyu.intake.rules.standard_events import EVENT
from siyu.kernel.facts import COMMON_COLUMNS, FactType
from siyu.kernel.lake import LakeCursor, brand_schema


@dataclass(slots=True)
class Rows:
    """The rows of one lake table: the common columns as lists, the table's own as one list of values a row."""

    customer_id: list[int | None] = field(default_factory=list)
    identity_id: list[int | None] = field(default_factory=list)
    occurred_at: list[datetime] = field(default_factory=list)
    source: list[str] = field(default_factory=list)
    own: list[list[Any]] = field(default_factory=list)


def append_events(
    cursor: LakeCursor, *, brand_id: int, batch_id: int, types: Mapping[str, FactType], rows: Mapping[str, Rows],
    now: datetime,
) -> None:  # fmt: skip
    """Inside the caller's lake transaction: the rows stand under the batch's number, which was not there yet."""
    schema = brand_schema(brand_id)
    tables = {name: _table(types[name], its_rows, batch_id) for name, its_rows in rows.items()}
    for name, table in tables.items():
        cursor.register("events_in", table)
        cursor.execute(
            f'INSERT INTO {schema}."{name}" BY NAME SELECT * FROM events_in ORDER BY customer_id, occurred_at'
        )
        cursor.unregister("events_in")
    total = sum(table.num_rows for table in tables.values())
    cursor.execute(f"INSERT INTO {schema}.batch VALUES (?, ?, ?)", [batch_id, now, total])


def counts_in_lake(
    cursor: LakeCursor, *, brand_id: int, batch_id: int, open_types: Sequence[FactType]
) -> dict[tuple[str, str], int] | None:
    """How many events of each name and source the batch brought to the lake; None if it is not there."""
    schema = brand_schema(brand_id)
    found = cursor.execute(f"SELECT count(*) FROM {schema}.batch WHERE batch_id = ?", [batch_id]).fetchone()
    if not (found and found[0]):
        return None
    parts = [
        f"SELECT '{one.name}', source, count(*) FROM {schema}.\"{one.name}\" WHERE batch_id = {batch_id:d} "
        "GROUP BY source"
        for one in open_types
    ]
    parts.append(
        f"SELECT name, source, count(*) FROM {schema}.{EVENT.name} WHERE batch_id = {batch_id:d} "
        "GROUP BY name, source"
    )
    rows = cursor.execute(" UNION ALL ".join(parts)).fetchall()
    return {(name, source): count for name, source, count in rows if count}


def _table(fact_type: FactType, rows: Rows, batch_id: int) -> pa.Table:
    columns = {
        "customer_id": pa.array(rows.customer_id, pa.int64()),
        "identity_id": pa.array(rows.identity_id, pa.int64()),
        "occurred_at": pa.array(rows.occurred_at, ARROW_TYPES["TIMESTAMPTZ"]),
        "source": pa.array(rows.source, pa.string()),
        "batch_id": pa.array([batch_id] * len(rows.source), pa.int64()),
    }
    assert set(columns) == set(COMMON_COLUMNS)
    for (name, kind), values in zip(fact_type.columns.items(), zip(*rows.own, strict=True), strict=True):
        columns[name] = pa.array(values, ARROW_TYPES[kind])
    return pa.table(columns)
