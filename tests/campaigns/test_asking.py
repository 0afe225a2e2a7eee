"""A campaign that asks for consent: who is asked, by which words, and what was answered."""

from collections import Counter

import pytest
from sqlalchemy import text

from siyu.campaigns.api import launch_campaign
from siyu.kernel.clock import utcnow
from siyu.people.api import (
    ConsentAnswer,
    ConsentAsk,
    answer_requests,
    consent_texts,
    note_requests,
    value_index,
)
from siyu.people.contracts import Channel
from tests.campaigns.makers import Person, make_people, phone_of

URL = "/api/v1/campaigns"
ASKS = "想给您发新品与优惠短信，每月不超过4条，为期1年。同意请回复Y"
PEOPLE = [
    *[Person(consent=None)] * 4,
    Person(),
    Person(consent=False),
    Person(consent=None, suppressed=("complaint",)),
]


@pytest.fixture
def request_draft(app, brand_id, client, segment_of):
    with app.db.transaction(brand_id=brand_id) as session:
        make_people(app, session, PEOPLE)
        segment_id = segment_of(session)
    body = {
        "name": "征求同意", "kind": "consent_request", "segment_id": segment_id, "template_text": ASKS,
        "holdout_basis_points": 3_000,
    }  # fmt: skip
    return client.post(URL, json=body).json()


def answers_of(client, campaign_id):
    found = client.get(f"{URL}/{campaign_id}/consent-answers").json()
    return {name: found[name] for name in ("asked", "waiting", "agreed", "refused", "unanswered")}


def test_a_request_goes_to_who_said_nothing_by_words_that_are_on_file(app, brand_id, client, request_draft):
    assert request_draft["holdout_basis_points"] == 0
    at = f"{URL}/{request_draft['campaign_id']}"
    assert client.patch(at, json={"holdout_basis_points": 2_000}).json()["holdout_basis_points"] == 0
    client.patch(at, json={"template_text": "想给您发优惠短信，同意请回复Y"})
    codes = [
        one["code"] for one in client.post(f"{at}/check").json()["template"] if one["severity"] == "error"
    ]
    assert codes == ["asking_without_frequency", "asking_without_duration"]
    refused = client.post(f"{at}/submit")
    assert (refused.status_code, refused.json()["code"]) == (409, "campaign_not_ready")
    client.patch(at, json={"template_text": ASKS})
    check = client.post(f"{at}/check").json()
    assert check["ready"]
    assert {one["reason"]: one["customers"] for one in check["headcount"]["exclusions"]} == {
        "already_said": 2, "complaint": 1,
    }  # fmt: skip
    submitted = client.post(f"{at}/submit").json()
    with app.db.transaction(brand_id=brand_id) as session:
        (shown,) = consent_texts(session)
        assert (shown.consent_text_id, shown.purpose, shown.channels) == (
            submitted["consent_text_id"], "marketing", ["sms"],
        )  # fmt: skip
        assert shown.body == f"【思屿】{ASKS}，拒收请回复R"
    launch_campaign(app, brand_id=brand_id, campaign_id=request_draft["campaign_id"], now=utcnow())
    with app.db.transaction(brand_id=brand_id) as session:
        rows = session.execute(text("SELECT state, reason FROM campaign_recipient")).all()
        planned = session.execute(text("SELECT DISTINCT message_class FROM message")).scalars().all()
    assert Counter(tuple(row) for row in rows) == {
        ("treated", None): 4, ("excluded", "already_said"): 2, ("excluded", "complaint"): 1,
    }  # fmt: skip
    assert planned == ["consent_request"]
    assert client.get(f"{at}/results").status_code == 200
    assert client.post(f"{at}/copy", json={"name": "再问"}).json()["kind"] == "consent_request"


def test_who_was_asked_is_left_out_of_the_next_and_answers_are_counted(app, brand_id, client, request_draft):
    at = f"{URL}/{request_draft['campaign_id']}"
    consent_text = client.post(f"{at}/submit").json()["consent_text_id"]
    now = utcnow()
    with app.db.transaction(brand_id=brand_id) as session:
        query = """SELECT i.customer_id, i.identity_id FROM customer_identity i
                   WHERE namespace = 'phone' ORDER BY customer_id LIMIT 3"""
        asks = [
            ConsentAsk(number, request_draft["campaign_id"], row.customer_id, row.identity_id, consent_text)
            for number, row in enumerate(session.execute(text(query)), start=1)
        ]
        assert note_requests(session, asks=asks, channel=Channel.SMS, now=now) == {1, 2, 3}
        assert note_requests(session, asks=asks, channel=Channel.SMS, now=now) == {1, 2, 3}
        said = [
            ConsentAnswer(value_index(app.cipher, brand_id, "phone", phone_of(place)), granted, now)
            for place, granted in ((0, True), (1, False))
        ]
        assert len(answer_requests(session, answers=said, channel=Channel.SMS)) == 2
        assert answer_requests(session, answers=said, channel=Channel.SMS) == []
    assert answers_of(client, request_draft["campaign_id"]) == {
        "asked": 3, "waiting": 1, "agreed": 1, "refused": 1, "unanswered": 0,
    }  # fmt: skip
    copy = client.post(f"{at}/copy", json={"name": "再问"}).json()
    headcount = client.post(f"{URL}/{copy['campaign_id']}/check").json()["headcount"]
    assert headcount["treated"] == 1
    assert {one["reason"]: one["customers"] for one in headcount["exclusions"]}["already_asked"] == 3
    assert client.get(f"{URL}/999999/consent-answers").status_code == 404
