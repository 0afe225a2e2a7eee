"""Metrics measured in the lake: values with the period before, and the daily series."""

from collections.abc import Iterable

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from siyu.kernel.lake import LakeCursor
from siyu.metrics.contracts import DayOfSales, Measured, MetricInfo, Period
from siyu.metrics.errors import UnknownMetric
from siyu.metrics.frames import METRICS, Metric, daily_sales, measured, sales_tables, totals
from siyu.metrics.rules import days_between, relative_change

_MEMBERS = "metric_member"


def run(cursor: LakeCursor, expression: ir.Table) -> pa.Table:
    """The rows of an expression over lake tables or tables of this cursor."""
    return cursor.execute(sql_of(expression)).to_arrow_table()


def sql_of(expression: ir.Table) -> str:
    """The expression as one statement for the lake's engine."""
    return str(ibis.to_sql(expression, dialect="duckdb", pretty=False))


def metric_catalogue() -> tuple[MetricInfo, ...]:
    """Every metric with what people read about it."""
    return tuple(metric.info for metric in METRICS)


def measure(
    cursor: LakeCursor,
    brand_id: int,
    zone: str,
    period: Period,
    *,
    members: pa.Table | ir.Table,
    names: Iterable[str] | None = None,
) -> list[Measured]:
    """Each metric over the period beside the period of equal length before it.

    shape   `members` (of Arrow, or of this cursor) has the column customer_id: today's members
    raises  UnknownMetric
    """
    metrics = _chosen(names)
    if isinstance(members, ir.Table):
        joined = members
    else:
        cursor.register(_MEMBERS, members.select(["customer_id"]))
        joined = ibis.table({"customer_id": "int64"}, name=_MEMBERS)
    now, before = (
        run(
            cursor,
            measured(totals(sales_tables(brand_id), members=joined, period=span, zone=zone), metrics),
        ).to_pylist()[0]
        for span in (period, period.previous())
    )
    return [_measured(metric.info, period, now, before) for metric in metrics]


def daily_series(cursor: LakeCursor, brand_id: int, zone: str, period: Period) -> list[DayOfSales]:
    """Sales, orders and buyers of every calendar day of the period, days without any included.

    limits  1,100 days, the latest ones
    """
    table = run(cursor, daily_sales(sales_tables(brand_id), period=period, zone=zone))
    found = {row["day"]: DayOfSales(**row) for row in table.to_pylist()}
    return [found.get(day, DayOfSales(day, 0, 0, 0)) for day in days_between(period.start, period.end, zone)]


def _chosen(names: Iterable[str] | None) -> tuple[Metric, ...]:
    if names is None:
        return METRICS
    by_name = {metric.info.name: metric for metric in METRICS}
    wanted = list(names)
    for name in wanted:
        if name not in by_name:
            raise UnknownMetric(name=name, known=", ".join(by_name))
    return tuple(by_name[name] for name in wanted)


def _measured(
    info: MetricInfo, period: Period, now: dict[str, float | None], before: dict[str, float | None]
) -> Measured:
    value, previous = now[info.name], before[info.name]
    return Measured(info, period, value, previous, relative_change(value, previous))
