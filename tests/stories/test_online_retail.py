"""Online Retail from the file to RFM and stages, beside SQL on the raw file, written from the definitions alone."""

import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from siyu.insight.api import refresh
from siyu.intake.api import ImportOrder, content_sha256, request_import, run_import
from siyu.intake.readers.maps import preset_text
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.kernel.clock import parse_moment, utcnow
from siyu.kernel.lake import brand_schema
from siyu.kernel.lake_migrations import migrate_brand
from siyu.organisation.api import create_brand

FILE = Path(__file__).resolve().parents[3] / "shared/data/online_retail/retail-data-by-day.tar.gz"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not FILE.exists(), reason="the Online Retail file does not lie beside the checkout"),
]
AS_OF = "2011-12-10"

# Definitions, in order: an order is an invoice with at least one line that sells; it is paid when first written; lines
# whose invoice begins with C, or with a negative quantity or amount, give money back; an order whose refunds reach what
# was paid is cancelled. Days are London's, as_of is the end of 10 December 2011.
INDEPENDENT = """
    CREATE TABLE raw AS SELECT * FROM read_csv('{folder}/**/*.csv', header = true, all_varchar = true);
    CREATE TABLE line AS
    SELECT InvoiceNo AS invoice, CAST(replace(CustomerID, '.0', '') AS BIGINT) AS customer,
           CAST(InvoiceDate AS TIMESTAMP) AS moment, CAST(Quantity AS BIGINT) AS quantity,
           CAST(Quantity AS BIGINT) * CAST(UnitPrice AS DECIMAL(18, 6)) AS amount,
           InvoiceNo LIKE 'C%' OR CAST(Quantity AS BIGINT) < 0 OR CAST(UnitPrice AS DECIMAL(18, 6)) < 0 AS back
    FROM raw;
    -- Pence per line, half to even: the third decimal decides, and only an exact half looks at the digit before it.
    CREATE TABLE cent AS
    SELECT *, CASE WHEN abs(amount) * 100 - floor(abs(amount) * 100) = 0.5
                   THEN 2 * round(floor(abs(amount) * 100) / 2.0 + 0.25) ELSE round(abs(amount) * 100) END::BIGINT AS p
    FROM line;
    CREATE TABLE sale AS
    SELECT invoice, any_value(customer) AS customer, min(moment) AS moment, sum(p) AS paid
    FROM cent WHERE NOT back GROUP BY 1;
    CREATE TABLE back AS SELECT invoice, customer, moment, p FROM cent WHERE back;
    CREATE TABLE good AS
    SELECT s.* FROM sale s LEFT JOIN (SELECT invoice, sum(p) AS given FROM back GROUP BY 1) b USING (invoice)
    WHERE s.customer IS NOT NULL AND NOT (s.paid > 0 AND coalesce(b.given, 0) >= s.paid);
    CREATE TABLE person AS
    SELECT customer, count(*) AS orders,
           count(*) FILTER (moment > TIMESTAMP '2010-12-10 23:59:59.999999') AS orders_year,
           DATE '2011-12-10' - max(moment)::DATE AS silent, DATE '2011-12-10' - min(moment)::DATE AS since_first
    FROM good GROUP BY 1;
    CREATE TABLE gap AS
    SELECT customer, day - lag(day) OVER (PARTITION BY customer ORDER BY day) AS days
    FROM (SELECT DISTINCT customer, moment::DATE AS day FROM good);
    CREATE TABLE own AS
    SELECT customer, quantile_cont(days, 0.8) AS p80, quantile_cont(days, 0.9) AS p90
    FROM gap WHERE days IS NOT NULL GROUP BY 1 HAVING count(*) >= 5;
    CREATE TABLE everybody AS
    SELECT customer, min(moment)::DATE AS known FROM line WHERE customer IS NOT NULL GROUP BY 1;
    CREATE TABLE staged AS
    SELECT e.customer, CASE
        WHEN coalesce(p.silent, DATE '2011-12-10' - e.known) > 180 THEN 'lost'
        WHEN p.silent > coalesce(o.p90, (SELECT quantile_cont(days, 0.9) FROM gap WHERE days IS NOT NULL)) THEN 'lost'
        WHEN coalesce(p.silent, DATE '2011-12-10' - e.known) >= 91 THEN 'dormant'
        WHEN p.silent > coalesce(o.p80, (SELECT quantile_cont(days, 0.8) FROM gap WHERE days IS NOT NULL))
        THEN 'dormant'
        WHEN p.orders_year >= 4 AND p.silent <= 90 THEN 'maturity'
        WHEN p.orders BETWEEN 2 AND 3 OR p.since_first <= 90 THEN 'growth'
        ELSE 'introduction' END AS stage
    FROM everybody e LEFT JOIN person p USING (customer) LEFT JOIN own o USING (customer);
    CREATE TABLE rfm AS
    SELECT g.customer, DATE '2011-12-10' - max(moment)::DATE AS r,
           count(DISTINCT moment::DATE) AS f, any_value(m.m) AS m
    FROM good g JOIN (
        SELECT customer, sum(v) AS m FROM (
            SELECT customer, moment, paid AS v FROM sale UNION ALL SELECT customer, moment, -p FROM back)
        WHERE moment > TIMESTAMP '2010-12-10 23:59:59.999999' GROUP BY 1) m USING (customer)
    WHERE moment > TIMESTAMP '2010-12-10 23:59:59.999999' GROUP BY 1;
    CREATE TABLE classed AS
    SELECT customer, (r <= avg(r) OVER ())::INT::VARCHAR || (f >= avg(f) OVER ())::INT::VARCHAR
           || (m >= avg(m) OVER ())::INT::VARCHAR AS class,
           ceil(5.0 * count(*) OVER (ORDER BY r DESC) / count(*) OVER ())::INT AS score_r,
           ceil(5.0 * count(*) OVER (ORDER BY f) / count(*) OVER ())::INT AS score_f,
           ceil(5.0 * count(*) OVER (ORDER BY m) / count(*) OVER ())::INT AS score_m
    FROM rfm;
"""


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = tmp_path_factory.mktemp("raw")
    with tarfile.open(FILE) as archive:
        for member in archive:
            content = archive.extractfile(member)
            if content is not None:
                (folder / Path(member.name).name).write_bytes(content.read())
    with duckdb.connect() as connection:
        connection.execute(INDEPENDENT.format(folder=folder))
        yield connection


@pytest.fixture(scope="module")
def brand_with_retail(app: App) -> int:
    now = utcnow()
    with app.db.transaction(brand_id=None) as session:
        brand = create_brand(
            session, code="online-retail", name="Online Retail", time_zone="Europe/London", currency="GBP",
            actor=SYSTEM, now=now,
        )  # fmt: skip
    migrate_brand(app.lake, brand_id=brand.brand_id, now=now)
    with app.db.transaction(brand_id=brand.brand_id) as session:
        import_id = request_import(
            session, order=ImportOrder(FILE, preset_text("online_retail")), sha256=content_sha256(FILE),
            actor=SYSTEM, now=now, in_background=False,
        )  # fmt: skip
    run_import(app, brand_id=brand.brand_id, import_id=import_id, clock=utcnow)
    refresh(app, brand_id=brand.brand_id, as_of=parse_moment(AS_OF, "Europe/London"), now=now)
    return brand.brand_id


def ours(app: App, brand_id: int, query: str) -> list[tuple[object, ...]]:
    with app.lake.reading() as cursor:
        return cursor.execute(query.format(brand=brand_schema(brand_id))).fetchall()


def test_sales_equal_the_sum_of_the_raw_file(
    app: App, brand_with_retail: int, truth: duckdb.DuckDBPyConnection
) -> None:
    (paid,), (refunded,) = (
        ours(app, brand_with_retail, 'SELECT sum(paid_fen) FROM {brand}."order"')[0],
        ours(app, brand_with_retail, "SELECT sum(amount_fen) FROM {brand}.refund")[0],
    )
    assert (paid, refunded) == truth.execute(
        "SELECT sum(p) FILTER (NOT back), sum(p) FILTER (back) FROM cent"
    ).fetchone()


def test_stage_counts_equal_the_definitions(
    app: App, brand_with_retail: int, truth: duckdb.DuckDBPyConnection
) -> None:
    found = ours(app, brand_with_retail, "SELECT stage, count(*) FROM {brand}.trait GROUP BY 1 ORDER BY 1")
    assert found == truth.execute("SELECT stage, count(*) FROM staged GROUP BY 1 ORDER BY 1").fetchall()


def test_rfm_classes_and_scores_equal_the_definitions(
    app: App, brand_with_retail: int, truth: duckdb.DuckDBPyConnection
) -> None:
    columns = "rfm_class, rfm_r, rfm_f, rfm_m"
    found = ours(
        app, brand_with_retail,
        f"SELECT {columns}, count(*) FROM {{brand}}.trait WHERE rfm_class IS NOT NULL GROUP BY ALL ORDER BY ALL",
    )  # fmt: skip
    wanted = truth.execute(
        "SELECT class, score_r, score_f, score_m, count(*) FROM classed GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    assert found == wanted


def test_today_is_not_part_of_a_past_as_of(app: App, brand_with_retail: int) -> None:
    assert datetime.now(UTC) > parse_moment(AS_OF, "Europe/London")
    later = ours(
        app, brand_with_retail, "SELECT count(*) FROM {brand}.trait WHERE last_order_at > '2011-12-11'"
    )
    assert later == [(0,)]
