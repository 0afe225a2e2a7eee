"""The brand's metrics over the days up to a moment, with members as people know them."""

from datetime import datetime
from typing import Any

from siyu.insight.contracts import BrandView
from siyu.insight.queries.view import members_of
from siyu.kernel.lake import LakeCursor
from siyu.metrics.api import daily_series, measure
from siyu.metrics.contracts import Period


def metrics_of(cursor: LakeCursor, brand: BrandView, *, days: int, as_of: datetime) -> dict[str, Any]:
    """Every metric over the last so many days beside the days before, and each day.

    shape  start, end, time_zone, metrics (Measured), days (DayOfSales)
    """
    period = Period.last_days(days, as_of=as_of)
    zone = brand.time_zone
    return {
        "start": period.start,
        "end": period.end,
        "time_zone": zone,
        "metrics": measure(cursor, brand.brand_id, zone, period, members=members_of(brand)),
        "days": daily_series(cursor, brand.brand_id, zone, period),
    }
