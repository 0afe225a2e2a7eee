"""A newcomer's first day, by HTTP alone: two files as they are, a segment, a campaign, receipts, the answer; and
a neighbour in the same house who sees nothing of it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from fastapi.testclient import TestClient

from siyu.entrypoints.web import create_api
from siyu.entrypoints.worker import work
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.kernel.clock import utcnow
from siyu.kernel.lake_migrations import migrate_brand
from siyu.organisation.api import create_brand, create_user
from tests.stories.telling import KEY, imports, until

pytestmark = pytest.mark.slow
PASSWORD = "a-long-password-7"
PEOPLE, SILENT = 60, 6
TEXT = "{{ name | default: '会员' }}您好，好久不见，到店任一茶饮第二杯半价。"


@pytest.fixture
def neighbour(app: App, brand_id: int) -> Iterator[TestClient]:
    """The owner of another brand in the same installation."""
    now, login = utcnow(), f"neighbour-of-{brand_id}"
    with app.db.transaction(brand_id=None) as session:
        brand = create_brand(session, code=login, name="隔壁", actor=SYSTEM, now=now)
    migrate_brand(app.lake, brand_id=brand.brand_id, now=now)
    with app.db.transaction(brand_id=brand.brand_id) as session:
        create_user(
            session, login=login, display_name="邻居", roles=["owner"], password=PASSWORD, actor=SYSTEM, now=now,
            must_change_password=False,
        )  # fmt: skip
    with TestClient(create_api(app), raise_server_exceptions=False) as browser:
        answer = browser.post("/api/v1/auth/login", json={"login": login, "password": PASSWORD})
        browser.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
        yield browser


def wall(at: datetime) -> str:
    """The time on the shop's wall."""
    return f"{at.astimezone(ZoneInfo('Asia/Shanghai')):%Y-%m-%d %H:%M:%S}"


def member_file(now: datetime) -> str:
    """As a till exports it: Chinese headers, a few who said no."""
    rows = ["会员号,姓名,手机号,短信营销授权,授权时间,入会时间"]
    since = wall(now - timedelta(days=300))
    for number in range(PEOPLE):
        consent = "否" if number < SILENT else "是"
        rows.append(f"VIP{number:04d},客{number},1390000{number:04d},{consent},{since},{since}")
    return "\n".join(rows)


def order_file(prefix: str, at: datetime, numbers: range, *, yuan: int) -> str:
    """Two lines an order; each customer buys once, a passer-by too."""
    rows = ["订单号,下单时间,会员号,商品编码,商品名称,数量,实付金额"]
    for number in [*numbers, None]:
        who = "" if number is None else f"VIP{number:04d}"
        head = f"{prefix}{number},{wall(at)},{who}"
        rows += [f"{head},T1,桂花乌龙,1,{yuan - 12}.00", f"{head},C1,抹茶卷,2,12.00"]
    return "\n".join(rows)


def two_files(client: TestClient, served: App, now: datetime) -> dict[str, Any]:
    """Members and their orders are in, joined by the member number; returns the first import of orders."""
    assert client.get("/api/v1/insight/summary").json()["customers"] == 0
    brought = imports(client, served, kind="customers", text=member_file(now))
    assert (brought["counts"]["rows"], brought["counts"]["rejected"]) == (PEOPLE, 0)
    history = order_file("A", now - timedelta(days=120), range(PEOPLE), yuan=50)
    brought = imports(client, served, kind="orders", text=history)
    assert brought["counts"]["rejected"] == 0
    summary = summary_of(client)
    assert summary["customers"] == PEOPLE  # the orders' members are those of the member file
    imports(client, served, kind="orders", text=history)
    assert summary_of(client) == summary
    return brought


def test_a_newcomer_s_first_day(
    client: TestClient, served: App, sandbox_url: str, neighbour: TestClient
) -> None:
    brought = two_files(client, served, utcnow().replace(microsecond=0))
    channel = {
        "base_url": sandbox_url, "key": KEY, "signature": "思屿", "enabled": True, "opens": "00:00:00",
        "closes": "23:59:59", "price_centifen": 450,
    }  # fmt: skip
    assert client.patch("/api/v1/channels/sms", json=channel).status_code == 200
    definition = {"and": [{"trait": "orders", "op": ">=", "value": 1},
                          {"trait": "days_since_last_order", "op": ">=", "value": 91}]}  # fmt: skip
    preview = client.post("/api/v1/segments/preview", json={"definition": definition}).json()
    assert preview["count"] == PEOPLE
    segment = client.post("/api/v1/segments", json={"name": "很久没来", "definition": definition}).json()

    draft = {"name": "回来喝杯茶", "segment_id": segment["segment_id"], "holdout_basis_points": 3_000,
             "template_text": TEXT, "window_days": 1}  # fmt: skip
    campaign_id = client.post("/api/v1/campaigns", json=draft).json()["campaign_id"]
    url = f"/api/v1/campaigns/{campaign_id}"
    texts = client.post(f"{url}/preview").json()["items"]
    assert texts
    assert all("好久不见" in one["text"] for one in texts)
    check = client.post(f"{url}/check").json()
    assert check["ready"], check
    assert check["headcount"]["exclusions"] == [{"reason": "consent_missing", "customers": SILENT}]
    assert client.post(f"{url}/submit").json()["state"] == "scheduled"
    work(served, once=True)
    treated = client.get(url).json()["treated_count"]
    assert 0 < treated < PEOPLE - SILENT
    until(lambda: client.get(f"{url}/results").json()["messages"]["delivered"] == treated)
    work(served, once=True)

    launched = datetime.fromisoformat(client.get(url).json()["launched_at"])
    reached = [row["customer_id"] for row in recipients(client, url) if row["state"] == "treated"]
    came = {number for number in range(PEOPLE) if customer_of(client, number) in set(reached)}
    later = order_file("B", launched + timedelta(hours=1), range(0), yuan=80).splitlines()
    for number in sorted(came):
        later += order_file(
            "B", launched + timedelta(hours=1), range(number, number + 1), yuan=80
        ).splitlines()[1:3]
    imports(client, served, kind="orders", text="\n".join(later))
    as_of = (launched + timedelta(days=2)).isoformat()
    found = client.get(f"{url}/results", params={"as_of": as_of}).json()
    effect = found["buyers"]["effect"]["absolute"]
    assert effect["value"] == 1.0  # every one who was written to came back, nobody who was held out
    assert found["sales"]["effect"]["absolute"]["value"] == 8_000
    assert found["returned"]["incremental"] > 0
    assert found["final"]

    nothing_is_seen(neighbour, customer_id=reached[0], campaign_id=campaign_id, segment_id=segment["segment_id"],
                    import_id=brought["import_id"], task_id=brought["task_id"])  # fmt: skip
    assert client.get(url).json()["name"] == "回来喝杯茶"


def summary_of(client: TestClient) -> dict[str, Any]:
    """What is known of the customers, but for the moment."""
    found = client.get("/api/v1/insight/summary").json()
    return {name: value for name, value in found.items() if name != "as_of"}


def recipients(client: TestClient, url: str) -> list[dict[str, object]]:
    page = client.get(f"{url}/recipients", params={"limit": 200}).json()
    assert page["next_cursor"] is None
    return list(page["items"])


def customer_of(client: TestClient, number: int) -> int:
    (found,) = client.post("/api/v1/customers/search", json={"q": f"VIP{number:04d}"}).json()["items"]
    return int(found["customer_id"])


def nothing_is_seen(neighbour: TestClient, **ids: int) -> None:
    """Lists are empty, numbers are nought, and what has an id does not exist."""
    lists = ("segments", "campaigns", "imports", "tasks", "stores", "products",
             "messages?customer_id={customer_id}")  # fmt: skip
    for path in lists:
        answer = neighbour.get(f"/api/v1/{path.format(**ids)}")
        found = answer.json()
        assert (answer.status_code, found if isinstance(found, list) else found["items"]) == (200, []), path
    assert neighbour.post("/api/v1/customers/search", json={}).json()["items"] == []
    assert neighbour.get("/api/v1/insight/summary").json()["customers"] == 0
    assert not neighbour.get("/api/v1/channels/sms").json()["enabled"]
    hidden = (
        "customers/{customer_id}", "customers/{customer_id}/timeline", "insight/customers/{customer_id}",
        "segments/{segment_id}", "segments/{segment_id}/export", "campaigns/{campaign_id}",
        "campaigns/{campaign_id}/results", "campaigns/{campaign_id}/recipients", "imports/{import_id}",
        "imports/{import_id}/rejects", "tasks/{task_id}",
    )  # fmt: skip
    seen = {path: neighbour.get(f"/api/v1/{path.format(**ids)}").status_code for path in hidden}
    assert seen == dict.fromkeys(hidden, 404)
    changed = {
        "stop": neighbour.post("/api/v1/campaigns/{campaign_id}/stop".format(**ids)),
        "undo": neighbour.post("/api/v1/imports/{import_id}/undo".format(**ids)),
        "opt-out": neighbour.post(
            "/api/v1/customers/{customer_id}/opt-out".format(**ids), json={"reason": "不是我的"}
        ),
        "rename": neighbour.patch(
            "/api/v1/segments/{segment_id}".format(**ids), json={"version": 1, "name": "不是我的"}
        ),
    }
    assert {name: answer.status_code for name, answer in changed.items()} == dict.fromkeys(changed, 404)
