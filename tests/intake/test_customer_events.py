"""The page of a customer's events: theirs alone, newest first, every one once, nothing personal."""

from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import text

from siyu.kernel.app import App
from tests.intake.eventing import carry, event, put
from tests.intake.test_events_pump import define

WANG, LI = [{"namespace": "member_no", "value": "M1"}], [{"namespace": "member_no", "value": "M2"}]


def of_everybody(app: App, brand_id: int) -> list[int]:
    with app.db.transaction(brand_id=brand_id) as session:
        return list(session.scalars(text("SELECT customer_id FROM customer ORDER BY customer_id")))


def at(minute: int) -> str:
    return f"2026-05-01T10:{minute:02d}:00+08:00"


def numbered(number: int) -> dict[str, Any]:
    """Events of three kinds in turn, two of each minute."""
    name = ("check_in", "tea", "page_view")[number % 3]
    properties = {"points" if name == "check_in" else "number": number}
    return event(str(number), name, identities=WANG, occurred_at=at(number // 2), properties=properties)


def test_a_customer_has_their_own_events_with_titles_and_nothing_personal(
    app: App, brand_id: int, client: TestClient
) -> None:
    define(app, brand_id)
    said: dict[str, Any] = {"cups": 2, "guest": "王芳", "receiver": "李雷", "note": "call 13800138000"}
    put(
        app, brand_id,
        event("1", "page_view", identities=WANG, occurred_at=at(1), properties={"path": "/tea", "colour": "green"}),
        event("2", "tea_tasting", identities=WANG, occurred_at=at(2), properties=said),
        event("3", "nobody_knows", identities=WANG, occurred_at=at(3)),
        event("4", "page_view", identities=LI, occurred_at=at(4)),
    )  # fmt: skip
    carry(app)
    seen = {}
    for customer_id in of_everybody(app, brand_id):
        found = client.get(
            f"/api/v1/customers/{customer_id}/events", headers={"Accept-Language": "zh-CN"}
        ).json()
        seen[len(found["items"])] = [
            (one["event"], one["title"], one["properties"]) for one in found["items"]
        ]
    assert seen == {
        3: [
            ("nobody_knows", "nobody_knows", {}),
            ("tea_tasting", "品茶", {"cups": 2, "receiver": "***", "note": "call ***"}),
            ("page_view", "看了网页或小程序页面", {"path": "/tea", "colour": "green"}),
        ],
        1: [("page_view", "看了网页或小程序页面", {})],
    }


def test_pages_show_every_event_once_newest_first(app: App, brand_id: int, client: TestClient) -> None:
    for start in range(0, 12, 4):
        put(app, brand_id, *(numbered(number) for number in range(start, start + 4)))
        carry(app)
    [customer_id] = of_everybody(app, brand_id)
    url, moments, numbers, cursor = f"/api/v1/customers/{customer_id}/events?limit=3", [], [], ""
    for _ in range(10):
        page = client.get(url + cursor).json()
        moments += [one["occurred_at"] for one in page["items"]]
        numbers += [one["properties"].get("points", one["properties"].get("number")) for one in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = "&cursor=" + page["next_cursor"].replace("+", "%2B")
    assert sorted(numbers) == list(range(12))
    assert moments == sorted(moments, reverse=True)


def test_a_customer_nobody_knows_has_no_events(client: TestClient) -> None:
    assert client.get("/api/v1/customers/999999999/events").status_code == 404
