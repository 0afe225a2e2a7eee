"""How long after it was accepted an event stands on its customer's page, while a thousand others a second come in."""

import asyncio
import http.client
import json
import math
import time
import uuid

from sqlalchemy import text

from bench.machine import wait_until_idle
from bench.posting import PORT, bodies, post, send
from siyu.kernel.app import App
from siyu.kernel.audit import COMMAND_LINE
from siyu.kernel.clock import utcnow
from siyu.organisation.api import create_user
from siyu.organisation.contracts import BrandInfo
from siyu.people.api import value_index

RATE = 1_000
SIZE = 10  # events a request
PROBES = 5  # customers whose pages are looked at in turn
PROBE_EVERY_SECONDS = 0.1
WAITED_SECONDS_MAX = 60
LOGIN, PASSWORD = "bench-seer", "a-long-password-7"
PROBE = "bench_probe"


def seeing(app: App, brand: BrandInfo, key: str, seconds: int) -> str:
    """A probe every tenth of a second beside a thousand events a second; the page is asked as a browser would."""
    with app.db.transaction(brand_id=brand.brand_id) as session:
        create_user(
            session, login=LOGIN, display_name="Bench", roles=["owner"], password=PASSWORD, actor=COMMAND_LINE,
            now=utcnow(), must_change_password=False,
        )  # fmt: skip
    page = _Page(app, brand, _signed_in())
    asyncio.run(_probe(key, page, seconds=2.0))  # their customers are known and their pages were read once
    quiet = wait_until_idle()
    waited = asyncio.run(_beside(key, page, seconds))
    waited.sort()
    return (
        f"seen             {len(waited)} probes beside {RATE:,} events/s for {seconds} s: accepted → on the customer's "
        f"page p50 {waited[len(waited) // 2]:.2f} s, p99 {waited[len(waited) * 99 // 100]:.2f} s, "
        f"slowest {waited[-1]:.2f} s; ≤ 2 s; {'QUIET' if quiet else 'BUSY'}"
    )


async def _beside(key: str, page: "_Page", seconds: float) -> list[float]:
    load = asyncio.create_task(post(bodies(int(RATE * seconds), size=SIZE), key, per_second=RATE / SIZE))
    found = await _probe(key, page, seconds=seconds)
    await load
    return found


async def _probe(key: str, page: "_Page", *, seconds: float) -> list[float]:
    """Seconds from the answer 202 until the page shows the event, of each probe; infinite if that took a minute."""
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
    accepted: dict[str, float] = {}
    waited: list[float] = []
    sending = True

    async def watch() -> None:
        while sending or (accepted and time.perf_counter() < begun + seconds + WAITED_SECONDS_MAX):
            for number in range(PROBES):
                shown, at = await asyncio.to_thread(page.shown, number), time.perf_counter()
                waited.extend(at - accepted.pop(one) for one in shown & accepted.keys())
            await asyncio.sleep(0.02)

    begun = time.perf_counter()
    watching = asyncio.create_task(watch())
    for number in range(int(seconds / PROBE_EVERY_SECONDS)):
        if (early := begun + number * PROBE_EVERY_SECONDS - time.perf_counter()) > 0:
            await asyncio.sleep(early)
        name = uuid.uuid4().hex
        await send(reader, writer, _one(name, number % PROBES), key)
        accepted[name] = time.perf_counter()
    sending = False
    await watching
    writer.close()
    return waited + [math.inf] * len(accepted)


class _Page:
    """What a signed-in person's browser asks for: the events of the customers that the probes are about."""

    def __init__(self, app: App, brand: BrandInfo, cookie: str) -> None:
        self._app, self._brand = app, brand
        self._connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
        self._cookie = cookie
        self._customers: dict[int, int] = {}

    def shown(self, number: int) -> set[str]:
        """The probes on the customer's page."""
        customer_id = self._customers.get(number) or self._customer(number)
        if not customer_id:
            return set()
        items = self._ask(f"/api/v1/customers/{customer_id}/timeline?kinds=events&limit=200")["items"]
        return {item["details"].get("probe") for item in items}

    def _customer(self, number: int) -> int:
        index = value_index(self._app.cipher, self._brand.brand_id, "member_no", _member(number))
        with self._app.db.transaction(brand_id=self._brand.brand_id) as session:
            found = session.scalar(
                text(
                    "SELECT customer_id FROM customer_identity WHERE namespace = 'member_no' AND value_index = :index"
                ),
                {"index": index},
            )
        if found:
            self._customers[number] = found
        return self._customers.get(number, 0)

    def _ask(self, path: str) -> "dict[str, list[dict[str, object]]]":
        try:
            self._connection.request("GET", path, headers={"Cookie": self._cookie})
            answer = self._connection.getresponse()
        except http.client.RemoteDisconnected:  # the server lets go of a connection that was idle
            self._connection.close()
            return self._ask(path)
        body = answer.read()
        assert answer.status == http.client.OK, body
        found: dict[str, list[dict[str, object]]] = json.loads(body)
        return found


def _signed_in() -> str:
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
    body = json.dumps({"login": LOGIN, "password": PASSWORD})
    connection.request("POST", "/api/v1/auth/login", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    said = answer.read()
    assert answer.status == http.client.OK, said
    return "; ".join(
        value.split(";")[0] for name, value in answer.getheaders() if name.lower() == "set-cookie"
    )


def _member(number: int) -> str:
    return f"PROBE{number}"


def _one(name: str, number: int) -> bytes:
    event = {
        "event": PROBE, "event_id": name, "occurred_at": utcnow().isoformat(),
        "identities": [{"namespace": "member_no", "value": _member(number)}], "properties": {"probe": name},
    }  # fmt: skip
    return json.dumps(event).encode()
