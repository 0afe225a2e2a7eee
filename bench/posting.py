"""Events for measurements, and how they are sent: over sixteen connections that stay open."""

import asyncio
import json
import time
import uuid
from collections.abc import Sequence

from siyu.kernel.clock import utcnow

BATCH = 100
CONNECTIONS = 16
PORT = 18_117
PEOPLE = 50_000
OLD_EVERY = 1_000  # one event in so many was sent long ago
OLD_IDS = 10_000
NAMES = ("page_view", "product_view", "cart_changed", "check_in", "tea_tasting")


def bodies(events: int, *, size: int = BATCH) -> list[bytes]:
    """Batches of mixed events of fifty thousand people; almost all ids were never used before."""
    now, made = utcnow().isoformat(), []
    for start in range(0, events, size):
        batch = [an_event(number, now) for number in range(start, min(start + size, events))]
        made.append(json.dumps({"events": batch}, ensure_ascii=False).encode())
    return made


def old_in(events: int) -> int:
    """How many of so many events repeat one of long ago."""
    return -(-events // OLD_EVERY)


def old_id(number: int) -> str:
    """The id of an event that was sent long ago."""
    return f"old-{number % OLD_IDS}"


def an_event(number: int, now: str) -> dict[str, object]:
    """One event of one of fifty thousand people."""
    return {
        "event": NAMES[number % len(NAMES)],
        "event_id": str(uuid.uuid4()) if number % OLD_EVERY else old_id(number // OLD_EVERY),
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


async def post(sent: Sequence[bytes], key: str, *, per_second: float = 0.0) -> None:
    """The bodies are accepted, so many a second or as fast as they are taken."""
    queue, begun = iter(enumerate(sent)), time.perf_counter()

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
        for number, body in queue:
            if per_second and (early := begun + number / per_second - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            await send(reader, writer, body, key)
        writer.close()

    await asyncio.gather(*(client() for _ in range(CONNECTIONS)))


async def send(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, body: bytes, key: str) -> None:
    """One body is accepted."""
    writer.write(
        b"POST /api/v1/events HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer " + key.encode()
        + b"\r\nContent-Type: application/json\r\nContent-Length: " + str(len(body)).encode()
        + b"\r\n\r\n" + body
    )  # fmt: skip
    head = await reader.readuntil(b"\r\n\r\n")
    assert b" 202 " in head.split(b"\r\n")[0], head
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
    )
    await reader.readexactly(length)
