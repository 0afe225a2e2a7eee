"""The audit log over HTTP: filtered by person, action, thing and day, paged, and taken along as a file."""

import csv
import io
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from siyu.kernel.audit import Actor, record
from siyu.organisation.actions import auditing

URL = "/api/v1/audit"
# 00:30 of the second day in Shanghai is still the first day in UTC.
FIRST, NIGHT, SECOND = (
    datetime(2026, 3, 1, 4, tzinfo=UTC),
    datetime(2026, 3, 1, 16, 30, tzinfo=UTC),
    datetime(2026, 3, 2, 4, tzinfo=UTC),
)
LIN, MEI = Actor("user", 7, "lin", "10.0.0.7", "req-1"), Actor("user", 8, "mei", "10.0.0.8", "req-2")


@pytest.fixture
def kept(app, brand_id):
    """Four changes of two people in two days."""
    with app.db.transaction(brand_id=brand_id) as session:
        for actor, action, subject, before, after, now in (
            (LIN, "campaign.created", ("campaign", 1), None, {"name": "=1+1", "salt": ""}, FIRST),
            (LIN, "campaign.edited", ("campaign", 1), {"name": "旧"}, {"name": "新"}, NIGHT),
            (MEI, "user.roles_set", ("user", 9), {"roles": ["owner"]}, {"roles": ["analyst"]}, SECOND),
            (MEI, "user.disabled", ("user", 9), None, None, SECOND),
        ):
            record(session, actor=actor, action=action, subject=subject, before=before, after=after, now=now)


@pytest.mark.parametrize(
    ("asked", "actions"),
    [
        ({"actor": "lin"}, ["campaign.edited", "campaign.created"]),
        ({"action": "user.disabled"}, ["user.disabled"]),
        ({"subject_type": "campaign", "subject_id": "1"}, ["campaign.edited", "campaign.created"]),
        ({"subject_type": "campaign", "subject_id": "2"}, []),
        ({"until": "2026-03-01"}, ["campaign.created"]),  # days are the brand's: the night is the next day's
        ({"since": "2026-03-02", "until": "2026-03-02", "actor": "lin"}, ["campaign.edited"]),
        ({"since": "0001-01-01", "until": "2026-03-01"}, ["campaign.created"]),  # as far back as days go
        ({"since": "9999-12-31"}, []),
    ],
)
def test_the_log_is_narrowed_by_person_action_thing_and_day(client, kept, asked, actions):
    assert [one["action"] for one in client.get(URL, params=asked).json()["items"]] == actions


def test_pages_of_a_filtered_log_follow_one_another(client, kept):
    seen, cursor = [], None
    while True:
        page = client.get(
            URL, params={"until": "2026-03-02", "limit": 1, **({"before_id": cursor} if cursor else {})}
        ).json()
        seen += [one["action"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == ["user.disabled", "user.roles_set", "campaign.edited", "campaign.created"]


def test_a_day_that_is_none_is_refused(client):
    assert client.get(URL, params={"since": "yesterday"}).status_code == 422


def test_the_choices_are_what_the_log_holds(client, kept):
    found = client.get(f"{URL}/choices").json()

    assert {"kind": "user", "label": "mei"} in found["actors"]
    assert {"campaign.edited", "user.roles_set"} <= set(found["actions"])
    assert {"campaign", "user"} <= set(found["subject_types"])


def test_the_file_has_a_row_for_each_value_that_changed(client, kept):
    answer = client.get(f"{URL}/export", params={"until": "2026-03-02"})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))

    assert answer.headers["content-disposition"].startswith('attachment; filename="audit-')
    assert [(row["action"], row["field"], row["before"], row["after"]) for row in rows] == [
        ("user.disabled", "", "", ""),
        ("user.roles_set", "roles", '["owner"]', '["analyst"]'),
        ("campaign.edited", "name", "旧", "新"),
        ("campaign.created", "name", "", "'=1+1"),  # no spreadsheet runs it
        ("campaign.created", "salt", "", ""),
    ]
    assert (rows[2]["at"], rows[2]["address"]) == ("2026-03-02T00:30:00+08:00", "10.0.0.7")


def test_taking_the_log_along_stands_in_the_log(client, kept):
    client.get(f"{URL}/export", params={"actor": "lin", "since": "2026-03-01"})

    last = client.get(URL, params={"action": "audit.exported"}).json()["items"][0]
    assert last["after"] == {"actor": "lin", "since": "2026-03-01T00:00:00+08:00", "entries": 2}


def test_a_file_that_would_be_too_long_is_refused(client, kept, monkeypatch):
    monkeypatch.setattr(auditing, "EXPORT_MAX", 1)

    answer = client.get(f"{URL}/export", params={"actor": "lin"}, headers={"Accept-Language": "zh"})
    assert (answer.status_code, answer.json()["code"]) == (422, "audit_too_long")
    assert "2" in answer.json()["detail"]


def test_who_may_not_read_the_log_gets_neither_file_nor_choices(app, brand_id, client):
    key = client.post("/api/v1/api-keys", json={"source": "till", "scopes": ["customers.read"]}).json()[
        "secret"
    ]
    for path in ("", "/choices", "/export"):
        client.cookies.clear()
        answer = client.get(f"{URL}{path}", headers={"Authorization": f"Bearer {key}"})
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


def test_the_console_has_a_word_for_every_action_that_is_kept():
    root = Path(__file__).parents[2]
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (root / "siyu").rglob("*.py"))
    words = (root / "console/src/features/organisation/words/audit-actions.ts").read_text(encoding="utf-8")

    kept = set(re.findall(r'action="([a-z_]+\.[a-z_]+)"', sources))
    assert len(kept) > 20
    assert {action for action in kept if words.count(f"'{action}':") != 2} == set()  # once in each language
