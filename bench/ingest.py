"""`python -m bench.ingest`: events over HTTP and into the lake, beside msgspec and a bare COPY in the same run.

Options: --events N (200,000), --known N (1,000,000 ids of older facts in the lake), --seconds N (20, sustained).
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import msgspec
import psutil
from sqlalchemy import text

from bench.home import fresh_home
from bench.machine import HEAD, Figure, wait_until_idle
from siyu.intake.actions.events_pump import pump_events
from siyu.intake.rules.events import kept_events
from siyu.kernel.app import App
from siyu.kernel.audit import COMMAND_LINE
from siyu.kernel.clock import utcnow
from siyu.kernel.db import Role, raw
from siyu.kernel.lake import brand_schema
from siyu.kernel.processes import answers
from siyu.organisation.api import create_api_key
from siyu.organisation.contracts import BrandInfo
from siyu.organisation.rules import PERMISSIONS

BATCH = 100
CONNECTIONS = 16
PORT = 18_117
PEOPLE = 50_000
NAMES = ("page_view", "product_view", "cart_changed", "check_in", "tea_tasting")


def main() -> None:
    """The table on standard output."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--known", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=int, default=20)
    options = parser.parse_args()
    print(HEAD)
    for line in lines(events=options.events, known=options.known, seconds=options.seconds):
        print(line, flush=True)


def lines(*, events: int = 200_000, known: int = 1_000_000, seconds: int = 20) -> Iterator[str]:
    """The rows of the table: accepting, carrying, and both at once."""
    with fresh_home() as (app, brand):
        key = _key(app, brand)
        know(app, brand, known)
        with _serving(app) as server:
            yield accepting(app, key, events, server).line()
        yield carrying(app, brand).line()
        with _serving(app), _working(app):
            yield sustained(app, key, seconds)


def bodies(events: int) -> list[bytes]:
    """Batches of a hundred mixed events of fifty thousand people, ids never used before."""
    now, made = utcnow().isoformat(), []
    for start in range(0, events, BATCH):
        batch = [_event(number, now) for number in range(start, start + BATCH)]
        made.append(json.dumps({"events": batch}, ensure_ascii=False).encode())
    return made


def accepting(app: App, key: str, events: int, server: psutil.Process) -> Figure:
    """HTTP, limits, seal, COPY and synchronous commit; the floor decodes the same bodies and copies their rows.

    What the server's processor spent an event says more than the clock where others work on the machine too.
    """
    asyncio.run(post(bodies(10_000), key))
    quiet = wait_until_idle()
    sent, before = bodies(events), sum(server.cpu_times()[:2])
    begun = time.perf_counter()
    asyncio.run(post(sent, key))
    ours = time.perf_counter() - begun
    spent = sum(server.cpu_times()[:2]) - before
    floor = _bare(app, sent)
    return Figure(
        "accept", f"{events:,} events over HTTP, batches of {BATCH}", ours, floor, quiet,
        f"{events / ours:,.0f}/s accepted, floor {events / floor:,.0f}/s, a core of the server "
        f"{events / spent:,.0f}/s; ≥ 40,000/s",
    )  # fmt: skip


def carrying(app: App, brand: BrandInfo) -> Figure:
    """What waits is checked, deduplicated, identified and in the lake; the floor is one bare append of the rows."""
    quiet = wait_until_idle()
    begun, carried = time.perf_counter(), 0
    while taken := pump_events(app, now=utcnow()):
        carried += taken
    ours = time.perf_counter() - begun
    begun = time.perf_counter()
    with app.lake.transaction() as cursor:
        cursor.execute(
            f"INSERT INTO {brand_schema(brand.brand_id)}.event SELECT i % {PEOPLE}, i, now(), 'x', 0, 'floor', 0, "
            f"'{{\"a\": ' || i || '}}' FROM range({carried}) r(i)"
        )
    floor = time.perf_counter() - begun
    return Figure(
        "carry",
        f"{carried:,} events, inbox to lake",
        ours,
        floor,
        quiet,
        f"{carried / ours:,.0f}/s; ≥ 15,000/s",
    )


def sustained(app: App, key: str, seconds: int) -> str:
    """One server and one worker together, driven at what the lake is to reach; how far it is behind."""
    quiet = wait_until_idle()
    before, rate = _in_lake(app), 16_000
    sent = bodies(rate * seconds)
    begun = time.perf_counter()
    asyncio.run(post(sent, key, per_second=rate / BATCH))
    posted = time.perf_counter() - begun
    reached = _in_lake(app) - before
    while _in_lake(app) - before < rate * seconds and time.perf_counter() - begun < 10 * seconds:
        time.sleep(0.2)
    whole = time.perf_counter() - begun
    return (
        f"sustained        accepted {rate * seconds / posted:,.0f}/s for {posted:.0f} s; in the lake at the end "
        f"{reached / posted:,.0f}/s, all after {whole:.1f} s = {rate * seconds / whole:,.0f}/s; "
        f"{'QUIET' if quiet else 'BUSY'}"
    )


def know(app: App, brand: BrandInfo, ids: int) -> None:
    """The lake knows so many ids of older facts."""
    with app.lake.transaction() as cursor:
        cursor.execute(
            f"INSERT INTO {brand_schema(brand.brand_id)}.fact_id SELECT high, low, 0 FROM ("
            "SELECT (hash(i) - 9223372036854775808::HUGEINT)::BIGINT AS high, i AS low "
            f"FROM range({ids}) r(i)) ORDER BY high"
        )


async def post(sent: Sequence[bytes], key: str, *, per_second: float = 0.0) -> None:
    """The bodies are accepted, over sixteen connections that stay open."""
    queue, begun = iter(enumerate(sent)), time.perf_counter()

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
        for number, body in queue:
            if per_second and (early := begun + number / per_second - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            writer.write(
                b"POST /api/v1/events HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer " + key.encode()
                + b"\r\nContent-Type: application/json\r\nContent-Length: " + str(len(body)).encode()
                + b"\r\n\r\n" + body
            )  # fmt: skip
            head = await reader.readuntil(b"\r\n\r\n")
            assert b" 202 " in head.split(b"\r\n")[0], head
            length = next(
                int(line.split(b":")[1])
                for line in head.split(b"\r\n")
                if line.lower().startswith(b"content-length")
            )
            await reader.readexactly(length)
        writer.close()

    await asyncio.gather(*(client() for _ in range(CONNECTIONS)))


def _event(number: int, now: str) -> dict[str, object]:
    name = NAMES[number % len(NAMES)]
    return {
        "event": name,
        "event_id": str(uuid.uuid4()),
        "occurred_at": now,
        "identities": [
            {"namespace": "phone", "value": f"139{number % PEOPLE:08d}"},
            {"namespace": "unionid", "value": f"o6_bmasdasdsad6_{number % PEOPLE:012d}"},
        ],
        "properties": {
            "product_key": f"P{number % 977}", "category": "绿茶", "action": "add", "path": f"/tea/{number % 977}",
            "seconds": number % 60 + 0.5, "channel": "mini_program",
        },
    }  # fmt: skip


def _bare(app: App, sent: Sequence[bytes]) -> float:
    """One connection, one COPY and one commit a batch, nothing checked, sealed or served."""
    with app.db.engine.connect() as connection, connection.begin():
        connection.execute(
            text(
                "CREATE TABLE IF NOT EXISTS floor_event (source text, event_id text, at timestamptz, body text)"
            )
        )
    begun = time.perf_counter()
    with app.db.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        for body in sent:
            rows = "".join(
                f"bench\t{event.event_id}\t{event.occurred_at}\t{msgspec.json.encode(event.properties).decode()}\n"
                for event in kept_events(body)
            )
            with driver.cursor() as cursor, cursor.copy("COPY floor_event FROM STDIN") as copy:
                copy.write(rows)
            driver.commit()
    return time.perf_counter() - begun


def _key(app: App, brand: BrandInfo) -> str:
    with app.db.transaction(brand_id=brand.brand_id) as session:
        return create_api_key(
            session, source="bench", scopes=["events.write"], held=frozenset(PERMISSIONS), actor=COMMAND_LINE,
            now=utcnow(),
        ).secret  # fmt: skip


def _in_lake(app: App) -> int:
    with app.db.transaction(brand_id=None, role=Role.PUMP) as session:
        found = raw(session).execute("SELECT coalesce(sum(events), 0) FROM event_volume").fetchone()
    assert found is not None
    return int(found[0])


@contextmanager
def _serving(app: App) -> Iterator[psutil.Process]:
    with _process(app, "siyu.entrypoints.web") as server:
        deadline = time.monotonic() + 60
        while not answers("127.0.0.1", PORT, "/readyz"):
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.2)
        yield server


@contextmanager
def _working(app: App) -> Iterator[None]:
    with _process(app, "siyu.entrypoints.worker"):
        yield


@contextmanager
def _process(app: App, module: str) -> Iterator[psutil.Process]:
    environment = {**os.environ, "SIYU_HOME": str(app.settings.home), "SIYU_PORT": str(PORT)}
    process = subprocess.Popen([sys.executable, "-m", module], env=environment, stderr=subprocess.DEVNULL)
    try:
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(20)


if __name__ == "__main__":
    main()
