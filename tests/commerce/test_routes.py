"""What a customer bought, and the lists of stores and products, over HTTP."""

from pathlib import Path

from fastapi.testclient import TestClient

from siyu.kernel.app import App
from siyu.people.api import known_customers
from tests.intake.importing import bring, line, write_csv

PRODUCTS = "{kind: products, source: erp, columns: {product_key: sku, name: name, price: price}}"
STORES = "{kind: stores, source: erp, columns: {store_key: nr, name: name, city: city}}"


def the_customer(app: App, brand_id: int) -> int:
    with app.db.transaction(brand_id=brand_id) as session:
        (only,) = known_customers(session)["customer_id"].to_pylist()
    return int(only)


def test_a_timeline_pages_through_everything_once_newest_first(
    app: App, brand_id: int, client: TestClient, tmp_path: Path
) -> None:
    rows = [
        line(f"A{n}", who="7", at=f"2026-05-0{n} 10:00:00", paid_at=f"2026-05-0{n} 10:00:00")
        for n in (1, 2, 3)
    ]
    rows += [
        line("A4", who="7", at="2026-05-04 10:00:00", paid_at=""),
        line("C5", who="7", qty="-1", at="2026-05-05 10:00:00", paid_at="2026-05-05 10:00:00"),
        line("A6", who="7", at="2026-05-03 10:00:00", paid_at="2026-05-03 10:00:00"),
    ]
    bring(app, brand_id, write_csv(tmp_path / "f.csv", rows))
    url, seen, cursor = f"/api/v1/customers/{the_customer(app, brand_id)}/timeline?limit=2", [], ""
    for _ in range(10):
        page = client.get(url, params={"cursor": cursor} if cursor else {}).json()
        seen += [(one["fact"], one["key"]) for one in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert seen == [
        ("refund", "C5"), ("order_placed", "A4"), ("order", "A3"), ("order", "A6"), ("order", "A2"), ("order", "A1"),
    ]  # fmt: skip
    assert client.get(url, params={"cursor": "yesterday"}).json()["code"] == "bad_input"


def test_an_order_paid_later_is_no_longer_an_unpaid_one(
    app: App, brand_id: int, client: TestClient, tmp_path: Path
) -> None:
    bring(app, brand_id, write_csv(tmp_path / "a.csv", [line("A1", who="7", paid_at="")]))
    url = f"/api/v1/customers/{the_customer(app, brand_id)}/timeline"
    assert [one["fact"] for one in client.get(url).json()["items"]] == ["order_placed"]
    bring(app, brand_id, write_csv(tmp_path / "b.csv", [line("A1", who="7")]))
    assert [one["fact"] for one in client.get(url).json()["items"]] == ["order"]


def test_the_lines_of_an_order_have_the_names_of_products(
    app: App, brand_id: int, client: TestClient, tmp_path: Path
) -> None:
    bring(
        app,
        brand_id,
        write_csv(tmp_path / "f.csv", [line("2026/1", who="7"), line("2026/1", who="7", sku="T", qty="2")]),
    )
    named = [{"sku": "T", "name": "大红袍", "price": "9.9"}]
    bring(app, brand_id, write_csv(tmp_path / "p.csv", named, ("sku", "name", "price")), map_text=PRODUCTS)
    found = client.get(f"/api/v1/orders/2026/1/lines?customer_id={the_customer(app, brand_id)}").json()
    lines = sorted(
        (one["product_key"], one["product_name"], one["quantity"], one["amount_fen"])
        for one in found["items"]
    )
    assert (lines, found["total"]) == ([("S", None, 1.0, 990), ("T", "大红袍", 2.0, 1980)], 2)
    assert client.get("/api/v1/orders/2026/1/lines?customer_id=999999999").status_code == 404


def test_stores_and_products_are_listed_by_key(
    app: App, brand_id: int, client: TestClient, tmp_path: Path
) -> None:
    stores = [{"nr": str(n), "name": f"店{n}", "city": "上海"} for n in (3, 1, 2)]
    bring(app, brand_id, write_csv(tmp_path / "s.csv", stores, ("nr", "name", "city")), map_text=STORES)
    first = client.get("/api/v1/stores?limit=2").json()
    assert ([one["store_key"] for one in first["items"]], first["next_cursor"], first["total"]) == (
        ["1", "2"],
        "2",
        3,
    )
    rest = client.get("/api/v1/stores?limit=2&cursor=2").json()
    assert ([one["name"] for one in rest["items"]], rest["next_cursor"]) == (["店3"], None)
    assert client.get("/api/v1/products").json() == {"items": [], "next_cursor": None, "total": 0}


def test_a_customer_nobody_knows_has_no_timeline(client):
    answer = client.get("/api/v1/customers/999999999/timeline")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
