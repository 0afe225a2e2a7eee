"""Ways by which known people come in from elsewhere, and by which something of them goes out."""

from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from siyu.entrypoints.worker import work
from siyu.kernel.app import App
from siyu_client import Client
from tests.destinations.receiver import Receiver
from tests.intake.foreign import Foreign

EVERYBODY = {"trait": "orders", "op": "<=", "value": 99}
PULLED = """
kind: customers
source: theirs
customer_namespace: member_no
columns: {customer_key: member_no, name: name, phone: tel, joined_at: joined}
"""


def open_webhook(client: TestClient, receiver: Receiver) -> tuple[int, str]:
    """A webhook that is told of what people did, of their consents and of whom they were joined with."""
    facts = ["page_view", "search", "event", "consent_changed", "customers_merged", "message_event"]
    made = _post(client, "/destinations/webhooks", {"name": "CRM", "url": receiver.url, "facts": facts})
    return made["destination"]["destination_id"], made["secret"]


def pull(client: TestClient, served: App, foreign: Foreign, people: list[tuple[str, str]], memo: str) -> None:
    """Members of another database are pulled, and what they looked at; one run finds nobody at home."""
    for number, (name, phone) in enumerate(people):
        foreign.does("INSERT INTO members VALUES (%s, %s, %s, now(), now())", f"T{number}", name, phone)
    foreign.does("INSERT INTO app.visits VALUES (1, %s, %s, now(), 1, 1)", f"/p?tel={memo}", people[0][1])
    members = {"url": foreign.url, "table": "members", "cursor_column": "changed", "title": "会员",
               "kind": "customers", "map_text": PULLED}  # fmt: skip
    visits = {"url": foreign.url, "table": "app.visits", "cursor_column": "seen", "title": "访问", "kind": "events",
              "source": "theirs", "event_map": {"event": "page_view", "key_columns": ["visit"], "occurred_at": "at",
              "identities": [{"namespace": "phone", "column": "who"}], "properties": ["page"]}}  # fmt: skip
    gone = {**members, "table": "gone", "title": "走了"}
    numbers = []
    for settings in (members, visits, gone):
        _post(
            client,
            "/pulls/try",
            {name: settings[name] for name in ("url", "table", "cursor_column")},
            ok=False,
        )
        numbers.append(_post(client, "/pulls", settings)["pull_id"])
        _post(client, f"/pulls/{numbers[-1]}/run")
        work(served, once=True)
    runs = client.get(f"/api/v1/pulls/{numbers[0]}/runs").json()["items"]
    assert (runs[0]["state"], runs[0]["rows"]) == ("done", len(people)), runs


def export_to_folder(client: TestClient, served: App) -> None:
    """A segment and facts go to a folder; who the customers are was not allowed."""
    folder = _post(client, "/destinations/folders", {"name": "目录", "folder": "canary"})["destination_id"]
    segment = _post(client, "/segments", {"name": "导出", "definition": EVERYBODY})["segment_id"]
    facts = ["page_view", "search", "event"]
    for file_format in ("csv", "parquet"):
        for content in (
            {"content": "segment", "segment_id": segment},
            {"content": "facts", "facts": facts, "days": 7},
        ):
            order = {"name": f"{content['content']} {file_format}", "format": file_format, **content}
            _post(client, f"/destinations/{folder}/exports", order)
    work(served, once=True)
    plans = client.get(f"/api/v1/destinations/{folder}/exports").json()["items"]
    assert [plan["last"]["state"] for plan in plans] == ["done"] * 4, plans


def send_by_client(url: str, key: str, spool: Path, *, phone: str, mail: str) -> None:
    """A program sends by a spool, of which nothing stays once all is sent."""
    with Client(url, key, spool=spool) as siyu:
        for number in range(20):
            siyu.track(
                "search", {"query": f"寄到 {phone}"}, phone=phone, email=mail, event_id=f"spooled{number}"
            )
        assert siyu.flush(30), siyu.last_problem


def _post(client: TestClient, path: str, body: Any = None, *, ok: bool = True) -> Any:
    answer = client.post(f"/api/v1{path}", json=body)
    assert answer.is_success or not ok, f"{path}: {answer.text}"
    return answer.json()
