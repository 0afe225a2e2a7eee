"""What stories need beside a signed-in browser: the vendor's stand-in, and a port where its receipts arrive."""

import dataclasses
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn

from siyu.entrypoints.web import create_api
from siyu.kernel.app import App
from tests.stories.telling import KEY


@pytest.fixture
def sandbox_url(tmp_path: Path) -> Iterator[str]:
    """The vendor's stand-in, prompt and without failures."""
    process = subprocess.Popen(
        [sys.executable, "-m", "siyu_sandbox", "--port", "0", "--home", str(tmp_path / "sandbox"), "--seed", "7"],
        stdout=subprocess.PIPE, text=True, env={**os.environ, "SIYU_SANDBOX_KEY": KEY},
    )  # fmt: skip
    assert process.stdout is not None
    url = process.stdout.readline().split()[-1]
    httpx.post(
        f"{url}/control", json={"delivery_delay_seconds": 0, "fail_rate": 0}, trust_env=False,
        headers={"Authorization": f"Bearer {KEY}"},
    ).raise_for_status()  # fmt: skip
    yield url
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    process.stdout.close()


@pytest.fixture
def served(app: App) -> Iterator[App]:
    """The application, listening where the vendor posts its receipts."""
    server = uvicorn.Server(uvicorn.Config(create_api(app), port=0, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield dataclasses.replace(app, settings=dataclasses.replace(app.settings, port=port))
    server.should_exit = True
    thread.join(10)
