"""Which facts a definition may ask about, and what their properties are called and compared as."""

import re
from collections.abc import Iterable, Mapping

from siyu.insight.contracts import TraitInfo, TraitType
from siyu.insight.rules.declared.tree import FactInfo
from siyu.kernel.facts import FactType

COMMON_TABLE = "event"
CANCELLED = "cancelled"
CANCELLED_OF = frozenset({"order", "order_line"})
"""Facts of an order have one property more: whether its linked refunds reached what was paid, as of then."""

_TYPES: Mapping[str, TraitType] = {
    "BIGINT": TraitType.INTEGER,
    "INTEGER": TraitType.INTEGER,
    "DOUBLE": TraitType.NUMBER,
    "BOOLEAN": TraitType.BOOLEAN,
    "VARCHAR": TraitType.TEXT,
    "TIMESTAMPTZ": TraitType.MOMENT,
}
# As JSON a moment is text of more than one form; only what reads the same everywhere can be asked of the brand's own.
_JSON_TYPES = frozenset({"BIGINT", "INTEGER", "DOUBLE", "BOOLEAN", "VARCHAR"})
_HIDDEN = frozenset({"more", "properties"})
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")

_FACT_WORDS: Mapping[str, tuple[str, str]] = {
    "order": ("订单", "orders"),
    "order_line": ("订单商品行", "order lines"),
    "refund": ("退款", "refunds"),
    "order_placed": ("未付款订单", "unpaid orders"),
    "message_event": ("消息结果", "message results"),
    "consent_changed": ("授权变化", "changes of consent"),
    "experiment_assigned": ("实验分组", "experiment arms"),
    "lifecycle_changed": ("阶段变化", "changes of stage"),
    "page_view": ("页面浏览", "page views"),
    "product_view": ("商品浏览", "product views"),
    "search": ("搜索", "searches"),
    "cart_changed": ("购物车变动", "cart changes"),
    "favourite_changed": ("收藏变动", "favourite changes"),
    "store_visit": ("到店", "store visits"),
    "wecom_added": ("加企微好友", "WeCom contacts made"),
    "wecom_deleted": ("删企微好友", "WeCom contacts ended"),
    "group_joined": ("入群", "groups joined"),
    "group_left": ("退群", "groups left"),
    "call_ended": ("通话", "calls"),
    "message_said": ("会话消息", "conversation messages"),
    "service_changed": ("服务单变化", "service case changes"),
    "survey_answered": ("问卷回答", "survey answers"),
    "check_in": ("签到", "check-ins"),
    "customers_merged": ("客户合并", "merges of customers"),
    "customers_unmerged": ("客户拆分", "splits of customers"),
}
_PROPERTY_WORDS: Mapping[str, tuple[str, str]] = {
    "occurred_at": ("发生时间", "time"),
    "source": ("来源", "source"),
    "channel": ("渠道", "channel"),
    "store_key": ("门店", "store"),
    "province": ("省份", "province"),
    "category": ("品类", "category"),
    "product_key": ("商品", "product"),
    "paid_fen": ("实付金额", "amount paid"),
    "amount_fen": ("金额", "amount"),
    "discount_fen": ("优惠金额", "discount"),
    "price_fen": ("单价", "price"),
    "cost_fen": ("费用", "cost"),
    "quantity": ("数量", "quantity"),
    "items": ("件数", "items"),
    "lines": ("行数", "lines"),
    "order_key": ("订单号", "order number"),
    "cancelled": ("已取消", "cancelled"),
    "state": ("状态", "state"),
    "reason": ("原因", "reason"),
    "staff_key": ("员工", "staff"),
    "points": ("积分", "points"),
    "score": ("评分", "score"),
    "seconds": ("秒数", "seconds"),
    "ordered_at": ("下单时间", "time of ordering"),
    "currency": ("币种", "currency"),
    "line_key": ("行号", "line number"),
    "refund_key": ("退款号", "refund number"),
    "document_key": ("退款单据号", "refund document"),
    "from_stage": ("原阶段", "former stage"),
    "to_stage": ("新阶段", "new stage"),
    "purpose": ("目的", "purpose"),
    "granted": ("已同意", "granted"),
    "other_customer_id": ("另一客户编号", "other customer"),
    "message_id": ("消息编号", "message number"),
    "campaign_id": ("活动编号", "campaign number"),
    "segments": ("短信条数", "SMS parts"),
    "experiment_key": ("实验", "experiment"),
    "arm": ("分组", "arm"),
    "title": ("标题", "title"),
    "path": ("页面路径", "path"),
    "referrer": ("来源页面", "referrer"),
    "campaign_key": ("推广标识", "campaign key"),
    "device_kind": ("设备类型", "kind of device"),
    "query": ("搜索词", "search words"),
    "results": ("结果数", "results"),
    "action": ("动作", "action"),
    "added": ("已加入", "added"),
    "way": ("方式", "way"),
    "by_customer": ("由客户操作", "by the customer"),
    "group_key": ("群", "group"),
    "call_key": ("通话编号", "call number"),
    "direction": ("方向", "direction"),
    "result": ("结果", "result"),
    "conversation_key": ("会话编号", "conversation number"),
    "kind": ("类型", "kind"),
    "service_key": ("服务单号", "service case"),
    "survey_key": ("问卷", "survey"),
    "question_key": ("题目", "question"),
    "choice": ("选项", "choice"),
    "place_key": ("地点", "place"),
}


def facts_offered(
    fact_types: Iterable[FactType], own_events: Mapping[str, tuple[str, str, Mapping[str, str]]]
) -> dict[str, FactInfo]:
    """Every kind of fact that definitions may name, Siyu's first, then the brand's own events.

    shape  own_events: name → Chinese title, English title, properties by name with their lake type

    >>> tea = {"tea_tasting": ("品茶", "Tea tasting", {"cups": "BIGINT", "at": "TIMESTAMPTZ"})}
    >>> sorted(facts_offered((), tea)["tea_tasting"].properties)
    ['cups', 'occurred_at', 'source']
    """
    offered = {one.name: _standard(one) for one in fact_types if one.name != COMMON_TABLE}
    for name, (zh, en, columns) in own_events.items():
        if name not in offered:
            kept = {
                column: kind
                for column, kind in columns.items()
                if kind in _JSON_TYPES and _PLAIN_NAME.fullmatch(column)
            }
            offered[name] = FactInfo(name, {"zh": zh or name, "en": en or name}, _properties(kept), own=True)
    return offered


def _standard(fact: FactType) -> FactInfo:
    zh, en = _FACT_WORDS.get(fact.name, (fact.name, fact.name))
    columns = dict(fact.columns) | ({CANCELLED: "BOOLEAN"} if fact.name in CANCELLED_OF else {})
    return FactInfo(fact.name, {"zh": zh, "en": en}, _properties(columns))


def _properties(columns: Mapping[str, str]) -> dict[str, TraitInfo]:
    """Columns that can be compared; amounts in another currency than the brand's are not: a sum would mix them."""
    common = {"occurred_at": "TIMESTAMPTZ", "source": "VARCHAR"}
    return {
        name: _property(name, kind)
        for name, kind in (common | dict(columns)).items()
        if kind in _TYPES and name not in _HIDDEN and not name.startswith("original_")
    }


def _property(name: str, kind: str) -> TraitInfo:
    money = kind == "BIGINT" and name.endswith("_fen")
    zh, en = _PROPERTY_WORDS.get(name, (name, name))
    return TraitInfo(
        name,
        TraitType.MONEY if money else _TYPES[kind],
        "fen" if money else "",
        {"zh": zh, "en": en},
        {"zh": "", "en": ""},
    )
