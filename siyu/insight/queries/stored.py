"""The newest refresh, what it stored, and whether the lake has moved on since."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from siyu.insight.contracts import AnySource, BrandView, Refresh, Storable, StorableSource, Thresholds
from siyu.insight.rules.settings import settings_as_json
from siyu.kernel.lake import LakeCursor, brand_schema, rows_of

OF_SALES = ("order", "refund")


def newest_refresh(cursor: LakeCursor, *, brand_id: int) -> Refresh | None:
    """The refresh that the stored traits come from; None before the first."""
    found = refreshes(cursor, brand_id=brand_id, limit=1)
    return found[0] if found else None


def refreshes(cursor: LakeCursor, *, brand_id: int, limit: int) -> list[Refresh]:
    """The refreshes of a brand, newest first."""
    rows = rows_of(
        cursor,
        "SELECT refresh_id, as_of, computed_at, customers, changed, facts_mark, settings, thresholds, declared "
        f"FROM {brand_schema(brand_id)}.trait_refresh ORDER BY refresh_id DESC LIMIT {int(limit)}",
    )
    return [_refresh(row) for row in rows]


def facts_mark(cursor: LakeCursor, brand: BrandView) -> str:
    """A text that is equal as long as orders and refunds are the same, of the same people, and the same are known.

    So are the facts that declared traits come from. Batches of others (messages, consent, arms) change no trait and
    leave it as it is.

    limits  reads two narrow columns of each of these tables, and sums up the known customers; a line changes with its
            order
    """
    schema = brand_schema(brand.brand_id)
    tables = [*OF_SALES, *sorted(tables_read(brand) - {*OF_SALES, "order_line"})]
    parts = " UNION ALL ".join(
        f"SELECT count(*) AS n, coalesce(max(batch_id), 0) AS newest, coalesce(sum(batch_id), 0) AS total, "
        f"coalesce(sum(customer_id), 0) AS whose "
        f'FROM {schema}."{table}"'
        for table in tables
    )
    rows = rows_of(cursor, parts)
    sums = ["{n}:{newest}:{total}:{whose}".format(**row) for row in rows]
    others = [f"{table}={told}" for table, told in zip(tables, sums, strict=True)][len(OF_SALES) :]
    return "/".join([*sums[: len(OF_SALES)], brand.known.mark(), *others])


def settings_text(brand: BrandView) -> str:
    """The brand's settings and zone as they are stored beside a refresh."""
    return json.dumps(settings_as_json(brand.settings) | {"time_zone": brand.time_zone}, sort_keys=True)


def is_current(refresh: Refresh, cursor: LakeCursor, brand: BrandView) -> bool:
    """Whether computing again as of the same moment would give the same traits."""
    if refresh.settings != settings_text(brand) or refresh.declared != columns_of(storable(brand)):
        return False
    return refresh.facts_mark == facts_mark(cursor, brand)


def storable(brand: BrandView) -> tuple[Storable, ...]:
    """The declared traits that a refresh of the brand stores, in dependency order."""
    return storable_of(brand.sources)


def storable_of(sources: Iterable[AnySource]) -> tuple[Storable, ...]:
    """The same of sources."""
    return tuple(one for source in sources if isinstance(source, StorableSource) for one in source.storable())


def tables_read(brand: BrandView) -> frozenset[str]:
    """The lake's tables that declared traits of the brand come from."""
    storing = [source for source in brand.sources if isinstance(source, StorableSource)]
    return frozenset(table for source in storing for table in source.reads())


def columns_of(kept: Iterable[Storable]) -> dict[str, bool]:
    """The columns that hold these traits, and whether somebody may have written what is in them."""
    return {one.column: one.words for one in kept}


def stored_in(refresh: Refresh | None, brand: BrandView) -> dict[str, Storable]:
    """The declared traits by name whose values stand in a refresh as they are defined now."""
    if refresh is None:
        return {}
    return {one.info.name: one for one in storable(brand) if one.column in refresh.declared}


def stored_at(cursor: LakeCursor, brand: BrandView, as_of: datetime) -> dict[str, Storable]:
    """The same as of a moment: none unless it is that of the newest refresh."""
    newest = newest_refresh(cursor, brand_id=brand.brand_id)
    return stored_in(newest, brand) if newest is not None and newest.as_of == as_of else {}


def _refresh(row: dict[str, Any]) -> Refresh:
    thresholds = Thresholds(**json.loads(row.pop("thresholds")))
    declared = json.loads(row.pop("declared") or "{}")
    return Refresh(**row, thresholds=thresholds, declared=declared)
