"""One customer's story: why this stage, and how it came about."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from siyu.insight.contracts import BrandView, Stage, StageRule
from siyu.insight.queries.traits import traits_of
from siyu.insight.rules.words import why
from siyu.kernel.lake import LakeCursor, brand_schema, rows_of

HISTORY_MAX = 500


@dataclass(frozen=True, slots=True)
class StageReason:
    """The stage, the rule that matched, the number it looked at, its limit, and the sentence in both languages."""

    stage: Stage
    rule: StageRule
    number: float | None
    limit: float | None
    zh: str
    en: str


def stage_reason(cursor: LakeCursor, brand: BrandView, *, customer_id: int, as_of: datetime) -> StageReason:
    """Why the customer is in this stage as of a moment.

    raises  NoSuchCustomer
    """
    return reason_of(traits_of(cursor, brand, customer_id=customer_id, as_of=as_of))


def reason_of(traits: dict[str, Any]) -> StageReason:
    """The same from a row of traits."""
    rule, number, limit = StageRule(traits["stage_rule"]), traits["stage_number"], traits["stage_limit"]
    said = why(rule, number, limit)
    return StageReason(Stage(traits["stage"]), rule, number, limit, said["zh"], said["en"])


def history_of(cursor: LakeCursor, *, brand_id: int, customer_id: int) -> list[dict[str, Any]]:
    """Where the customer stood from each refresh on that changed something, newest first, with the reason of a move.

    shape   as_of, stage, rfm_class, rfm_r, rfm_f, rfm_m, from_stage, reason {zh, en, rule, number, limit} or None
    limits  500 changes
    """
    schema = brand_schema(brand_id)
    rows = rows_of(
        cursor,
        "SELECT h.as_of, h.stage, h.rfm_class, h.rfm_r, h.rfm_f, h.rfm_m, c.from_stage, c.reason "
        f"FROM {schema}.trait_history h LEFT JOIN {schema}.lifecycle_changed c "
        "ON c.customer_id = h.customer_id AND c.occurred_at = h.as_of AND c.to_stage = h.stage "
        f"WHERE h.customer_id = ? ORDER BY h.refresh_id DESC LIMIT {HISTORY_MAX}",
        [customer_id],
    )
    for row in rows:
        row["reason"] = _told(row["reason"])
    return rows


def _told(reason: str | None) -> dict[str, Any] | None:
    if reason is None:
        return None
    found: dict[str, Any] = json.loads(reason)
    return found | why(StageRule(found["rule"]), found["number"], found["limit"])
