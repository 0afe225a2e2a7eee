"""A proof of consent as a page that people read: Chinese with English beside it, nothing to load."""

import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

_STYLE = """
body{font:14px/1.6 -apple-system,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;color:#1f2329;
max-width:1080px;margin:0 auto;padding:32px 20px}h1{font-size:22px}h2{font-size:16px;margin-top:32px}
table{border-collapse:collapse;width:100%}th,td{border:1px solid #dee0e3;padding:6px 8px;text-align:left;
vertical-align:top}th{background:#f5f6f8;font-weight:500}.mark{background:#fff8e6;border:1px solid #f0d58c;
padding:10px 14px;border-radius:6px}code{font:12px/1.5 ui-monospace,monospace;word-break:break-all}
.yes{color:#1a7f37}.no{color:#c42b1c}pre{white-space:pre-wrap;background:#f5f6f8;padding:12px;border-radius:6px}
"""

PURPOSES = {
    "marketing": "营销 marketing", "service": "服务通知 service", "profiling": "个性化推荐 profiling",
    "sharing": "向第三方提供 sharing", "sensitive": "敏感个人信息 sensitive data", "recording": "会话存档 recording",
}  # fmt: skip
CHANNELS = {
    "sms": "短信 SMS", "call": "电话 call", "email": "邮件 e-mail", "wecom": "企业微信 WeCom",
    "official_account": "公众号 official account", "mini_program": "小程序 mini program", "app": "App",
    "all": "不分渠道 all",
}  # fmt: skip
ALLOWED_BY = "依据的授权 entry that allowed it"
EVIDENCE = {
    "erased": "已按删除请求清除 erased on request",
    "does_not_match": "与封存时不一致 not what was sealed",
}


def proof_page(
    proof: Mapping[str, Any], *, title: str, facts: Sequence[tuple[str, str]], parts: Sequence[str] = ()
) -> str:
    """The whole page: who made it and why, what it is about, entries, texts, seals. `parts`: further pages."""
    mark = proof["mark"]
    listed = "".join(f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in facts)
    others = "".join(f'<li><a href="{escape(part)}">{escape(part)}</a></li>' for part in parts)
    body = (
        f'<h1>{escape(title)}</h1><p class="mark">导出人 made by <b>{escape(mark["made_by"])}</b> · '
        f"{escape(mark['made_at'])} · 用途 reason: {escape(mark['reason'])} · 编号 number "
        f"<code>{escape(mark['number'])}</code></p><table>{listed}</table>"
        f"{_section('分页 Pages', f'<ul>{others}</ul>') if parts else ''}"
        f"{_section('授权记录 Entries', _entries(proof['entries'])) if proof['entries'] else ''}"
        f"{_section('禁发记录 Suppressions', _silences(proof.get('suppressions', [])))}"
        f"{_section('当时出示的文本 Texts shown', _texts(proof['texts']))}"
        f"{_section('封存 Seals', _seals(proof['seals']))}"
        f"{_section('如何自行校验 How to check this yourself', _HOW)}"
    )
    return _page(title, body)


def recipients_page(title: str, recipients: Iterable[Mapping[str, Any]]) -> str:
    """Recipients of a campaign, each with the entry that allowed the message when it went out."""
    rows = "".join(
        f"<tr><td>{one['message_id']}</td><td>{one['customer_id']}</td><td>{escape(one['phone'])}</td>"
        f"<td>{escape(one['sent_at'])}</td><td>{escape(one['state'])}</td><td>{_allowed(one['entry'])}</td></tr>"
        for one in recipients
    )
    heads = "".join(
        f"<th>{head}</th>"
        for head in ("消息 message", "客户 customer", "手机号 phone", "发出 sent", "状态 state", ALLOWED_BY)
    )
    return _page(title, f"<h1>{escape(title)}</h1><table><tr>{heads}</tr>{rows}</table>")


_HOW = """<p>压缩包中的 <code>check.py</code> 只需 Python 3.9，不依赖 Siyu：<code>python check.py proof.zip</code>。
它按 <code>words</code> 重算每条记录的摘要，沿 <code>path</code> 算到所属封存的根，
再逐个重算封存链，最后打印链头；请与事先另存的链头比对。</p>
<p><code>check.py</code> in this file needs Python 3.9 and nothing of Siyu: <code>python check.py proof.zip</code>.
It makes the digest of each entry anew from its <code>words</code>, follows <code>path</code> up to the root of
its seal, makes the chain of seals anew and prints its head; compare that with a head noted before.</p>"""


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body>{body}</body></html>"
    )


def _section(title: str, content: str) -> str:
    return f"<h2>{escape(title)}</h2>{content}" if content else ""


def _entries(entries: Sequence[Mapping[str, Any]]) -> str:
    heads = "".join(
        f"<th>{head}</th>"
        for head in (
            "编号",
            "说了什么 said",
            "何时 when",
            "来源 source",
            "文本 text",
            "证据 evidence",
            "封存 seal",
        )
    )
    return f"<table><tr>{heads}</tr>{''.join(_entry(entry) for entry in entries)}</table>"


def _entry(entry: Mapping[str, Any]) -> str:
    if entry["retracts"] is not None:
        said = f'<span class="no">撤回第 {entry["retracts"]} 条 takes entry {entry["retracts"]} back</span>'
    else:
        said = _word(entry)
    if entry["taken_back_by"] is not None:
        said += f"<br>已被第 {entry['taken_back_by']} 条撤回 taken back by entry {entry['taken_back_by']}"
    by = f" · {escape(entry['recorded_by'])}" if entry["recorded_by"] else ""
    shown = f"#{entry['consent_text_id']}" if entry["consent_text_id"] else "—"
    seal = entry["seal_no"] or "待封存 waits"
    return (
        f"<tr><td>{entry['consent_entry_id']}</td><td>{said}</td><td>{escape(entry['said_at'])}<br>记录 recorded "
        f"{escape(entry['recorded_at'])}</td><td>{escape(entry['source'])}{by}</td><td>{shown}</td>"
        f"<td>{_evidence(entry['evidence'])}</td><td>{seal}</td></tr>"
    )


def _word(entry: Mapping[str, Any]) -> str:
    answer = '<b class="yes">同意 yes</b>' if entry["granted"] else '<b class="no">拒绝 no</b>'
    purpose = PURPOSES.get(entry["purpose"], entry["purpose"])
    return f"{answer} · {escape(purpose)} · {escape(CHANNELS.get(entry['channel'], entry['channel']))}"


def _evidence(evidence: Mapping[str, Any] | None) -> str:
    if evidence is None:
        return "—"
    told = EVIDENCE.get(evidence["state"], "")
    kept = json.loads(evidence["words"]) if "words" in evidence else {}
    listed = "<br>".join(f"{escape(name)}: {escape(str(value))}" for name, value in kept.items())
    return "<br>".join(part for part in (escape(told), listed) if part)


def _allowed(entry: Mapping[str, Any] | None) -> str:
    if entry is None:
        return '<span class="no">没有 none</span>'
    return f"#{entry['consent_entry_id']} {_word(entry)}<br>{escape(entry['said_at'])} · {escape(entry['source'])}"


def _silences(rows: Sequence[Mapping[str, Any]]) -> str:
    listed = "".join(
        f"<tr><td>{escape(row['kind'])}</td><td>{escape(row['channel'])}</td><td>{escape(row['source'])}</td>"
        f"<td>{escape(row['since'])}</td><td>{escape(row['lifted_at'] or '—')}</td></tr>"
        for row in rows
    )
    heads = "<th>原因 kind</th><th>渠道 channel</th><th>来源 source</th><th>自 since</th><th>解除 lifted</th>"
    return f"<table><tr>{heads}</tr>{listed}</table>" if listed else ""


def _texts(texts: Sequence[Mapping[str, Any]]) -> str:
    return "".join(
        f"<h3>#{text['consent_text_id']} {escape(text['title'])} ({escape(text['code'])} v{text['version']})</h3>"
        f"<pre>{escape(text['body'])}</pre>"
        for text in texts
    )


def _seals(seals: Sequence[Mapping[str, Any]]) -> str:
    if not seals:
        return ""
    first, head = seals[0], seals[-1]
    return (
        f"<p>第 {first['seal_no']} 至第 {head['seal_no']} 个封存 seals {first['seal_no']} to {head['seal_no']}。"
        f"链头 head <code>{head['seal_no']}:{escape(head['digest'])}</code></p>"
    )
