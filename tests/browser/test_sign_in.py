"""Signing in: with the right password, with a wrong one, and with the keyboard alone."""

import re

from playwright.sync_api import Page, expect

from siyu.demo.actions.staff import PASSWORD
from tests.browser.conftest import Visit
from tests.browser.looking import settle

LOGIN = "lin"


def fill_in(page: Page, password: str) -> None:
    page.get_by_label("账号", exact=True).fill(LOGIN)
    page.get_by_label("密码", exact=True).fill(password)
    page.get_by_role("button", name="登录", exact=True).click()


def test_signing_in_leads_to_the_page_that_was_asked_for(visit: Visit) -> None:
    page = visit("/segments", None)
    expect(page).to_have_url(re.compile("/login"))
    fill_in(page, PASSWORD)
    expect(page.get_by_role("heading", level=1)).to_have_text("人群")


def test_a_demo_account_is_filled_in_by_a_click_and_signing_out_ends_the_session(visit: Visit) -> None:
    page = visit("/", None)
    page.get_by_role("button", name=re.compile(r"运营.*chen")).click()
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("首页")
    page.get_by_role("button", name="账号菜单").click()
    page.get_by_role("menuitem", name="退出登录").click()
    expect(page).to_have_url(re.compile("/login"))
    page.goto("/customers")
    expect(page).to_have_url(re.compile("/login"))


def test_a_wrong_password_is_told(visit: Visit) -> None:
    page = visit("/", None)
    fill_in(page, "not the password")
    expect(page.get_by_role("alert")).to_have_text("账号或密码不正确")
    fill_in(page, PASSWORD)
    expect(page.get_by_role("heading", level=1)).to_have_text("首页")


def test_the_keyboard_is_enough_to_sign_in_and_to_walk_the_navigation(visit: Visit) -> None:
    page = visit("/", None)
    expect(page.get_by_label("账号", exact=True)).to_be_focused()
    page.keyboard.type(LOGIN)
    page.keyboard.press("Tab")
    expect(page.get_by_label("密码", exact=True)).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("首页")
    settle(page)
    customers = page.get_by_role("navigation", name="主导航").get_by_role("link", name="客户列表", exact=True)
    for _ in range(12):  # past the skip link, the mark and the links before it
        page.keyboard.press("Tab")
        if customers.evaluate("(link) => link === document.activeElement"):
            break
    expect(customers).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("客户列表")
