"""A list becomes a segment in the browser: looked at, checked, kept, updated by hand, kept as a snapshot."""

import csv
import io
import os
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit

WORK_MILLISECONDS_MAX = 60_000  # lists and snapshots are made by the worker


def shot(page: Page, name: str) -> None:
    """For people who look at pages: SHOTS names the folder."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_a_file_is_checked_kept_as_a_list_and_taken_as_a_snapshot(visit: Visit) -> None:
    page = visit("/segments")
    ids = [row["customer_id"] for row in page.request.post(
        "/api/v1/customers/search", data={"limit": 5},
        headers={"X-CSRF-Token": page.request.get("/api/v1/auth/me").json()["csrf_token"]},
    ).json()["items"]]  # fmt: skip
    sink = io.StringIO()
    csv.writer(sink).writerows(
        [["客户编号", "备注"], *([one, "贵宾"] for one in (*ids, ids[0])), [999_999_999, "?"]]
    )
    page.get_by_role("button", name="从名单新建").click()
    page.locator("input[type=file]").set_input_files(
        {"name": "贵宾名单.csv", "mimeType": "text/csv", "buffer": sink.getvalue().encode()}
    )
    page.get_by_label("按什么识别客户").click()
    page.locator(".ant-select-item-option", has_text="客户编号").last.click()
    shot(page, "list-chosen")
    page.get_by_role("button", name=re.compile("检 ?查")).click()
    expect(page.get_by_text("检查结果，尚未保存")).to_be_visible(timeout=WORK_MILLISECONDS_MAX)
    shot(page, "list-checked")
    page.get_by_role("button", name="保存 5 位客户").click()
    expect(page.get_by_role("heading", name="贵宾名单")).to_be_visible(timeout=WORK_MILLISECONDS_MAX)
    expect(page.get_by_text("文件 贵宾名单.csv").first).to_be_visible()
    expect(page.locator(".segment-count")).to_contain_text("5")
    shot(page, "list-page")
    page.get_by_role("button", name="更新名单").click()
    page.get_by_text("手工填写").last.click()
    page.get_by_label("按什么识别客户").click()
    page.locator(".ant-select-item-option", has_text="客户编号").last.click()
    page.get_by_label("名单", exact=True).fill(str(ids[0]))
    page.get_by_label("怎样更新").click()
    page.locator(".ant-select-item-option", has_text="移除这些客户").click()
    page.get_by_role("button", name=re.compile("检 ?查")).click()
    page.get_by_role("button", name="确认更新").click()
    expect(page.locator(".segment-count")).to_contain_text("4", timeout=WORK_MILLISECONDS_MAX)
    shot(page, "list-updated")
    page.get_by_role("button", name="生成快照").click()
    shot(page, "snapshot-asked")
    page.get_by_role("button", name=re.compile("^生 ?成$")).click()
    expect(page.get_by_text("这是一个快照")).to_be_visible(timeout=WORK_MILLISECONDS_MAX)
    shot(page, "snapshot-page")
    if os.environ.get("SHOTS"):
        path = re.sub(r"https?://[^/]+", "", page.url)
        english = visit(path, language="en")
        expect(english.get_by_text("This is a snapshot")).to_be_visible()
        expect(english.locator(".segment-count")).to_contain_text("4")
        shot(english, "snapshot-en")
        many = visit("/segments", language="en")
        expect(many.get_by_text("Snapshot").first).to_be_visible()
        shot(many, "segments-en")
