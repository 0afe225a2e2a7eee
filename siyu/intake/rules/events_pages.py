"""Which pages may send events with a public key: the origins of a brand's sites, and its mini programs."""

import re

ORIGINS_MAX = 50
ORIGIN_LENGTH_MAX = 200
_SITE = re.compile(r"https?://(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?")
_MINI_PROGRAM = re.compile(r"wx:[A-Za-z0-9_-]{4,64}")
_WECHAT_REFERRER = re.compile(r"https://servicewechat\.com/([A-Za-z0-9_-]{4,64})/.*")


def normal_origin(text: str) -> str | None:
    """An allowed origin as it is stored: a site, or wx: and the AppID of a mini program; None if it is neither.

    >>> normal_origin(" https://Shop.example.com/ "), normal_origin("https://*.example.cn"), normal_origin("wx:w12ab")
    ('https://shop.example.com', 'https://*.example.cn', 'wx:w12ab')
    >>> normal_origin("shop.example.com"), normal_origin("https://shop.example.com/tea"), normal_origin("*")
    (None, None, None)
    """
    plain = text.strip()
    if len(plain) > ORIGIN_LENGTH_MAX:
        return None
    if _MINI_PROGRAM.fullmatch(plain):
        return plain
    site = plain.lower().removesuffix("/")
    return site if _SITE.fullmatch(site) else None


def asking_origin(origin: str | None, referrer: str | None) -> str | None:
    """From where a request says it comes: the browser's Origin, or the mini program that WeChat's Referer names.

    >>> asking_origin("https://shop.example.com", None)
    'https://shop.example.com'
    >>> asking_origin(None, "https://servicewechat.com/wx12ab34/devtools/page-frame.html")
    'wx:wx12ab34'
    >>> asking_origin(None, "https://elsewhere.example")
    """
    if origin:
        return origin.lower()
    program = _WECHAT_REFERRER.fullmatch(referrer or "")
    return None if program is None else f"wx:{program.group(1)}"


def may_send(asking: str | None, allowed: list[str]) -> bool:
    """Whether a page of this origin may send events; `*.` stands for any one or more labels, never for none.

    >>> allowed = ["https://shop.example.com", "https://*.example.org", "wx:wx12ab34"]
    >>> [may_send(one, allowed) for one in ("https://shop.example.com", "http://shop.example.com", "https://a.b.example.org")]
    [True, False, True]
    >>> [may_send(one, allowed) for one in ("https://example.org", "https://evilexample.org", "wx:wx12ab34", None)]
    [False, False, True, False]
    """
    if asking is None or "*" in asking or normal_origin(asking) != asking:
        return False
    for one in allowed:
        start, star, domain = one.partition("*")
        if asking == one or (
            star and asking.startswith(start) and asking.endswith(domain) and len(asking) > len(one) - 1
        ):
            return True
    return False
