"""A catalogue with one trait of each type, and rows with missing values."""

from datetime import UTC, datetime

from siyu.insight.contracts import TraitInfo, TraitType

AS_OF = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
STAGES = {name: {"zh": name, "en": name} for name in ("growth", "lost")}


def info(name: str, kind: TraitType, choices: dict | None = None) -> TraitInfo:
    return TraitInfo(
        name, kind, "", {"zh": f"指标{name}", "en": name.title()}, {"zh": "", "en": ""}, choices or {}
    )


CATALOGUE = {
    trait.name: trait
    for trait in (
        info("orders", TraitType.INTEGER),
        info("sales_fen", TraitType.MONEY),
        info("gap", TraitType.NUMBER),
        info("channel", TraitType.TEXT),
        info("stage", TraitType.CHOICE, STAGES),
        info("last_order_at", TraitType.MOMENT),
        info("is_member", TraitType.BOOLEAN),
    )
}
