"""A sandbox in a process of its own, as it runs for real, and somebody to receive its callbacks."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

KEY = "test-key"


class Sandbox:
    def __init__(self, home: Path) -> None:
        self.home = home
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "siyu_sandbox", "--port", "0", "--home", str(self.home), "--seed", "7"],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "SIYU_SANDBOX_KEY": KEY},
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().split()[-1]
        self.http = httpx.Client(
            base_url=self.url, headers={"Authorization": f"Bearer {KEY}"}, trust_env=False, timeout=10
        )

    def stop(self, how: int = signal.SIGINT) -> int:
        self.http.close()
        self.process.send_signal(how)
        code = self.process.wait(10)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code

    def control(self, **changes: Any) -> None:
        assert self.http.post("/control", json=changes).status_code == 200

    def send(self, *messages: tuple[str, str], **more: Any) -> list[dict[str, Any]]:
        listed = [{"out_id": out_id, "phone": phone} for out_id, phone in messages]
        body = {"sign": "思屿", "text": "【思屿】上新，拒收请回复R", "messages": listed, **more}
        answer = self.http.post("/sms/send", json=body)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["messages"]
        return found

    def state(self, out_id: str) -> str:
        return str(self.http.get(f"/sms/{out_id}").json()["state"])


class Receiver:
    """Answers callbacks with `statuses`, the last for ever, and keeps what came."""

    def __init__(self) -> None:
        self.posts: list[tuple[str, bytes]] = []
        self.statuses: list[int] = [200]
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.posts.append((self.headers["X-Sandbox-Signature"], body))
                status = receiver.statuses.pop(0) if len(receiver.statuses) > 1 else receiver.statuses[0]
                self.send_response(status)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/callback"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def receipts(self) -> list[dict[str, Any]]:
        return [item for _, body in self.posts for item in json.loads(body)["receipts"]]

    @property
    def replies(self) -> list[dict[str, Any]]:
        return [item for _, body in self.posts for item in json.loads(body)["replies"]]


@pytest.fixture(scope="session")
def shared_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    running = Sandbox(tmp_path_factory.mktemp("sandbox"))
    yield running
    running.stop(signal.SIGKILL)


@pytest.fixture
def sandbox(shared_sandbox: Sandbox) -> Sandbox:
    """Empty and prompt; the process is shared, so nobody may stop it."""
    assert shared_sandbox.http.post("/reset").status_code == 200
    shared_sandbox.control(delivery_delay_seconds=0, fail_rate=0)
    return shared_sandbox


@pytest.fixture
def own_sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    """One of the test's own, to stop and start."""
    running = Sandbox(tmp_path / "sandbox")
    running.control(delivery_delay_seconds=0, fail_rate=0)
    yield running
    if running.process.poll() is None:
        running.stop(signal.SIGKILL)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    listening = Receiver()
    yield listening
    listening.server.shutdown()
    listening.server.server_close()


@pytest.fixture
def wait_until() -> Callable[[Callable[[], Any]], None]:
    def wait(happened: Callable[[], Any]) -> None:
        end = time.monotonic() + 8
        while not happened():
            assert time.monotonic() < end, "it did not happen in 8 seconds"
            time.sleep(0.02)

    return wait
