"""The inbox page: the last messages as a phone would show them, for demonstrations."""

from datetime import datetime
from html import escape

from siyu_sandbox.rules import VENDOR_ZONE
from siyu_sandbox.store import Row

_STATES = {
    "accepted": "投递中",
    "delivered": "已送达",
    "failed": "发送失败",
    "refused": "通道拒绝",
}

_REASONS = {
    "invalid_number": "号码无效",
    "blacklisted": "用户已拒收",
    "empty_text": "内容为空",
    "text_too_long": "内容过长",
    "missing_sign": "缺少签名",
    "missing_opt_out": "缺少退订方式",
    "over_daily_limit": "超过每日上限",
    "phone_off": "关机或无信号",
    "no_such_number": "空号",
}

_PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="10"><title>短信沙箱 · 收件箱</title><style>
body {{ margin: 0; background: #e9ecef; color: #1f2329; font: 15px/1.6 system-ui, "PingFang SC", "Noto Sans CJK SC",
        "Microsoft YaHei", sans-serif; }}
main {{ max-width: 430px; min-height: 100vh; margin: 0 auto; background: #fff; padding: 0 16px 40px; }}
header {{ position: sticky; top: 0; background: #fff; padding: 16px 0 10px; border-bottom: 1px solid #e5e6eb; }}
h1 {{ font-size: 20px; margin: 0; }} .note, time, .meta {{ color: #646a73; font-size: 13px; }}
article {{ margin: 18px 0; }} .bubble {{ background: #f1f2f4; border-radius: 14px; padding: 10px 14px;
        white-space: pre-wrap; overflow-wrap: anywhere; }}
.failed .bubble, .refused .bubble {{ background: #fdecea; }} .meta {{ display: flex; gap: 10px; align-items: center; }}
.meta form {{ margin-left: auto; }}
button, input {{ font: inherit; font-size: 13px; padding: 3px 12px; border: 1px solid #c9cdd4; border-radius: 14px;
        background: #fff; color: inherit; }}
button {{ cursor: pointer; }} button:hover, button:focus-visible {{ border-color: #1f2329; }}
.meta {{ margin-top: 4px; }}
input[name=phone] {{ width: 11em; }} .empty {{ padding: 60px 0; text-align: center; color: #646a73; }}
</style></head><body><main><header><h1>短信沙箱</h1>
<p class="note">模拟手机收件箱，不会真的发出短信。共 {total} 条，显示最近 {shown} 条。</p>
<form method="get"><label>手机号 <input name="phone" inputmode="tel" value="{phone}"></label>
<button>只看此号码</button></form></header>
{articles}</main></body></html>"""

_ARTICLE = """<article class="{state}"><time>{time} · {phone}</time><div class="bubble">{text}</div>
<div class="meta"><span>{label}</span><span>{segments}</span>{reply}</div></article>"""

_REPLY = """<form method="post" action="/inbox/reply"><input type="hidden" name="token" value="{token}">
<input type="hidden" name="phone" value="{phone}"><button name="text" value="R">回复 R 拒收</button></form>"""


def inbox_page(messages: list[Row], *, total: int, phone: str, token: str) -> str:
    """The page as HTML, newest first; every text that came from outside is escaped.

    >>> "&lt;b&gt;" in inbox_page([], total=0, phone="<b>", token="t")
    True
    """
    articles = "\n".join(_article(row, token=token) for row in messages)
    empty = '<p class="empty">还没有短信。发送一次活动后，消息会出现在这里。</p>'
    return _PAGE.format(total=total, shown=len(messages), phone=escape(phone), articles=articles or empty)


def _article(row: Row, *, token: str) -> str:
    label = _STATES[row["state"]] + (f"：{_REASONS[row['error_code']]}" if row["error_code"] else "")
    sent_at = datetime.fromtimestamp(row["submitted_at"], VENDOR_ZONE)
    reply = _REPLY.format(token=escape(token), phone=escape(row["phone"]))
    return _ARTICLE.format(
        state=row["state"],
        time=f"{sent_at:%m月%d日 %H:%M:%S}",
        phone=escape(row["phone"]),
        text=escape(row["text"]),
        label=escape(label),
        segments=f"{row['segments']} 段" if row["segments"] else "",
        reply=reply if row["state"] == "delivered" else "",
    )
