"""Pages send events with a public key: from the brand's own sites, believed no more than a stranger."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from siyu.entrypoints.web import create_api
from siyu.intake.rules.events_pages import may_send, normal_origin
from siyu.kernel.app import App
from tests.intake.eventing import carry, customers, event, in_lake, put, waiting

URL = "/api/v1/events/page-keys"
SITE = "https://shop.example.com"
SCRIPT = Path(__file__).parents[2] / "siyu" / "intake" / "pages" / "siyu.js"
BYTES_MAX = 5_000


def page_key(client: TestClient, *origins: str) -> dict[str, Any]:
    answer = client.post(URL, json={"source": "商城", "origins": list(origins or (SITE,))})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def collect(app: App, key: str, *events: dict[str, Any], **headers: str) -> Any:
    with TestClient(create_api(app), raise_server_exceptions=False) as page:
        return page.post(
            f"/api/v1/collect/{key}", content=json.dumps({"events": events}),
            headers={"content-type": "text/plain", **headers},
        )  # fmt: skip


def test_the_script_is_small_and_stands_at_a_lasting_address(client: TestClient) -> None:
    assert len(gzip.compress(SCRIPT.read_bytes(), 9)) <= BYTES_MAX
    answer = client.get("/siyu.js")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.text == SCRIPT.read_text()


def test_a_page_of_the_brand_sends_and_the_browser_is_told(
    app: App, brand_id: int, client: TestClient
) -> None:
    key = page_key(client)["public_key"]
    answer = collect(app, key, event("1"), event("2"), Origin=SITE)
    assert (answer.status_code, answer.json()) == (202, {"accepted": 2})
    assert answer.headers["access-control-allow-origin"] == SITE
    refused = collect(app, key, event("3", properties={"n": 2**70}), Origin=SITE)
    assert refused.status_code == 422
    assert refused.headers["access-control-allow-origin"] == SITE  # or the page could not read why
    carry(app)
    assert in_lake(app, brand_id) == [("商城", 5)] * 2


def test_pages_of_others_and_keys_that_are_none_are_refused(app: App, client: TestClient) -> None:
    made = page_key(client, SITE, "wx:wx12ab34")
    key = made["public_key"]
    for headers in ({}, {"Origin": "https://evil.example"}, {"Origin": "http://shop.example.com"}):
        answer = collect(app, key, event("1"), **headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "origin_not_allowed")
        assert "access-control-allow-origin" not in answer.headers
    mini = {"Referer": "https://servicewechat.com/wx12ab34/7/page-frame.html"}
    assert collect(app, key, event("1"), **mini).status_code == 202
    for wrong in ("pk_0_x", "pk_99999999999999999999_x", "pk_1_x", "x", key + "x"):
        assert collect(app, wrong, event("1"), Origin=SITE).status_code == 404
    assert client.delete(f"{URL}/{made['page_key_id']}").json()["revoked_at"] is not None
    assert collect(app, key, event("1"), Origin=SITE).status_code == 404
    assert waiting(app) == 1
    carry(app)


def test_a_page_cannot_vouch_for_anybody(app: App, brand_id: int, client: TestClient) -> None:
    known = [{"namespace": "member_no", "value": "A"}], [{"namespace": "member_no", "value": "B"}]
    for number, who in enumerate(known):
        phone = {"namespace": "phone", "value": f"1381234567{number}"}
        put(app, brand_id, event(f"k{number}", identities=[*who, phone], authenticated=True))
    carry(app)
    assert customers(app, brand_id) == 2
    both = [{"namespace": "phone", "value": "13812345670"}, {"namespace": "phone", "value": "13812345671"}]
    key = page_key(client)["public_key"]
    assert collect(app, key, event("x", identities=both, authenticated=True), Origin=SITE).status_code == 202
    carry(app)
    assert customers(app, brand_id) == 2
    assert len(in_lake(app, brand_id)) == 3


def test_a_browser_may_ask_first_and_sites_can_be_changed(app: App, client: TestClient) -> None:
    made = page_key(client)
    with TestClient(create_api(app), raise_server_exceptions=False) as page:
        asked = page.options(f"/api/v1/collect/{made['public_key']}", headers={"Origin": SITE})
        assert asked.status_code == 204
        assert asked.headers["access-control-allow-origin"] == SITE
    changed = client.put(f"{URL}/{made['page_key_id']}/origins", json={"origins": ["https://*.example.org"]})
    assert changed.json()["origins"] == ["https://*.example.org"]
    assert collect(app, made["public_key"], event("1"), Origin=SITE).status_code == 403
    assert collect(app, made["public_key"], event("1"), Origin="https://a.example.org").status_code == 202
    carry(app)
    for origins, code in (([], "origin_missing"), (["*"], "origin_malformed")):
        assert (
            client.put(f"{URL}/{made['page_key_id']}/origins", json={"origins": origins}).json()["code"]
            == code
        )


@pytest.mark.parametrize(
    ("asking", "allowed", "yes"),
    [
        ("https://shop.example.com", "https://shop.example.com", True),  # the same
        ("https://shop.example.com:8443", "https://shop.example.com", False),  # another port is another site
        ("https://a.b.example.com", "https://*.example.com", True),  # any depth
        ("https://example.com", "https://*.example.com", False),  # not the domain itself
        ("https://evil-example.com", "https://*.example.com", False),  # a name that only ends so
        ("https://evil.com/.example.com", "https://*.example.com", False),  # no path can stand in an origin
        ("null", "https://shop.example.com", False),  # a sandboxed frame
    ],
)
def test_an_origin_is_compared_exactly(asking: str, allowed: str, yes: bool) -> None:
    assert normal_origin(allowed) == allowed
    assert may_send(asking, [allowed]) is yes
