"""siyu.js in a real browser, on a page of another origin: its events arrive once, and no other site's do."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import sync_playwright

from siyu.kernel.app import App
from tests.browser.conftest import ARGUMENTS, chromium_path
from tests.client.makers import free_port, serving
from tests.intake.eventing import carry, in_lake

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium_path() is None, reason="Chromium is not installed here"),
]


@pytest.fixture
def shop() -> Iterator[tuple[str, list[str]]]:
    """A page of a shop; its body can be set."""
    page = [""]

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = f"<!doctype html><title>Tea</title>{page[0]}".encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_said: Any) -> None:
            """Nothing is written."""

    server = HTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}", page
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.mark.slow
def test_a_page_sends_while_it_is_open_and_as_it_goes(
    app: App, brand_id: int, client: TestClient, shop: tuple[str, list[str]]
) -> None:
    site, page = shop
    made = client.post("/api/v1/events/page-keys", json={"source": "site", "origins": [site]}).json()
    with serving(app, free_port()) as url, sync_playwright() as playwright:
        page[0] = f'<script src="{url}/siyu.js" data-key="{made["public_key"]}"></script>'
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        tab = browser.new_page()
        with tab.expect_response(lambda answer: "/collect/" in answer.url) as collected:
            tab.goto(f"{site}/tea")
        assert collected.value.status == 202
        tab.add_script_tag(content="siyu.identify({member_no: 'M1'}); siyu.track('check_in', {points: 5});")
        tab.goto("about:blank")  # the page goes at once: a beacon carries the event
        with tab.expect_response(lambda answer: "/collect/" in answer.url):
            tab.goto(f"{site}/cake")  # and what nobody answered for is sent again
        tab.wait_for_timeout(1_500)
        other = browser.new_page()
        with other.expect_event("requestfailed", lambda request: "/collect/" in request.url):
            other.goto(f"{site.replace('localhost', '127.0.0.1')}/tea")  # another origin than the key's
        browser.close()
    carry(app)
    assert in_lake(app, brand_id) == [("site", 5)]
    assert [path for (path,) in in_lake(app, brand_id, "page_view", "path")] == ["/cake", "/tea"]
