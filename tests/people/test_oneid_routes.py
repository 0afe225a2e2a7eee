"""Merging and parting over HTTP: looked at first, done with a permission and a reason, everything told."""

from fastapi.testclient import TestClient

from siyu.kernel.app import App
from siyu.people.api import known_customers
from tests.people.makers import record, save

PHONE = "13800138000"


def two(app: App, brand_id: int) -> tuple[int, int]:
    with app.db.transaction(brand_id=brand_id) as session:
        rows = [record("A1", phone=PHONE), record("T1", namespace="taobao_id", email="fang@example.com")]
        save(session, app.cipher, rows)
        first, second = known_customers(session)["customer_id"].to_pylist()
    return first, second


def test_two_customers_are_merged_and_parted(client: TestClient, app: App, brand_id: int) -> None:
    first, second = two(app, brand_id)
    before = [client.get(f"/api/v1/customers/{one}").json()["profile"] for one in (first, second)]
    path = f"/api/v1/customers/{first}/merge"
    looked = client.get(path, params={"other_customer_id": second}).json()
    assert looked["moves"] == [{"customer_id": second, "before": second, "after": first}]
    done = client.post(path, json={"other_customer_id": second, "reason": "same person"})
    assert done.json()["moves"] == looked["moves"]
    graph = client.get(f"/api/v1/customers/{second}/identities").json()
    assert graph["customer_id"] == first
    assert len(graph["nodes"]) == 4
    assert PHONE not in str(graph)
    assert {node["founded"] for node in graph["nodes"]} == {first, second, None}
    assert {node["founded"]: bool(node["merged_at"]) for node in graph["nodes"]}[second]
    (staff,) = [edge for edge in graph["edges"] if edge["source"] == "staff"]
    assert {edge["event_id"] for edge in graph["edges"]} == {None}
    link = f"/api/v1/identity-links/{staff['edge_id']}/retraction"
    assert client.get(link).json()["moves"] == [{"customer_id": second, "before": first, "after": second}]
    assert client.post(link, json={"reason": "not the same"}).status_code == 200
    assert [client.get(f"/api/v1/customers/{one}").json()["profile"] for one in (first, second)] == before
    (far,) = client.get(f"/api/v1/customers/{first}/identities").json()["others"]
    assert (far["customer_id"], far["namespace"], far["value"]) == (second, "taobao_id", "T*")
    actions = [entry["action"] for entry in client.get("/api/v1/audit").json()["items"]]
    assert {"customer.merged", "customer.unmerged"} <= set(actions)


def test_what_was_refused_waits_and_is_decided(client: TestClient, app: App, brand_id: int) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        save(session, app.cipher, [record("A1", phone=PHONE)])
        save(session, app.cipher, [record("A2", phone=PHONE)])
        save(session, app.cipher, [record("A3", phone=PHONE)])
    page = client.get("/api/v1/identity-reviews", params={"limit": 1}).json()
    (review,) = page["items"]
    assert (review["reason"], review["state"]) == ("unique_conflict", "open")
    assert PHONE not in str(review)
    rest = client.get("/api/v1/identity-reviews", params={"after": page["next_after"]}).json()
    accepted = client.post(
        f"/api/v1/identity-reviews/{review['review_id']}/accept", json={"note": "two cards"}
    )
    assert len(accepted.json()["moves"]) == 1
    other = f"/api/v1/identity-reviews/{rest['items'][0]['review_id']}/dismiss"
    assert client.post(other, json={}).status_code == 204
    assert client.post(other, json={}).json()["code"] == "review_decided"
    assert client.get("/api/v1/identity-reviews").json() == {"items": [], "next_after": None}


def test_nobody_merges_with_whom_is_not_there(client: TestClient, app: App, brand_id: int) -> None:
    first, _ = two(app, brand_id)
    answer = client.post(
        f"/api/v1/customers/{first}/merge", json={"other_customer_id": 9_999_999, "reason": "same person"}
    )
    assert answer.json()["code"] == "not_found"
    assert client.get("/api/v1/customers/9999999/identities").status_code == 404
    assert (
        client.post("/api/v1/identity-links/9999999/retraction", json={"reason": "a test"}).status_code == 404
    )
