"""`python -m bench.traits [CUSTOMERS]`: 60 traits refreshed, beside one scan by hand and beside one query a trait."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bench import floors
from bench.home import fresh_home
from bench.machine import HEAD, Figure, side_by_side
from siyu.insight.actions.declared import define_trait
from siyu.insight.api import brand_view, refresh, trait_sources
from siyu.insight.contracts import BrandView
from siyu.insight.queries.aggregating import aggregated
from siyu.insight.queries.declared import DeclaredAggregates, ground_of
from siyu.kernel.app import App
from siyu.kernel.audit import COMMAND_LINE
from siyu.kernel.lake import LakeCursor, brand_schema
from siyu.organisation.contracts import BrandInfo

CUSTOMERS = 200_000
NOW = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
BUCKETS = 4
FACTS = (
    """INSERT INTO {brand}."order" (customer_id, occurred_at, source, batch_id, order_key, channel, store_key, paid_fen)
       SELECT c, $now - to_hours(CAST(hash(c * 7 + k) % 17_000 AS INTEGER)), 'bench', 1, c || '/' || k,
              ['store', 'web', 'app'][1 + (c + k) % 3], 'S' || (c * k) % 300, 1_000 + hash(c + k) % 90_000
       FROM range(1, $customers + 1) r(c), range(3) s(k) ORDER BY c""",
    """INSERT INTO {brand}.refund (customer_id, occurred_at, source, batch_id, refund_key, order_key, amount_fen)
       SELECT customer_id, occurred_at + INTERVAL 1 DAY, source, 1, order_key, order_key, paid_fen // 2
       FROM {brand}."order" WHERE customer_id % 5 = 0 AND occurred_at < $now - INTERVAL 1 DAY""",
    """INSERT INTO {brand}.page_view (customer_id, occurred_at, source, batch_id, path, device_kind)
       SELECT c, $now - to_minutes(CAST(hash(c * 11 + k) % 260_000 AS INTEGER)), 'bench', 1, '/p/' || (c + k) % 50,
              ['phone', 'desk'][1 + k % 2] FROM range(1, $customers + 1) r(c), range(10) s(k) ORDER BY c""",
)


@dataclass(frozen=True, slots=True)
class Timed:
    """A declared trait, and what one would write for it by hand."""

    name: str
    definition: dict[str, Any]
    by_hand: str

    @property
    def table(self) -> str:
        """What it is over."""
        return str(self.definition["fact"])


def declared() -> Iterator[Timed]:
    """Thirty-three over three tables; with the 27 built in they are sixty."""
    for fact, of, windows in (
        ("order", "paid_fen", (7, 14, 60, 120, 180, 270)),
        ("refund", "amount_fen", (30, 90, 365)),
    ):
        for days in windows:
            recent = {"fact": fact, "window": {"days": days}}
            since = f"FILTER (occurred_at > $now - INTERVAL {days} DAY)"
            yield Timed(f"b_{fact}_{days}", {"aggregate": "count", **recent}, f"count(*) {since}")
            yield Timed(
                f"b_{fact}_fen_{days}", {"aggregate": "sum", "of": of, **recent}, f"sum({of}) {since}"
            )
    for measure, of, sql in (
        ("first", "channel", "arg_min(channel, occurred_at)"), ("last", "channel", "arg_max(channel, occurred_at)"),
        ("most_frequent", "channel", "mode(channel)"), ("distinct", "store_key", "count(DISTINCT store_key)"),
        ("max", "paid_fen", "max(paid_fen)"), ("average", "paid_fen", "avg(paid_fen)"),
    ):  # fmt: skip
        yield Timed(f"b_{measure}_{of}", {"aggregate": measure, "of": of, "fact": "order"}, sql)
    day = "CAST(timezone('Asia/Shanghai', occurred_at) AS DATE)"
    for days in (1, 7, 30, 90):
        recent = {"fact": "page_view", "window": {"days": days}}
        since = f"FILTER (occurred_at > $now - INTERVAL {days} DAY)"
        yield Timed(f"b_views_{days}", {"aggregate": "count", **recent}, f"count(*) {since}")
        if days > 1:
            yield Timed(
                f"b_view_days_{days}", {"aggregate": "days", **recent}, f"count(DISTINCT {day}) {since}"
            )
    views = {"fact": "page_view"}
    yield Timed("b_paths", {"aggregate": "distinct", "of": "path", **views}, "count(DISTINCT path)")
    yield Timed(
        "b_device", {"aggregate": "last", "of": "device_kind", **views}, "arg_max(device_kind, occurred_at)"
    )


def main() -> None:
    """Two lines on standard output."""
    customers = int(sys.argv[1]) if len(sys.argv) > 1 else CUSTOMERS
    timed = tuple(declared())
    print(HEAD)
    with fresh_home(currency="CNY", zone="Asia/Shanghai") as (app, brand):
        _made(app, brand, customers)
        _declare(app, brand, timed)
        print(whole(app, brand, timed, customers).line(), flush=True)
        print(apart(app, brand, timed).line(), flush=True)


def whole(app: App, brand: BrandInfo, timed: tuple[Timed, ...], customers: int) -> Figure:
    """A refresh with its RFM, stages and history; the floor scans each table once in buckets and writes all columns."""
    moments = iter(NOW + timedelta(seconds=second) for second in range(100))

    def ours() -> None:
        moment = next(moments)
        refresh(app, brand_id=brand.brand_id, as_of=moment, now=moment)

    return side_by_side(
        "refresh", f"27 built-in and {len(timed)} declared traits, {customers:,}",
        ours=ours, floor=lambda: _by_hand(app, brand, timed, customers), goal="≤ 1.5×",
    )  # fmt: skip


def apart(app: App, brand: BrandInfo, timed: tuple[Timed, ...]) -> Figure:
    """The declared traits in one pass, beside the same a query each."""
    with app.db.transaction(brand_id=brand.brand_id) as session:
        view = brand_view(session, sources=trait_sources(app, session))
        [source] = [one for one in view.sources if isinstance(one, DeclaredAggregates)]
        return side_by_side(
            "one pass", f"{len(timed)} declared traits, against a query each",
            ours=lambda: _asked(app, view, [source.declared]),
            floor=lambda: _asked(app, view, [(one,) for one in source.declared]), goal="≤ 0.1×", runs=3,
        )  # fmt: skip


def _asked(app: App, view: BrandView, groups: list[Any]) -> None:
    with app.lake.transaction() as cursor:
        for traits in groups:
            aggregated(cursor, view, traits, NOW)


def _by_hand(app: App, brand: BrandInfo, timed: tuple[Timed, ...], customers: int) -> None:
    """The built-in columns, then the declared ones, a bucket of customers at a time, and one table of all."""
    floors.traits(app, brand, NOW)
    schema, floor = brand_schema(brand.brand_id), f"lake.floor_{brand.brand_id}"
    size = -(-customers // BUCKETS)
    with app.lake.transaction() as cursor:
        tables = list(dict.fromkeys(one.table for one in timed))
        for table in tables:
            columns = ", ".join(f"{one.by_hand} AS {one.name}" for one in timed if one.table == table)
            into = f"CREATE TEMP TABLE hand_{table} AS"
            for first in range(1, customers + 1, size):
                _run(
                    cursor,
                    f'{into} SELECT customer_id, {columns} FROM {schema}."{table}" WHERE customer_id BETWEEN {first} '
                    f"AND {first + size - 1} AND occurred_at <= $now GROUP BY 1",
                )
                into = f"INSERT INTO hand_{table}"
        joins = " ".join(f"LEFT JOIN hand_{table} USING (customer_id)" for table in tables)
        cursor.execute(f"DROP TABLE IF EXISTS {floor}.whole")
        cursor.execute(
            f"CREATE TABLE {floor}.whole AS SELECT * FROM {floor}.trait {joins} ORDER BY customer_id"
        )


def _run(cursor: LakeCursor, statement: str, **others: Any) -> None:
    known = {"now": NOW, **others}
    cursor.execute(statement, {name: value for name, value in known.items() if f"${name}" in statement})


def _made(app: App, brand: BrandInfo, customers: int) -> None:
    """Customers who are known by their facts alone: three orders and ten page views each, refunds for some."""
    with app.lake.transaction() as cursor:
        for statement in FACTS:
            _run(cursor, statement.replace("{brand}", brand_schema(brand.brand_id)), customers=customers)
        cursor.execute(f"CREATE SCHEMA IF NOT EXISTS lake.floor_{brand.brand_id}")


def _declare(app: App, brand: BrandInfo, timed: tuple[Timed, ...]) -> None:
    with app.db.transaction(brand_id=brand.brand_id) as session:
        for one in timed:
            define_trait(
                session, ground=ground_of(app, session), name=one.name, label={"zh": one.name, "en": one.name},
                definition=one.definition, actor=COMMAND_LINE, now=NOW,
            )  # fmt: skip


if __name__ == "__main__":
    main()
