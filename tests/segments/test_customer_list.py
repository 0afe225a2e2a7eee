"""Lists of customers: search, filters, order, pages that neither skip nor repeat, export."""

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

import ibis
import pyarrow as pa
import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from siyu.insight.api import catalogue, refresh
from siyu.insight.rules.naive import History
from siyu.kernel.app import App
from siyu.kernel.clock import utcnow
from siyu.kernel.csv_file import cell_of, mark_of
from siyu.kernel.errors import BadInput
from siyu.segments.actions import exporting as actions
from siyu.segments.contracts import CustomerFilter, ListPlace
from siyu.segments.frames import next_parts
from siyu.segments.queries import question
from siyu.segments.rules.listing import cursor_of, definition_for, order_of, place_of
from tests.insight.makers import at, bought, write_facts
from tests.people.makers import customer_of

AS_OF = {"as_of": "2026-03-31"}
PATH = "/api/v1/customers"
SEARCH, EXPORT = f"{PATH}/search", f"{PATH}/export"
PHONES = ("13800138001", "13800138002", "13800138003", "13800138004", "13800138005")
TWICE = {"trait": "orders", "op": ">=", "value": 2}


@pytest.fixture
def ids(app: App, brand_id: int) -> list[int]:
    """Five customers; the first bought twice, the next three once on the same day, the last never."""
    joined = datetime(2026, 1, 5, tzinfo=UTC)
    with app.db.transaction(brand_id=brand_id) as session:
        found = [
            customer_of(
                session, app.cipher, f"M{i}", phone=phone, name=f"客户{i}", sms_consent=i < 3,
                joined_at=joined if i == 0 else None, consent_source="test", consent_at=joined,
            )
            for i, phone in enumerate(PHONES)
        ]  # fmt: skip
    same = at("2026-03-08")
    histories = {who: History([bought(f"{who}-a", same, 100 * who)]) for who in found[1:4]}
    twice = [bought("a", at("2026-03-01"), 9_000), bought("b", at("2026-03-20"), 1_000)]
    write_facts(app.lake, brand_id, {found[0]: History(twice), **histories})
    return found


def listed(client: TestClient, **params: object) -> dict:
    answer = client.post(SEARCH, json={**AS_OF, **params})
    assert answer.status_code == 200, answer.text
    return answer.json()


def ids_of(body: dict) -> list[int]:
    return [row["customer_id"] for row in body["items"]]


@pytest.mark.slow
def test_the_list_shows_everybody_masked_the_latest_buyer_first(client: TestClient, ids: list[int]) -> None:
    body = listed(client)
    assert (body["total"], ids_of(body), body["next_cursor"]) == (5, ids, None)
    first = body["items"][0]
    assert (first["orders"], first["sales_fen"], first["is_member"]) == (2, 10_000, True)
    assert first["phone"] not in PHONES
    assert "*" in first["phone"]
    assert first["name"] != "客户0"
    assert body["as_of"].startswith("2026-03-31T15:59:59")


@pytest.mark.slow
@pytest.mark.parametrize("sort", ["-last_order_at", "last_order_at", "-sales_fen", "gap_days_mean", "-stage"])
def test_pages_neither_skip_nor_repeat(client: TestClient, ids: list[int], sort: str) -> None:
    whole, seen, cursor = ids_of(listed(client, sort=sort)), [], None
    for _ in range(len(ids)):
        page = listed(client, sort=sort, limit=2, **({"cursor": cursor} if cursor else {}))
        assert page["total"] == len(ids)
        seen += ids_of(page)
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == whole
    assert sorted(seen) == ids


@pytest.mark.slow
def test_a_search_finds_whole_phones_numbers_names_and_ids(client: TestClient, ids: list[int]) -> None:
    for wanted in (PHONES[2], f"+86 {PHONES[2]}", "M2", "客户2", str(ids[2])):
        assert ids[2] in ids_of(listed(client, q=wanted)), wanted
    assert listed(client, q="1380013")["total"] == 0


@pytest.mark.slow
def test_a_list_shows_the_newest_refresh_and_a_search_whoever_came_since(
    app: App, brand_id: int, client: TestClient, ids: list[int]
) -> None:
    done = refresh(app, brand_id=brand_id, as_of=None, now=utcnow())
    write_facts(app.lake, brand_id, {ids[4]: History([bought("late", at("2026-03-30"), 50_000)])})
    with app.db.transaction(brand_id=brand_id) as session:
        new = customer_of(session, app.cipher, "M9", phone="13800138009", joined_at=done.as_of)
    body = listed(client, as_of=None, sort="-sales_fen")
    assert (ids_of(body)[0], body["total"]) == (ids[0], 5)
    assert datetime.fromisoformat(body["as_of"]) == done.as_of
    found = listed(client, as_of=None, q="13800138009")
    assert (ids_of(found), found["total"], found["items"][0]["stage"]) == ([new], 1, None)
    assert ids_of(listed(client, as_of=None, q="13800138009", stage=["growth"])) == []
    refresh(app, brand_id=brand_id, as_of=None, now=utcnow())
    assert ids_of(listed(client, as_of=None, sort="-sales_fen")) == [ids[4], *ids[:1], *ids[3:0:-1], new]


@pytest.mark.slow
def test_filters_are_joined_by_and(client: TestClient, ids: list[int]) -> None:
    assert ids_of(listed(client, definition=TWICE)) == ids[:1]
    assert ids_of(listed(client, member=True)) == ids[:1]
    assert ids_of(listed(client, member=True, stage=["lost"])) == []
    assert sorted(ids_of(listed(client, stage=["growth", "introduction", "lost"]))) == ids
    made = client.post("/api/v1/segments", json={"name": "买过两次", "definition": TWICE}).json()
    assert ids_of(listed(client, segment_id=made["segment_id"])) == ids[:1]
    assert ids_of(listed(client, segment_id=made["segment_id"], member=False)) == []
    sizes = client.get("/api/v1/segments/sizes", params=AS_OF).json()
    assert (sizes["customers"], sizes["sizes"]) == (5, [{"segment_id": made["segment_id"], "count": 1}])


@pytest.mark.slow
def test_those_who_may_be_written_to_are_counted(client: TestClient, ids: list[int]) -> None:
    asked = {"definition": {"trait": "orders", "op": ">=", "value": 1}, **AS_OF}
    assert len(ids) == 5
    assert client.post("/api/v1/segments/reach", json=asked).json() == {"sms": 3}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"sort": "nonsense"}, "unknown_trait"),
        ({"definition": {"both": []}}, "bad_segment"),
        ({"definition": {"trait": "nonsense", "op": "=", "value": 1}}, "unknown_trait"),
        ({"cursor": "nonsense"}, "bad_input"),
        ({"cursor": "bnVsbA"}, "bad_input"),  # null
        ({"segment_id": 999_999}, "not_found"),
        ({"as_of": "yesterday"}, "bad_input"),
    ],
)
def test_what_cannot_be_read_is_refused(client: TestClient, params: dict, code: str) -> None:
    assert client.post(SEARCH, json=params).json()["code"] == code


@pytest.mark.slow
def test_an_export_is_masked_complete_and_audited(
    client: TestClient, app: App, brand_id: int, ids: list[int]
) -> None:
    answer = client.post(EXPORT, json={**AS_OF, "stage": ["growth", "introduction", "lost"]})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [int(row["customer_id"]) for row in rows] == ids
    assert not any(phone in answer.text for phone in PHONES)
    (mark,) = {row["exported_by"] for row in rows}
    clear = client.post(EXPORT, json={**AS_OF, "q": PHONES[0], "reason": "顾客要求核对"})
    assert PHONES[0] in clear.text
    with app.db.transaction(brand_id=brand_id) as session:
        said = session.execute(
            text("""SELECT after, actor_label FROM audit_entry WHERE action = 'customers.exported'
                    ORDER BY audit_entry_id""")
        )  # fmt: skip
        (masked, who), (in_clear, _) = said.all()
    assert mark == mark_of(who, datetime.fromisoformat(mark[-20:]))
    assert (masked["customers"], masked["in_clear"]) == (5, False)
    assert (in_clear["customers"], in_clear["reason"]) == (1, "顾客要求核对")
    assert PHONES[0] not in json.dumps(in_clear)


def test_no_filter_means_everybody_and_every_filter_is_a_condition() -> None:
    assert definition_for(CustomerFilter(), segment=None) == {"and": []}
    asked = CustomerFilter(rfm_classes=("111",), rfm_r=5, is_member=False, definition=TWICE)
    assert len(definition_for(asked, segment=TWICE)["and"]) == 5


@given(
    sort=st.sampled_from(["-last_order_at", "orders", "-gap_days_mean", "favourite_category"]),
    as_of=st.datetimes(timezones=st.just(UTC)),
    customer_id=st.integers(1, 2**63 - 1),
    data=st.data(),
)
def test_a_cursor_leads_back_to_its_place(
    sort: str, as_of: datetime, customer_id: int, data: st.DataObject
) -> None:
    values = {
        "-last_order_at": st.datetimes(timezones=st.just(UTC)),
        "orders": st.integers(-(2**63), 2**63 - 1),
        "-gap_days_mean": st.floats(allow_nan=False, allow_infinity=False),
        "favourite_category": st.text(),
    }
    value = data.draw(st.none() | values[sort])
    place = ListPlace(sort, as_of, value, customer_id, 12, data.draw(st.booleans()))
    assert place_of(cursor_of(place), order_of(sort, catalogue())) == place


@settings(deadline=None)
@given(
    values=st.lists(st.none() | st.integers(-2, 2), max_size=12),
    descending=st.booleans(),
    limit=st.integers(1, 4),
)
def test_pages_that_follow_one_another_are_the_whole_list_in_its_order(
    values: list[int | None], descending: bool, limit: int
) -> None:
    rows = list(enumerate(values))
    wanted = sorted(
        rows, key=lambda row: (row[1] is None, -(row[1] or 0) if descending else row[1] or 0, row[0])
    )
    order = order_of("-orders" if descending else "orders", catalogue())
    table = ibis.memtable(
        pa.table({"customer_id": range(len(values)), "orders": pa.array(values, pa.int64())})
    )
    turned: list[tuple[int, int | None]] = []
    after: ListPlace | None = None
    while True:
        page: list[tuple[int, int | None]] = []
        for part in next_parts(table, order, after=after):
            found = part.limit(limit + 1 - len(page)).to_pyarrow().to_pylist()
            page += [(row["customer_id"], row["orders"]) for row in found]
        turned += page[:limit]
        if len(page) <= limit:
            break
        number, value = page[limit - 1]
        after = ListPlace(str(order), utcnow(), value, number, len(values), tied=value == page[limit][1])
    assert turned == wanted


@given(st.text())
def test_no_text_is_a_cursor_unless_it_was_made_here(cursor: str) -> None:
    with pytest.raises(BadInput):
        place_of(cursor, order_of("orders", catalogue()))


def test_a_cursor_of_another_order_is_refused() -> None:
    cursor = cursor_of(ListPlace("-orders", datetime(2026, 1, 1, tzinfo=UTC), 3, 7, 9, tied=False))
    with pytest.raises(BadInput):
        place_of(cursor, order_of("orders", catalogue()))


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ('=HYPERLINK("x")', '\'=HYPERLINK("x")'),  # a formula is text
        ("+86138****8001", "+86138****8001"),  # a masked number is no formula
        ("@name", "'@name"),
        (True, "true"),
        (1_234, "1234"),
    ],
)
def test_no_cell_is_a_formula(value: object, cell: str) -> None:
    assert cell_of(value) == cell


def test_an_export_computes_the_traits_once(
    client: TestClient, ids: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[datetime] = []
    computed = question.traits_as_of

    def counted(cursor: Any, brand: Any, as_of: datetime, **more: Any) -> Any:
        asked.append(as_of)
        return computed(cursor, brand, as_of, **more)

    monkeypatch.setattr(question, "traits_as_of", counted)
    monkeypatch.setattr(actions, "PAGE_MAX", 1)
    answer = client.post(EXPORT, json=AS_OF)
    assert answer.status_code == 200
    assert len(answer.text.splitlines()) == 1 + len(ids)
    assert len(asked) == 1


def test_a_definition_nested_beyond_reason_is_refused(client: TestClient) -> None:
    nested = '{"definition": ' + '{"not": ' * 300 + json.dumps(TWICE) + "}" * 300 + "}"
    answer = client.post(SEARCH, content=nested, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_segment")


@pytest.mark.parametrize("path", [PATH, EXPORT, SEARCH])
def test_no_address_takes_a_name_or_a_number(client: TestClient, path: str) -> None:
    assert client.get(path, params={"q": PHONES[0]}).status_code in {404, 405, 422}
    found = client.get("/api/v1/openapi.json")
    described = found.json()["paths"][path] if found.status_code == 200 and path != PATH else {}
    assert "parameters" not in described.get("post", {})
