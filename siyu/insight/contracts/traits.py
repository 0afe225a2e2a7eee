"""Stages and classes, and what a trait is called. Values of enums are stored; they are permanent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Stage(StrEnum):
    """The five stages of a customer's life, in the order in which the rules are tried."""

    LOST = "lost"
    DORMANT = "dormant"
    MATURITY = "maturity"
    GROWTH = "growth"
    INTRODUCTION = "introduction"


class StageRule(StrEnum):
    """Which rule put a customer in a stage."""

    LOST_DAYS = "lost_days"
    LOST_GAP = "lost_gap"
    DORMANT_DAYS = "dormant_days"
    DORMANT_GAP = "dormant_gap"
    REGULAR = "regular"
    FEW_ORDERS = "few_orders"
    YOUNG = "young"
    NEWLY_KNOWN = "newly_known"
    REST = "rest"


STAGE_LABELS: Mapping[str, Mapping[str, str]] = {
    "introduction": {"zh": "引入期", "en": "Introduction"},
    "growth": {"zh": "成长期", "en": "Growth"},
    "maturity": {"zh": "成熟期", "en": "Maturity"},
    "dormant": {"zh": "休眠期", "en": "Dormant"},
    "lost": {"zh": "流失期", "en": "Lost"},
}

CLASS_LABELS: Mapping[str, Mapping[str, str]] = {
    "111": {"zh": "重要价值客户", "en": "Champions (111)"},
    "101": {"zh": "重要发展客户", "en": "Promising big spenders (101)"},
    "011": {"zh": "重要保持客户", "en": "Big spenders to keep (011)"},
    "001": {"zh": "重要挽留客户", "en": "Big spenders to win back (001)"},
    "110": {"zh": "一般价值客户", "en": "Loyal, small baskets (110)"},
    "100": {"zh": "一般发展客户", "en": "Recent, small baskets (100)"},
    "010": {"zh": "一般保持客户", "en": "Frequent once, small baskets (010)"},
    "000": {"zh": "一般挽留客户", "en": "Hardly active (000)"},
}


class TraitType(StrEnum):
    """How a trait is compared and shown."""

    INTEGER = "integer"
    MONEY = "money"
    NUMBER = "number"
    TEXT = "text"
    CHOICE = "choice"
    MOMENT = "moment"
    BOOLEAN = "boolean"


class Topic(StrEnum):
    """What a trait is about; lists of traits are grouped by it, in this order."""

    STAGE = "stage"
    PURCHASE = "purchase"
    PRODUCT = "product"
    CHANNEL = "channel"
    STORE = "store"
    VISIT = "visit"
    CONTACT = "contact"
    MESSAGE = "message"
    CONSENT = "consent"
    PROFILE = "profile"
    FIELD = "field"
    TAG = "tag"
    EVENT = "event"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class TraitInfo:
    """What people and segments need to know of a trait.

    units  `unit` is fen, orders, days, refunds, score or empty; money is in fen. `otherwise`: the value of customers
           of whom the source has no row; None: unknown
    """

    name: str
    type: TraitType
    unit: str
    label: Mapping[str, str]
    definition: Mapping[str, str]
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    otherwise: Any = None
    topic: Topic = Topic.OTHER


@dataclass(frozen=True, slots=True)
class FactTrait(TraitInfo):
    """A value that a condition asks of a customer's facts itself: a trait without a name that anybody else knows.

    `tree`: what is computed (insight.rules.events); equal questions have equal names.
    """

    tree: Any = None
