"""The newest refresh and whether the lake has moved on since."""

import json
from typing import Any

import pyarrow.compute as pc

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
    """A text that is equal as long as no batch came or went and people know the same customers.

    limits  reads the list of batches and the known customers, not the facts
    """
    rows = rows_of(
        cursor,
        "SELECT count(*) AS n, coalesce(max(batch_id), 0) AS newest, coalesce(sum(batch_id), 0) AS total, "
        f"coalesce(sum(facts), 0) AS facts FROM {brand_schema(brand.brand_id)}.batch",
    )
    batches = "{n}:{newest}:{total}:{facts}".format(**rows[0])
    return f"{batches}/{_known_mark(brand.known)}"


def settings_text(brand: BrandView) -> str:
    """The brand's settings and zone as they are stored beside a refresh."""
    return json.dumps(settings_as_json(brand.settings) | {"time_zone": brand.time_zone}, sort_keys=True)


def is_current(refresh: Refresh, cursor: LakeCursor, brand: BrandView) -> bool:
    """Whether computing again as of the same moment would give the same traits."""
    return refresh.settings == settings_text(brand) and refresh.facts_mark == facts_mark(cursor, brand)


def _known_mark(known: Any) -> str:
    sums = [known.num_rows, *(_sum(known[name]) for name in ("customer_id", "known_at", "joined_at"))]
    return ":".join(str(part) for part in sums)


def _sum(column: Any) -> int:
    """A wrapping sum of ids or microseconds."""
    return int(pc.sum(column.cast("int64")).as_py() or 0)


def _refresh(row: dict[str, Any]) -> Refresh:
    thresholds = Thresholds(**json.loads(row.pop("thresholds")))
    return Refresh(**row, thresholds=thresholds)
