"""Which addresses a webhook may have: no way into the network that Siyu stands in."""

import ipaddress
from urllib.parse import urlsplit

from siyu.destinations.contracts import Target
from siyu.destinations.errors import BadDestinationAddress

URL_LENGTH_MAX = 2_000
PORTS = {"https": 443, "http": 80}
NAME_LENGTH_MAX, LABEL_LENGTH_MAX = 253, 63  # RFC 1035
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def target_of(url: str, *, private_allowed: bool) -> Target:
    """The parts of a webhook's address. Plain HTTP is for private networks alone.

    raises  BadDestinationAddress

    >>> target_of("https://crm.example.com/in?x=1", private_allowed=False)
    Target(scheme='https', host='crm.example.com', port=443, path='/in?x=1')
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _bad(url, "it is no URL", "它不是一个网址") from None
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in PORTS or not _is_host(host) or len(url) > URL_LENGTH_MAX or not url.isascii():
        raise _bad(url, "it is no web address", "它不是一个网址")
    if any(one.isspace() or ord(one) < ord(" ") for one in url) or "\\" in url:
        raise _bad(url, "it holds a space", "其中含有空格或控制字符")
    if parts.scheme == "http" and not private_allowed:
        raise _bad(url, "it is not encrypted", "它没有加密")
    if parts.username or parts.password or "@" in parts.netloc:
        raise _bad(url, "it holds a user name or a password", "其中含有用户名或密码")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port or PORTS[parts.scheme], path)


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet's, also where it is hidden in another.

    >>> [is_public(one) for one in ("93.184.215.14", "10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1")]
    [True, False, False, False]
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inside = found.ipv4_mapped or found.sixtofour
        if found in _NAT64:
            inside = ipaddress.IPv4Address(int(found) & 0xFFFF_FFFF)
        if inside is not None:
            return is_public(str(inside))
        if found.teredo is not None or found.is_site_local:
            return False
    return found.is_global and not found.is_multicast and not found.is_reserved


def _is_host(host: str) -> bool:
    """Whether a name can be looked up at all: its parts have 1 to 63 characters, all together 253 at most."""
    return len(host) <= NAME_LENGTH_MAX and all(0 < len(one) <= LABEL_LENGTH_MAX for one in host.split("."))


def _bad(url: str, why: str, why_zh: str) -> BadDestinationAddress:
    return BadDestinationAddress(
        url=url[:100], why=why, why_zh=why_zh, remedy="Write https://host/path.",
        remedy_zh="请填写形如 https://域名/路径 的地址。",
    )  # fmt: skip
