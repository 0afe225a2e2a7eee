"""What campaigns hold of a person: what each decided about a number."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import text

from siyu.kernel.app import App
from siyu.privacy.contracts import Fate, Holding, Person, Said, Sheet

ROWS_MAX = 10_000
COUNT = """
    SELECT count(*) FROM campaign_recipient
    WHERE brand_id = :brand AND customer_id = ANY(CAST(:customers AS bigint[]))
"""
DECISIONS = """
    SELECT r.campaign_id, c.name AS campaign, r.customer_id, r.state, r.reason, r.arm, r.assigned_at
    FROM campaign_recipient r JOIN campaign c ON c.campaign_id = r.campaign_id
    WHERE r.brand_id = :brand AND r.customer_id = ANY(CAST(:customers AS bigint[]))
    ORDER BY r.assigned_at, r.campaign_id LIMIT :most
"""
DECIDED = Said("活动对该编号的决定（发送、对照或排除）", "what campaigns decided about the number")
WHY = Said(
    "去掉任何一人都会改变对照实验的结果。", "Taking anybody out would change the result of an experiment."
)


class CampaignsPart:
    """Who was in which campaign."""

    name = "campaigns"
    tables: Mapping[str, str] = {"campaign_recipient": "campaigns"}

    def holdings(self, app: App, person: Person) -> tuple[Holding, ...]:
        """Decisions about the person's numbers; they hold nothing else."""
        with app.db.transaction(brand_id=person.brand_id) as session:
            decisions = session.scalar(text(COUNT), _given(person)) or 0
        return (Holding("campaigns.decisions", DECIDED, decisions, Fate.KEPT, WHY),)

    def forget(self, app: App, person: Person, *, now: datetime) -> None:
        """Nothing is to be forgotten: decisions name nobody."""

    def export(self, app: App, person: Person) -> tuple[Sheet, ...]:
        """Every decision, with the campaign's name. limits: 10,000."""
        with app.db.transaction(brand_id=person.brand_id) as session:
            given = {**_given(person), "most": ROWS_MAX}
            rows = [dict(row) for row in session.execute(text(DECISIONS), given).mappings()]
        return (Sheet("campaigns", Said("营销活动", "Campaigns"), rows),)


def _given(person: Person) -> dict[str, object]:
    return {"brand": person.brand_id, "customers": list(person.customer_ids)}


PERSON_PARTS = (CampaignsPart(),)
