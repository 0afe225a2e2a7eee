"""The page behind an opt-out link: plain HTML that needs no script, no login and no console."""

from collections.abc import Mapping
from enum import StrEnum
from html import escape

from siyu.outreach.rules.opt_out import Choice


class Stand(StrEnum):
    """What the page tells."""

    ASKING = "asking"
    DONE_CHANNEL = "done_channel"
    DONE_EVERYTHING = "done_everything"
    DONE_PROFILING = "done_profiling"
    UNKNOWN = "unknown"
    BUSY = "busy"


DONE = {
    Choice.CHANNEL: Stand.DONE_CHANNEL,
    Choice.EVERYTHING: Stand.DONE_EVERYTHING,
    Choice.PROFILING: Stand.DONE_PROFILING,
}

_WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "title": "退订",
        "asking": "不想再收到{brand}的营销短信？",
        "asking_more": "点一下按钮即刻生效，无需登录，也不收取任何费用。订单、物流等通知不受影响。",
        "channel": "不再接收营销短信",
        "everything": "不再接收任何营销信息",
        "profiling": "不用我的数据做个性化推荐",
        "done_channel": "已退订{brand}的营销短信",
        "done_channel_more": "从现在起不会再给您发送营销短信，已排期的也不会发出。",
        "done_everything": "已退订{brand}的全部营销信息",
        "done_everything_more": "从现在起，任何渠道都不会再向您发送营销信息。",
        "done_profiling": "已关闭个性化推荐",
        "done_profiling_more": "{brand} 不会再用您的数据为您做个性化推荐。",
        "unknown": "这个链接无法识别",
        "unknown_more": "链接可能不完整。请从短信中完整打开，或直接回复短信 R 退订。",
        "busy": "操作过于频繁",
        "busy_more": "请一分钟后再试，或直接回复短信 R 退订。",
        "also": "您还可以",
        "other": "English",
    },
    "en": {
        "title": "Unsubscribe",
        "asking": "No more marketing SMS from {brand}?",
        "asking_more": "One tap is enough and counts at once: no login, no charge. Order and delivery notices go on.",
        "channel": "No more marketing SMS",
        "everything": "No more marketing by any channel",
        "profiling": "Do not personalise by my data",
        "done_channel": "You get no more marketing SMS from {brand}",
        "done_channel_more": "From now on none is sent to you, those already scheduled included.",
        "done_everything": "You get no more marketing from {brand}",
        "done_everything_more": "From now on nothing is sent to you, by any channel.",
        "done_profiling": "Personalisation is switched off",
        "done_profiling_more": "{brand} no longer uses your data to personalise what you are offered.",
        "unknown": "This link is not known",
        "unknown_more": "It may be incomplete. Open the whole link from the message, or answer the message with R.",
        "busy": "Too many tries",
        "busy_more": "Please try again in a minute, or answer the message with R.",
        "also": "You can also",
        "other": "中文",
    },
}

_STYLE = """
*{box-sizing:border-box}body{margin:0;background:#f5f6f8;color:#1f2329;
font:16px/1.6 -apple-system,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
main{max-width:480px;margin:0 auto;padding:48px 20px}section{background:#fff;border-radius:12px;padding:28px 22px}
h1{font-size:20px;line-height:1.4;margin:0 0 8px;text-wrap:balance}p{margin:0 0 20px;color:#50565e}
h2{font-size:14px;color:#646a73;font-weight:400;margin:22px 0 10px}
button{display:block;width:100%;min-height:48px;margin:0 0 10px;border-radius:8px;
border:1px solid #c9cdd4;background:#fff;color:#1f2329;font:inherit;padding:8px 12px}
button.first{background:#1456d9;border-color:#1456d9;color:#fff}
a{color:#50565e;font-size:14px;display:block;text-align:center;margin-top:18px}
"""


def opt_out_page(stand: Stand, *, brand: str, language: str, action: str = "") -> str:
    """The whole page; buttons post to `action`. It names the brand and nobody else."""
    words = _WORDS["en" if language == "en" else "zh"]

    def said(key: str) -> str:
        return escape(words[key].format(brand=brand))

    offered = _offered(stand)
    buttons = "".join(
        f'<button{" class=first" if stand is Stand.ASKING and number == 0 else ""} name="choice" '
        f'value="{choice.value}">{said(choice.value)}</button>'
        for number, choice in enumerate(offered)
    )
    more = f"<h2>{said('also')}</h2>" if offered and stand is not Stand.ASKING else ""
    form = f'{more}<form method="post" action="{escape(action)}">{buttons}</form>' if offered else ""
    other = "zh" if language == "en" else "en"
    return (
        f'<!doctype html><html lang="{"en" if language == "en" else "zh-CN"}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{said('title')}</title><style>{_STYLE}</style></head><body><main><section>"
        f"<h1>{said(stand.value)}</h1><p>{said(stand.value + '_more')}</p>{form}</section>"
        f'<a href="?lang={other}" rel="nofollow">{said("other")}</a></main></body></html>'
    )


def _offered(stand: Stand) -> tuple[Choice, ...]:
    """What may still be refused."""
    return {
        Stand.ASKING: (Choice.CHANNEL, Choice.EVERYTHING, Choice.PROFILING),
        Stand.DONE_CHANNEL: (Choice.EVERYTHING, Choice.PROFILING),
        Stand.DONE_EVERYTHING: (Choice.PROFILING,),
        Stand.DONE_PROFILING: (Choice.CHANNEL, Choice.EVERYTHING),
    }.get(stand, ())
