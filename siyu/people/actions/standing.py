"""What a decision about links means for customers' rows: who is new, who counts as whom, what people should look at."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.db import brand_of
from siyu.kernel.facts import Fact, FactType
from siyu.people.actions.stage import stage
from siyu.people.contracts import (
    CUSTOMERS_MERGED,
    CUSTOMERS_UNMERGED,
    FACT_SOURCE,
    Move,
    Refusal,
)
from siyu.people.queries.ledger import LIVE_ENTRY
from siyu.people.rules.assign import Founding, Piece, Standing
from siyu.people.rules.graph import Node, Pair

# A no stands under each number of a person since it was said. A number that is new because people parted has none
# yet: it hears what any of the others refused while they were one; which of the people said it nobody knows.
CARRY_REFUSALS = f"""
    INSERT INTO consent_entry (brand_id, customer_id, channel, purpose, granted, source, said_at, recorded_at)
    SELECT DISTINCT ON (h.after, e.channel, e.purpose, e.source, e.said_at)
           :brand, h.after, e.channel, e.purpose, false, e.source, e.said_at, :now
    FROM staged_piece h
    JOIN staged_piece x ON x.before = h.before AND x.after <> h.after
    JOIN consent_entry e ON e.brand_id = :brand AND e.customer_id = x.customer_id AND NOT e.granted
         AND e.recorded_at >= coalesce(x.since, '-infinity') AND {LIVE_ENTRY}
    WHERE h.customer_id = h.after AND h.before <> h.after AND h.since IS NULL
      AND NOT EXISTS (SELECT FROM consent_entry o WHERE o.brand_id = :brand AND o.customer_id = h.after
                      AND o.channel = e.channel AND o.purpose = e.purpose AND o.said_at = e.said_at
                      AND NOT o.granted AND o.source = e.source)
"""


def write_founded(
    session: Session,
    founded: Sequence[Founding],
    known_at: Mapping[int, datetime],
    brand: Mapping[str, object],
) -> None:
    """New customers stand, each on its root."""
    if not founded:
        return
    stage(
        session,
        "staged_customer",
        "customer_id bigint, root bigint, visitor boolean, known_at timestamptz",
        ((one.customer_id, one.root, one.visitor, known_at[one.customer_id]) for one in founded),
    )
    session.execute(
        text("""
            INSERT INTO customer (customer_id, brand_id, known_at, added_by_batch, updated_at,
                                  root_identity_id, visitor)
            SELECT customer_id, :brand, known_at, CAST(:batch AS bigint), :now, root, visitor FROM staged_customer
            ORDER BY customer_id
        """),
        brand,
    )


def write_standing(session: Session, standing: Sequence[Standing], *, now: datetime) -> None:
    """Known customers count as whom the links say. Since when somebody is merged is kept through later merges."""
    if not standing:
        return
    stage(
        session,
        "staged_standing",
        "customer_id bigint, merged_into bigint, visitor boolean, root bigint",
        ((one.customer_id, one.merged_into, one.visitor, one.root) for one in standing),
    )
    session.execute(
        text("""
            UPDATE customer c SET merged_into = s.merged_into, visitor = s.visitor, root_identity_id = s.root,
                merged_at = CASE WHEN s.merged_into IS NULL THEN NULL ELSE coalesce(c.merged_at, :now) END
            FROM staged_standing s WHERE s.customer_id = c.customer_id
        """),
        {"now": now},
    )


def write_quarantine(session: Session, nodes: Mapping[int, Node], quarantined: frozenset[int]) -> None:
    """The identities that too many people use are marked."""
    new = [one for one in quarantined if not (one in nodes and nodes[one].quarantined)]
    if new:
        session.execute(
            text(
                "UPDATE customer_identity SET quarantined = true WHERE identity_id = ANY(CAST(:new AS bigint[]))"
            ),
            {"new": sorted(new)},
        )


def write_reviews(
    session: Session,
    refused: Mapping[Pair, Refusal],
    quarantined: frozenset[int],
    region: Sequence[int],
    *,
    now: datetime,
) -> None:
    """Every refused pair and every quarantined identity of the region waits for a person, and nothing else does.

    What a person dismissed stays dismissed. What was accepted and is refused again is open again.
    """
    rows: list[tuple[int, int | None, str]] = [
        (left, right, reason.value)
        for (left, right), reason in refused.items()
        if reason is not Refusal.QUARANTINED
    ]
    rows += [(one, None, Refusal.QUARANTINED.value) for one in quarantined]
    stage(session, "staged_refusal", "left_id bigint, right_id bigint, reason text", rows)
    session.execute(
        text("""
            DELETE FROM identity_review r
            WHERE r.state = 'open' AND r.left_id = ANY(CAST(:region AS bigint[]))
              AND NOT EXISTS (SELECT FROM staged_refusal s WHERE s.left_id = r.left_id
                              AND s.right_id IS NOT DISTINCT FROM r.right_id)
        """),
        {"region": list(region)},
    )
    if rows:
        session.execute(
            text("""
                INSERT INTO identity_review AS r (brand_id, left_id, right_id, reason, state, opened_at, note)
                SELECT :brand, left_id, right_id, reason, 'open', :now, '' FROM staged_refusal
                ON CONFLICT (left_id, right_id) DO UPDATE
                SET reason = excluded.reason, state = 'open', opened_at = excluded.opened_at
                WHERE r.state = 'accepted' OR (r.state = 'open' AND r.reason <> excluded.reason)
            """),
            {"brand": brand_of(session), "now": now},
        )


def carry_refusals(session: Session, pieces: Sequence[Piece], *, now: datetime) -> None:
    """A refusal that was said while customers were one counts for those whose number is new since they parted."""
    if not pieces:
        return
    stage(
        session,
        "staged_piece",
        "customer_id bigint, before bigint, after bigint, since timestamptz",
        ((one.customer_id, one.before, one.after, one.since) for one in pieces),
    )
    session.execute(
        text(CARRY_REFUSALS),
        {"brand": brand_of(session), "now": now},
    )


def news_of(moves: Iterable[Move], *, now: datetime) -> Iterator[Fact]:
    """The facts of these moves: who counts as somebody else, and who no longer does."""
    moves = tuple(moves)
    after = {move.customer_id: move.after for move in moves}
    for move in moves:
        parted = move.before != move.customer_id and after.get(move.before, move.before) != move.after
        if parted:
            yield _fact(CUSTOMERS_UNMERGED, move.customer_id, move.before, now)
        if move.after != move.customer_id:
            yield _fact(CUSTOMERS_MERGED, move.customer_id, move.after, now)


def _fact(kind: FactType, customer_id: int, other: int, now: datetime) -> Fact:
    return Fact(
        type=kind,
        source=FACT_SOURCE,
        event_id=f"{kind.name}:{customer_id}:{other}:{now.isoformat()}",
        occurred_at=now,
        customer_id=customer_id,
        properties={"other_customer_id": other},
    )
