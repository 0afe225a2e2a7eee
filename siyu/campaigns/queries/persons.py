"""Recipients who turned out to be one person: whose assignment counts, and who is left out; read, never written."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.campaigns.contracts import Arm, LeftOut
from siyu.people.api import aliases, persons_of
from siyu.people.contracts import MergePart, Move

# Only who counts as another can share a person, so the aliases are read and not the millions of recipients.
SHARED = f"""
    WITH merged AS (
        SELECT r.campaign_id, r.customer_id, r.arm, r.assigned_at, a.person_id
        FROM ({aliases()}) a JOIN campaign_recipient r ON r.customer_id = a.customer_id
        WHERE r.campaign_id = :campaign AND r.arm IS NOT NULL
    ), everyone AS (
        SELECT customer_id, arm, assigned_at, person_id FROM merged
        UNION ALL
        SELECT r.customer_id, r.arm, r.assigned_at, r.customer_id
        FROM (SELECT DISTINCT campaign_id, person_id FROM merged) p
        JOIN campaign_recipient r ON r.campaign_id = p.campaign_id AND r.customer_id = p.person_id
        WHERE r.arm IS NOT NULL
    )
    SELECT customer_id, person_id, arm, assigned_at,
           first_value(customer_id) OVER first AS counts_customer_id, first_value(arm) OVER first AS counts_arm
    FROM everyone WINDOW first AS (PARTITION BY person_id ORDER BY assigned_at, customer_id)
"""

ASSIGNMENTS_OF = """
    SELECT campaign_id, customer_id FROM campaign_recipient
    WHERE customer_id = ANY(CAST(:customers AS bigint[])) AND arm IS NOT NULL
"""

# What was decided of the person's other numbers, for a few customers.
ASSIGNED_TO = """
    SELECT campaign_id, customer_id, arm FROM campaign_recipient
    WHERE campaign_id = ANY(CAST(:campaigns AS bigint[])) AND customer_id = ANY(CAST(:customers AS bigint[]))
      AND arm IS NOT NULL ORDER BY campaign_id, assigned_at, customer_id
"""


def left_out_arms(session: Session, *, campaign_id: int) -> dict[Arm, int]:
    """How many assigned customers of each arm are left out, because the person was assigned under another number."""
    rows = session.execute(
        text(f"SELECT arm, count(*) FROM ({SHARED}) s WHERE customer_id <> counts_customer_id GROUP BY arm"),
        {"campaign": campaign_id},
    )
    return {Arm(arm): count for arm, count in rows}


def left_out_of(
    session: Session, *, campaign_ids: Sequence[int], customer_ids: Sequence[int]
) -> dict[tuple[int, int], LeftOut]:
    """Those of these assigned customers who are left out of a campaign's result, by (campaign, customer).

    source  the first assignment of a person counts; of two at the same moment that of the older customer
    """
    persons = persons_of(session, customer_ids=customer_ids)
    several = {one: numbers for one, numbers in persons.items() if len(numbers) > 1}
    if not several:
        return {}
    numbers = sorted({number for of_one in several.values() for number in of_one})
    head = {number: of_one[0] for of_one in several.values() for number in of_one}
    first: dict[tuple[int, int], LeftOut] = {}
    found: dict[tuple[int, int], LeftOut] = {}
    for campaign, customer, arm in session.execute(
        text(ASSIGNED_TO), {"campaigns": list(campaign_ids), "customers": numbers}
    ):
        counts = first.setdefault((campaign, head[customer]), LeftOut(customer, Arm(arm)))
        if counts.customer_id != customer and customer in several:
            found[campaign, customer] = counts
    return found


class HeldOutPersons:
    """A person who was held out gets no message of the campaign, whatever was planned for their other numbers."""

    def withheld(
        self, session: Session, *, campaign_ids: Sequence[int], customer_ids: Sequence[int]
    ) -> set[tuple[int, int]]:
        """The (campaign, customer) whose person's first assignment is the holdout."""
        found = left_out_of(session, campaign_ids=campaign_ids, customer_ids=customer_ids)
        return {place for place, counts in found.items() if counts.arm is Arm.HOLDOUT}


class AssignmentsOfPersons:
    """Campaigns' part in merges: assignments stay as they were drawn and are read through the alias."""

    def customers_moved(self, session: Session, *, moves: Sequence[Move], now: datetime) -> None:
        """Nothing is moved: whose assignment counts follows from who is one person."""

    def weigh(self, session: Session, *, persons: Sequence[Sequence[int]]) -> Mapping[str, int]:
        """How many assignments are left out of results because the person was assigned under another number."""
        head = {number: numbers[0] for numbers in persons for number in numbers}
        rows = session.execute(text(ASSIGNMENTS_OF), {"customers": sorted(head)})
        places = [(campaign, head[customer]) for campaign, customer in rows]
        return {"assignments_left_out": len(places) - len(set(places))}


MERGE_PARTS: tuple[MergePart, ...] = (AssignmentsOfPersons(),)
SEND_GUARDS = (HeldOutPersons(),)
