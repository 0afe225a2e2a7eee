"""One batch to the server, and what its answer means: done, later, or never."""

from __future__ import annotations

import http.client
import json
import re
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

USER_AGENT = "siyu-client/0.1"
TOO_LARGE = 413
CLIENTS_FAULT = 4
DENIED = (401, 403, 404)  # a wrong key or address: mended outside, and then the events are good
_NAMED = re.compile(r"events\[(\d+)\]")
_ALSO = re.compile(r"also bad: events ([\d, ]+)")


@dataclass(frozen=True)
class Problem:
    """Why the server refused: its code, its sentence, and the HTTP status; 0 if it was not reached."""

    status: int
    code: str
    detail: str
    retry_after_seconds: float | None = None

    @property
    def is_final(self) -> bool:
        """Whether sending the very same again cannot help."""
        return self.status // 100 == CLIENTS_FAULT and self.status not in (*DENIED, 408, 425, 429)

    @property
    def bad_positions(self) -> list[int]:
        """The positions of the events that the server named as bad; empty if it named none.

        >>> Problem(422, "x", "events[3]: no (also bad: events 5, 9)").bad_positions
        [3, 5, 9]
        """
        first = _NAMED.match(self.detail)
        if first is None:
            return []
        also = _ALSO.findall(self.detail)
        others = [int(one) for one in also[-1].split(",") if one.strip()] if also else []
        return sorted({int(first.group(1)), *others})


class Sender:
    """Posts bodies over one connection that stays open. For one thread."""

    def __init__(self, url: str, key: str, *, timeout: float) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{url} is no address of a server; write it like https://siyu.example.com")
        self._secure = parts.scheme == "https"
        self._host, self._port = parts.hostname, parts.port
        self._path = parts.path.rstrip("/") + "/api/v1/events"
        self._headers = {
            "Authorization": f"Bearer {key}", "Content-Type": "application/json", "User-Agent": USER_AGENT,
            "Accept-Language": "en",
        }  # fmt: skip
        self._timeout = timeout
        self._connection: http.client.HTTPConnection | None = None

    def post(self, body: bytes) -> Problem | None:
        """None if the events are on the server's disk, or why they may not be."""
        kept = self._connection is not None
        found, reached = self._tried(body)
        if (
            kept and not reached
        ):  # a connection that was kept may have ended meanwhile: that is tried once more
            found, _ = self._tried(body)
        return found

    def close(self) -> None:
        """The connection is closed."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _tried(self, body: bytes) -> tuple[Problem | None, bool]:
        """What came of it, and whether the server answered."""
        try:
            return self._posted(body), True
        except (OSError, http.client.HTTPException) as failure:
            self.close()
            return Problem(0, "unreachable", f"{type(failure).__name__}: {failure}"), False

    def _posted(self, body: bytes) -> Problem | None:
        if self._connection is None:
            self._connection = self._connect()
        self._connection.request("POST", self._path, body=body, headers=self._headers)
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status == http.client.ACCEPTED:
            return None
        return _problem(answer.status, content, answer.getheader("Retry-After"))

    def _connect(self) -> http.client.HTTPConnection:
        if self._secure:
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(self._host, self._port, timeout=self._timeout, context=context)
        return http.client.HTTPConnection(self._host, self._port, timeout=self._timeout)


def _problem(status: int, content: bytes, retry_after: str | None) -> Problem:
    try:
        said = json.loads(content)
        code, detail = str(said.get("code", "")), str(said.get("detail", ""))
    except (ValueError, AttributeError):
        code, detail = "", content[:200].decode("utf-8", "replace")
    return Problem(status, code, detail, _seconds(retry_after))


def _seconds(text: str | None) -> float | None:
    try:
        return None if text is None else min(max(float(text), 0.0), 3_600.0)
    except ValueError:
        return None
