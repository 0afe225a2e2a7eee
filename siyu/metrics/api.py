"""The door of metrics."""

from siyu.metrics.frames import SalesTables, brand_table, counted_orders, day_in, sales_tables
from siyu.metrics.queries import daily_series, measure, metric_catalogue, run, sql_of

__all__ = [
    "SalesTables",
    "brand_table",
    "counted_orders",
    "daily_series",
    "day_in",
    "measure",
    "metric_catalogue",
    "run",
    "sales_tables",
    "sql_of",
]
