"""What people read about each of insight's own traits, in the order they read it."""

from siyu.insight.contracts import CLASS_LABELS, STAGE_LABELS, Topic, TraitInfo, TraitType
from siyu.insight.frames.traits import TRAITS

_ORDER = "introduction", "growth", "maturity", "dormant", "lost"


def _score(letter: str, zh: str, en: str) -> TraitInfo:
    return TraitInfo(
        f"rfm_{letter}",
        TraitType.INTEGER,
        "score",
        {"zh": f"RFM {letter.upper()} 分", "en": f"RFM {letter.upper()} score"},
        {
            "zh": f"{zh}的 1–5 分：按近 365 天有购买的客户五等分，并列取高分；没有购买时未知。",
            "en": f"1 to 5 for {en}, by fifths of the customers with an order in 365 days; ties share the "
            "higher score; unknown without one.",
        },
        topic=Topic.STAGE,
    )


def _days_since(name: str, zh: str, en: str, topic: Topic = Topic.PURCHASE) -> TraitInfo:
    return TraitInfo(
        name,
        TraitType.INTEGER,
        "days",
        {"zh": f"距{zh}天数", "en": f"Days since {en}"},
        {
            "zh": f"从{zh}那天到截止日的日历天数（品牌时区）。",
            "en": f"Calendar days of the brand since {en}.",
        },
        topic=topic,
    )


_CLASSES = (
    TraitInfo(
        "stage",
        TraitType.CHOICE,
        "",
        {"zh": "生命周期阶段", "en": "Lifecycle stage"},
        {
            "zh": "按流失→休眠→成熟→成长→引入依次判断，先符合者为准；阈值可在设置中调整。",
            "en": "Lost, dormant, maturity, growth are tried in this order, the first match wins, introduction "
            "takes the rest; thresholds are the brand's settings.",
        },
        {name: STAGE_LABELS[name] for name in _ORDER},
        topic=Topic.STAGE,
    ),
    TraitInfo(
        "rfm_class",
        TraitType.CHOICE,
        "",
        {"zh": "RFM 分类", "en": "RFM class"},
        {
            "zh": "近 365 天内 R（距最近购买天数）、F（购买天数）、M（净销售额）各与均值比较：达到均值为 1，"
            "R 不高于均值为 1；没有购买时未知。",
            "en": "R (days since the last purchase), F (purchase days), M (net sales) of 365 days against their "
            "means: 1 at or above, for R at or below; unknown without an order in the window.",
        },
        CLASS_LABELS,
        topic=Topic.STAGE,
    ),
    _score("r", "最近一次购买", "recency"),
    _score("f", "购买天数", "purchase days"),
    _score("m", "净销售额", "net sales"),
    _days_since("days_since_last_order", "最近下单", "the last order"),
    _days_since("days_since_first_order", "首单", "the first order"),
    _days_since("days_known", "认识客户", "the customer became known", Topic.PROFILE),
    TraitInfo(
        "is_member",
        TraitType.BOOLEAN,
        "",
        {"zh": "是会员", "en": "Is a member"},
        {"zh": "截止时已加入会员。", "en": "Had joined the membership by then."},
        topic=Topic.PROFILE,
    ),
)

INSIGHT_TRAITS: tuple[TraitInfo, ...] = (
    *_CLASSES,
    *(trait.info for trait in TRAITS if trait.info is not None),
)
