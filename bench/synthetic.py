"""A large brand's facts, made by statements: the same seed gives the same orders and events, whatever their number."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import text

from siyu.kernel.app import App
from siyu.kernel.clock import utcnow
from siyu.kernel.facts import finish_batch, open_batch
from siyu.kernel.lake import LakeCursor, brand_schema

MONTHS = 24
DAYS_A_MONTH = 30
# Of a hundred customers the busiest ten have two fifths of what happens: a share u of chance becomes the place u^1.75.
SKEW = 1.75


@dataclass(frozen=True, slots=True)
class Made:
    """Facts of one table: how many of a hundred, and what they say beyond the columns that all share.

    `says`: column → SQL of row `i`, whose chance `h` is a number below 2^32.
    """

    share: int
    says: Mapping[str, str]


CHANNEL = "list_extract(['wechat_mini_program','tmall','jd','store','app'], 1 + h % 5)"
CATEGORY = "list_extract(['shoes','coats','shirts','bags','hats','socks'], 1 + h // 7 % 6)"
PRODUCT = "'P' || h // 3 % 20000"
SEEN = """
    INSERT INTO event_volume (brand_id, name, day, events, last_received_at)
    VALUES (:brand, :name, CAST(:now AS date), :count, :now)
    ON CONFLICT (brand_id, name, day) DO UPDATE SET events = event_volume.events + excluded.events
"""
ORDERS = Made(
    100,
    MappingProxyType(
        {
            "order_key": "'O' || i", "ordered_at": "occurred_at",
            "channel": CHANNEL, "store_key": "'S' || h // 11 % 3000",
            "province": "list_extract(['上海','浙江','江苏','广东','四川'], 1 + h // 13 % 5)",
            "lines": "1 + h // 17 % 3",
            "items": "1.0 + h // 17 % 5", "discount_fen": "h // 19 % 2000", "paid_fen": "1000 + h // 23 % 90000",
            "currency": "'CNY'", "original_paid_fen": "1000 + h // 23 % 90000",
        }
    ),
)  # fmt: skip
EVENTS: Mapping[str, Made] = MappingProxyType(
    {
        "product_view": Made(
            50,
            {"product_key": PRODUCT, "category": CATEGORY, "price_fen": "1000 + h // 23 % 90000", "channel": CHANNEL},
        ),
        "page_view": Made(
            25,
            {"path": "'/p/' || h // 3 % 300", "device_kind": "'phone'", "seconds": "h // 5 % 300", "channel": CHANNEL},
        ),
        "cart_changed": Made(
            15,
            {
                "action": "CASE h // 29 % 4 WHEN 0 THEN 'remove' ELSE 'add' END", "product_key": PRODUCT,
                "category": CATEGORY, "quantity": "1.0 + h // 17 % 3", "amount_fen": "1000 + h // 23 % 90000",
                "currency": "'CNY'", "channel": CHANNEL,
            },
        ),
        "message_event": Made(
            10,
            {
                "message_id": "i", "campaign_id": "1 + h // 31 % 40", "channel": "'sms'",
                "state": "list_extract(['sent','delivered','clicked','failed'], 1 + h // 37 % 4)", "segments": "1",
                "cost_fen": "5",
            },
        ),
    }
)  # fmt: skip


def made_facts(
    app: App,
    *,
    brand_id: int,
    first: int,
    customers: int,
    orders: int,
    events: int,
    until: datetime,
    seed: int = 7,
) -> Iterator[str]:
    """So many orders and other events of the customers numbered from `first`, over two years before `until`.

    A month of a table is a lake transaction with a batch of its own; asking for the next line goes on.

    yields  a line a table
    """
    wanted = {"order": (ORDERS, orders)}
    wanted |= {name: (made, events * made.share // 100) for name, made in EVENTS.items()}
    for at, (table, (made, count)) in enumerate(wanted.items()):
        each = count // MONTHS
        for month in range(MONTHS):
            with app.db.transaction(brand_id=brand_id) as session:
                batch_id = open_batch(session, origin="bench", now=utcnow())
            with app.lake.transaction() as cursor:
                _write(
                    cursor, brand_id, table, made, batch_id,
                    rows=(month * each, (month + 1) * each), people=(first, customers),
                    ends=(until, month * DAYS_A_MONTH), seed=seed * 100 + at,
                )  # fmt: skip
                batch = [batch_id, utcnow(), each]
                cursor.execute(f"INSERT INTO {brand_schema(brand_id)}.batch VALUES (?, ?, ?)", batch)
            with app.db.transaction(brand_id=brand_id) as session:
                session.execute(
                    text(SEEN), {"brand": brand_id, "name": table, "count": each, "now": utcnow()}
                )
                finish_batch(session, batch_id=batch_id, counts={table: each}, subscriptions=(), now=utcnow())
        yield f"{table}: {each * MONTHS:,} rows"


def _write(
    cursor: LakeCursor,
    brand_id: int,
    table: str,
    made: Made,
    batch_id: int,
    *,
    rows: tuple[int, int],
    people: tuple[int, int],
    ends: tuple[datetime, int],
    seed: int,
) -> None:
    columns = ", ".join(f"{value} AS {name}" for name, value in made.says.items())
    cursor.execute(
        f"""INSERT INTO {brand_schema(brand_id)}."{table}" BY NAME
            SELECT CAST({people[0]} + floor({people[1]} * chance ^ {SKEW}) AS BIGINT) AS customer_id,
                   occurred_at, 'bench' AS source, {batch_id} AS batch_id, {columns}
            FROM (
                SELECT i, h, hash(i, {seed}, 1) / 18446744073709551616.0 AS chance,
                       CAST(? AS TIMESTAMPTZ) - to_days({ends[1]})
                       - to_seconds(CAST(hash(i, {seed}, 2) % {DAYS_A_MONTH * 86_400} AS BIGINT)) AS occurred_at
                FROM (SELECT i, CAST(hash(i, {seed}, 3) % 4294967296 AS BIGINT) AS h
                      FROM range({rows[0]}, {rows[1]}) r(i))
            ) ORDER BY customer_id, occurred_at""",
        [ends[0]],
    )
