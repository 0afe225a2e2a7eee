"""Drafts that are deleted, campaigns that are copied, recipients that leave as a file, tests as a customer."""

import csv
import io

import pytest
from sqlalchemy import text

from siyu.campaigns.api import launch_campaign
from siyu.kernel.clock import utcnow
from siyu.organisation.api import create_api_key
from tests.campaigns.makers import AUTHOR, LAUNCH, TEMPLATE, Person, make_people

URL = "/api/v1/campaigns"


@pytest.fixture
def draft(app, brand_id, client, segment_of):
    """A draft for six customers who may be written to and one who may not."""
    with app.db.transaction(brand_id=brand_id) as session:
        make_people(app, session, [*[Person()] * 6, Person(consent=False)])
        segment_id = segment_of(session)
    body = {
        "name": "新品", "segment_id": segment_id, "template_text": TEMPLATE, "holdout_basis_points": 0,
        "window_days": 14, "scheduled_at": "2036-01-01T00:00:00Z",
    }  # fmt: skip
    return client.post(URL, json=body).json()


@pytest.fixture
def launched(app, brand_id, client, draft):
    """The same campaign, with everybody decided about."""
    at = f"{URL}/{draft['campaign_id']}"
    client.patch(at, json={"scheduled_at": None})
    assert client.post(f"{at}/submit").json()["state"] == "scheduled"
    launch_campaign(app, brand_id=brand_id, campaign_id=draft["campaign_id"], now=utcnow())
    return draft["campaign_id"]


def program(app, brand_id, *scopes):
    """The headers of a program with these permissions."""
    with app.db.transaction(brand_id=brand_id) as session:
        key = create_api_key(
            session, source="till", scopes=list(scopes), held=frozenset(scopes), actor=AUTHOR, now=LAUNCH
        )
    return {"Authorization": f"Bearer {key.secret}"}


def last_entry(client, action):
    return client.get("/api/v1/audit", params={"action": action}).json()["items"][0]


def test_a_draft_that_is_deleted_is_gone_and_said_in_the_log(client, draft):
    at = f"{URL}/{draft['campaign_id']}"
    assert client.delete(at).status_code == 204
    assert client.get(at).status_code == 404
    assert client.delete(at).status_code == 404
    kept = last_entry(client, "campaign.deleted")
    assert (kept["subject_id"], kept["before"]["name"]) == (str(draft["campaign_id"]), "新品")


def test_what_is_on_its_way_or_was_sent_is_not_deleted(client, draft, launched):
    answer = client.delete(f"{URL}/{launched}", headers={"Accept-Language": "zh"})
    assert (answer.status_code, answer.json()["code"]) == (409, "campaign_in_other_state")
    assert answer.json()["detail"] == "活动当前为“发送中”，只有在“草稿”或“启动失败”时才能删除。"
    english = client.delete(f"{URL}/{launched}", headers={"Accept-Language": "en"})
    assert english.json()["detail"] == "The campaign is sending; to delete it must be a draft or failed."


def test_the_database_keeps_what_was_launched_whatever_the_program_asks(app, brand_id, launched):
    with app.db.transaction(brand_id=brand_id) as session:
        session.execute(text("DELETE FROM campaign"))
        assert session.scalar(text("SELECT count(*) FROM campaign")) == 1


def test_a_copy_is_a_draft_that_says_the_same_without_a_time_and_splits_anew(client, draft):
    copy = client.post(f"{URL}/{draft['campaign_id']}/copy", json={"name": "新品二"}).json()

    same = ("segment_id", "template_text", "signature", "opt_out_line", "window_days", "holdout_basis_points")
    assert [copy[name] for name in same] == [draft[name] for name in same]
    assert (copy["name"], copy["state"], copy["scheduled_at"]) == ("新品二", "draft", None)
    assert copy["salt"] == f"campaign:{copy['campaign_id']}"
    assert last_entry(client, "campaign.copied")["after"] == {"copied_from": draft["campaign_id"]}


def test_a_shared_split_stays_shared_in_a_copy(client, draft):
    client.patch(f"{URL}/{draft['campaign_id']}", json={"salt": "春季"})
    copy = client.post(f"{URL}/{draft['campaign_id']}/copy", json={"name": "再来"}).json()
    assert copy["salt"] == "春季"


def test_the_file_of_recipients_is_masked_unless_a_reason_is_given(client, launched):
    at = f"{URL}/{launched}/recipients/export"
    masked = client.post(at, json={})
    rows = list(csv.DictReader(io.StringIO(masked.content.decode("utf-8-sig"))))
    assert len(rows) == 7
    assert {row["state"] for row in rows} == {"treated", "excluded"}
    assert [(row["arm"], row["reason"]) for row in rows if row["state"] == "excluded"] == [
        ("", "consent_missing")
    ]
    assert all("****" in row["phone"] for row in rows)
    assert {row["exported_by"][-21:-16] for row in rows} == {f" {utcnow().year}"}, "who took it, and when"

    clear = client.post(at, json={"state": "treated", "reason": "核对号码"})
    rows = list(csv.DictReader(io.StringIO(clear.content.decode("utf-8-sig"))))
    assert len(rows) == 6
    assert not any("*" in row["phone"] for row in rows)
    assert last_entry(client, "campaign.recipients_exported")["after"] == {
        "state": "treated", "customers": 6, "in_clear": True, "reason": "核对号码",
    }  # fmt: skip


def test_nobody_gets_numbers_in_clear_without_the_right_to_see_them(app, brand_id, client, launched):
    headers = program(app, brand_id, "campaigns.read", "customers.export")
    client.cookies.clear()
    at = f"{URL}/{launched}/recipients/export"
    assert client.post(at, json={}, headers=headers).status_code == 200
    refused = client.post(at, json={"reason": "核对号码"}, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    reader = program(app, brand_id, "campaigns.read")
    assert client.post(at, json={}, headers=reader).status_code == 403


def test_a_test_as_a_customer_needs_the_right_to_see_names(app, brand_id, client, draft):
    headers = program(app, brand_id, "campaigns.send")
    client.cookies.clear()
    body = {"numbers": ["13800000001"], "customer_id": 1}
    refused = client.post(f"{URL}/{draft['campaign_id']}/test", json=body, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    assert "customers.reveal" in refused.json()["detail"]
