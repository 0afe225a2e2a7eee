"""A sandbox in a process of its own, Siyu's webhook on a real port, and a brand that is ready to send."""

import dataclasses
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.kernel.http import speak_problem_json
from siyu.outreach.api import update_channel
from siyu.outreach.routes import router
from tests.outreach.makers import NOON

KEY = "sandbox-key"


class Sandbox:
    """The vendor's stand-in, and what a test asks of it."""

    def __init__(self, home: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "siyu_sandbox", "--port", "0", "--home", str(home), "--seed", "7"],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "SIYU_SANDBOX_KEY": KEY},
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().split()[-1]
        self.http = httpx.Client(
            base_url=self.url, headers={"Authorization": f"Bearer {KEY}"}, trust_env=False, timeout=10
        )

    def control(self, **changes: Any) -> None:
        assert self.http.post("/control", json=changes).status_code == 200

    def log(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while True:
            after = found[-1]["seq"] if found else 0
            page = self.http.get("/sms", params={"after": after}).json()["messages"]
            if not page:
                return found
            found += page

    def stop(self) -> None:
        self.http.close()
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)
        assert self.process.stdout is not None
        self.process.stdout.close()


class Clock:
    """Noon in Shanghai, going on in step with the real clock unless it is moved."""

    def __init__(self) -> None:
        self._ahead = NOON - datetime.now(NOON.tzinfo)

    def __call__(self) -> datetime:
        return datetime.now(NOON.tzinfo) + self._ahead

    def move(self, **by: float) -> None:
        self._ahead += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def shared_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    running = Sandbox(tmp_path_factory.mktemp("sandbox"))
    yield running
    running.stop()


@pytest.fixture
def sandbox(shared_sandbox: Sandbox) -> Sandbox:
    """Empty and prompt; nothing fails by chance."""
    assert shared_sandbox.http.post("/reset").status_code == 200
    shared_sandbox.control(delivery_delay_seconds=0, fail_rate=0)
    return shared_sandbox


@pytest.fixture(scope="module")
def served(app: App) -> Iterator[App]:
    """The application with its webhook listening at its address."""
    api = FastAPI()
    api.state.siyu = app
    speak_problem_json(api)
    api.include_router(router, prefix="/api/v1")
    server = uvicorn.Server(uvicorn.Config(api, port=0, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield dataclasses.replace(app, settings=dataclasses.replace(app.settings, port=port))
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def ready(served: App, brand_id: int, sandbox: Sandbox) -> App:
    """The test's brand has a line to the sandbox, without a monthly cap that tests would run into."""
    with served.db.transaction(brand_id=brand_id) as session:
        update_channel(
            session, cipher=served.cipher, base_url=sandbox.url, key=KEY, signature="思屿", enabled=True,
            actor=SYSTEM, now=NOON,
        )  # fmt: skip
    return served


@pytest.fixture
def wait_until() -> Callable[[Callable[[], Any]], None]:
    def wait(happened: Callable[[], Any]) -> None:
        end = time.monotonic() + 10
        while not happened():
            assert time.monotonic() < end, "it did not happen in 10 seconds"
            time.sleep(0.03)

    return wait
