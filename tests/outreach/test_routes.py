"""The channel and the messages over HTTP: happy, refused, not allowed."""

import pytest

from siyu.kernel.audit import SYSTEM
from siyu.organisation.api import create_api_key
from siyu.organisation.rules.permissions import PERMISSIONS
from siyu.outreach.actions.sending import send_due
from siyu.outreach.api import preview
from tests.outreach.makers import NOON, TEMPLATE, make_customers, plan, value_of


def test_a_channel_starts_switched_off_with_safe_limits(client):
    shown = client.get("/api/v1/channels/sms").json()
    assert shown["enabled"] is shown["configured"] is shown["has_key"] is False
    assert (shown["opens"], shown["closes"]) == ("08:00:00", "21:00:00")
    assert (shown["cap_per_day"], shown["cap_per_30_days"]) == (1, 4)


def test_a_channel_is_set_up_and_its_key_never_comes_back(client, app, brand_id):
    body = {"base_url": "http://127.0.0.1:1/", "key": "s3cret-key", "signature": "思屿", "enabled": True}
    answer = client.patch("/api/v1/channels/sms", json=body)
    assert answer.status_code == 200
    assert answer.json()["has_key"] is True
    assert "s3cret" not in answer.text + client.get("/api/v1/channels/sms").text
    audited = value_of(app, brand_id, "SELECT after::text FROM audit_entry WHERE action = 'channel.changed'")
    assert '"key": "changed"' in audited
    assert "s3cret" not in audited
    sealed = value_of(app, brand_id, "SELECT key_sealed FROM sms_channel")
    assert b"s3cret" not in bytes(sealed)


def test_what_is_absent_stays(client):
    client.patch("/api/v1/channels/sms", json={"signature": "思屿", "cap_per_day": 0})
    shown = client.patch("/api/v1/channels/sms", json={"price_centifen": 380}).json()
    assert (shown["signature"], shown["cap_per_day"], shown["price_centifen"]) == ("思屿", 0, 380)


BAD = [
    # on, but nobody to send with
    {"enabled": True},
    {"base_url": "ftp://vendor"},
    {"base_url": "http://user@vendor"},
    {"provider": "nobody"},
    # forges a second signature
    {"signature": "思】【屿"},
    {"opt_out_line": "再见"},
    {"opt_out_line": ""},
    {"price_centifen": 100_001},
    # closes before it opens
    {"opens": "21:00", "closes": "08:00"},
    {"cap_per_day": 5_000},
    {"cap_per_day": -1},
    # a misspelt field
    {"signatur": "思屿"},
]


@pytest.mark.parametrize("body", BAD)
def test_a_setting_that_cannot_work_is_refused(client, body):
    before = client.get("/api/v1/channels/sms").json()
    assert client.patch("/api/v1/channels/sms", json=body).status_code == 422
    assert client.get("/api/v1/channels/sms").json() == before


def test_only_those_who_may_touch_channels_do(client, app, brand_id):
    with app.db.transaction(brand_id=brand_id) as session:
        new = create_api_key(
            session,
            source="reader",
            scopes=["channels.read"],
            held=frozenset(PERMISSIONS),
            actor=SYSTEM,
            now=NOON,
        )
    client.cookies.clear()
    headers = {"Authorization": f"Bearer {new.secret}"}
    assert client.get("/api/v1/channels/sms", headers=headers).status_code == 200
    assert client.patch("/api/v1/channels/sms", json={}, headers=headers).status_code == 403
    assert client.post("/api/v1/channels/sms/test", json={}, headers=headers).status_code == 403
    assert client.get("/api/v1/messages", params={"customer_id": 1}, headers=headers).status_code == 403
    assert client.get("/api/v1/messages", params={"customer_id": 1}).status_code == 401


def test_a_test_goes_to_its_numbers_and_leaves_no_message(client, ready, brand_id, sandbox):
    body = {"numbers": ["19900010001", "19900020001"], "text": "{{ name }}您好，新茶到店。"}
    answer = client.post("/api/v1/channels/sms/test", json=body)
    assert [(one["phone"], one["outcome"], one["error_code"]) for one in answer.json()["items"]] == [
        ("199****0001", "accepted", None),
        ("199****0001", "refused", "blacklisted"),
    ]
    assert sandbox.log()[0]["text"] == "【思屿】王芳您好，新茶到店。拒收请回复R"
    assert value_of(ready, brand_id, "SELECT count(*) FROM message") == 0


BAD_TESTS = [
    ({"numbers": [], "text": "新茶到店。"}, 422, "bad_test_numbers"),
    ({"numbers": ["19900010001"] * 11, "text": "新茶到店。"}, 422, "bad_test_numbers"),
    ({"numbers": ["19900010001"], "text": "{{ nmae }}"}, 422, "template_refused"),
]


@pytest.mark.parametrize(("body", "status", "code"), BAD_TESTS)
def test_a_test_that_cannot_be_made_says_why(client, ready, body, status, code):
    answer = client.post("/api/v1/channels/sms/test", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_test_without_a_channel_says_what_is_missing(client):
    answer = client.post("/api/v1/channels/sms/test", json={"numbers": ["19900010001"], "text": "x"})
    assert (answer.status_code, answer.json()["code"]) == (409, "channel_not_ready")


def test_a_customers_messages_are_read(client, ready, brand_id, clock):
    customer = make_customers(ready, brand_id, 1)[0]
    plan(ready, brand_id)
    send_due(ready, brand_id=brand_id, clock=clock)
    items = client.get("/api/v1/messages", params={"customer_id": customer}).json()["items"]
    assert [(one["campaign_id"], one["segments"], one["cost_centifen"]) for one in items] == [(1, 1, 450)]


def test_a_preview_masks_names_but_weighs_the_real_text(ready, brand_id):
    customers = make_customers(ready, brand_id, 2, name="欧阳娜娜" * 14)
    with ready.db.transaction(brand_id=brand_id) as session:
        masked = preview(session, cipher=ready.cipher, template=TEMPLATE, customer_ids=customers)
        plain = preview(session, cipher=ready.cipher, template=TEMPLATE, customer_ids=customers, reveal=True)
    assert masked[0].text == "【思屿】欧**您好，新茶到店。拒收请回复R"
    assert "欧阳娜娜" in plain[0].text
    assert [one.segments for one in masked] == [one.segments for one in plain] == [2, 2]


def test_the_key_of_one_vendor_is_not_handed_to_another(client):
    client.patch("/api/v1/channels/sms", json={"base_url": "http://vendor.example/v1", "key": "s3cret-key"})
    moved = client.patch("/api/v1/channels/sms", json={"base_url": "http://elsewhere.example/v1"})
    assert (moved.status_code, moved.json()["code"]) == (422, "bad_channel_setting")
    same = client.patch("/api/v1/channels/sms", json={"base_url": "http://vendor.example/v2"})
    assert same.status_code == 200
    both = client.patch(
        "/api/v1/channels/sms", json={"base_url": "http://elsewhere.example", "key": "another"}
    )
    assert both.status_code == 200
