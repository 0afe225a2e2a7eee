"""Whom a campaign is for: its segment less the excluded ones, and what the rule says of each, as sets."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.campaigns.contracts import Audience, Exclusion, FrozenSegment, Headcount
from siyu.campaigns.queries.campaigns import headcount_from
from siyu.campaigns.rules.deciding import chooses_by_profile, holdout_below
from siyu.experiments.api import unit_share_postgresql
from siyu.insight.contracts import BrandView
from siyu.kernel.db import brand_of, copy_arrow, raw
from siyu.kernel.lake import LakeCursor
from siyu.metrics.api import sql_of
from siyu.people.api import aliases, askable_by, profiling_refused_by, reach_by
from siyu.people.contracts import Channel
from siyu.segments.api import audience_table, definition_of, segment_info, traits_asked

AUDIENCE = "campaign_audience"
DECISIONS = "campaign_decision"
BATCH_ROWS = 100_000
_WITHOUT_CONSENT = (("NOT r.consented", f"'{Exclusion.CONSENT_MISSING.value}'"),)
_NOT_TO_ASK = (
    ("r.said", f"'{Exclusion.ALREADY_SAID.value}'"),
    ("cardinality(r.asked_by) > 0", f"'{Exclusion.ALREADY_ASKED.value}'"),
)
_SHARE = unit_share_postgresql(":salt", "customer_id")


def frozen_audience(session: Session, *, segment_id: int, excluded_segment_ids: Sequence[int]) -> Audience:
    """The segments as they are defined now, each with those that it names.

    raises  NotFound
    """
    segments = [segment_info(session, segment_id=one) for one in (segment_id, *excluded_segment_ids)]
    first, *rest = (
        FrozenSegment(one.segment_id, one.name, definition_of(session, one.segment_id)) for one in segments
    )
    return Audience(first, tuple(rest))


def by_profile(brand: BrandView, audience: Audience) -> bool:
    """Whether the audience is chosen by profiles: by its own segment, or by those it leaves out."""
    definitions = (audience.segment.definition, *(one.definition for one in audience.excluded))
    return any(chooses_by_profile(traits_asked(brand, definition)) for definition in definitions)


def stage_audience(
    session: Session, cursor: LakeCursor, *, brand: BrandView, audience: Audience, as_of: datetime
) -> int:
    """A temporary table holds everybody in the segment as of a moment, until the transaction ends.

    shape    AUDIENCE: customer_id; in_excluded: an excluded segment holds them too
    returns  how many they are
    raises   what segments refuse: a trait that does not exist, a wrong value
    limits   some megabytes at a time: they stream from the lake to PostgreSQL
    """
    for table in (AUDIENCE, DECISIONS):
        session.execute(text(f"DROP TABLE IF EXISTS pg_temp.{table}"))
    session.execute(
        text(f"CREATE TEMPORARY TABLE {AUDIENCE} (customer_id bigint, in_excluded boolean) ON COMMIT DROP")
    )
    excluded = [segment.definition for segment in audience.excluded]
    found = audience_table(cursor, brand, audience.segment.definition, excluded=excluded, as_of=as_of)
    reader = cursor.execute(sql_of(found)).to_arrow_reader(BATCH_ROWS)
    return copy_arrow(session, table=AUDIENCE, reader=reader)


def stage_decisions(
    session: Session, *, channel: str, salt: str, holdout_basis_points: int, by_profile: bool, now: datetime,
    asks: bool = False,
) -> None:  # fmt: skip
    """A temporary table holds what the rule says of each customer of the staged audience, until the transaction ends.

    `by_profile`: the segment chooses by profiles, so whoever refused profiling takes no part.
    `asks`: for consent, so it takes who said nothing and was not asked.
    Traits may be older than a merge: who counts as another by now is decided on as that one, once.

    shape    DECISIONS: customer_id, state, reason or NULL, address_id or NULL
    source   rules.deciding.decide, for a whole set in one statement
    """
    raw(session).execute(f"ANALYZE {AUDIENCE}".encode())
    reach, parameters = (askable_by if asks else reach_by)(Channel(channel))
    session.execute(
        text(f"""
            CREATE TEMPORARY TABLE {DECISIONS} ON COMMIT DROP AS
            SELECT customer_id, address_id, reason,
                   CASE WHEN reason IS NOT NULL THEN 'excluded'
                        WHEN {_SHARE} < CAST(:holdout_below AS float8) THEN 'holdout' ELSE 'treated' END AS state
            FROM (SELECT a.customer_id, r.address_id, CASE {_reasons(asks=asks)} END AS reason
                  FROM (SELECT customer_id, bool_or(in_excluded) AS in_excluded
                        FROM (SELECT CASE WHEN p.person_id IS NULL THEN s.customer_id ELSE p.person_id END
                                     AS customer_id, s.in_excluded
                              FROM {AUDIENCE} s LEFT JOIN ({aliases()}) p ON p.customer_id = s.customer_id) persons
                        GROUP BY customer_id) a
                  LEFT JOIN ({reach}) r ON r.customer_id = a.customer_id
                  LEFT JOIN ({profiling_refused_by()}) n ON n.customer_id = a.customer_id AND :by_profile) decided
            ORDER BY customer_id
        """),
        {
            **parameters,
            "now": now,
            "brand": brand_of(session),
            "by_profile": by_profile,
            "salt": salt,
            "holdout_below": holdout_below(holdout_basis_points),
        },
    )
    raw(session).execute(f"CREATE INDEX ON {DECISIONS} (customer_id)".encode())
    raw(session).execute(f"ANALYZE {DECISIONS}".encode())


def _reasons(*, asks: bool) -> str:
    """The arms of a CASE that names the strongest reason against a customer."""
    conditions = (
        ("a.in_excluded", f"'{Exclusion.EXCLUDED_SEGMENT.value}'"),
        ("r.customer_id IS NULL", f"'{Exclusion.UNKNOWN_CUSTOMER.value}'"),
        ("r.suppressed IS NOT NULL", "r.suppressed"),
        *(_NOT_TO_ASK if asks else _WITHOUT_CONSENT),
        ("n.customer_id IS NOT NULL", f"'{Exclusion.PROFILING_REFUSED.value}'"),
        ("r.address_id IS NULL", f"'{Exclusion.UNREACHABLE.value}'"),
    )
    return "".join(f" WHEN {condition} THEN {value}" for condition, value in conditions)


def staged_headcount(session: Session) -> Headcount:
    """How the staged audience divides."""
    groups = session.execute(text(f"SELECT state, reason, count(*) FROM {DECISIONS} GROUP BY state, reason"))
    return headcount_from([(state, reason, count) for state, reason, count in groups])


def staged_pieces(session: Session, *, customers: int) -> list[tuple[int, int]]:
    """The staged audience in pieces of so many customers: each has those after one number, up to another."""
    ends = session.execute(
        text(f"""
            SELECT max(customer_id) FROM (
                SELECT customer_id, (row_number() OVER (ORDER BY customer_id) - 1) / :customers AS piece
                FROM {DECISIONS}
            ) numbered GROUP BY piece ORDER BY 1
        """),
        {"customers": customers},
    ).scalars().all()  # fmt: skip
    return list(zip([-1, *ends], ends, strict=False))


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
