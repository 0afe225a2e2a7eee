"""What happened at the demo brand four weeks ago: segments, a wake-up campaign with a holdout, and what came of it."""

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from siyu.campaigns.api import (
    campaigns_page,
    create_campaign,
    launch_campaign,
    recipients_page,
    settle_campaigns,
    submit_campaign,
    write_assignments,
)
from siyu.campaigns.contracts import Draft, RecipientState
from siyu.demo.contracts import DemoBrand
from siyu.demo.files import map_text, write_orders
from siyu.demo.world.future import future_orders
from siyu.intake.api import pump
from siyu.kernel.app import App
from siyu.kernel.audit import Actor
from siyu.kernel.processes import ChildDidNotStart, answers
from siyu.organisation.api import brand_info
from siyu.outreach.api import accepted_out_ids, seal_of, send_due, take_callback, update_channel
from siyu.people.api import profiles_of
from siyu.segments.api import create_segment, segment_list

WAKE_UP = "沉睡老客唤醒 · 回来喝杯茶"
NEXT_ONE = "新客第二单 · 桂花拿铁尝鲜"
KEY = "sandbox"
LIFT = 0.6
FAILED_SHARE = 0.03
DAYS = 27
RECEIPTS_A_POST = 500

SEGMENTS: dict[str, tuple[str, object]] = {
    "沉睡与流失的老客": (
        "买过两次以上，已沉睡或流失",
        {"and": [{"trait": "orders", "op": ">=", "value": 2},
                 {"trait": "stage", "op": "in", "value": ["dormant", "lost"]}]},
    ),
    "高价值老客": (
        "近一年净消费 1,000 元以上，仍在成熟期",
        {"and": [{"trait": "sales_365d_fen", "op": ">=", "value": 100_000},
                 {"trait": "stage", "op": "=", "value": "maturity"}]},
    ),
    "只买过一次的新客": (
        "只有一单，最近 60 天内首购",
        {"and": [{"trait": "orders", "op": "=", "value": 1},
                 {"trait": "first_order_at", "op": "within_days", "value": 60}]},
    ),
    "常退款客户": (
        "退款三次以上，营销时避开",
        {"trait": "refunds", "op": ">=", "value": 3},
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the story plays: the home's application, the brand, who acts, and the moment it begins."""

    app: App
    brand_id: int
    operator: Actor
    starts_at: datetime
    say: Callable[[str], None]


def tell_story(
    stage: Stage, brand: DemoBrand, *, import_file: Callable[[str, Path, str], None], folder: Path
) -> None:
    """A campaign was sent at `starts_at`, the orders of the next weeks are imported. Told again, it adds nothing."""
    segments = _segments(stage)
    stage.say("sending a campaign of four weeks ago through the sandbox")
    campaign_id = _campaign(stage, segments["沉睡与流失的老客"], segments["常退款客户"])
    launch_campaign(stage.app, brand_id=stage.brand_id, campaign_id=campaign_id, now=stage.starts_at)
    write_assignments(stage.app, brand_id=stage.brand_id, campaign_id=campaign_id, now=stage.starts_at)
    clock = _clock_of_then(stage)
    with _vendor(stage):
        while send_due(stage.app, brand_id=stage.brand_id, clock=clock):
            pass  # a turn is limited in time, and a slow machine needs several
    _receipts(stage, campaign_id)
    while pump(stage.app, now=stage.starts_at):
        pass
    with stage.app.db.transaction(brand_id=stage.brand_id) as session:
        settle_campaigns(session, now=stage.starts_at + timedelta(hours=2))
    stage.say("living through the four weeks after it")
    treated, holdout = (
        _keys(stage, campaign_id, state) for state in (RecipientState.TREATED, RecipientState.HOLDOUT)
    )
    future = future_orders(
        brand, treated=treated, holdout=holdout, starts_at=stage.starts_at, days=DAYS, lift=LIFT
    )
    import_file(
        "the orders since", write_orders(brand, future.orders, folder / "later.csv"), map_text("orders")
    )


def _segments(stage: Stage) -> dict[str, int]:
    with stage.app.db.transaction(brand_id=stage.brand_id) as session:
        present = {segment.name: segment.segment_id for segment in segment_list(session)}
        for name, (description, definition) in SEGMENTS.items():
            if name not in present:
                made = create_segment(
                    session, name=name, description=description, definition=definition, sources=(),
                    actor=stage.operator, now=stage.starts_at,
                )  # fmt: skip
                present[name] = made.segment_id
        return present


def _campaign(stage: Stage, segment_id: int, excluded: int) -> int:
    """The wake-up campaign, submitted; and the draft of a second one, as an operator would leave it overnight."""
    with stage.app.db.transaction(brand_id=stage.brand_id) as session:
        update_channel(
            session, cipher=stage.app.cipher, provider="sandbox",
            base_url=f"http://127.0.0.1:{stage.app.settings.sandbox_port}", key=KEY, price_centifen=450,
            signature="溪栀茶点", enabled=True, actor=stage.operator, now=stage.starts_at,
        )  # fmt: skip
        brand = brand_info(session, brand_id=stage.brand_id)
        known = {one.name: one.campaign_id for one in campaigns_page(session, limit=100).items}
        if WAKE_UP in known:
            return known[WAKE_UP]
        wake_up = Draft(
            name=WAKE_UP, segment_id=segment_id, excluded_segment_ids=(excluded,), holdout_basis_points=2_000,
            template_text="{{ name }}，好久不见。到店出示本短信，任一茶饮第二杯半价，本周有效。",
        )  # fmt: skip
        made = create_campaign(session, draft=wake_up, brand=brand, actor=stage.operator, now=stage.starts_at)
        submit_campaign(
            session, campaign_id=made.campaign_id, brand=brand, actor=stage.operator, now=stage.starts_at
        )
        draft = Draft(name=NEXT_ONE, template_text="{{ name }}，桂花拿铁新上市，小程序下单九折尝鲜。")
        create_campaign(session, draft=draft, brand=brand, actor=stage.operator, now=stage.starts_at)
        return made.campaign_id


@contextmanager
def _vendor(stage: Stage) -> Iterator[None]:
    """A sandbox that takes messages and says nothing afterwards: the past's receipts have the past's time."""
    port = stage.app.settings.sandbox_port
    process = subprocess.Popen(
        [sys.executable, "-m", "siyu_sandbox", "--port", str(port), "--mode", "no_receipts"],
        env={**os.environ, "SIYU_SANDBOX_KEY": KEY}, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 30
        while not answers("127.0.0.1", port, "/healthz") and time.monotonic() < deadline:
            time.sleep(0.1)
        if process.poll() is not None:
            raise ChildDidNotStart(name="sandbox", why=f"port {port} is taken; set SIYU_SANDBOX_PORT", log="")
        yield
    finally:
        process.terminate()
        process.wait(10)


def _clock_of_then(stage: Stage) -> Callable[[], datetime]:
    begun = time.monotonic()
    return lambda: stage.starts_at + timedelta(seconds=time.monotonic() - begun)


def _receipts(stage: Stage, campaign_id: int) -> None:
    """Each message was delivered or failed within an hour, decided by its number."""
    with stage.app.db.transaction(brand_id=stage.brand_id) as session:
        waiting = accepted_out_ids(session, campaign_id=campaign_id)
    for start in range(0, len(waiting), RECEIPTS_A_POST):
        part = waiting[start : start + RECEIPTS_A_POST]
        body = json.dumps(
            {"receipts": [_receipt(out_id, stage.starts_at) for out_id in part], "replies": []}
        ).encode()
        with stage.app.db.transaction(brand_id=stage.brand_id) as session:
            take_callback(
                session, cipher=stage.app.cipher, provider="sandbox", body=body, signature=seal_of(body, KEY),
                now=stage.starts_at + timedelta(hours=1),
            )  # fmt: skip


def _receipt(out_id: str, sent_at: datetime) -> dict[str, object]:
    luck = int(hashlib.sha256(out_id.encode()).hexdigest()[:8], 16) / 2**32
    failed = luck < FAILED_SHARE
    return {
        "out_id": out_id,
        "status": "failed" if failed else "delivered",
        "error_code": "phone_off" if failed else None,
        "at": (sent_at + timedelta(seconds=5 + 600 * luck)).isoformat(),
        "segments": 1,
    }


def _keys(stage: Stage, campaign_id: int, state: RecipientState) -> list[str]:
    """The member numbers of a campaign's customers in one state."""
    ids: list[int] = []
    keys: list[str] = []
    with stage.app.db.transaction(brand_id=stage.brand_id) as session:
        after: int | None = None
        while True:
            page = recipients_page(session, campaign_id=campaign_id, state=state, after_id=after, limit=500)
            ids += [one.customer_id for one in page.items]
            if page.next_after_id is None:
                break
            after = page.next_after_id
        for start in range(0, len(ids), 500):
            found = profiles_of(
                session, cipher=stage.app.cipher, customer_ids=ids[start : start + 500], reveal=True
            )
            keys += [
                one.value
                for profile in found.values()
                for one in profile.identities
                if one.namespace == "member_no"
            ]
    return keys
