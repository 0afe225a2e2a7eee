"""One signed POST at a time, to an address that was looked at just before, within a time that nobody can stretch."""

import asyncio
import socket
import ssl
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Self

import httpx

from siyu.destinations.contracts import Answer, Outcome, Target
from siyu.destinations.errors import BadDestinationAddress, PrivateDestination
from siyu.destinations.rules.addresses import is_public, target_of

WHOLE_SECONDS = 15.0  # name, connection, request and answer together
CONNECT_SECONDS = 5.0
ANSWER_BYTES_MAX = 4_096
EXCERPT_MAX = 300
RETRY_AFTER_DIGITS = 9  # thirty years; a header may be longer than any number that Python reads


class Line:
    """An open way to one destination; connections are kept between calls, and checked at each.

    `private_allowed`: the operator lets destinations stand in private networks.
    """

    def __init__(self, *, private_allowed: bool, whole_seconds: float = WHOLE_SECONDS) -> None:
        self._private_allowed = private_allowed
        self._whole_seconds = whole_seconds
        self._runner = asyncio.Runner()
        self._client = httpx.AsyncClient(
            follow_redirects=False,
            trust_env=False,  # a proxy would connect to where nobody looked
            verify=ssl.create_default_context(),
            timeout=httpx.Timeout(whole_seconds, connect=min(CONNECT_SECONDS, whole_seconds)),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()

    def post(self, url: str, *, headers: Mapping[str, str], body: bytes) -> Answer:
        """What the destination answered; nothing is raised for what it does, and redirects are not followed.

        An address that may not be used any more, because the operator changed his mind, is an answer too.

        limits  15 seconds in all, 4 kB of the answer are read
        """
        return self._runner.run(self._post(url, headers, body))

    async def _post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        began = time.monotonic()
        try:
            target = target_of(url, private_allowed=self._private_allowed)
            async with asyncio.timeout(self._whole_seconds):
                return await self._asked(target, headers, body, began)
        except (TimeoutError, httpx.TimeoutException):
            return _without(Outcome.TIMEOUT, began)
        except (BadDestinationAddress, PrivateDestination) as refusal:
            return _without(Outcome.PRIVATE_ADDRESS, began, str(refusal))
        except (OSError, httpx.HTTPError, httpx.InvalidURL) as failure:
            return _without(Outcome.UNREACHABLE, began, f"{type(failure).__name__}: {failure}")

    async def _asked(self, target: Target, headers: Mapping[str, str], body: bytes, began: float) -> Answer:
        address = await self._address_of(target)
        shown = f"[{address}]" if ":" in address else address
        request = self._client.build_request(
            "POST", f"{target.scheme}://{shown}:{target.port}{target.path}", content=body,
            headers={**headers, "host": _host_header(target)}, extensions={"sni_hostname": target.host},
        )  # fmt: skip
        answer = await self._client.send(request, stream=True)
        try:
            content = b""
            async for part in answer.aiter_raw():
                content += part
                if len(content) >= ANSWER_BYTES_MAX:
                    break
        finally:
            await answer.aclose()
        waited = answer.headers.get("retry-after", "")
        return Answer(
            answer.status_code, None, _since(began), _excerpt(content),
            retry_after_seconds=int(waited[:RETRY_AFTER_DIGITS]) if waited.isascii() and waited.isdigit() else None,
        )  # fmt: skip

    async def _address_of(self, target: Target) -> str:
        """The address to connect to: looked up once, so that it cannot become another between look and call.

        raises  PrivateDestination, OSError
        """
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
        addresses = [str(one[4][0]) for one in found]
        check_addresses(target, addresses, private_allowed=self._private_allowed)
        return addresses[0]


def check_addresses(target: Target, addresses: list[str], *, private_allowed: bool) -> None:
    """Returns if all of a name's addresses may be gone to.

    raises  PrivateDestination
    """
    inside = [one for one in addresses if not is_public(one)]
    if inside and not private_allowed:
        raise PrivateDestination(host=target.host, address=inside[0])


def addresses_now(target: Target) -> list[str]:
    """Where the name leads just now; empty where it leads nowhere."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except OSError:
        return []
    return [str(one[4][0]) for one in found]


def _host_header(target: Target) -> str:
    host = f"[{target.host}]" if ":" in target.host else target.host
    return host if target.port in (80, 443) else f"{host}:{target.port}"


def _without(problem: Outcome, began: float, why: str = "") -> Answer:
    return Answer(None, problem, _since(began), why[:EXCERPT_MAX])


def _since(began: float) -> int:
    return int(1_000 * (time.monotonic() - began))


def _excerpt(content: bytes) -> str:
    """The first of an answer as one line of text."""
    text = content[:ANSWER_BYTES_MAX].decode("utf-8", "replace")
    plain = "".join(one if one.isprintable() else " " for one in text)
    return " ".join(plain.split())[:EXCERPT_MAX]
