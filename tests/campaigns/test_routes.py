"""Campaigns over HTTP: the way a console goes, what is refused, who may not."""

from datetime import timedelta

import pytest

from siyu.campaigns.api import launch_campaign
from siyu.kernel.clock import utcnow
from siyu.organisation.api import create_api_key
from tests.campaigns.makers import AUTHOR, LAUNCH, TEMPLATE, Person, make_people

URL = "/api/v1/campaigns"


@pytest.fixture
def segment_id(app, brand_id, segment_of):
    with app.db.transaction(brand_id=brand_id) as session:
        make_people(app, session, [*[Person()] * 6, Person(consent=False)])
        return segment_of(session)


@pytest.fixture
def draft(client, segment_id):
    """A draft that is ready to be sent."""
    answer = client.post(
        URL,
        json={"name": "新品", "segment_id": segment_id, "template_text": TEMPLATE, "holdout_basis_points": 0},
    )
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_campaign_goes_from_draft_to_results(app, brand_id, client, draft):
    at = f"{URL}/{draft['campaign_id']}"
    assert (draft["state"], draft["signature"], draft["opt_out_line"]) == ("draft", "思屿", "拒收请回复R")
    assert client.patch(at, json={"name": "新品到店", "window_days": 14}).json()["window_days"] == 14

    check = client.post(f"{at}/check").json()
    assert (check["ready"], check["headcount"]["treated"], check["cost_fen"]) == (True, 6, 27)
    texts = client.post(f"{at}/preview?limit=2").json()["items"]
    assert [text["text"][:4] for text in texts] == ["【思屿】", "【思屿】"]
    assert all("客**" in text["text"] for text in texts)  # an owner reads names only for a reason
    clear = client.post(f"{at}/preview", json={"reason": "核对称呼"}).json()["items"]
    assert not any("客**" in text["text"] for text in clear)
    seen = client.get("/api/v1/audit", params={"action": "campaign.previewed"}).json()["items"]
    assert [one["after"]["reason"] for one in seen] == ["核对称呼"]

    assert client.post(f"{at}/submit").json()["state"] == "scheduled"
    launch_campaign(app, brand_id=brand_id, campaign_id=draft["campaign_id"], now=utcnow())

    assert client.get(at).json()["treated_count"] == 6
    assert [one["name"] for one in client.get(URL, params={"state": "sending"}).json()["items"]] == [
        "新品到店"
    ]
    found = client.get(f"{at}/results").json()
    assert found["headcount"]["exclusions"] == [{"reason": "consent_missing", "customers": 1}]
    assert found["messages"]["planned"] == 6
    later = (utcnow() + timedelta(days=20)).date().isoformat()
    assert client.get(f"{at}/results", params={"as_of": later}).json()["final"] is True
    assert client.post(f"{at}/stop").json()["state"] == "stopped"


def test_the_variables_of_a_text_are_named_in_both_languages(client):
    found = client.get(f"{URL}/variables").json()["items"]
    assert ("name", "Name", "姓名") in [(one["name"], one["title"], one["title_zh"]) for one in found]


def test_recipients_come_in_pages_with_their_reasons(app, brand_id, client, draft):
    at = f"{URL}/{draft['campaign_id']}"
    client.post(f"{at}/submit")
    launch_campaign(app, brand_id=brand_id, campaign_id=draft["campaign_id"], now=utcnow())

    seen, cursor = [], None
    while True:
        page = client.get(
            f"{at}/recipients", params={"limit": 3, **({"cursor": cursor} if cursor else {})}
        ).json()
        seen += page["items"]
        cursor = page["next_cursor"]
        assert page["total"] == 7
        if cursor is None:
            break
    assert len({one["customer_id"] for one in seen}) == len(seen) == 7
    refused = client.get(f"{at}/recipients", params={"reason": "consent_missing"}).json()["items"]
    assert [(one["state"], one["arm"]) for one in refused] == [("excluded", None)]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"name": ""}, 422, "malformed"),  # without a name nobody finds it again
        ({"name": "x", "holdout_basis_points": 9_500}, 422, "malformed"),  # more than nine in ten left alone
        ({"name": "x", "window_days": 0}, 422, "malformed"),
        ({"name": "x", "scheduled_at": "2026-11-23T10:00:00"}, 422, "malformed"),  # in which zone?
        ({"name": "x", "templete_text": ""}, 422, "malformed"),  # a misspelt field is noticed
        ({"name": "x", "segment_id": 10**12}, 404, "not_found"),
    ],
)
def test_a_bad_draft_is_refused(client, body, status, code):
    answer = client.post(URL, json=body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_refusals_say_what_to_do(client, draft):
    at = f"{URL}/{draft['campaign_id']}"
    assert client.get(f"{at}/results").json()["code"] == "no_results_yet"
    assert client.get(f"{at}/results", params={"as_of": "soon"}).status_code == 422
    assert client.post(f"{at}/approve").json()["code"] == "campaign_in_other_state"
    client.patch(at, json={"template_text": "{{ nmae }}"})
    answer = client.post(f"{at}/submit", headers={"Accept-Language": "zh"})
    assert (answer.status_code, answer.json()["code"]) == (409, "campaign_not_ready")
    assert "nmae" in answer.json()["detail"]
    assert client.get(f"{URL}/999999999").status_code == 404


def test_who_may_only_read_changes_nothing(app, brand_id, client, draft):
    with app.db.transaction(brand_id=brand_id) as session:
        key = create_api_key(
            session, source="reader", scopes=["campaigns.read"], held=frozenset({"campaigns.read"}), actor=AUTHOR,
            now=LAUNCH,
        )  # fmt: skip
    headers = {"Authorization": f"Bearer {key.secret}"}
    at = f"{URL}/{draft['campaign_id']}"

    assert client.get(at, headers=headers).status_code == 200
    for verb, path in (("post", "submit"), ("post", "approve"), ("post", "stop")):
        assert getattr(client, verb)(f"{at}/{path}", headers=headers).status_code == 403
    assert client.patch(at, headers=headers, json={"name": "x"}).status_code == 403
