"""What a channel may be set to."""

import re
from collections.abc import Collection

from siyu.outreach.contracts import ChannelSettings
from siyu.outreach.errors import BadChannelSetting
from siyu.outreach.rules.lint import offers_opt_out
from siyu.outreach.rules.quiet import SendWindow

PRICE_MAX = 100_000
SIGNATURE_CHARACTERS_MAX = 20
CAP_MAX = 1_000
_ADDRESS = re.compile(r"https?://[^\s?#@]+")


def check_channel(settings: ChannelSettings, *, providers: Collection[str], host: str) -> None:
    """Returns if a channel may be set like this. Address and signature may be empty until it is switched on.

    raises  BadChannelSetting, BadInput
    """
    SendWindow(settings.opens, settings.closes)
    needed = settings.enabled
    line = settings.opt_out_line
    caps = (settings.cap_per_day, settings.cap_per_30_days)
    faults = (
        (settings.provider not in providers, "provider", settings.provider, "it is not known", "没有这个通道商"),
        (
            bool(settings.base_url or needed) and not (_ADDRESS.fullmatch(settings.base_url) and host),
            "base_url", settings.base_url, "an address is https://… or http://…", "地址应为 https://… 或 http://…",
        ),
        (
            not 0 <= settings.price_centifen <= PRICE_MAX,
            "price_centifen", settings.price_centifen, f"a price is 0 to {PRICE_MAX}", f"价格应为 0 到 {PRICE_MAX}",
        ),
        (
            len(settings.signature) > SIGNATURE_CHARACTERS_MAX or not settings.signature.isprintable()
            or bool(set("【】") & set(settings.signature)),
            "signature", settings.signature,
            f"a signature has at most {SIGNATURE_CHARACTERS_MAX} characters and no 【】",
            f"签名最多 {SIGNATURE_CHARACTERS_MAX} 字，且不含【】",
        ),
        (
            needed and not settings.signature.strip(),
            "signature", "empty", "carriers refuse messages without one", "没有签名的短信会被运营商拒绝",
        ),
        (
            not offers_opt_out(line),
            "opt_out_line", line or "empty", "carriers want wording such as 拒收请回复R", "须为“拒收请回复R”之类的用语",
        ),
        (
            not all(0 <= cap <= CAP_MAX for cap in caps),
            "cap", " / ".join(str(cap) for cap in caps), f"a cap is 0 to {CAP_MAX}", f"频次上限应为 0 到 {CAP_MAX}",
        ),
    )  # fmt: skip
    for applies, setting, value, why, why_zh in faults:
        if applies:
            raise BadChannelSetting(setting=setting, value=value, why=why, why_zh=why_zh)
