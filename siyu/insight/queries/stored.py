"""The newest refresh and whether the lake has moved on since."""

import json
from typing import Any

from siyu.insight.contracts import BrandView, Refresh, Thresholds
from siyu.insight.rules.settings import settings_as_json
from siyu.kernel.lake import LakeCursor, brand_schema, rows_of


def newest_refresh(cursor: LakeCursor, *, brand_id: int) -> Refresh | None:
    """The refresh that the stored traits come from; None before the first."""
    found = refreshes(cursor, brand_id=brand_id, limit=1)
    return found[0] if found else None


def refreshes(cursor: LakeCursor, *, brand_id: int, limit: int) -> list[Refresh]:
    """The refreshes of a brand, newest first."""
    rows = rows_of(
        cursor,
        "SELECT refresh_id, as_of, computed_at, customers, changed, facts_mark, settings, thresholds "
        f"FROM {brand_schema(brand_id)}.trait_refresh ORDER BY refresh_id DESC LIMIT {int(limit)}",
    )
    return [_refresh(row) for row in rows]


def facts_mark(cursor: LakeCursor, brand: BrandView) -> str:
    """A text that is equal as long as orders and refunds are the same, of the same people, and the same are known.

    Batches of other facts (messages, consent, arms) change no trait and leave it as it is.

    limits  reads two narrow columns of orders and refunds, and sums up the known customers; a line changes with its
            order
    """
    schema = brand_schema(brand.brand_id)
    parts = " UNION ALL ".join(
        f"SELECT count(*) AS n, coalesce(max(batch_id), 0) AS newest, coalesce(sum(batch_id), 0) AS total, "
        f"coalesce(sum(customer_id), 0) AS whose "
        f"FROM {schema}.{table}"
        for table in ('"order"', "refund")
    )
    rows = rows_of(cursor, parts)
    return "/".join([*("{n}:{newest}:{total}:{whose}".format(**row) for row in rows), brand.known.mark()])


def settings_text(brand: BrandView) -> str:
    """The brand's settings and zone as they are stored beside a refresh."""
    return json.dumps(settings_as_json(brand.settings) | {"time_zone": brand.time_zone}, sort_keys=True)


def is_current(refresh: Refresh, cursor: LakeCursor, brand: BrandView) -> bool:
    """Whether computing again as of the same moment would give the same traits."""
    return refresh.settings == settings_text(brand) and refresh.facts_mark == facts_mark(cursor, brand)


def _refresh(row: dict[str, Any]) -> Refresh:
    thresholds = Thresholds(**json.loads(row.pop("thresholds")))
    return Refresh(**row, thresholds=thresholds)
