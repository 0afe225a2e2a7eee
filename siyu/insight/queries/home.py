"""The brand's metrics over the days up to a moment, with members as people know them."""

from datetime import datetime
from typing import Any

import ibis.expr.types as ir

from siyu.insight.contracts import BrandView
from siyu.insight.frames.stored import stored_traits
from siyu.insight.queries.stored import newest_refresh
from siyu.insight.queries.view import load_known
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
        "metrics": measure(cursor, brand.brand_id, zone, period, members=_members(cursor, brand)),
        "days": daily_series(cursor, brand.brand_id, zone, period),
    }


def _members(cursor: LakeCursor, brand: BrandView) -> ir.Table:
    """The members as the newest refresh saw them; before the first, people are read.

    shape  customer_id
    """
    newest = newest_refresh(cursor, brand_id=brand.brand_id)
    known = load_known(cursor, brand) if newest is None else stored_traits(brand.brand_id)
    return known.filter(known.joined_at.notnull()).select("customer_id")
