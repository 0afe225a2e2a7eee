"""Why a customer is in a stage, as a sentence."""

from siyu.insight.contracts import StageRule

_R = StageRule

_SENTENCES: dict[StageRule, tuple[str, str]] = {
    _R.LOST_DAYS: ("已 {n} 天没有购买，超过 {x} 天", "{n} days without a purchase, more than {x}"),
    _R.LOST_GAP: (
        "已 {n} 天没有购买，超过 P90 购买间隔 {x} 天",
        "{n} days without a purchase, beyond the P90 gap of {x} days",
    ),
    _R.DORMANT_DAYS: ("已 {n} 天没有购买，达到 {x} 天", "{n} days without a purchase, {x} or more"),
    _R.DORMANT_GAP: (
        "已 {n} 天没有购买，超过 P80 购买间隔 {x} 天",
        "{n} days without a purchase, beyond the P80 gap of {x} days",
    ),
    _R.REGULAR: ("近 365 天有 {n} 笔订单，达到 {x} 笔", "{n} orders in 365 days, {x} or more"),
    _R.FEW_ORDERS: ("共 {n} 笔订单，不超过 {x} 笔", "{n} orders so far, at most {x}"),
    _R.YOUNG: ("首单距今 {n} 天，不超过 {x} 天", "first order {n} days ago, at most {x}"),
    _R.NEWLY_KNOWN: ("认识 {n} 天，不超过 {x} 天", "known for {n} days, at most {x}"),
    _R.REST: ("共 {n} 笔订单，不符合其他阶段", "{n} orders; no other stage fits"),
}


def why(rule: StageRule, number: float | None, limit: float | None) -> dict[str, str]:
    """The sentence in zh and en.

    >>> why(StageRule.LOST_GAP, 61.0, 42.4)["en"]
    '61 days without a purchase, beyond the P90 gap of 42.4 days'
    """
    zh, en = _SENTENCES[rule]
    values = {"n": _plain(number), "x": _plain(limit)}
    return {"zh": zh.format(**values), "en": en.format(**values)}


def _plain(number: float | None) -> str:
    return "–" if number is None else f"{round(number, 2):g}"
