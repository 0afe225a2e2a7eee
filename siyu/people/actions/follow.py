"""Facts follow the identity they came by to the customer it stands for now."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pyarrow as pa
from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.app import App
from siyu.kernel.db import brand_of
from siyu.kernel.facts import Subscription, finish_batch, open_batch, rows_lock
from siyu.kernel.jobs import defer
from siyu.kernel.lake import LakeCursor, brand_schema

FOLLOW = "people.follow_identities"
# A lock of its own: a job that waits for its time keeps every later job with the same lock waiting too.
FOLLOW_AGAIN = "people.follow_identities_again"
FOLLOWED = "identities_followed"
IDENTITIES_PER_JOB = 10_000
# Facts that were on their way to the lake under the old number have arrived by then.
ONCE_MORE_AFTER = timedelta(minutes=5)

FOLLOWING_TABLES = """
    SELECT table_name FROM information_schema.columns
    WHERE table_catalog = 'lake' AND table_schema = ? AND column_name IN ('customer_id', 'identity_id')
    GROUP BY table_name HAVING count(*) = 2 ORDER BY table_name
"""


def ask_to_follow(session: Session, identity_ids: Sequence[int], *, now: datetime) -> None:
    """Once this commits, facts of these identities will go where the identities went.

    effects  jobs of at most 10,000 identities, each twice: soon, and when facts under way have arrived
    """
    brand_id = brand_of(session)
    for start in range(0, len(identity_ids), IDENTITIES_PER_JOB):
        part = list(identity_ids[start : start + IDENTITIES_PER_JOB])
        for lock, at in ((FOLLOW, None), (FOLLOW_AGAIN, now + ONCE_MORE_AFTER)):
            defer(session, FOLLOW, lock=f"{lock}/{brand_id}", at=at, brand_id=brand_id, identity_ids=part)


def follow_identities(app: App, *, brand_id: int, identity_ids: Sequence[int], now: datetime) -> int:
    """Every fact of the brand that came by these identities is of the customer whom they stand for now.

    returns  how many facts were changed; running again changes none
    effects  lake tables, in one lake transaction; then one job per subscriber of `identities_followed`
    """
    with app.db.transaction(brand_id=brand_id) as session:
        holders = session.execute(
            text("SELECT identity_id, customer_id FROM customer_identity WHERE identity_id = ANY(:wanted)"),
            {"wanted": list(identity_ids)},
        ).all()
    with app.db.alone(rows_lock(brand_id)) as held, app.lake.transaction(held) as cursor:
        changed = _rewrite(cursor, brand_id, [tuple(row) for row in holders])
    with app.db.transaction(brand_id=brand_id) as session:
        batch_id = open_batch(session, origin="identities", now=now)
        finish_batch(
            session, batch_id=batch_id, counts={FOLLOWED: len(identity_ids)},
            subscriptions=app.wiring.of(Subscription), now=now,
        )  # fmt: skip
    return changed


def tell_subscribers(
    session: Session, *, customers: int, subscriptions: Sequence[Subscription], now: datetime
) -> None:
    """Who follows customers that were saved hears of some who came by no file, once this commits.

    effects  a batch without facts; one job per subscriber of `customer_saved`
    """
    batch_id = open_batch(session, origin="console", now=now)
    finish_batch(
        session, batch_id=batch_id, counts={"customer_saved": customers}, subscriptions=subscriptions, now=now
    )


def _rewrite(cursor: LakeCursor, brand_id: int, holders: Sequence[tuple[int, int]]) -> int:
    schema = brand_schema(brand_id)
    moved = pa.table(
        {
            "identity_id": pa.array([one for one, _ in holders], pa.int64()),
            "customer_id": pa.array([who for _, who in holders], pa.int64()),
        }
    )
    cursor.register("moved_rows", moved)
    changed = 0
    for (table,) in cursor.execute(FOLLOWING_TABLES, [schema.removeprefix("lake.")]).fetchall():
        cursor.execute(
            f'UPDATE {schema}."{table}" AS f SET customer_id = m.customer_id FROM moved_rows m '
            "WHERE f.identity_id = m.identity_id AND f.customer_id IS DISTINCT FROM m.customer_id"
        )
        row = cursor.fetchone()
        changed += int(row[0]) if row else 0
    cursor.unregister("moved_rows")
    return changed
