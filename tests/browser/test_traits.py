"""Traits in the console: found by topic, declared beside real customers, kept in versions, refused with reasons."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.looking import Watch, faults_of, settle

LABEL = "近 180 天门店订单（浏览器）"
CODE = "browser_store_orders"
SHARE = "browser_store_share"
MOVING = re.compile("ant-zoom|ant-slide")
TRAITS = "/api/v1/traits"


def change(page: Page, method: str, path: str, body: Any) -> Any:
    """What the server answers to a change that the test makes itself."""
    csrf = page.request.get("/api/v1/auth/me").json()["csrf_token"]
    answer = page.request.fetch(path, method=method, data=body, headers={"X-CSRF-Token": csrf})
    assert answer.ok, answer.text()
    return answer.json()


def choose(page: Page, name: str, option: str) -> None:
    """An option of a list that unfolds."""
    page.get_by_role("combobox", name=name, exact=True).click()
    unfolded = page.locator(".ant-select-dropdown:visible")
    expect(unfolded).not_to_have_class(MOVING)
    unfolded.get_by_title(option, exact=True).click()


def confirm(page: Page, button: str) -> None:
    expect(page.locator(".ant-popover:visible")).to_have_count(0)  # one that was answered folds away
    page.get_by_role("main").get_by_role("button", name=button).first.click()
    question = page.locator(".ant-popover:visible")
    expect(question).not_to_have_class(MOVING)
    question.get_by_role("button", name=button).click()


def test_every_trait_is_listed_by_topic_and_found(visit: Visit) -> None:
    page = visit("/traits", "analyst")
    settle(page)
    listed = page.get_by_role("table", name="指标列表")
    known = page.request.get(TRAITS).json()
    expect(listed.get_by_role("link")).to_have_count(len(known))
    expect(listed.get_by_role("rowheader", name="阶段与分类")).to_be_visible()
    assert faults_of(page, language="zh-CN") == []
    page.get_by_label("按名称、代码或口径查找").fill("客单价")
    expect(listed.get_by_role("link")).to_have_count(1)
    listed.get_by_role("link", name="平均客单价").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("平均客单价")
    settle(page)
    expect(page.get_by_text("累计销售额 ÷ 订单数，四舍六入五成双；没有订单时未知。")).to_be_visible()
    expect(page.get_by_role("table", name="客户示例").get_by_role("row")).to_have_count(11)  # masked
    assert faults_of(page, language="zh-CN") == []


def declared(page: Page) -> None:
    """The trait was declared in the editor, its filter's value chosen from those that facts hold."""
    choose(page, "怎么统计", "次数")
    page.locator(".ruleGroup-addRule").click()
    value = page.locator(".rule-value, .rule .ant-select-auto-complete").last.get_by_role("combobox")
    value.click()
    page.locator(".ant-select-dropdown:visible .ant-select-item-option-content").get_by_text(
        "门店POS", exact=True
    ).click()
    page.get_by_role("spinbutton", name="天内").fill("180")
    expect(page.get_by_text("最近 180 × 24 小时内，订单（渠道为“门店POS”）的次数。")).to_be_visible()
    settle(page)
    page.get_by_label("中文名称").fill(LABEL)
    page.get_by_label("代码").fill(CODE)
    assert faults_of(page, language="zh-CN") == []
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page).to_have_url(re.compile(f"/traits/{CODE}$"))


def test_a_trait_is_declared_changed_and_an_earlier_version_taken_up(visit: Visit) -> None:
    page = visit("/traits/own/new", "operator")
    settle(page)
    declared(page)
    settle(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(LABEL)
    kept = page.request.get(f"{TRAITS}/own/{CODE}").json()
    tried = change(page, "POST", f"{TRAITS}/own/preview", {"name": CODE, "definition": kept["definition"]})
    some = page.get_by_role("table", name="客户示例").get_by_role("row").nth(1)
    expect(some).to_contain_text(f"{tried['sample'][0]['value']} 单")

    page.get_by_role("link", name="编辑").click()
    settle(page)
    page.get_by_role("spinbutton", name="天内").fill("30")
    expect(page.get_by_text(re.compile("与现用版本相比，[\\d,]+ 位客户的值会变"))).to_be_visible()
    settle(page)
    page.get_by_role("button", name="保存", exact=True).click()
    versions = page.get_by_role("table", name="版本")
    expect(versions.get_by_role("row")).to_have_count(3)
    expect(versions.get_by_role("row").nth(1)).to_contain_text("最近 30 × 24 小时内")
    expect(versions.get_by_role("row").nth(2)).to_contain_text("chen")  # who
    settle(page)
    assert faults_of(page, language="zh-CN") == []
    confirm(page, "恢复此版")
    expect(versions.get_by_role("row")).to_have_count(4)
    now = {one["name"]: one for one in page.request.get(f"{TRAITS}/own").json()}[CODE]
    assert (now["version"], now["definition"]["window"]) == (3, {"days": 180})


def test_a_formula_is_refused_at_its_piece_and_who_is_used_is_not_archived(visit: Visit) -> None:
    page = visit("/traits/own/new")
    settle(page)
    page.get_by_text("公式", exact=True).click()
    formula = page.get_by_role("textbox", name="公式")
    formula.fill("orders / (purchase_days")
    expect(page.get_by_text("括号没有配对")).to_be_visible()
    formula.fill("orders / purchase_dais")
    expect(page.get_by_text("没有代码为 purchase_dais 的数值指标")).to_be_visible()
    settle(page)
    with page.expect_response(re.compile("/own/preview$")) as refused:
        formula.fill("sales_fen + orders")
    assert refused.value.status == 422
    expect(page.get_by_text("位于“sales_fen + orders”")).to_be_visible()
    expect(page.get_by_role("button", name="保存", exact=True)).to_be_disabled()
    formula.fill("round(orders / max(purchase_days, 1), 2)")
    expect(page.get_by_text("订单数 ÷ 最大值（购买天数、1），保留 2 位小数。")).to_be_visible()
    page.get_by_label("中文名称").fill("每个购买日的订单")
    page.get_by_label("英文名称").fill("Orders per purchase day")
    page.get_by_label("代码").fill(SHARE)
    settle(page)
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("每个购买日的订单")
    definition = {"trait": SHARE, "op": ">=", "value": 1}
    made = change(page, "POST", "/api/v1/segments", {"name": "浏览器里的指标人群", "definition": definition})
    page.reload()
    settle(page)
    users = page.get_by_role("region", name="被什么使用")
    expect(users.get_by_role("link", name="浏览器里的指标人群")).to_be_visible()
    confirm(page, "归档")
    expect(page.get_by_text(re.compile("正被人群“浏览器里的指标人群”使用"))).to_be_visible()
    change_away(page, made["segment_id"])
    confirm(page, "归档")
    expect(page).to_have_url(re.compile("/traits$"))
    page.goto(f"/traits/{SHARE}")
    expect(page.get_by_text("这个指标已归档")).to_be_visible()
    settle(page)
    confirm(page, "恢复此版")
    expect(page.get_by_role("link", name="编辑")).to_be_visible()
    settle(page)
    for status in (422, 409):  # the formula, and the archive
        Watch.of[page].forgive(status)


def change_away(page: Page, segment_id: int) -> None:
    csrf = page.request.get("/api/v1/auth/me").json()["csrf_token"]
    answer = page.request.delete(f"/api/v1/segments/{segment_id}", headers={"X-CSRF-Token": csrf})
    assert answer.ok, answer.text()


def test_the_editor_fits_a_narrow_window_in_english(visit: Visit) -> None:
    page = visit("/traits/own/new", language="en", width=1024)
    settle(page)
    choose(page, "In which time", "Since something happened")
    settle(page)
    assert faults_of(page, language="en") == []
