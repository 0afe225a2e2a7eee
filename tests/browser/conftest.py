"""The demo, served as people get it, and Chromium looking at its built console; a role signs in once."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from siyu.demo.actions.staff import PASSWORD
from siyu.demo.api import load_demo
from siyu.kernel.clock import utcnow
from siyu.kernel.resources import console_folder
from siyu.kernel.settings import Settings
from tests.browser.looking import Watch
from tests.demo.makers import fresh_home, settings_of

CUSTOMERS = 1_500
START_SECONDS_MAX = 90
STOP_SECONDS_MAX = 30
STEP_MILLISECONDS_MAX = 15_000  # one step of a page, on a busy machine
LOGIN_OF = {"owner": "lin", "operator": "chen", "analyst": "zhou", "developer": "xu"}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-sync",
]


def chromium_path() -> str | None:
    named = os.environ.get("CHROMIUM")
    return named or next(filter(None, map(shutil.which, BROWSERS)), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder is a browser test; without browser or console it is skipped, and says why."""
    reason = ""
    if chromium_path() is None:
        reason = "Chromium is not installed here (apt install chromium, or set CHROMIUM to its path)"
    elif not (console_folder() / "index.html").exists():
        reason = "the console is not built here (make console)"
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)
            if reason:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a small demo: `siyu demo` with its server, worker and sandbox."""
    settings = settings_of(tmp_path_factory.mktemp("demo"))
    with fresh_home(settings) as app:
        load_demo(app, clock=utcnow, say=lambda _: None, customers=CUSTOMERS)
    with (settings.home / "demo.log").open("w") as log:
        process = subprocess.Popen(
            [Path(sys.executable).parent / "siyu", "demo"],
            env=environment_of(settings),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_served(settings, process)
        yield settings.address
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(STOP_SECONDS_MAX)


def environment_of(settings: Settings) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SIYU_")}
    return {
        **kept,
        "SIYU_HOME": str(settings.home),
        "SIYU_PORT": str(settings.port),
        "SIYU_SANDBOX_PORT": str(settings.sandbox_port),
    }


def _wait_until_served(settings: Settings, process: "subprocess.Popen[bytes]") -> None:
    log = settings.home / "demo.log"
    deadline = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        with suppress(httpx.HTTPError):
            if httpx.get(f"{settings.address}/readyz", trust_env=False).status_code == 200:
                return
        time.sleep(0.2)
    raise AssertionError(f"the demo was not served in {START_SECONDS_MAX} s:\n{log.read_text()}")


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser; it ends with this folder, because its loop would disturb other tests of the same process."""
    with sync_playwright() as playwright:
        expect.set_options(timeout=STEP_MILLISECONDS_MAX)
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Visitors:
    """Opens pages in a role; every page is watched, and the cookies of a role are kept."""

    browser: Browser
    site: str
    states: dict[str, Any] = field(default_factory=dict)

    def context(self, role: str | None, *, width: int = 1440, language: str = "zh-CN") -> BrowserContext:
        context = self.browser.new_context(
            base_url=self.site,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport={"width": width, "height": 900},
            reduced_motion="reduce",
            storage_state=self._state(role) if role else None,
        )
        context.set_default_timeout(STEP_MILLISECONDS_MAX)
        context.add_init_script(f"localStorage.setItem('siyu.language', '{language}')")
        return context

    def _state(self, role: str) -> Any:
        if role not in self.states:
            context = self.browser.new_context(base_url=self.site)
            answer = context.request.post(
                "/api/v1/auth/login", data={"login": LOGIN_OF[role], "password": PASSWORD}
            )
            assert answer.ok, answer.text()
            self.states[role] = context.storage_state()
            context.close()
        return self.states[role]


@pytest.fixture(scope="package")
def visitors(chromium: Browser, site: str) -> Visitors:
    return Visitors(chromium, site)


Visit = Callable[..., Page]


@pytest.fixture
def visit(visitors: Visitors, tmp_path: Path) -> Iterator[Visit]:
    """Opens a path in a role, or as somebody not signed in; at the end no page may have complained."""
    watches: list[Watch] = []

    def visited(path: str, role: str | None = "owner", **how: Any) -> Page:
        page = visitors.context(role, **how).new_page()
        watches.append(Watch(page, signed_in=role is not None))
        page.goto(path)
        return page

    yield visited
    complaints = [complaint for watch in watches for complaint in watch.complaints]
    for number, watch in enumerate(watches):
        if complaints:
            watch.page.screenshot(path=tmp_path / f"page-{number}.png")
        watch.page.context.close()
    assert complaints == []
