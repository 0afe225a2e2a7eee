"""Lists of addresses that are not written to: from files, by number, and taken off by somebody who answers for it."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from siyu.kernel.app import App
from siyu.people.errors import AddressFileUnreadable
from siyu.people.rules.address_file import read_addresses
from tests.people.makers import customer_of, reach

FILE = "手机号,备注\n138 0013 8000,投诉\n+8613800138000\n12345\n\nann@example.com\n13900139000".encode()
UPLOAD = "/api/v1/suppressions/upload"


def test_a_file_says_which_lines_are_no_addresses() -> None:
    found = read_addresses(FILE)
    assert (found.lines, len(found.addresses), found.repeated, found.bad) == (5, 3, 1, 1)
    assert [(one.line, one.shown) for one in found.bad_lines] == [(4, "1****")]
    assert read_addresses(b"138001380\n010-12345678\n+44 20 7946 0018").bad == 1  # a mobile number cut short
    assert read_addresses("手机号\n13800138000".encode("gb18030")).bad == 0
    with pytest.raises(AddressFileUnreadable):
        read_addresses(b"\xff\xff\xff13800138000")


def test_a_list_is_counted_then_added_once(client: TestClient, app: App, brand_id: int) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        who = customer_of(session, app.cipher, phone="13800138000", sms_consent=True)
    asked = {"kind": "complaint", "channel": "all", "note": "12321 十一月"}
    tried = client.post(UPLOAD, params=asked, content=FILE).json()
    assert (tried["dry_run"], tried["added"], tried["known"], tried["customers"]) == (True, 3, 0, 1)
    assert reach_of_one(app, brand_id)[who] == (True, None, True)
    for added, known in ((3, 0), (0, 3)):
        done = client.post(UPLOAD, params={**asked, "dry_run": False}, content=FILE).json()
        assert (done["added"], done["known"], done["bad"]) == (added, known, 1)
    assert reach_of_one(app, brand_id)[who] == (True, "complaint", True)
    assert done["bad_lines"][0]["line"] == 4
    with app.db.transaction(brand_id=brand_id) as session:
        noted = session.execute(
            text("SELECT after FROM audit_entry WHERE action = 'suppression.list_added' ORDER BY audit_entry_id")
        ).scalars().all()  # fmt: skip
    assert [one["added"] for one in noted] == [3, 0]


def reach_of_one(app: App, brand_id: int) -> dict[int, tuple[bool, str | None, bool]]:
    with app.db.transaction(brand_id=brand_id) as session:
        return reach(session)


def test_a_number_is_found_and_lifted_by_who_answers_for_it(
    client: TestClient, app: App, brand_id: int
) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        who = customer_of(session, app.cipher, phone="13800138000", sms_consent=True)
    client.post(UPLOAD, params={"kind": "legal_block", "channel": "all", "dry_run": False}, content=FILE)
    client.post(UPLOAD, params={"kind": "opt_out", "dry_run": False}, content=FILE)
    assert reach_of_one(app, brand_id)[who][1] == "legal_block"
    found = client.post("/api/v1/suppressions/search", json={"address": "138-0013-8000"}).json()["items"]
    assert [(one["kind"], one["customer_id"], one["address"]) for one in found] == [
        ("opt_out", who, "138****8000"), ("legal_block", who, "138****8000"),
    ]  # fmt: skip
    for one in found:
        path = f"/api/v1/suppressions/{one['suppression_id']}/lift"
        assert client.post(path, json={"reason": ""}).status_code == 422
        assert client.post(path, json={"reason": "法院通知已撤销"}).status_code == 204
        assert client.post(path, json={"reason": "法院通知已撤销"}).json()["code"] == "suppression_lifted"
    assert reach_of_one(app, brand_id)[who] == (True, None, True)
    lifted = client.post("/api/v1/suppressions/search", json={"address": "13800138000", "lifted": True})
    assert {one["lift_reason"] for one in lifted.json()["items"]} == {"法院通知已撤销"}


def test_a_long_list_is_read_by_pages(client: TestClient) -> None:
    numbers = "\n".join(f"1380013{number:04d}" for number in range(25)).encode()
    client.post(UPLOAD, params={"kind": "opt_out", "dry_run": False}, content=numbers)
    seen: list[int] = []
    before = None
    for _ in range(4):
        body = {"limit": 10, **({"before": before} if before else {})}
        page = client.post("/api/v1/suppressions/search", json=body).json()
        seen += [one["suppression_id"] for one in page["items"]]
        before = page["next_before"]
        if before is None:
            break
    assert len(seen) == len(set(seen)) == 25
    assert seen == sorted(seen, reverse=True)


def test_a_file_that_is_no_text_is_refused(client: TestClient) -> None:
    answer = client.post(UPLOAD, params={"kind": "opt_out"}, content=b"\xff\xff\xff\x00")
    assert (answer.status_code, answer.json()["code"]) == (422, "address_file_unreadable")
