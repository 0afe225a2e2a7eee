"""Another module's traits work in segments as soon as they are registered."""

from datetime import datetime
from typing import Any

import ibis
import pyarrow as pa
import pytest

from siyu.insight.contracts import BrandView, TraitInfo, TraitType
from siyu.insight.rules.naive import History
from siyu.kernel.app import App
from siyu.segments.api import count, explain, member_ids
from tests.insight.makers import SHANGHAI, Known, at, bought, write_facts

pytestmark = pytest.mark.slow
WHEN = at("2026-03-31")


class Tiers:
    """A module that knows the tier of customer 1 and of nobody else."""

    def traits(self) -> tuple[TraitInfo, ...]:
        words = {"zh": "等级", "en": "Tier"}
        return (TraitInfo("tier", TraitType.TEXT, "", words, words),)

    def table(self, cursor: Any, *, brand: BrandView, as_of: datetime, wanted: Any = None) -> Any:
        cursor.register("tier_of", pa.table({"customer_id": [1], "tier": ["gold"]}))
        return ibis.table({"customer_id": "int64", "tier": "string"}, name="tier_of")


def test_a_registered_trait_can_be_asked_for_and_explained(app: App, brand_id: int) -> None:
    write_facts(app.lake, brand_id, {n: History([bought(f"{n}", at("2026-03-01"))]) for n in (1, 2)})
    brand = BrandView(brand_id, SHANGHAI, Known({}), sources=(Tiers(),))
    gold = {"trait": "tier", "op": "=", "value": "gold"}
    with app.lake.transaction() as cursor:
        assert member_ids(cursor, brand, gold, WHEN)["customer_id"].to_pylist() == [1]
        assert count(cursor, brand, {"not": gold}, WHEN) == 1  # not includes those of unknown tier
        assert explain(cursor, brand, gold, WHEN, customer_id=2).value is None
