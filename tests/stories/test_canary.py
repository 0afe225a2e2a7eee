"""Known people go through everything Siyu does; afterwards they are searched for in clear, and found nowhere."""

import logging
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
import structlog
from fastapi.testclient import TestClient

from siyu.entrypoints.worker import work
from siyu.intake.actions.events_ids_moving import move_old_ids
from siyu.kernel.app import App
from siyu.kernel.backup import backup
from siyu.kernel.clock import utcnow
from siyu.kernel.lake_files import kept_while_in_doubt
from siyu.kernel.logs import configure_logs
from siyu.kernel.migrations import known_revisions
from siyu.kernel.settings import Settings
from tests.conftest import Template
from tests.destinations.receiver import Receiver, receiving
from tests.house.walking import openapi_document
from tests.intake.eventing import api_key
from tests.intake.foreign import PASSWORD, Foreign, foreign_database
from tests.privacy.canary import Canary
from tests.privacy.watching import watched
from tests.stories.leaving import export_to_folder, open_webhook, pull, send_by_client
from tests.stories.telling import KEY, imports, until

GOOD, BAD, SENT, MEMO = "13912340987", "13756781234", "15898761234", "18612349876"
NAMES = ("欧阳秋水", "诸葛晚晴", "司徒听雨")
MAIL, MEMBER_MAIL = "qiushui.ouyang@example.org", "wanqing@example.org"
KNOWN = (f"+86{GOOD}", f"+86{BAD}", f"+86{SENT}", f"+86{MEMO}", *NAMES, MAIL, MEMBER_MAIL)
# What a receiver of webhooks says back, and the password of a database that is pulled from.
CANARIES = (*KNOWN, "+8613800138000", PASSWORD)
LARGE_LINES = 60_000  # more than a form that is read holds in memory
EXPECTED = {
    "logs", "lake", "lake (opened)", "imports", "uploads", "exports", "out", "out (opened)", "id_filters", "database",
    "audit", "jobs", "notices", "deliveries", "webhooks sent", "removed files", "spool", "backup", "backup (opened)",
}  # fmt: skip
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


def send_events(client: TestClient, served: App, brand_id: int, *, first: int = 1) -> None:
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
        event(f"e{first}", "search", properties={"query": f"送到 {MEMO}"}),
        event(f"e{first + 1}", "cart_changed", properties={"action": f"call {MEMO}"}),
        event(f"e{first + 2}", "tea_tasting", properties={"mail": MAIL, "said": f"{MEMO} 请来电"}),
        event(f"e{first + 3}", "page_view", properties={"path": f"/p?tel={MEMO}&mail={MAIL}"}),
    ]
    for body in (
        {"events": sent},
        {"events": [event(f"e{first + 4}", "check_in", properties={"note": MEMO})]},
    ):
        answer = client.post("/api/v1/events", json=body, headers=key)
        assert answer.status_code == 202, answer.text
        if len(body["events"]) > 1:
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


@pytest.fixture(scope="module")
def settings(settings: Settings) -> Settings:
    """An installation whose destinations may stand in private networks."""
    return replace(settings, private_destinations=True)


@pytest.fixture(scope="module")
def foreign(template: Template) -> Iterator[Foreign]:
    with foreign_database(template, f"{template.name}_canary") as found:
        yield found


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where programs and libraries put what they think nobody sees: temporary files, their folders at home."""
    for name in ("temporary", "home"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    for variable in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(variable, str(tmp_path / "temporary"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path


def go_through(
    client: TestClient, served: App, brand_id: int, sandbox_url: str, foreign: Foreign, receiver: Receiver
) -> None:
    """The people come in by every way, are written to, looked at, exported and told of."""
    number, _ = open_webhook(client, receiver)
    run = imports(client, served, kind="customers", text=FILE, rules=MAP + "max_bad_share: 0.9\n")
    assert run["counts"]["rejected"] == 2, run
    large = FILE + "".join(f"x{n},{MEMO},{NAMES[1]},,,no,2026-01-01\n" for n in range(LARGE_LINES))
    left = client.post(
        "/api/v1/imports/uploads", files={"file": ("later.csv", large.encode("gb18030"), "text/csv")}
    )
    assert left.status_code == 201
    send_events(client, served, brand_id)
    pull(client, served, foreign, [(NAMES[1], BAD), (NAMES[2], SENT)], MEMO)
    send_campaign(client, served, sandbox_url)
    look_and_export(client, served)
    export_to_folder(client, served)
    assert receiver.came, "the webhook was told of something"
    receiver.moods = [410]  # which pauses it, and is news
    send_events(client, served, brand_id, first=10)
    work(served, once=True)
    assert client.get(f"/api/v1/destinations/{number}").json()["state"] == "paused"


def settle(served: App, brand_id: int) -> None:
    """What comes by the thousand lies as Parquet, ids of old facts in the lake and in their filter."""
    with served.lake.reading() as cursor:
        cursor.execute("CALL ducklake_flush_inlined_data('lake')")
    assert move_old_ids(served, brand_id=brand_id, now=utcnow() + timedelta(days=4)) > 0


def save(served: App, target: Path) -> int:
    """A backup lies there; the version of the server it is of."""
    with psycopg.connect(served.db.url) as connection:
        major = connection.info.server_version // 10_000
    backup(
        url=served.db.url, lake_path=served.settings.lake_path, target=target, version="test",
        schema_revision=max(known_revisions()), key_id=served.cipher.key_id, now=utcnow(),
        folders={"imports": served.settings.home / "imports"},
    )  # fmt: skip
    return major


@pytest.mark.slow
@pytest.mark.usefixtures("logged")
def test_nobody_is_found_in_clear(
    client: TestClient,
    served: App,
    brand_id: int,
    sandbox_url: str,
    foreign: Foreign,
    temporary: Path,
    capfd: pytest.CaptureFixture[str],
    tell: Callable[[str], None],
) -> None:
    home, key = served.settings.home, api_key(served, brand_id, source="spooling")
    canary = Canary(CANARIES)
    canary.look("control", "a row of the file", FILE.encode())
    assert len(canary.found) >= len(KNOWN) - 1, "the canary sings where there is something to find"
    canary.found.clear()
    canary.looked_at.clear()
    with (
        receiving() as receiver,
        watched(canary, home, temporary / "temporary", temporary / "home"),
    ):
        go_through(client, served, brand_id, sandbox_url, foreign, receiver)
        address = f"http://127.0.0.1:{served.settings.port}"
        send_by_client(address, key, temporary / "spool", phone=GOOD, mail=MAIL)
        settle(served, brand_id)
        with kept_while_in_doubt(served.settings.lake_path, since=0):  # as in the middle of a COMMIT
            canary.look_at_files(home)
    major = save(served, temporary / "siyu.tar")
    said = capfd.readouterr()
    canary.look("logs", "server and worker", (said.out + said.err).encode())
    for number, (_, body) in enumerate(receiver.came):
        canary.look("webhooks sent", str(number), body)
    for folder in ("temporary", "home", "spool"):
        canary.look_at_folder(folder, temporary / folder)
    canary.look_at_database(served.db.url)
    canary.look_at_backup(temporary / "siyu.tar", server_major=major)
    tell(canary.summary())
    assert canary.found == []
    assert set(canary.looked_at) >= EXPECTED


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
