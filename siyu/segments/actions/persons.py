"""What segments hold of a person: on which lists and in which snapshots they are or were."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import text

from siyu.kernel.app import App
from siyu.privacy.contracts import Fate, Holding, Person, Said, Sheet
from siyu.segments.queries.editions import memberships_of

ROWS_MAX = 10_000
COUNT = """
    SELECT count(*) FROM segment_member
    WHERE brand_id = :brand AND customer_id = ANY(CAST(:customers AS bigint[]))
"""
FORGET = """
    DELETE FROM segment_member
    WHERE brand_id = :brand AND customer_id = ANY(CAST(:customers AS bigint[]))
"""
LISTED = Said("名单与快照中的成员记录", "memberships of lists and snapshots")


class SegmentsPart:
    """Where the person is or was a stored member."""

    name = "segments"
    tables: Mapping[str, str] = {"segment_member": "segments"}

    def holdings(self, app: App, person: Person) -> tuple[Holding, ...]:
        """Memberships of the person's numbers; after `forget` there are none."""
        with app.db.transaction(brand_id=person.brand_id) as session:
            rows = session.scalar(text(COUNT), _given(person)) or 0
        return (Holding("segments.members", LISTED, rows, Fate.REMOVED),)

    def forget(self, app: App, person: Person, *, now: datetime) -> None:  # noqa: ARG002 -- the registry's
        """The person is on no list and in no snapshot, of whichever edition; its counts stay as they were."""
        with app.db.transaction(brand_id=person.brand_id) as session:
            session.execute(text(FORGET), _given(person))

    def export(self, app: App, person: Person) -> tuple[Sheet, ...]:
        """Every membership, with the segment's name and what brought it. limits: 10,000."""
        with app.db.transaction(brand_id=person.brand_id) as session:
            rows = memberships_of(session, customer_ids=list(person.customer_ids), most=ROWS_MAX)
        return (Sheet("segments", Said("名单与快照", "Lists and snapshots"), rows),)


def _given(person: Person) -> dict[str, object]:
    return {"brand": person.brand_id, "customers": list(person.customer_ids)}


PERSON_PARTS = (SegmentsPart(),)
