"""Whom a campaign is for: its segment less the excluded ones, and what the rule says of each, as sets."""

from collections.abc import Sequence
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.campaigns.contracts import Audience, Exclusion, FrozenSegment, Headcount
from siyu.campaigns.queries.campaigns import headcount_from
from siyu.campaigns.rules.deciding import holdout_below
from siyu.experiments.api import unit_share_postgresql
from siyu.insight.contracts import BrandView
from siyu.kernel.db import copy_rows, raw
from siyu.kernel.lake import LakeCursor
from siyu.metrics.api import run
from siyu.people.api import reach_by
from siyu.people.contracts import Channel
from siyu.segments.api import members, segment_info

DECISIONS = "campaign_decision"
_REASONS = "".join(
    f" WHEN {condition} THEN {value}"
    for condition, value in (
        ("a.in_excluded", f"'{Exclusion.EXCLUDED_SEGMENT.value}'"),
        ("r.customer_id IS NULL", f"'{Exclusion.UNKNOWN_CUSTOMER.value}'"),
        ("r.suppressed IS NOT NULL", "r.suppressed"),
        ("NOT r.consented", f"'{Exclusion.CONSENT_MISSING.value}'"),
        ("r.address_id IS NULL", f"'{Exclusion.UNREACHABLE.value}'"),
    )
)
_SHARE = unit_share_postgresql(":salt", "customer_id")


def frozen_audience(session: Session, *, segment_id: int, excluded_segment_ids: Sequence[int]) -> Audience:
    """The segments as they are defined now.

    raises  NotFound
    """
    segments = [segment_info(session, segment_id=one) for one in (segment_id, *excluded_segment_ids)]
    first, *rest = (FrozenSegment(one.segment_id, one.name, one.definition) for one in segments)
    return Audience(first, tuple(rest))


def audience_customers(
    cursor: LakeCursor, *, brand: BrandView, audience: Audience, as_of: datetime
) -> pa.Table:
    """Everybody in the segment as of a moment, and whether an excluded segment holds them too.

    shape   customer_id int64, in_excluded bool; one row a customer
    raises  what segments refuse: a trait that does not exist, a wrong value
    """
    wanted = _ids(cursor, brand, audience.segment, as_of)
    unwanted = [_ids(cursor, brand, segment, as_of) for segment in audience.excluded]
    left_out = pa.concat_arrays(unwanted) if unwanted else pa.array([], pa.int64())
    return pa.table({"customer_id": wanted, "in_excluded": pc.is_in(wanted, value_set=left_out)})


def stage_decisions(
    session: Session,
    *,
    customers: pa.Table,
    channel: str,
    salt: str,
    holdout_basis_points: int,
    now: datetime,
) -> None:
    """A temporary table holds what the rule says of each customer, until the transaction ends.

    shape    DECISIONS: customer_id, state, reason or NULL, arm or NULL, address_id or NULL
    source   rules.deciding.decide, for a whole set in one statement
    """
    for table in ("campaign_audience", DECISIONS):
        session.execute(text(f"DROP TABLE IF EXISTS pg_temp.{table}"))
    session.execute(
        text(
            "CREATE TEMPORARY TABLE campaign_audience (customer_id bigint, in_excluded boolean) ON COMMIT DROP"
        )
    )
    copy_rows(
        session,
        table="campaign_audience",
        columns=("customer_id", "in_excluded"),
        rows=zip(customers["customer_id"].to_pylist(), customers["in_excluded"].to_pylist(), strict=True),
    )
    raw(session).execute(b"ANALYZE campaign_audience")
    reach, parameters = reach_by(Channel(channel))
    session.execute(
        text(f"""
            CREATE TEMPORARY TABLE {DECISIONS} ON COMMIT DROP AS
            SELECT customer_id, address_id, reason,
                   CASE WHEN reason IS NOT NULL THEN 'excluded'
                        WHEN {_SHARE} < CAST(:holdout_below AS float8) THEN 'holdout' ELSE 'treated' END AS state
            FROM (SELECT a.customer_id, r.address_id, CASE {_REASONS} END AS reason
                  FROM campaign_audience a LEFT JOIN ({reach}) r ON r.customer_id = a.customer_id) decided
        """),
        {
            **parameters,
            "now": now,
            "salt": salt,
            "holdout_below": holdout_below(holdout_basis_points),
        },
    )
    raw(session).execute(f"ANALYZE {DECISIONS}".encode())


def staged_headcount(session: Session) -> Headcount:
    """How the staged audience divides."""
    groups = session.execute(text(f"SELECT state, reason, count(*) FROM {DECISIONS} GROUP BY state, reason"))
    return headcount_from([(state, reason, count) for state, reason, count in groups])


def staged_sample(session: Session, *, state: str, limit: int) -> list[int]:
    """Some staged customers of a state, the same ones every time."""
    rows = session.execute(
        text(
            f"SELECT customer_id FROM {DECISIONS} WHERE state = :state "
            "ORDER BY md5(customer_id::text) LIMIT :limit"
        ),
        {"state": state, "limit": limit},
    )
    return list(rows.scalars())


def _ids(cursor: LakeCursor, brand: BrandView, segment: FrozenSegment, as_of: datetime) -> pa.Array:
    table = run(cursor, members(cursor, brand, segment.definition, as_of))
    return pc.unique(table["customer_id"].combine_chunks().cast(pa.int64()))
