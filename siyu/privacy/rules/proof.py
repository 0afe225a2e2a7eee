"""The proof of an erasure: one document, as JSON with a digest and as a page to be read."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

FORM = "siyu.erasure_proof/1"
STYLE = (
    "body{font:15px/1.6 system-ui,'PingFang SC','Microsoft YaHei',sans-serif;max-width:60rem;margin:2rem auto;"
    "padding:0 1rem;color:#1d2129}h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}"
    "table{border-collapse:collapse;width:100%;margin:.5rem 0}td,th{border-bottom:1px solid #e5e6eb;"
    "padding:.35rem .5rem;text-align:left;vertical-align:top}td.n{text-align:right;white-space:nowrap}"
    "code{word-break:break-all}small{color:#6b7280}"
)
WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "title": "个人信息删除证明", "person": "客户编号", "asked": "申请人", "approved": "批准人",
        "finished": "完成时间",
        "due": "应答期限", "reason": "原因", "removed": "已删除", "kept": "保留及原因", "searches": "删除后的检索",
        "sales": "销售额（删除前后一致）", "place": "位置", "what": "内容", "count": "数量", "why": "原因",
        "where": "检索范围", "found": "找到", "table": "记录", "rows": "条数", "fen": "金额（分）", "before": "删除前",
        "after": "删除后",
        "digest": "本文件内容的 SHA-256（去掉 sha256 字段、按键排序的 JSON）", "identities": "当时的身份",
        "later": "之后的旧文件", "brand": "品牌", "request": "申请编号",
    },
    "en": {
        "title": "Proof of erasure", "person": "Customer numbers", "asked": "Asked for by", "approved": "Approved by",
        "finished": "Finished at", "due": "Due on", "reason": "Reason", "removed": "Removed",
        "kept": "What stays, and why",
        "searches": "Searches made afterwards", "sales": "Sales, equal before and after", "place": "Place",
        "what": "What", "count": "Count", "why": "Why", "where": "Where", "found": "Found", "table": "Records",
        "rows": "Rows", "fen": "Amount (fen)", "before": "Before", "after": "After",
        "digest": "SHA-256 of this document (JSON, keys sorted, without the field sha256)",
        "identities": "Identities there were", "later": "Old files from now on", "brand": "Brand", "request": "Request",
    },
}  # fmt: skip


def sealed_proof(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with its digest.

    >>> proof = sealed_proof({"form": FORM})
    >>> is_whole(proof), is_whole({**proof, "form": "another"})
    (True, False)
    """
    return {**document, "sha256": digest_of(document)}


def digest_of(document: Mapping[str, Any]) -> str:
    """SHA-256 of the document as JSON with sorted keys, without its field `sha256`."""
    plain = {name: value for name, value in document.items() if name != "sha256"}
    return hashlib.sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def is_whole(proof: Mapping[str, Any]) -> bool:
    """Whether nobody changed the proof since its digest was made."""
    return proof.get("sha256") == digest_of(proof)


def proof_page(proof: Mapping[str, Any], *, language: str) -> str:
    """The proof as an HTML page that needs nothing else; `language` is zh or en."""
    w = WORDS[language]
    request = proof["request"]
    facts = [
        (w["brand"], proof["brand"]["name"]), (w["request"], request["request_id"]),
        (w["person"], ", ".join(str(one) for one in proof["customer_ids"])),
        (w["identities"], ", ".join(f"{name} × {count}" for name, count in proof["identities"].items())),
        (w["reason"], request["reason"]), (w["asked"], f"{request['asked_by']} · {request['asked_at']}"),
        (w["approved"], request["decided_by"] or "–"), (w["due"], request["due_on"]),
        (w["finished"], proof["finished_at"]),
        (w["later"], proof["later"][language]),
    ]  # fmt: skip
    removed = [(one["place"], one["what"][language], one["count"]) for one in proof["removed"]]
    kept = [
        (one["place"], one["what"][language], one["count"], one["why"][language]) for one in proof["kept"]
    ]
    searches = [(one["where"][language], one["count"]) for one in proof["searches"]]
    after = proof["sales"]["after"]
    sales = [
        (name, before["rows"], after[name]["rows"], before["fen"], after[name]["fen"])
        for name, before in proof["sales"]["before"].items()
    ]
    columns = (
        w["table"],
        f"{w['rows']} · {w['before']}",
        w["after"],
        f"{w['fen']} · {w['before']}",
        w["after"],
    )
    return page(
        w["title"],
        language,
        table((), facts),
        f"<h2>{w['removed']}</h2>", table((w["place"], w["what"], w["count"]), removed),
        f"<h2>{w['kept']}</h2>", table((w["place"], w["what"], w["count"], w["why"]), kept),
        f"<h2>{w['searches']}</h2>", table((w["where"], w["found"]), searches),
        f"<h2>{w['sales']}</h2>",
        table(columns, sales),
        f"<p><small>{w['digest']}<br><code>{escape(proof['sha256'])}</code></small></p>",
    )  # fmt: skip


def page(title: str, language: str, *parts: str) -> str:
    """An HTML page of its own."""
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>'
    body = f"<h1>{escape(title)}</h1>{''.join(parts)}"
    return f'<!doctype html><html lang="{language}"><head>{head}</head><body>{body}</body></html>'


def table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Rows as an HTML table; nothing in a cell is markup.

    >>> table((), [("a", 1)])
    '<table><tr><td>a</td><td class="n">1</td></tr></table>'
    """
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    body = "".join("<tr>" + "".join(_cell(value) for value in row) + "</tr>" for row in rows)
    return f"<table>{f'<tr>{head}</tr>' if head else ''}{body}</table>"


def _cell(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return f'<td class="n">{value:,}</td>'
    return f"<td>{escape('' if value is None else str(value))}</td>"
