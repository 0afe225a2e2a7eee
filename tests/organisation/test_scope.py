"""A guide of another store sees nobody of this one: the whole document, the lists, the counts and the files."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import text

from siyu.entrypoints.web import create_api
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.kernel.db import narrow_to_stores
from siyu.kernel.lake import brand_schema
from siyu.organisation.actions.units import add_unit, close_unit
from siyu.organisation.actions.users import set_units
from siyu.organisation.contracts import UnitKind
from siyu.people.api import merge_customers, save_customers
from siyu.people.contracts import CustomerRecord
from tests.house.two_brands import newest_ids
from tests.house.walking import leaks, openapi_document, operations, request_of, said_in, walk_as
from tests.organisation.makers import NOW, PASSWORD, make_user

BEFORE = datetime(2025, 3, 1, tzinfo=UTC)
SIGNS = {
    "a name": re.compile("龘|\\\\u9f98"),
    "a phone": re.compile(r"139\**7700|139\*+00\d\d"),
    "a customer": re.compile(r"(?<!\d)7700\d{6}(?!\d)"),
}
# Answers about the brand that name no customer, which somebody of a store may have.
OF_THE_BRAND = {
    "healthz", "readyz", "metrics", "read_meta", "list_stores", "list_products", "search_customers",
    "export_customers", "list_messages", "list_reviews", "list_consent_texts", "read_consent_chain", "ask_to_collect",
    "siyu_js", "count_reviews", "list_fields", "list_tags", "list_tag_runs", "list_notices", "count_unread_notices",
    "read_notices",
}  # fmt: skip


@dataclass(frozen=True)
class Shops:
    """Two stores in two regions, their customers, and the units by name."""

    brand_id: int
    units: dict[str, int]
    ours: list[int]
    theirs: list[int]


@pytest.fixture(scope="module")
def api(app: App) -> FastAPI:
    return create_api(app)


@pytest.fixture
def shops(app: App, brand_id: int) -> Shops:
    """Store S1 with 龘 people of great numbers, store S2 with 犇 people."""
    with app.db.transaction(brand_id=brand_id) as session:
        units: dict[str, int] = {}
        for name, kind, parent, key in (
            ("总部", UnitKind.HEAD_OFFICE, "", None), ("华东", UnitKind.REGION, "总部", None),
            ("外滩店", UnitKind.STORE, "华东", "S1"), ("国贸店", UnitKind.STORE, "总部", "S2"),
        ):  # fmt: skip
            made = add_unit(
                session, name=name, kind=kind, parent_id=units.get(parent), store_key=key, actor=SYSTEM, now=NOW
            )  # fmt: skip
            units[name] = made.unit_id
    theirs = _people(app, brand_id, "犇", "S2", "13655000", 3_300_000_000 + 1_000 * brand_id)
    ours = _people(app, brand_id, "龘", "S1", "13977000", 7_700_000_000 + 1_000 * brand_id)
    return Shops(brand_id, units, ours, theirs)


def _people(
    app: App, brand_id: int, surname: str, store: str, phones: str, first_id: int | None
) -> list[int]:
    with app.db.engine.begin() as owner:
        for table, key in (("customer", "customer_id"), ("customer_identity", "identity_id"),
                           ("identity_edge", "edge_id"), ("identity_review", "review_id")):  # fmt: skip
            owner.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', '{key}'), {first_id})"))
    records = [
        CustomerRecord(
            namespace="member_no", external_key=f"{store}-{n}", known_at=BEFORE, name=f"{surname}{n}", joined_at=BEFORE,
            phone=f"{phones}{min(n, 1):03d}", store_key=store, sms_consent=True, consent_at=BEFORE,
        )
        for n in range(3)
    ]  # fmt: skip
    with app.db.transaction(brand_id=brand_id) as session:
        for one in (*records[:2], *records[2:]):
            save_customers(session, cipher=app.cipher, records=[one], source="test", batch_id=None, now=NOW)
        ids = session.scalars(
            text("SELECT customer_id FROM customer WHERE store_key = :store ORDER BY 1"), {"store": store}
        ).all()
    with app.lake.transaction() as lake:
        lake.executemany(
            f'INSERT INTO {brand_schema(brand_id)}."order" (customer_id, occurred_at, source, batch_id, order_key, '
            "paid_fen, currency, store_key) VALUES (?, ?, 'test', 1, ?, 8800, 'CNY', ?)",
            [(one, BEFORE, f"o{one}", store) for one in ids],
        )
    return list(ids)


@contextmanager
def signed_in(
    app: App, api: FastAPI, shops: Shops, *roles: str, units: tuple[str, ...]
) -> Iterator[TestClient]:
    with app.db.transaction(brand_id=shops.brand_id) as session:
        user = make_user(session, roles=roles)
        places = [shops.units[name] for name in units]
        set_units(session, user_id=user.user_id, unit_ids=places, actor=SYSTEM, now=NOW)
    with ExitStack() as opened:
        address = (f"10.7.{user.user_id % 250}.{shops.brand_id % 250}", 50_000)
        client = opened.enter_context(TestClient(api, raise_server_exceptions=False, client=address))
        answer = client.post("/api/v1/auth/login", json={"login": user.login, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        client.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
        yield client


def seen_by(client: TestClient) -> list[int]:
    answer = client.post("/api/v1/customers/search", json={}).json()
    found = sorted(row["customer_id"] for row in answer["items"])
    assert answer["total"] == len(found)
    return found


def test_somebody_of_another_store_finds_nobody_by_any_route(app: App, api: FastAPI, shops: Shops) -> None:
    named = newest_ids(app, shops.brand_id) | {
        "customer_id": shops.ours[0], "other_customer_id": shops.ours[1], "order_key": f"o{shops.ours[0]}",
        "user_id": 1, "import_id": 1, "event_reject_id": 1, "segment_id": 1, "campaign_id": 1, "api_key_id": 1,
        "task_id": 1, "session_id": 1_000_000, "name": "check_in", "provider": "sandbox", "brand_code": "none",
    }  # fmt: skip
    document, found, tried = openapi_document(), [], 0
    bodies = {
        "search_customers": {"json": {"q": "13977000000"}},
        "export_customers": {"json": {}},
        "logout": {"headers": {}},
        "login": {"json": {"login": "nobody", "password": "x"}},
    }
    with signed_in(app, api, shops, "guide", "store_manager", "agent", units=("国贸店",)) as client:
        for operation in operations(document):
            if operation.operation_id == "logout":
                continue
            lacking = {name: 1 for name in operation.path_names if name not in named}
            asked = request_of(document, operation, named | lacking, bodies)
            answer = walk_as(client, asked, {})
            tried += 1
            found += [f"{operation.operation_id}: {one}" for one in leaks(answer, SIGNS, sent=said_in(asked))]
            own = operation.path.startswith("/api/v1/auth/")
            if answer.status_code < 300 and not own and operation.operation_id not in OF_THE_BRAND:
                found.append(f"{operation.operation_id} answers {answer.status_code}: {answer.text[:200]}")
            assert answer.status_code < 500, f"{operation.operation_id}: {answer.text}"
    assert found == [], "\n".join(found)
    assert tried > 90


def test_the_scope_follows_the_tree(app: App, api: FastAPI, shops: Shops) -> None:
    everybody = sorted([*shops.ours, *shops.theirs])
    for role, units, expected in (
        ("guide", ("外滩店",), shops.ours),
        ("store_manager", ("华东",), shops.ours),
        ("agent", ("总部",), everybody),
        ("guide", ("外滩店", "国贸店"), everybody),
        ("guide", (), []),  # of no unit: nobody
        ("operator", ("外滩店",), everybody),  # head office's work is with everybody
    ):
        with signed_in(app, api, shops, role, units=units) as client:
            assert seen_by(client) == sorted(expected), (role, units)
    with signed_in(app, api, shops, "guide", units=("外滩店",)) as client:
        assert client.get("/api/v1/auth/me").json()["user"]["sees_whole_brand"] is False
        assert client.get(f"/api/v1/customers/{shops.ours[0]}").json()["profile"]["phone"] == "139****0000"
        with app.db.transaction(brand_id=shops.brand_id) as session:
            close_unit(session, unit_id=shops.units["外滩店"], actor=SYSTEM, now=NOW)
        assert seen_by(client) == []  # with the next request


def test_what_may_be_seen_is_seen_whole_and_revealed_with_a_reason(
    app: App, api: FastAPI, shops: Shops
) -> None:
    mine = shops.theirs[0]
    with signed_in(app, api, shops, "store_manager", units=("国贸店",)) as client:
        for path in (f"customers/{mine}", f"customers/{mine}/identities", f"customers/{mine}/timeline",
                     f"insight/customers/{mine}", f"messages?customer_id={mine}",
                     f"orders/o{mine}/lines?customer_id={mine}"):  # fmt: skip
            assert client.get(f"/api/v1/{path}").status_code == 200, path
        assert client.get(f"/api/v1/customers/{mine}/timeline").json()["items"][0]["key"] == f"o{mine}"
        exported = client.post("/api/v1/customers/export", json={}).text
        assert len(exported.splitlines()) == 1 + len(shops.theirs)
        reveal = f"/api/v1/customers/{mine}/reveal"
        assert client.post(reveal, json={}).status_code == 422
        assert client.post(reveal, json={"reason": "客户来电核对"}).json()["phone"] == "+8613655000000"
        assert (
            client.post(f"/api/v1/customers/{shops.ours[0]}/reveal", json={"reason": "好奇看看"}).status_code
            == 404
        )
    with signed_in(app, api, shops, "guide", units=("国贸店",)) as client:
        assert client.post(reveal, json={"reason": "客户来电核对"}).status_code == 403


def test_a_person_of_two_stores_is_seen_by_both(app: App, api: FastAPI, shops: Shops) -> None:
    first, second = shops.ours[0], shops.theirs[0]
    with app.db.transaction(brand_id=shops.brand_id) as session:
        merge_customers(session, first, second, actor=SYSTEM, reason="same person", now=NOW, parts=())
        head = session.scalar(
            text("SELECT CASE WHEN merged_into IS NULL THEN customer_id ELSE merged_into END FROM customer "
                 "WHERE customer_id = :one"), {"one": first},
        )  # fmt: skip
    for store, own in (("外滩店", shops.ours), ("国贸店", shops.theirs)):
        with signed_in(app, api, shops, "guide", units=(store,)) as client:
            assert seen_by(client) == sorted({head, *own} - ({first, second} - {head}))
            nodes = client.get(f"/api/v1/customers/{head}/identities").json()["nodes"]
            assert len(nodes) == 4


def test_every_table_that_keeps_something_of_a_customer_is_fenced_by_scope(app: App) -> None:
    """A new table takes `fence_by_scope` in its migration."""
    query = """
        SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'customer_id'
        WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
          AND has_table_privilege('siyu_scoped', c.oid, 'SELECT')
          AND NOT EXISTS (SELECT FROM pg_policies p WHERE p.tablename = c.relname AND p.permissive = 'RESTRICTIVE'
                          AND 'siyu_scoped' = ANY(p.roles))
    """
    with app.db.engine.connect() as owner:
        assert owner.execute(text(query)).scalars().all() == []


def test_without_stores_the_scoped_role_sees_nobody(app: App, shops: Shops) -> None:
    with app.db.transaction(brand_id=shops.brand_id) as session:
        narrow_to_stores(session, store_keys=[])
        for table in ("customer", "customer_identity", "consent_entry", "identity_edge", "identity_review"):
            assert session.scalar(text(f"SELECT count(*) FROM {table}")) == 0
    with app.db.transaction(brand_id=shops.brand_id) as session:  # nothing of it is left on the connection
        assert session.scalar(text("SELECT count(*) FROM customer")) == 6
