"""Everything about one customer, as a page to be read and as JSON for another program."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from html import escape
from typing import Any

from siyu.privacy.contracts import Said, Sheet
from siyu.privacy.rules.proof import page, table

FORM = "siyu.everything_about_one_customer/1"
TITLE = Said("关于您的全部信息", "Everything we hold about you")
INTRODUCTION = Said(
    "下面是 {brand} 在 {at} 保存的与您（客户编号 {numbers}）有关的全部信息，共 {count} 条。"
    "时间均为 UTC，金额以分为单位。"
    "同样的内容以 everything.json 附上，便于交给其他程序。",
    "This is everything that {brand} holds about you (customer numbers {numbers}) as of {at}, {count} entries. "
    "Times are UTC, amounts in fen. The same lies beside this page as everything.json, for other programs.",
)
NOTHING = Said("没有记录", "nothing is held")
PARTS: Mapping[str, Said] = {
    "people": Said("您是谁", "Who you are"), "intake": Said("被拒收的内容", "What was turned away"),
    "outreach": Said("发给您的消息", "Messages to you"), "campaigns": Said("营销活动", "Campaigns"),
    "facts": Said("订单、浏览与其他事件", "Orders, visits and other events"),
    "audit": Said("处理记录", "Who worked with it"),
}  # fmt: skip
COLUMNS: Mapping[str, str] = {
    "customer_id": "客户编号", "identity_id": "身份编号", "occurred_at": "时间", "source": "来源", "batch_id": "批次",
    "name": "姓名", "gender": "性别", "birthday": "生日", "province": "省份", "store_key": "门店",
    "known_at": "最早记录",
    "joined_at": "入会", "updated_at": "更新", "merged_into": "并入", "merged_at": "并入时间", "visitor": "访客",
    "namespace": "种类", "value": "值", "created_at": "记录于", "said_at": "说于", "recorded_at": "记于",
    "channel": "渠道", "purpose": "用途", "granted": "同意", "kind": "种类", "since": "自", "lifted_at": "解除",
    "order_key": "订单号", "ordered_at": "下单", "lines": "行数", "items": "件数", "discount_fen": "优惠（分）",
    "paid_fen": "实付（分）", "currency": "币种", "product_key": "商品", "category": "类目", "quantity": "数量",
    "price_fen": "单价（分）", "amount_fen": "金额（分）", "state": "状态", "reason": "原因", "campaign": "活动",
    "campaign_id": "活动编号", "message_id": "消息编号", "planned_at": "计划", "sent_at": "发送", "final_at": "完成",
    "template_text": "模板", "signature": "签名", "segments": "条数", "at": "时间", "actor_label": "操作者",
    "action": "操作", "subject_id": "对象", "before": "之前", "after": "之后", "event": "事件", "properties": "属性",
    "query": "搜索词", "title": "标题", "path": "页面", "stage": "阶段", "rfm_class": "RFM 类别", "asked_by": "申请人",
    "asked_at": "申请时间", "due_on": "应答期限", "finished_at": "完成", "arm": "分组", "assigned_at": "分组时间",
}  # fmt: skip

Parts = Sequence[tuple[str, Sequence[Sheet]]]


def everything_json(parts: Parts, about: Mapping[str, Any]) -> bytes:
    """All sheets by part, with moments in ISO 8601."""
    held = {name: {sheet.name: list(sheet.rows) for sheet in sheets} for name, sheets in parts}
    document = {"form": FORM, **about, "holds": held}
    return json.dumps(document, ensure_ascii=False, indent=2, default=_plain).encode()


def everything_page(parts: Parts, about: Mapping[str, Any], *, language: str) -> bytes:
    """The same as an HTML page; nothing in it is markup but ours."""
    count = sum(len(sheet.rows) for _, sheets in parts for sheet in sheets)
    numbers = ", ".join(str(one) for one in about["customer_ids"])
    words = _in(INTRODUCTION, language).format(
        brand=about["brand"], at=about["made_at"], numbers=numbers, count=f"{count:,}"
    )
    body = [f"<p>{escape(words)}</p>"]
    for name, sheets in parts:
        body.append(f"<h2>{escape(_in(PARTS.get(name, Said(name, name)), language))}</h2>")
        for sheet in sheets:
            body.append(f"<h3>{escape(_in(sheet.title, language))} ({len(sheet.rows):,})</h3>")
            body.append(_table(sheet.rows, language))
    return page(_in(TITLE, language), "zh-CN" if language == "zh" else "en", *body).encode()


def _table(rows: Sequence[Mapping[str, Any]], language: str) -> str:
    """Only columns in which something stands."""
    columns = list(dict.fromkeys(name for row in rows for name, value in row.items() if value is not None))
    if not columns:
        return f"<p><small>{escape(_in(NOTHING, language))}</small></p>"
    heads = [COLUMNS.get(name, name) if language == "zh" else name.replace("_", " ") for name in columns]
    return table(heads, [[_cell(row.get(name)) for name in columns] for row in rows])


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds").removesuffix("+00:00")
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=_plain)
    return str(value) if isinstance(value, int | float) else value


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _in(said: Said, language: str) -> str:
    return said.zh if language == "zh" else said.en
