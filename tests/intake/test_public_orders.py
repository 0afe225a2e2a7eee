"""The public order files, read whole by the set-based statement, give their known figures."""

from typing import Any

import duckdb
import pyarrow as pa
import pytest

from siyu.intake.readers.maps import load_preset
from siyu.intake.readers.source import open_source
from siyu.intake.rules.sql import typed_select
from tests.intake.makers import LATEST, shared

pytestmark = pytest.mark.slow


def figures(path: str, preset: str, question: str) -> tuple[Any, ...]:
    import_map = load_preset(preset)
    source = open_source(shared(path), import_map.file)
    staged = pa.Table.from_batches(batch.rows for batch in source.batches())
    with duckdb.connect() as duck:
        duck.register("staged", staged)
        duck.execute(f"CREATE TABLE typed AS {typed_select(import_map, 'staged', latest=LATEST)}")
        bad, answer = (
            duck.sql("SELECT count(_reject_reason) FROM typed").fetchone(),
            duck.sql(question).fetchone(),
        )
    assert bad == (0,)
    assert answer is not None
    return answer


def test_online_retail_has_its_known_lines_refunds_and_sales():
    found = figures(
        "online_retail/retail-data-by-day.tar.gz",
        "online_retail",
        """SELECT count(*), count(*) FILTER (customer_key IS NULL), count(DISTINCT customer_key),
                  count(DISTINCT order_key),
                  count(*) FILTER (starts_with(order_key, 'C')), count(*) FILTER (quantity < 0),
                  sum(quantity * unit_price_fen) FROM typed WHERE _reject_reason IS NULL""",
    )
    # 10,624 lines have a negative quantity; two more are negative amounts ("adjust bad debt"), refunds by the preset.
    assert found[:5] == (541_909, 135_080, 4_372, 25_900, 9_288)
    assert found[5] == 10_626


def test_online_retail_sums_to_its_known_total_after_rounding_each_line():
    found = figures(
        "online_retail/retail-data-by-day.tar.gz",
        "online_retail",
        "SELECT sum(amount_fen), sum(paid_fen - refund_fen) FROM typed",
    )
    # 9,747,747.934 before rounding: a few unit prices have three digits.
    assert found == (974_774_793, 974_774_793)


def test_cdnow_has_as_many_orders_as_rows_though_some_are_equal():
    found = figures(
        "cdnow/CDNOW_master.txt",
        "cdnow",
        "SELECT count(DISTINCT order_key), count(DISTINCT customer_key), sum(paid_fen) FROM typed",
    )
    assert found == (69_659, 23_570, 250_031_563)


def test_the_cdnow_sample_is_read_without_a_header():
    found = figures(
        "cdnow/CDNOW_sample.txt",
        "cdnow_sample",
        "SELECT count(*), count(DISTINCT customer_key), sum(paid_fen) FROM typed",
    )
    assert found == (6_919, 2_357, 24_409_194)


def test_the_tmall_report_tells_paid_unpaid_and_refunded_apart():
    found = figures(
        "chinese_retail_orders/tmall_order_report.csv",
        "tmall_order_report",
        """SELECT count(*), count(*) FILTER (NOT is_paid), count(*) FILTER (refund_fen > 0),
                  sum(paid_fen - refund_fen),
                  sum(refund_fen),
                  count(*) FILTER (is_paid AND paid_fen <> amount_fen), count(customer_key)
           FROM typed""",
    )
    assert found == (28_010, 3_923, 5_646, 190_248_715, 57_233_592, 0, 0)


def test_the_complete_journey_has_its_known_baskets_and_sales():
    found = figures(
        "dunnhumby_completejourney/transactions.parquet",
        "complete_journey_transactions",
        "SELECT count(*), count(DISTINCT order_key), count(DISTINCT customer_key), sum(paid_fen) FROM typed",
    )
    assert found == (1_469_307, 155_848, 2_469, 459_603_958)
