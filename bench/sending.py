"""5,000 messages of a campaign through the sandbox, beside a bare loop that posts the same and keeps the answers."""

import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count as counting
from pathlib import Path

import httpx

from bench.home import fresh_home, import_file
from bench.machine import Figure, side_by_side
from siyu.campaigns.api import create_campaign, launch_campaign, submit_campaign
from siyu.campaigns.contracts import Draft
from siyu.kernel.app import App
from siyu.kernel.audit import COMMAND_LINE
from siyu.kernel.clock import utcnow
from siyu.organisation.contracts import BrandInfo
from siyu.outreach.api import send_due, update_channel
from siyu.segments.api import create_segment

MESSAGES = 5_000
KEY = "bench"
NOON = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
CUSTOMER_MAP = """
kind: customers
source: bench
customer_namespace: member_no
columns:
  customer_key: customer
  phone: phone
  name: name
  joined_at: joined
  consent_sms: consent
  consent_source: {constant: bench}
  consent_at: joined
"""


def campaign_send() -> Figure:
    """Claimed, gated, handed over and written down; the floor only posts and copies what came back."""
    with fresh_home(currency="CNY", zone="Asia/Shanghai") as (app, brand), _sandbox() as url:
        _customers(app, brand)
        segment_id = _ready(app, brand, url)
        numbers = counting(1)

        def ours() -> None:
            day = timedelta(days=next(numbers))
            _launch(app, brand, segment_id, NOON + day)
            begun = time.perf_counter()
            send_due(app, brand_id=brand.brand_id, clock=lambda: NOON + day)
            spent.append(time.perf_counter() - begun)

        spent: list[float] = []
        figure = side_by_side(
            "campaign send",
            f"{MESSAGES:,} messages to the sandbox",
            ours=ours,
            floor=lambda: _post(app, url),
            runs=5,
        )
        sending = sorted(spent[1:])[len(spent[1:]) // 2]
        return Figure(
            figure.name,
            figure.work,
            sending,
            figure.floor,
            figure.quiet,
            f"{MESSAGES / sending:,.0f} messages/s",
        )


def _customers(app: App, brand: BrandInfo) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "customers.csv"
        with path.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("customer", "phone", "name", "joined", "consent"))
            for number in range(MESSAGES):
                writer.writerow((f"M{number}", f"1990001{number:04d}", "王芳", "2026-01-01", "yes"))
        import_file(app, brand, path, map_text=CUSTOMER_MAP)


def _ready(app: App, brand: BrandInfo, url: str) -> int:
    with app.db.transaction(brand_id=brand.brand_id) as session:
        update_channel(
            session, cipher=app.cipher, provider="sandbox", base_url=url, key=KEY, price_centifen=450,
            signature="测试", cap_per_day=1_000, cap_per_30_days=1_000, enabled=True, actor=COMMAND_LINE, now=utcnow(),
        )  # fmt: skip
        segment = create_segment(
            session, name="everybody", description="", definition={"and": []}, sources=(), actor=COMMAND_LINE,
            now=utcnow(),
        )  # fmt: skip
        return segment.segment_id


def _launch(app: App, brand: BrandInfo, segment_id: int, now: datetime) -> None:
    with app.db.transaction(brand_id=brand.brand_id) as session:
        draft = Draft(
            name=f"bench {now}", segment_id=segment_id, holdout_basis_points=0,
            template_text="{{ name }}，新品到店，欢迎来喝一杯。",
        )  # fmt: skip
        made = create_campaign(session, draft=draft, brand=brand, actor=COMMAND_LINE, now=now)
        submit_campaign(session, campaign_id=made.campaign_id, brand=brand, actor=COMMAND_LINE, now=now)
    launch_campaign(app, brand_id=brand.brand_id, campaign_id=made.campaign_id, now=now)


def _post(app: App, url: str) -> None:
    """Posts in batches of 200 and copies the answers into a temporary table."""
    stamp = time.time_ns()
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {KEY}"}, trust_env=False) as http:
        rows = []
        for start in range(0, MESSAGES, 200):
            messages = [
                {"phone": f"1990001{number:04d}", "out_id": f"floor-{stamp}-{number}"}
                for number in range(start, start + 200)
            ]
            body = {
                "sign": "测试", "kind": "transactional", "text": "【测试】王芳，新品到店，欢迎来喝一杯。拒收请回复R",
                "callback_url": "http://127.0.0.1:9/unheard", "messages": messages,
            }  # fmt: skip
            answer = http.post("/sms/send", json=body).raise_for_status().json()
            rows += [(one["out_id"], one["status"], json.dumps(one)) for one in answer["messages"]]
    with app.db.engine.connect() as connection, connection.begin():
        driver = connection.connection.driver_connection
        assert driver is not None
        with driver.cursor() as cursor:
            cursor.execute(
                "CREATE TEMPORARY TABLE answer (out_id text, status text, whole jsonb) ON COMMIT DROP"
            )
            with cursor.copy("COPY answer FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)


@contextmanager
def _sandbox() -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "siyu_sandbox", "--port", "0", "--mode", "no_receipts"],
        env={**os.environ, "SIYU_SANDBOX_KEY": KEY}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        answer = httpx.post(
            f"{url}/control", json={"marketing_per_day_max": 1_000_000}, headers={"Authorization": f"Bearer {KEY}"},
            trust_env=False,
        )  # fmt: skip
        answer.raise_for_status()
        yield url
    finally:
        process.terminate()
        process.wait(10)
        if process.stdout:
            process.stdout.close()
