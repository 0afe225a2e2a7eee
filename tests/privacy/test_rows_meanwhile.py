"""Facts arrive without a pause while some are changed: neither commit is refused for the other's sake."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import func, select

from siyu.kernel.app import App
from siyu.kernel.clock import utcnow
from siyu.kernel.facts import rows_lock
from siyu.kernel.lake import brand_schema
from siyu.people.actions.follow import follow_identities
from siyu.people.models import CustomerIdentity
from siyu.privacy.actions.parts.facts import FactsPart
from siyu.privacy.contracts import Person
from tests.people.makers import customer_of

pytestmark = pytest.mark.slow
ROWS = 300  # more than the catalogue takes in itself
CHANGES = 4


@contextmanager
def arriving(app: App, brand_id: int, customer_id: int, identity_id: int) -> Iterator[list[int]]:
    """Event after event of somebody comes in, as pumps bring them; how many writes there were so far."""
    ended, written = threading.Event(), []

    def write() -> None:
        while not ended.is_set():
            with app.db.beside(rows_lock(brand_id)), app.lake.transaction() as cursor:
                cursor.execute(
                    f"INSERT INTO {brand_schema(brand_id)}.event BY NAME SELECT {customer_id} AS customer_id, "
                    f"{identity_id} AS identity_id, now() AS occurred_at, 'x' AS source, 0 AS batch_id, "
                    f"'said' AS name, '{{}}' AS properties FROM range({ROWS})"
                )
            written.append(ROWS)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield written
    finally:
        ended.set()
        writer.join()


def test_facts_follow_and_words_are_forgotten_while_events_arrive(app: App, brand_id: int) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        customer_id = customer_of(session, app.cipher, "M1")
        identity_id = session.scalars(select(func.max(CustomerIdentity.identity_id))).one()
    person = Person(brand_id, (customer_id,), (identity_id,), (), ())
    with arriving(app, brand_id, customer_id + 1, identity_id) as written:
        for _ in range(CHANGES):
            follow_identities(app, brand_id=brand_id, identity_ids=[identity_id], now=utcnow())
            FactsPart().forget(app, person, now=utcnow())
    follow_identities(app, brand_id=brand_id, identity_ids=[identity_id], now=utcnow())
    with app.lake.reading() as cursor:
        found = cursor.execute(
            f"SELECT count(*), count(DISTINCT customer_id), min(customer_id) FROM {brand_schema(brand_id)}.event"
        ).fetchone()
    assert len(written) > CHANGES
    assert found == (sum(written), 1, customer_id), "every fact is there, and of whom it is about"
