"""Two customers become one in the console and two again; each has then exactly what it had before."""

import re
import time
from typing import Any
from urllib.parse import quote

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit
from tests.browser.looking import faults_of

CARDS = ("XZ00000003", "XZ00000007")
WHY, WHY_NOT = "顾客出示了两张会员卡", "顾客说明另一张是家人的卡"
SETTLED_SECONDS_MAX = 60
STEP_MILLISECONDS_MAX = 60_000  # the page asks much at once, and answers stand in line on a busy machine


def asked(page: Page, path: str) -> Any:
    answer = page.request.get(f"/api/v1/{path}")
    return answer.json() if answer.ok else answer.status


def timeline_of(page: Page, customer_id: int) -> list[Any]:
    """Everything on it; how much is on each page depends on the files that it lies in."""
    items, cursor = [], ""
    while True:
        part = asked(page, f"customers/{customer_id}/timeline?limit=100{cursor}")
        items += part["items"]
        if part["next_cursor"] is None:
            return items
        cursor = f"&cursor={quote(part['next_cursor'])}"


def number_of(page: Page, card: str) -> int:
    """The number of the customer who holds a member card."""
    csrf = page.request.get("/api/v1/auth/me").json()["csrf_token"]
    found = page.request.post(
        "/api/v1/customers/search", data={"q": card, "limit": 2}, headers={"X-CSRF-Token": csrf}
    )
    (customer,) = found.json()["items"]
    return int(customer["customer_id"])


def state_of(page: Page, customer_id: int) -> dict[str, Any]:
    """All that is kept of one customer: who, why, what they did, agreed to and were sent, and what follows from it."""
    who = asked(page, f"customers/{customer_id}")
    graph = asked(page, f"customers/{customer_id}/identities")
    insight = asked(page, f"insight/customers/{customer_id}")  # 404 until traits are computed
    return {
        "who": who,
        "identities": graph["nodes"],
        "links": [edge for edge in graph["edges"] if edge["joins"]],
        "card": asked(page, f"customers/{customer_id}/card"),
        "tags": asked(page, f"customers/{customer_id}/tags"),
        "timeline": timeline_of(page, customer_id),
        "traits": insight["traits"] if isinstance(insight, dict) else insight,
        "messages": asked(page, f"messages?customer_id={customer_id}&limit=100"),
    }


def settled(page: Page, numbers: list[int], wanted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The states as soon as they are the wanted ones; facts and traits follow a merge a moment later."""
    deadline = time.monotonic() + SETTLED_SECONDS_MAX
    found = [state_of(page, one) for one in numbers]
    while found != wanted and time.monotonic() < deadline:
        page.wait_for_timeout(300)
        found = [state_of(page, one) for one in numbers]
    return found


def see(what: Locator) -> None:
    expect(what).to_be_visible(timeout=STEP_MILLISECONDS_MAX)


def merge(page: Page, other: int) -> None:
    page.get_by_role("button", name="合并另一位客户").click()
    window = page.get_by_role("dialog")
    window.get_by_role("searchbox").fill(str(other))
    window.get_by_role("button", name="查找").click()
    window.get_by_role("radio").first.check()
    see(window.get_by_text(re.compile(rf"客户 {other} 此后计入客户")))
    window.get_by_label("为什么是同一个人").fill(WHY)
    window.get_by_role("button", name="确认合并").click()
    expect(window).to_be_hidden(timeout=STEP_MILLISECONDS_MAX)


def part(page: Page) -> None:
    """The line that the merge drew is chosen, and taken back."""
    card = page.get_by_role("region", name=re.compile("^身份图"))
    card.get_by_role("button", name=re.compile("^人工认定")).click()
    ground = page.get_by_role("region", name="这条线的依据")
    see(ground.get_by_text(WHY))
    ground.get_by_role("button", name="拆分").click()
    window = page.get_by_role("dialog")
    see(window.get_by_text(re.compile("重新独立")))
    window.get_by_label("为什么这条关联不对").fill(WHY_NOT)
    window.get_by_role("button", name="确认拆分").click()
    expect(window).to_be_hidden(timeout=STEP_MILLISECONDS_MAX)


def test_two_customers_are_merged_and_parted_and_each_has_what_it_had(visit: Visit) -> None:
    page = visit("/notices")
    page.set_default_timeout(STEP_MILLISECONDS_MAX)
    numbers = [number_of(page, card) for card in CARDS]
    before = [state_of(page, one) for one in numbers]
    assert all(one["timeline"] and one["traits"] for one in before)
    first, second = sorted(numbers)
    page.goto(f"/customers/{first}")
    merge(page, second)
    see(page.get_by_text(re.compile(rf"客户 {second}，.* 并入")))
    assert faults_of(page, language="zh-CN") == []
    assert asked(page, f"customers/{second}")["profile"]["customer_id"] == first
    assert len(state_of(page, first)["identities"]) == sum(len(one["identities"]) for one in before)
    page.goto(f"/customers/{second}")
    see(page.get_by_role("heading", level=1, name=re.compile(f"已并入客户 {first}")))
    page.goto(f"/customers/{first}")
    part(page)
    see(page.get_by_role("button", name=re.compile("^人工认定.*已拆分$")))
    assert settled(page, numbers, before) == before
