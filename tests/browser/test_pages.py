"""Every page opens for those who may see it, in both languages and on a narrow screen, and nothing complains."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.looking import faults_of, settle

MAIN_NAVIGATION = {"zh-CN": "主导航", "en": "Main navigation"}
EXPAND = {"zh-CN": "展开导航", "en": "Expand navigation"}
COLLAPSE = {"zh-CN": "收起导航", "en": "Collapse navigation"}
FOLDED_UP_TO = 1100
MOVING = re.compile("ant-slide")
GROUPS = """(links) => links.map((link) => [
  link.getAttribute('href'), link.closest('.nav-group')?.querySelector('.nav-group-head .nav-text').textContent ?? ''
])"""


def links_of(page: Page, language: str) -> dict[str, str]:
    """The paths of the navigation with the names of their groups; no name for those in none."""
    navigation = page.get_by_role("navigation", name=MAIN_NAVIGATION[language])
    expect(navigation.get_by_role("link").first).to_be_visible()
    closed = navigation.locator("button[aria-expanded=false]")
    while closed.count():
        closed.first.click()  # a group; folded to icons there is none to open
    return dict(navigation.get_by_role("link").evaluate_all(GROUPS))


def go_to(page: Page, path: str, *, group: str, language: str) -> None:
    """The page is opened by its link; where the navigation is folded to icons, in the menu of its group."""
    navigation = page.get_by_role("navigation", name=MAIN_NAVIGATION[language])
    if group:
        navigation.get_by_role("button", name=group, exact=True).click()
        menu = page.locator(f'.ant-dropdown:visible:has(a[href="{path}"])')
        expect(menu).not_to_have_class(MOVING)  # a click on what still unfolds may be lost
        menu.locator(f'a[href="{path}"]').click()
    else:
        navigation.locator(f'a[href="{path}"]').click()


@pytest.mark.parametrize(
    ("language", "width"),
    [
        ("zh-CN", 1440),
        ("en", 1440),
        ("zh-CN", 1024),  # the navigation is folded to icons
        ("en", 1024),  # English words are the longest
    ],
)
def test_every_page_of_the_navigation_opens_without_a_fault(visit: Visit, language: str, width: int) -> None:
    page, folded = visit("/", language=language, width=width), width <= FOLDED_UP_TO
    settle(page)
    if folded:
        page.get_by_role("button", name=EXPAND[language]).click()
    faults: dict[str, list[str]] = {}
    links = links_of(page, language)
    if folded:
        page.get_by_role("button", name=COLLAPSE[language]).click()
    assert len(links) >= 10
    for path, group in links.items():
        go_to(page, path, group=group if folded else "", language=language)
        expect(page).to_have_url(re.compile(f"{re.escape(path)}(\\?.*)?$"))
        settle(page)
        if found := faults_of(page, language=language):
            faults[path] = found
    assert faults == {}


def test_home_shows_the_numbers_of_the_api(visit: Visit) -> None:
    page = visit("/")
    settle(page)
    found = page.request.get("/api/v1/insight/metrics?days=30").json()
    values = {one["metric"]["name"]: one["value"] for one in found["metrics"]}
    labels = {one["metric"]["name"]: one["metric"]["label"]["zh"] for one in found["metrics"]}

    def shown(name: str) -> str:
        return page.get_by_role("region", name=labels[name], exact=True).inner_text()

    assert f"{values['buyers']:,}" in shown("buyers")
    assert f"{round(values['sales'] / 100):,}" in shown("sales")
    assert f"{values['member_share']:.1%}" in shown("member_share")
    customers = page.request.get("/api/v1/insight/summary").json()["customers"]
    expect(page.get_by_text(f"共 {customers:,} 位客户")).to_be_visible()


def test_an_operator_sees_no_settings_that_are_not_theirs(visit: Visit) -> None:
    page = visit("/", "operator")
    settle(page)
    links = links_of(page, "zh-CN")
    assert "/campaigns" in links
    assert not {"/settings/users", "/settings/api-keys", "/settings/audit"} & set(links)
    page.goto("/settings/users")
    expect(page.get_by_text("没有查看权限")).to_be_visible()


def test_an_address_nobody_knows_leads_back_home(visit: Visit) -> None:
    page = visit("/nonsense")
    expect(page.get_by_text("没有这个页面")).to_be_visible()
    page.get_by_role("main").get_by_text("回到首页").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("首页")


def test_the_finished_campaign_shows_its_interval_and_each_exclusion(visit: Visit) -> None:
    page = visit("/campaigns")
    settle(page)
    page.get_by_role("main").get_by_role("link", name="沉睡老客唤醒").first.click()
    settle(page)
    campaign_id = page.url.partition("/campaigns/")[2].partition("?")[0]
    campaign = page.request.get(f"/api/v1/campaigns/{campaign_id}/results").json()
    main = page.get_by_role("main")
    assert faults_of(page, language="zh-CN") == []
    for count in (campaign["headcount"]["treated"], campaign["headcount"]["holdout"]):
        expect(main.get_by_text(re.compile(rf"(?<![\d,]){count:,}(?![\d,])")).first).to_be_visible()
    expect(main.get_by_text("95%").first).to_be_visible()
    assert campaign["headcount"]["exclusions"]
    expect(main.get_by_text("没有短信").or_(main.get_by_text("同意")).first).to_be_visible()
