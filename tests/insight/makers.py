"""Facts for tests, written into the lake as intake writes them."""

import itertools
from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pyarrow as pa

from siyu.insight.contracts import BrandView, InsightSettings
from siyu.insight.rules.naive import History, LineFact, OrderFact, RefundFact
from siyu.kernel.lake import Lake, brand_schema

NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
SHANGHAI = "Asia/Shanghai"
_batch = itertools.count(1)


def at(text: str, zone: str = SHANGHAI) -> datetime:
    """A moment of the zone's wall clock."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def bought(key: str, when: datetime, fen: int = 10_000, channel: str | None = "store") -> OrderFact:
    return OrderFact("pos", key, when, fen, channel)


def gave_back(key: str, when: datetime, fen: int, order_key: str | None = None) -> RefundFact:
    return RefundFact("pos", key, when, fen, order_key)


def known_table(histories: Mapping[int, History]) -> pa.Table:
    rows = [(c, h.known_at, h.joined_at) for c, h in histories.items() if h.known_at is not None]
    moment = pa.timestamp("us", "UTC")
    return pa.table(
        {
            "customer_id": pa.array([row[0] for row in rows], pa.int64()),
            "known_at": pa.array([row[1] for row in rows], moment),
            "joined_at": pa.array([row[2] for row in rows], moment),
        }
    )


class Known:
    """People that a test made up; `reads` counts how often somebody wanted all of them."""

    def __init__(self, histories: Mapping[int, History]) -> None:
        self._table = known_table(histories)
        self.reads = 0

    def chunks(self) -> list[pa.Table]:
        self.reads += 1
        return [self._table]

    def mark(self) -> str:
        return str(self._table.to_pylist())


def view_of(
    brand_id: int,
    histories: Mapping[int, History],
    *,
    zone: str = SHANGHAI,
    settings: InsightSettings | None = None,
) -> BrandView:
    return BrandView(brand_id, zone, Known(histories), settings or InsightSettings())


def write_facts(lake: Lake, brand_id: int, histories: Mapping[int | None, History]) -> int:
    """The facts stand in the lake as one batch; the customer None is anonymous."""
    schema, batch = brand_schema(brand_id), next(_batch)
    with lake.transaction() as cursor:
        for table, rows in fact_rows(histories, batch).items():
            if rows:
                cursor.register("made", pa.Table.from_pylist(rows, FACT_SCHEMAS[table]))
                cursor.execute(f'INSERT INTO {schema}."{table}" BY NAME SELECT * FROM made')
                cursor.unregister("made")
        cursor.execute(f"INSERT INTO {schema}.batch VALUES (?, ?, 1)", [batch, NOW])
    return batch


def forget_facts(lake: Lake, brand_id: int) -> None:
    """The brand has no facts and was never refreshed."""
    tables = (
        "order",
        "order_line",
        "refund",
        "batch",
        "trait",
        "trait_refresh",
        "trait_history",
        "lifecycle_changed",
    )
    with lake.transaction() as cursor:
        for table in tables:
            cursor.execute(f'DELETE FROM {brand_schema(brand_id)}."{table}"')


_COMMON = [
    ("customer_id", pa.int64()),
    ("occurred_at", pa.timestamp("us", "UTC")),
    ("source", pa.string()),
    ("batch_id", pa.int64()),
    ("order_key", pa.string()),
]
FACT_SCHEMAS = {
    "order": pa.schema([*_COMMON, ("paid_fen", pa.int64()), ("channel", pa.string())]),
    "order_line": pa.schema([*_COMMON, ("category", pa.string()), ("amount_fen", pa.int64())]),
    "refund": pa.schema(
        [*_COMMON, ("refund_key", pa.string()), ("document_key", pa.string()), ("amount_fen", pa.int64())]
    ),
}


def fact_rows(histories: Mapping[int | None, History], batch: int) -> dict[str, list[dict]]:
    rows: dict[str, list[dict]] = {"order": [], "order_line": [], "refund": []}
    for customer, history in histories.items():
        facts: list[tuple[str, OrderFact | LineFact | RefundFact]] = [
            *(("order", order) for order in history.orders),
            *(("order_line", line) for line in history.lines),
            *(("refund", refund) for refund in history.refunds),
        ]
        for table, fact in facts:
            row = {name: getattr(fact, name) for name in fact.__slots__}
            rows[table].append({"customer_id": customer, "batch_id": batch, **row})
    return rows
