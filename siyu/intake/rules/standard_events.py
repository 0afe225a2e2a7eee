"""The events that every brand may send and no module owns yet, as they stand in the lake (lake/0005_events.sql)."""

from collections.abc import Iterable

from siyu.intake.rules.events_typing import MORE
from siyu.kernel.facts import FactType

# Where a program may send what its customers wrote, or an address that tells of them.
WRITTEN = frozenset({"title", "path", "referrer", "query", "choice"})


def _open(name: str, zh: str, en: str, required: Iterable[str], **columns: str) -> FactType:
    return FactType(
        name,
        {**columns, "channel": "VARCHAR", MORE: "VARCHAR"},
        {"zh": zh, "en": en},
        open=True,
        required=frozenset(required),
        texts=frozenset({MORE}) | (WRITTEN & set(columns) - frozenset(required)),
    )


PAGE_VIEW = _open(
    "page_view",
    "看了网页或小程序页面",
    "A page of the site or mini program was seen",
    [],
    title="VARCHAR",
    path="VARCHAR",
    referrer="VARCHAR",
    campaign_key="VARCHAR",
    device_kind="VARCHAR",
    seconds="DOUBLE",
)
PRODUCT_VIEW = _open(
    "product_view",
    "看了商品",
    "A product was looked at",
    ["product_key"],
    product_key="VARCHAR",
    category="VARCHAR",
    price_fen="BIGINT",
    store_key="VARCHAR",
)
SEARCH = _open(
    "search",
    "搜索",
    "Something was searched for",
    [],
    query="VARCHAR",
    results="BIGINT",
)
CART_CHANGED = _open(
    "cart_changed",
    "购物车加入或移出商品；`action` 为 add 或 remove",
    "A product was put into the cart or taken out; `action` is add or remove",
    ["action", "product_key"],
    action="VARCHAR",
    product_key="VARCHAR",
    category="VARCHAR",
    quantity="DOUBLE",
    amount_fen="BIGINT",
    currency="VARCHAR",
)
FAVOURITE_CHANGED = _open(
    "favourite_changed",
    "收藏或取消收藏商品",
    "A product was made a favourite, or no longer is one",
    ["product_key", "added"],
    product_key="VARCHAR",
    category="VARCHAR",
    added="BOOLEAN",
)
STORE_VISIT = _open(
    "store_visit",
    "到店",
    "A store was visited",
    ["store_key"],
    store_key="VARCHAR",
    staff_key="VARCHAR",
    purpose="VARCHAR",
    seconds="DOUBLE",
)
WECOM_ADDED = _open(
    "wecom_added",
    "添加了企业微信好友",
    "A customer and a member of staff became WeCom contacts",
    ["staff_key"],
    staff_key="VARCHAR",
    way="VARCHAR",
    state="VARCHAR",
)
WECOM_DELETED = _open(
    "wecom_deleted",
    "删除了企业微信好友",
    "A WeCom contact ended",
    ["staff_key"],
    staff_key="VARCHAR",
    by_customer="BOOLEAN",
)
GROUP_JOINED = _open(
    "group_joined",
    "加入客户群",
    "A customer group was joined",
    ["group_key"],
    group_key="VARCHAR",
    staff_key="VARCHAR",
    way="VARCHAR",
)
GROUP_LEFT = _open(
    "group_left",
    "退出客户群",
    "A customer group was left",
    ["group_key"],
    group_key="VARCHAR",
    staff_key="VARCHAR",
    way="VARCHAR",
)
CALL_ENDED = _open(
    "call_ended",
    "通话结束；`direction` 为 in 或 out",
    "A call ended; `direction` is in or out",
    ["direction"],
    call_key="VARCHAR",
    direction="VARCHAR",
    staff_key="VARCHAR",
    result="VARCHAR",
    seconds="DOUBLE",
)
MESSAGE_SAID = _open(
    "message_said",
    "会话中的一条消息（不含正文）；`direction` 为 in 或 out",
    "One message of a conversation, without its text; `direction` is in or out",
    ["direction"],
    conversation_key="VARCHAR",
    direction="VARCHAR",
    kind="VARCHAR",
    staff_key="VARCHAR",
)
SERVICE_CHANGED = _open(
    "service_changed",
    "服务单有了新的状态",
    "A service case came into a new state",
    ["service_key", "state"],
    service_key="VARCHAR",
    kind="VARCHAR",
    state="VARCHAR",
    staff_key="VARCHAR",
    seconds="DOUBLE",
)
SURVEY_ANSWERED = _open(
    "survey_answered",
    "回答了问卷中的一题",
    "One question of a survey was answered",
    ["survey_key"],
    survey_key="VARCHAR",
    question_key="VARCHAR",
    score="DOUBLE",
    choice="VARCHAR",
)
CHECK_IN = _open(
    "check_in",
    "签到",
    "A customer checked in",
    [],
    place_key="VARCHAR",
    kind="VARCHAR",
    points="BIGINT",
)
# The brand's own events, and those that nobody defined: their properties are one JSON text.
EVENT = FactType(
    "event",
    {"name": "VARCHAR", "version": "BIGINT", "properties": "VARCHAR"},
    {
        "zh": "品牌自定义的事件，或尚未定义的事件（版本 0）",
        "en": "An event of the brand's own, or one that nobody defined (version 0)",
    },
    texts=frozenset({"properties"}),
)

FACT_TYPES = (
    PAGE_VIEW,
    PRODUCT_VIEW,
    SEARCH,
    CART_CHANGED,
    FAVOURITE_CHANGED,
    STORE_VISIT,
    WECOM_ADDED,
    WECOM_DELETED,
    GROUP_JOINED,
    GROUP_LEFT,
    CALL_ENDED,
    MESSAGE_SAID,
    SERVICE_CHANGED,
    SURVEY_ANSWERED,
    CHECK_IN,
    EVENT,
)
