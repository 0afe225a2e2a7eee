"""Somebody's server that takes webhooks, and misbehaves on request."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from siyu.destinations.rules.signing import signature

HANG_SECONDS_MAX = 30  # longer than anybody waits for an answer


@dataclass
class Receiver:
    """What came, and how the next calls are answered: a status, or hang | drip | close | redirect; then 200.

    Who hangs says no word until `released` is set.
    """

    port: int = 9
    scheme: str = "http"
    moods: list[Any] = field(default_factory=list)
    always: Any = 200
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    released: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}/in"

    @property
    def event_ids(self) -> list[str]:
        return [one["event_id"] for _, body in self.came for one in json.loads(body)["data"]["events"]]

    def mood(self) -> Any:
        with self.lock:
            return self.moods.pop(0) if self.moods else self.always

    def is_signed(self, secret: str, number: int = -1) -> bool:
        """Whether a call is signed with this secret, as a receiver would look."""
        headers, body = self.came[number]
        wanted = signature(
            secret, delivery=headers["webhook-id"], timestamp=int(headers["webhook-timestamp"]), body=body
        )
        return wanted in headers["webhook-signature"].split(" ")


class Handler(BaseHTTPRequestHandler):
    """Answers as its server's receiver is in the mood to."""

    protocol_version = "HTTP/1.1"
    receiver: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        mood = self.receiver.mood()
        if mood == "close":
            self.connection.shutdown(socket.SHUT_RDWR)
        elif mood == "hang":
            self.receiver.released.wait(HANG_SECONDS_MAX)
            self.close_connection = True
        elif mood == "drip":
            self._drip()
        else:
            if mood == 200:
                with self.receiver.lock:
                    headers = {name.lower(): value for name, value in self.headers.items()}
                    self.receiver.came.append((headers, body))
            self._answer(mood)

    def _drip(self) -> None:
        """A byte now and then, for ever: no single read takes long."""
        with suppress(OSError):
            for letter in b"HTTP/1.1 200 OK\r\nx: " + b"y" * 30:
                self.wfile.write(bytes([letter]))
                self.wfile.flush()
                time.sleep(0.1)
        self.close_connection = True

    def _answer(self, mood: Any) -> None:
        status, headers = (mood, {}) if isinstance(mood, int) else mood
        said = f"answer {status}, ask 13800138000".encode()
        self.send_response(status)
        for name, value in {**headers, "content-length": str(len(said))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *arguments: Any) -> None:
        pass


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver that listens while the block runs."""
    receiver = Receiver()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Told", (Handler,), {"receiver": receiver}))
    server.daemon_threads = True
    receiver.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield receiver
    finally:
        receiver.released.set()
        server.shutdown()
        server.server_close()
