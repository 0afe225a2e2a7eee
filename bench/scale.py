"""`python -m bench.scale [CUSTOMERS]`: a launch and an export of a generated brand, with time and peak memory.

Nobody is imported: customers, numbers, consent and orders are written by statements, so that a million take seconds.
"""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import psutil
from sqlalchemy import text

from bench.home import fresh_home
from siyu.campaigns.actions.assigning import write_assignments
from siyu.campaigns.api import create_campaign, launch_campaign, submit_campaign
from siyu.campaigns.contracts import Draft
from siyu.insight.api import refresh
from siyu.kernel.app import App
from siyu.kernel.audit import COMMAND_LINE
from siyu.kernel.lake import brand_schema
from siyu.organisation.contracts import BrandInfo
from siyu.outreach.api import update_channel
from siyu.segments.actions import export_path, request_export, run_export, take_export
from siyu.segments.api import create_segment

CUSTOMERS = 1_000_000
NOW = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
PEOPLE = (
    """INSERT INTO customer (brand_id, known_at, joined_at, store_key, province, updated_at)
       SELECT :brand, :now - n % 700 * interval '1 day', :now - n % 700 * interval '1 day', 'S' || n % 300,
              '上海', :now FROM generate_series(1, :customers) n""",
    """INSERT INTO customer_identity (brand_id, customer_id, namespace, value_index, value_sealed, source, created_at)
       SELECT brand_id, customer_id, 'phone', sha256(customer_id::text::bytea), '\\x00', 'bench', :now FROM customer
       WHERE brand_id = :brand AND customer_id % 20 <> 0""",
    """INSERT INTO consent_entry (brand_id, customer_id, channel, purpose, granted, source, said_at, recorded_at)
       SELECT brand_id, customer_id, 'sms', 'marketing', customer_id % 10 <> 0, 'bench', :now, :now FROM customer
       WHERE brand_id = :brand""",
    "ANALYZE customer",
    "ANALYZE customer_identity",
    "ANALYZE consent_entry",
)


def main() -> None:
    """The figures on standard output."""
    customers = int(sys.argv[1]) if len(sys.argv) > 1 else CUSTOMERS
    with fresh_home(currency="CNY", zone="Asia/Shanghai") as (app, brand):
        with measured(f"{customers:,} customers made"):
            _people(app, brand, customers)
            _orders(app, brand)
        everybody, buyers = _ready(app, brand)
        campaign_id = _scheduled(app, brand, everybody, buyers)
        with measured("launch"):
            launch_campaign(app, brand_id=brand.brand_id, campaign_id=campaign_id, now=NOW)
        with measured("refresh of the traits"):
            refresh(app, brand_id=brand.brand_id, as_of=NOW, now=NOW)
        with measured("its facts"):
            write_assignments(app, brand_id=brand.brand_id, campaign_id=campaign_id, now=NOW)
        with measured("export"):
            print(f"{_exported(app, brand, everybody):,} customers exported")


@contextmanager
def measured(name: str) -> Iterator[None]:
    """Prints seconds and how much more memory this process held at its peak inside the block than before it."""
    process, ended, peak = psutil.Process(), threading.Event(), [0]
    before = process.memory_info().rss

    def watch() -> None:
        while not ended.wait(0.05):
            peak[0] = max(peak[0], process.memory_info().rss)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    begun = time.perf_counter()
    yield
    spent = time.perf_counter() - begun
    ended.set()
    watcher.join()
    more = max(0, peak[0] - before) / 2**20
    print(f"{name:<32} {spent:>8.1f} s   peak {peak[0] / 2**20:>7,.0f} MB (+{more:,.0f})", flush=True)


def _people(app: App, brand: BrandInfo, customers: int) -> None:
    with app.db.engine.begin() as connection:
        for statement in PEOPLE:
            names = {"brand": brand.brand_id, "now": NOW, "customers": customers}
            connection.execute(
                text(statement), {name: value for name, value in names.items() if f":{name}" in statement}
            )


def _orders(app: App, brand: BrandInfo) -> None:
    """Every customer bought once, every third twice."""
    with app.db.engine.connect() as connection:
        first, last = connection.execute(
            text("SELECT min(customer_id), max(customer_id) FROM customer WHERE brand_id = :brand"),
            {"brand": brand.brand_id},
        ).one()
    with app.lake.transaction() as cursor:
        cursor.execute(
            f"""INSERT INTO {brand_schema(brand.brand_id)}."order"
                    (customer_id, occurred_at, source, batch_id, order_key, paid_fen, currency)
                SELECT c, CAST(? AS TIMESTAMPTZ) - to_days(CAST((c * 7 + k * 50) % 600 + 1 AS INTEGER)), 'bench', 1,
                       c || '/' || k, 5000 + c % 9000, 'CNY'
                FROM range(?, ?) r(c), range(2) s(k) WHERE k = 0 OR c % 3 = 0""",
            [NOW, first, last + 1],
        )


def _ready(app: App, brand: BrandInfo) -> tuple[int, int]:
    with app.db.transaction(brand_id=brand.brand_id) as session:
        update_channel(
            session, cipher=app.cipher, provider="sandbox", base_url="http://127.0.0.1:9", key="bench",
            price_centifen=450, signature="测试", cap_per_day=9, cap_per_30_days=9, enabled=True,
            actor=COMMAND_LINE, now=NOW,
        )  # fmt: skip
        everybody, buyers = (
            create_segment(
                session, name=name, description="", definition=definition, sources=(), actor=COMMAND_LINE, now=NOW
            )
            for name, definition in (
                ("everybody", {"and": []}),
                ("recent", {"trait": "orders_30d", "op": ">=", "value": 1}),
            )
        )  # fmt: skip
    return everybody.segment_id, buyers.segment_id


def _scheduled(app: App, brand: BrandInfo, segment_id: int, excluded_id: int) -> int:
    with app.db.transaction(brand_id=brand.brand_id) as session:
        draft = Draft(
            name="bench", segment_id=segment_id, excluded_segment_ids=(excluded_id,), holdout_basis_points=1_000,
            template_text="新品到店，欢迎来喝一杯。",
        )  # fmt: skip
        made = create_campaign(session, draft=draft, brand=brand, actor=COMMAND_LINE, now=NOW)
        submit_campaign(session, campaign_id=made.campaign_id, brand=brand, actor=COMMAND_LINE, now=NOW)
    return made.campaign_id


def _exported(app: App, brand: BrandInfo, segment_id: int) -> int:
    with app.db.transaction(brand_id=brand.brand_id) as session:
        task_id = request_export(
            session, segment_id=segment_id, as_of=None, sources=(), actor=COMMAND_LINE, now=NOW
        )
    run_export(
        app,
        brand_id=brand.brand_id,
        task_id=task_id,
        segment_id=segment_id,
        as_of=None,
        actor=COMMAND_LINE,
        now=NOW,
    )
    with app.db.transaction(brand_id=brand.brand_id) as session:
        _, name = take_export(session, home=app.settings.home, task_id=task_id, actor=COMMAND_LINE, now=NOW)
        assert name, "an export has a file"
        return (
            sum(1 for _ in export_path(app.settings.home, brand_id=brand.brand_id, task_id=task_id).open())
            - 1
        )


if __name__ == "__main__":
    main()
