"""Known people go through everything Siyu does; afterwards they are searched for in clear, and found nowhere."""

import json
import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import structlog
from fastapi.testclient import TestClient

from siyu.entrypoints.worker import work
from siyu.kernel.app import App
from siyu.kernel.backup import backup
from siyu.kernel.clock import utcnow
from siyu.kernel.logs import configure_logs
from siyu.kernel.migrations import known_revisions
from tests.house.walking import openapi_document
from tests.intake.eventing import api_key
from tests.privacy.canary import Canary
from tests.stories.telling import KEY, imports, until

GOOD, BAD, SENT, MEMO = "13912340987", "13756781234", "15898761234", "18612349876"
NAMES = ("欧阳秋水", "诸葛晚晴", "司徒听雨")
MAIL, MEMBER_MAIL = "qiushui.ouyang@example.org", "wanqing@example.org"
CANARIES = (f"+86{GOOD}", f"+86{BAD}", f"+86{SENT}", f"+86{MEMO}", *NAMES, MAIL, MEMBER_MAIL)
MAP = """
kind: customers
source: members
columns: {customer_key: member, phone: phone, name: name, email: mail, birthday: born, consent_sms: consent,
          consent_at: since}
customer_namespace: member_no
"""
FILE = f"""member,phone,name,mail,born,consent,since
m1,{GOOD},{NAMES[0]},{MAIL},1990-02-03,yes,2026-01-01
m2,{BAD},{NAMES[1]},{MEMBER_MAIL},no date,yes,2026-01-01
m3,12,{NAMES[1]},,,yes,2026-01-01
m4,{SENT},{NAMES[2]},,,yes,2026-01-01
m5,13800000005,甲,,,yes,2026-01-01
m6,13800000006,乙,,,yes,2026-01-01
m7,13800000007,丙,,,yes,2026-01-01
"""


def send_events(client: TestClient, served: App, brand_id: int) -> None:
    """Good events, one that is turned away, words with numbers in them; the last request waits for the pump."""
    key = {"Authorization": f"Bearer {api_key(served, brand_id)}"}
    at = utcnow().isoformat()

    def event(event_id: str, name: str, **changes: Any) -> dict[str, Any]:
        who = [{"namespace": "phone", "value": GOOD}, {"namespace": "email", "value": MAIL}]
        return {
            "event": name,
            "event_id": event_id,
            "occurred_at": at,
            "identities": who,
            "properties": {},
            **changes,
        }

    sent = [
        event("e1", "search", properties={"query": f"送到 {MEMO}"}),
        event("e2", "cart_changed", properties={"action": f"call {MEMO}"}),
        event("e3", "tea_tasting", properties={"mail": MAIL, "said": f"{MEMO} 请来电"}),
        event("e4", "page_view", properties={"path": f"/p?tel={MEMO}&mail={MAIL}"}),
    ]
    for body in ({"events": sent}, {"events": [event("e5", "check_in", properties={"note": MEMO})]}):
        answer = client.post("/api/v1/events", json=body, headers=key)
        assert answer.status_code == 202, answer.text
        if body["events"][0]["event_id"] == "e1":
            work(served, once=True)


def send_campaign(client: TestClient, served: App, sandbox_url: str) -> None:
    channel = {
        "base_url": sandbox_url, "key": KEY, "signature": "思屿", "enabled": True, "opens": "00:00:00",
        "closes": "23:59:59", "price_centifen": 450,
    }  # fmt: skip
    assert client.patch("/api/v1/channels/sms", json=channel).status_code == 200
    everybody = {"trait": "orders", "op": "<=", "value": 99}
    segment = client.post("/api/v1/segments", json={"name": "全部", "definition": everybody})
    assert segment.status_code == 201, segment.text
    draft = client.post(
        "/api/v1/campaigns",
        json={"name": "新品", "segment_id": segment.json()["segment_id"], "holdout_basis_points": 0,
              "template_text": "{{ name | default: '会员' }}您好，新品到店。", "window_days": 1},
    ).json()  # fmt: skip
    url = f"/api/v1/campaigns/{draft['campaign_id']}"
    submitted = client.post(f"{url}/submit")
    assert submitted.status_code == 200, submitted.text
    work(served, once=True)
    until(lambda: client.get(f"{url}/results").json()["messages"]["delivered"] >= 4)
    work(served, once=True)


def look_and_export(client: TestClient, served: App) -> None:
    for wanted in (GOOD, f"+86 {GOOD}", NAMES[0], MAIL):
        found = client.post("/api/v1/customers/search", json={"q": wanted})
        assert found.status_code == 200, found.text
        assert found.json()["total"] == 1, found.text
    customer = found.json()["items"][0]["customer_id"]
    revealed = client.post(f"/api/v1/customers/{customer}/reveal", json={"reason": "a call came in"})
    assert NAMES[0] in revealed.text
    listed = client.post("/api/v1/customers/export", json={"reason": "the yearly letter"})
    assert listed.status_code == 200, listed.text
    assert client.post(
        f"/api/v1/customers/{customer}/opt-out", json={"channel": "sms", "reason": "by phone"}
    ).is_success
    asked = client.post(
        "/api/v1/privacy/requests", json={"kind": "export", "customer_id": customer, "reason": "asked us"}
    )
    assert asked.status_code == 202, asked.text
    work(served, once=True)
    taken = client.get(f"/api/v1/privacy/requests/{asked.json()['request_id']}/file")
    assert taken.status_code == 200, taken.text


@pytest.fixture
def logged() -> Iterator[None]:
    """Everything is logged as the server and the worker log it, at the most talkative level."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure_logs("debug")
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.slow
@pytest.mark.usefixtures("logged")
def test_nobody_is_found_in_clear(
    client: TestClient,
    served: App,
    brand_id: int,
    sandbox_url: str,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    run = imports(client, served, kind="customers", text=FILE, rules=MAP + "max_bad_share: 0.9\n")
    assert run["counts"]["rejected"] == 2, run
    left = client.post(
        "/api/v1/imports/uploads", files={"file": ("later.csv", FILE.encode("gb18030"), "text/csv")}
    )
    assert left.status_code == 201
    send_events(client, served, brand_id)
    send_campaign(client, served, sandbox_url)
    look_and_export(client, served)
    with served.lake.reading() as cursor:
        cursor.execute(
            "CALL ducklake_flush_inlined_data('lake')"
        )  # as Parquet, like what comes by the thousand
    send_events(client, served, brand_id)  # these wait
    saved = tmp_path / "siyu.tar"
    with psycopg.connect(served.db.url) as connection:
        major = connection.info.server_version // 10_000
    backup(
        url=served.db.url, lake_path=served.settings.lake_path, target=saved, version="test",
        schema_revision=max(known_revisions()), key_id=served.cipher.key_id, now=utcnow(),
        folders={"imports": served.settings.home / "imports"},
    )  # fmt: skip
    said = capfd.readouterr()

    canary = Canary(CANARIES)
    canary.look("control", "a row of the file", FILE.encode())
    assert len(canary.found) >= len(CANARIES) - 1, "the canary sings where there is something to find"
    canary.found.clear()
    canary.look("logs", "server and worker", (said.out + said.err).encode())
    canary.look_at_files(served.settings.home)
    canary.look_at_database(served.db.url)
    canary.look_at_backup(saved, server_major=major)
    told = {"looked at": canary.looked_at, "found in clear": canary.found}
    sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    assert canary.found == []
    assert {
        "logs",
        "lake",
        "lake (opened)",
        "imports",
        "uploads",
        "exports",
        "database",
        "audit",
        "jobs",
    } <= set(canary.looked_at)


def test_no_address_asks_for_a_person_by_name_or_number() -> None:
    """What stands in a URL stands in logs of proxies: people are asked for in bodies."""
    personal = {"phone", "name", "email", "wanted", "q", "query", "value", "search"}
    asked = {
        f"{method} {path} {parameter['name']}"
        for path, methods in openapi_document()["paths"].items()
        for method, operation in methods.items()
        for parameter in operation.get("parameters", [])
        if parameter["in"] in ("query", "path")
        and parameter["name"] in personal
        and not path.startswith("/api/v1/events/catalogue/")  # the name of an event
    }
    assert asked == set()
