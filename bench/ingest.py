"""`python -m bench.ingest`: events over HTTP and into the lake, beside msgspec and a bare COPY in the same run.

Options: --events N (200,000), --known N (1,000,000 ids of older facts in the lake), --seconds N (20, sustained; 60 is
what the goal says), --seen-seconds N (20, of events seen on the customer page).
"""

import argparse
import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import msgspec
import psutil
import pyarrow as pa
from sqlalchemy import text

from bench.home import fresh_home
from bench.machine import HEAD, Figure, wait_until_idle
from bench.posting import BATCH, OLD_IDS, PEOPLE, PORT, bodies, old_id, old_in, post
from bench.seeing import seeing
from bench.watching import memory_watched, ours, postgres_of, processor_seconds
from siyu.intake.actions.events_id_filters import current_filter, filters_folder
from siyu.intake.actions.events_ids import fact_key, halves, older_ids
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
from siyu.organisation.rules.permissions import PERMISSIONS

MOVED_AT_ONCE = 5_000_000
ASKED = 80_000
RATE = 16_000
DRAINED_SECONDS_MAX = 300
ENDED_SECONDS_MAX = 120  # a worker finishes the batch it is at


def main() -> None:
    """The table on standard output."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--known", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--seen-seconds", type=int, default=20)
    options = parser.parse_args()
    print(HEAD)
    for line in lines(
        events=options.events, known=options.known, seconds=options.seconds, seen_seconds=options.seen_seconds
    ):
        print(line, flush=True)


def lines(
    *, events: int = 200_000, known: int = 1_000_000, seconds: int = 20, seen_seconds: int = 20
) -> Iterator[str]:
    """The rows of the table: accepting, deduplicating, carrying, both at once, and what a person sees of it."""
    with fresh_home() as (app, brand), memory_watched(app.settings.home) as peak:
        key = _key(app, brand)
        begun = time.perf_counter()
        know(app, brand, known)
        made = time.perf_counter() - begun
        with _serving(app) as server:
            accepted = accepting(app, key, events, server)
        yield accepted.line()
        yield filtering(app, brand, made)
        yield deduplicating(app, brand, known).line()
        yield carrying(app, brand, events).line()
        with _serving(app), _working(app):
            yield sustained(app, key, seconds, floor=events / accepted.floor)
            _wait_for_the_rest(app)
            yield seeing(app, brand, key, seen_seconds)
        yield f"memory           peak of all our processes and PostgreSQL {peak}; ≤ 8 GB"


def accepting(app: App, key: str, events: int, server: psutil.Process) -> Figure:
    """HTTP, limits, seal, COPY and synchronous commit; the floor decodes the same bodies and copies their rows.

    What the server's processor spent an event says more than the clock where others work on the machine too.
    """
    asyncio.run(post(bodies(10_000), key))
    quiet = wait_until_idle()
    sent, before = bodies(events), processor_seconds([server])
    begun = time.perf_counter()
    asyncio.run(post(sent, key))
    spent_by_clock = time.perf_counter() - begun
    spent = processor_seconds([server]) - before
    floor = _bare(app, sent)
    return Figure(
        "accept", f"{events:,} events over HTTP, batches of {BATCH}", spent_by_clock, floor, quiet,
        f"{events / spent_by_clock:,.0f}/s accepted, floor {events / floor:,.0f}/s, a core of the server "
        f"{events / spent:,.0f}/s; ≥ 40,000/s",
    )  # fmt: skip


def filtering(app: App, brand: BrandInfo, made: float) -> str:
    """The filter of the old ids is made from the lake, as once after an upgrade."""
    begun = time.perf_counter()
    with app.lake.reading() as cursor, app.db.transaction(brand_id=None, role=Role.PUMP) as session:
        found = current_filter(app, session, cursor, brand_id=brand.brand_id)
    spent = time.perf_counter() - begun
    size = sum(file.stat().st_size for file in filters_folder(app).iterdir())
    return (
        f"filter           {found.ids:,} ids of older facts (written in {made:.1f} s): made in {spent:.1f} s, "
        f"{size / 2**20:,.0f} MB"
    )


def deduplicating(app: App, brand: BrandInfo, known: int) -> Figure:
    """A batch of new ids, ten known ones among them, is asked; the floor is a join with the lake's table."""
    keys = [fact_key("bench", f"new-{number}") for number in range(ASKED)] + _old_keys(10)
    quiet = wait_until_idle()
    with app.lake.reading() as cursor, app.db.transaction(brand_id=None, role=Role.PUMP) as session:
        begun, before = time.perf_counter(), time.process_time()
        found = older_ids(app, session, cursor, brand_id=brand.brand_id, keys=keys)
        spent, worked = time.perf_counter() - begun, time.process_time() - before
        assert found == set(_old_keys(10)), f"{len(found)} known ids found"
        asked = halves(keys)
        cursor.register("asked_now", pa.table({"key_high": asked[:, 0], "key_low": asked[:, 1]}))
        begun = time.perf_counter()
        cursor.execute(
            f"SELECT count(*) FROM {brand_schema(brand.brand_id)}.fact_id SEMI JOIN asked_now USING (key_high, key_low)"
        ).fetchall()
        floor = time.perf_counter() - begun
    return Figure(
        "dedupe", f"{len(keys):,} ids against {known:,}", spent, floor, quiet,
        f"{worked / len(keys) * 1e6:.2f} µs of processor an id; the floor is a join with all of them",
    )  # fmt: skip


def carrying(app: App, brand: BrandInfo, events: int) -> Figure:
    """What waits is checked, deduplicated, identified and in the lake; the floor is one bare append of the rows."""
    quiet = wait_until_idle()
    before = processor_seconds(ours()), processor_seconds(postgres_of(app.settings.home))
    begun, carried = time.perf_counter(), 0
    while taken := pump_events(app, now=utcnow()):
        carried += taken
    spent = time.perf_counter() - begun
    python, postgres = (
        after - earlier
        for after, earlier in zip(
            (processor_seconds(ours()), processor_seconds(postgres_of(app.settings.home))),
            before,
            strict=True,
        )
    )
    wanted = carried - old_in(10_000) - old_in(events)
    assert _in_lake(app) == wanted, f"{_in_lake(app):,} events in the lake, {wanted:,} wanted"
    begun = time.perf_counter()
    with app.lake.transaction() as cursor:
        cursor.execute(
            f"INSERT INTO {brand_schema(brand.brand_id)}.event SELECT i % {PEOPLE}, i, now(), 'x', 0, 'floor', 0, "
            f"'{{\"a\": ' || i || '}}' FROM range({carried}) r(i)"
        )
    floor = time.perf_counter() - begun
    return Figure(
        "carry", f"{carried:,} events, inbox to lake", spent, floor, quiet,
        f"{carried / spent:,.0f}/s; processor {python / carried * 1e6:.0f} µs an event here, "
        f"{postgres / carried * 1e6:.0f} µs in PostgreSQL; ≥ 15,000/s",
    )  # fmt: skip


def sustained(app: App, key: str, seconds: int, *, floor: float) -> str:
    """One server and one worker together, driven at what the lake is to reach; how far it is behind."""
    quiet = wait_until_idle()
    before, sent = _in_lake(app), bodies(RATE * seconds)
    worked = processor_seconds(ours()[1:]), processor_seconds(postgres_of(app.settings.home))
    wanted = RATE * seconds - old_in(RATE * seconds)
    begun = time.perf_counter()
    asyncio.run(post(sent, key, per_second=RATE / BATCH))
    posted = time.perf_counter() - begun
    reached = _in_lake(app) - before
    while _in_lake(app) - before < wanted and time.perf_counter() - begun < 10 * seconds:
        time.sleep(0.2)
    whole = time.perf_counter() - begun
    arrived = _in_lake(app) - before
    assert arrived <= wanted, "an event is in the lake that was there before"
    ourselves = (processor_seconds(ours()[1:]) - worked[0]) / max(arrived, 1) * 1e6
    postgres = (processor_seconds(postgres_of(app.settings.home)) - worked[1]) / max(arrived, 1) * 1e6
    return (
        f"sustained        accepted {RATE * seconds / posted:,.0f}/s for {posted:.0f} s; in the lake at the end "
        f"{reached / posted:,.0f}/s; {arrived:,} of {wanted:,} after {whole:.1f} s = {arrived / whole:,.0f}/s, "
        f"{arrived / whole / floor:.1%} of the floor; processor {ourselves:.0f} µs an event in server and worker, "
        f"{postgres:.0f} µs in PostgreSQL; ≥ 15,000/s; {'QUIET' if quiet else 'BUSY'}"
    )


def know(app: App, brand: BrandInfo, ids: int) -> None:
    """The lake knows so many ids of older facts, those of the events that are sent again among them.

    Digests are as good as random: numbers at even distances, shaken, are too, and need not be sorted.
    """
    table, step = f"{brand_schema(brand.brand_id)}.fact_id", 2**64 // MOVED_AT_ONCE
    for start in range(0, ids, MOVED_AT_ONCE):
        with app.lake.transaction() as cursor:
            cursor.execute(
                f"""INSERT INTO {table} BY NAME
                    SELECT ((i * {step}::HUGEINT + hash(i + {start}) % {step}) - 9223372036854775808::HUGEINT)::BIGINT
                               AS key_high,
                           (hash(i * 7 + {start}) // 2)::BIGINT AS key_low, 0 AS batch_id
                    FROM range({min(MOVED_AT_ONCE, ids - start)}) r(i)"""
            )
    old = halves(_old_keys(OLD_IDS))
    with app.lake.transaction() as cursor:
        cursor.register("old_ids", pa.table({"key_high": old[:, 0], "key_low": old[:, 1]}))
        cursor.execute(f"INSERT INTO {table} BY NAME SELECT *, 0 AS batch_id FROM old_ids ORDER BY key_high")


def _old_keys(ids: int) -> list[str]:
    return [fact_key("bench", old_id(number)) for number in range(ids)]


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


def _wait_for_the_rest(app: App) -> None:
    """What waits for the lake is there; otherwise events that are looked for would stand behind it."""
    deadline = time.monotonic() + DRAINED_SECONDS_MAX
    while time.monotonic() < deadline:
        with app.db.transaction(brand_id=None, role=Role.PUMP) as session:
            if not session.scalar(text("SELECT EXISTS (SELECT FROM event_envelope)")):
                return
        time.sleep(1)


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
        process.wait(ENDED_SECONDS_MAX)


if __name__ == "__main__":
    main()
