"""The day's work in the console: find a customer, count a segment, import and take back a file, send a campaign."""

import re
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from siyu.kernel.clock import utcnow
from tests.browser.conftest import Visit
from tests.browser.looking import faults_of, settle

MEMBER = "XZ00000001"
SEGMENT = "沉睡的老客（浏览器）"
CAMPAIGN = "浏览器里发的活动"
MOVING = re.compile("ant-zoom")
WORK_MILLISECONDS_MAX = 60_000  # imports and sends are done by the worker


def number_in(text: str) -> int:
    """The first number of a text, however it is grouped."""
    found = re.search(r"\d[\d,]*", text)
    assert found, text
    return int(found.group().replace(",", ""))


def find_customer(page: Page) -> None:
    """The member's page is open, found by the member number."""
    page.get_by_label("完整手机号、会员号或姓名").fill(MEMBER)
    rows = page.get_by_role("table").locator("tbody tr[data-row-key]")
    expect(rows).to_have_count(1)
    assert MEMBER not in page.url  # what people search for is personal
    settle(page)
    rows.get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(r"/customers/\d+"))
    settle(page)


def test_a_customer_is_found_by_number_and_shown_in_clear_only_for_a_reason(visit: Visit) -> None:
    page = visit("/customers")
    settle(page)
    find_customer(page)
    assert faults_of(page, language="zh-CN") == []
    main = page.get_by_role("main")
    expect(main.get_by_text(re.compile(r"199\*+\d{4}")).first).to_be_visible()
    expect(main.get_by_text("支付订单").first).to_be_visible()
    page.get_by_role("button", name="查看完整信息").click()
    window = page.get_by_role("dialog")
    expect(window.get_by_role("textbox", name="理由")).to_be_visible()
    settle(page)
    window.get_by_role("button", name="查看", exact=True).click()
    expect(window.get_by_text("请写 4 到 200 个字的理由")).to_be_visible()
    expect(main.get_by_text(re.compile(r"199\d{8}"))).to_have_count(0)
    window.get_by_label("理由").fill("顾客来电核对订单")
    window.get_by_role("button", name="查看", exact=True).click()
    expect(main.get_by_text(re.compile(r"199\d{8}")).first).to_be_visible()
    kept = page.request.get("/api/v1/audit?limit=50").json()["items"]
    assert any("顾客来电核对订单" in str(entry) for entry in kept)


def test_a_segment_counts_while_it_is_written_and_is_kept(visit: Visit) -> None:
    page = visit("/segments/new", "operator")
    settle(page)
    page.get_by_role("button", name="沉睡的老客").click()
    result = page.get_by_text(re.compile("占全部 .* 位客户的"))
    expect(result).to_be_visible()
    settle(page)
    count = page.locator(".segment-count")
    everybody = page.request.get("/api/v1/insight/summary").json()["customers"]
    expect(count).not_to_have_text(re.compile(rf"^{everybody:,}\s"))
    settle(page)
    few = number_in(count.inner_text())
    page.get_by_role("spinbutton", name="请选择").first.fill("2")  # two orders or more instead of three
    expect(count).not_to_have_text(re.compile(rf"^{few:,}\s"))
    settle(page)
    more = number_in(count.inner_text())
    assert more > few
    page.get_by_role("button", name="保存为人群").click()
    window = page.get_by_role("dialog")
    window.get_by_label("名称").fill(SEGMENT)
    window.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(SEGMENT)
    settle(page)
    assert faults_of(page, language="zh-CN") == []
    segment_id = int(page.url.rpartition("/")[2].partition("?")[0])
    sizes = page.request.get("/api/v1/segments/sizes").json()["sizes"]
    assert {one["segment_id"]: one["count"] for one in sizes}[segment_id] == more


def test_a_segment_asks_what_customers_did_and_says_it_back(visit: Visit) -> None:
    page = visit("/segments/new", "operator")
    settle(page)
    page.get_by_role("button", name="加购未下单").click()
    count = page.locator(".segment-count")
    expect(page.get_by_text("之后 3 天内没有订单（已满 3 天）")).to_be_visible()
    settle(page)
    left = number_in(count.inner_text())
    page.get_by_role("spinbutton", name="最近若干天").fill(
        "3"
    )  # whose three days are not over is not among them
    expect(page.get_by_text("最近 3 天内的最近一次购物车变动")).to_be_visible()
    settle(page)
    assert left > number_in(count.inner_text()) == 0
    page.locator(".rule-operators").first.click()
    page.locator(".ant-select-item-option").filter(has_text="之后有").click()
    expect(page.get_by_text("之后 3 天内有订单")).to_be_visible()
    settle(page)
    assert faults_of(page, language="zh-CN") == []


def orders_file(folder: Path) -> Path:
    at = utcnow() - timedelta(days=1)
    rows = [f"BROWSER-{n},{at:%Y-%m-%d} 10:0{n}:00,{MEMBER},{100 + n}.50" for n in range(3)]
    path = folder / "昨天的订单.csv"
    path.write_text("\n".join(["订单号,下单时间,会员号,实付金额", *rows]), encoding="utf-8")
    return path


def test_a_file_is_imported_seen_and_taken_back(visit: Visit, tmp_path: Path) -> None:
    page = visit("/imports/new")
    settle(page)
    page.locator("input[type=file]").set_input_files(orders_file(tmp_path))
    expect(page.get_by_text("根据表头和内容推测")).to_be_visible()
    if page.get_by_text("一整个订单", exact=True).count():
        page.get_by_text("一整个订单", exact=True).first.click()
    onward = page.get_by_role("button", name="下一步")
    onward.click()
    expect(page.get_by_text("这些行都能导入。")).to_be_visible()
    settle(page)
    assert faults_of(page, language="zh-CN") == []
    onward.click()
    page.get_by_role("button", name="开始导入", exact=True).click()
    expect(page.get_by_text("导入完成，数据已经可以使用。")).to_be_visible(timeout=WORK_MILLISECONDS_MAX)
    settle(page)
    assert faults_of(page, language="zh-CN") == []
    imported = page.url

    page.goto("/customers")
    settle(page)
    find_customer(page)
    timeline = page.get_by_role("main")
    expect(timeline.get_by_text("BROWSER-2").first).to_be_visible()
    customer = page.url

    page.goto(imported)
    settle(page)
    page.get_by_role("button", name="撤销导入").click()
    question = page.locator(".ant-popover:visible")
    expect(question).not_to_have_class(MOVING)  # a click on what still unfolds may be lost
    with page.expect_response(re.compile(r"/imports/\d+/undo$")) as answer:
        question.get_by_role("button", name="撤销导入").click()
    assert answer.value.ok, answer.value.text()
    expect(page.get_by_text("这次导入已经撤销")).to_be_visible(timeout=WORK_MILLISECONDS_MAX)
    page.goto(customer)
    settle(page)
    expect(page.get_by_text("BROWSER-2")).to_have_count(0)


def test_a_campaign_goes_from_draft_to_sent(visit: Visit) -> None:
    page = visit("/campaigns/new", "operator")
    settle(page)
    page.get_by_label("活动名称").fill(CAMPAIGN)
    page.get_by_label("发给哪个人群").click()
    page.get_by_title("只买过一次的新客").click()
    expect(page).to_have_url(re.compile(r"/campaigns/\d+/edit"))
    onward = page.get_by_role("button", name="下一步")
    onward.click()
    page.get_by_label("短信内容").fill("{{ name }}，桂花拿铁新上市，第二杯半价。")
    expect(page.get_by_text("【溪栀茶点】").first).to_be_visible()
    settle(page)
    assert faults_of(page, language="zh-CN") == []
    onward.click()
    expect(page.get_by_text("提交后立即发送")).to_be_visible()
    onward.click()
    expect(page.get_by_text("可以提交了")).to_be_visible()
    settle(page)
    assert faults_of(page, language="zh-CN") == []
    page.get_by_role("button", name="确认并发送").click()
    page.get_by_role("dialog").get_by_role("button", name="确认并发送").click()
    expect(page).to_have_url(re.compile(r"/campaigns/\d+$"), timeout=WORK_MILLISECONDS_MAX)
    expect(page.get_by_role("heading", level=1)).to_have_text(CAMPAIGN)
    campaign_id = page.url.rpartition("/")[2]
    seen: list[str] = []
    for _ in range(WORK_MILLISECONDS_MAX // 500):
        campaign = page.request.get(f"/api/v1/campaigns/{campaign_id}").json()
        seen.append(campaign["state"])
        if campaign["launched_at"]:
            break
        page.wait_for_timeout(500)
    assert campaign["treated_count"] > 0, seen
    assert campaign["state"] in ("sending", "sent"), seen
