"""The client: takes events from any thread, and a thread of its own sends them until they are on the server's disk."""

from __future__ import annotations

import atexit
import json
import logging
import random
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from siyu_client.errors import BadEvent, Closed
from siyu_client.queues import MemoryQueue, Queue, Spool
from siyu_client.sending import DENIED, TOO_LARGE, Problem, Sender

log = logging.getLogger("siyu_client")
BATCH_EVENTS, BATCH_BYTES, BATCH_SECONDS = 100, 400_000, 1.0
EVENT_BYTES_MAX = 32_000
PAUSE_SECONDS, PAUSE_SECONDS_MAX = 0.5, 60.0
AT_EXIT_SECONDS = 2.0  # a program that ends without close() still has this long
Refused = Callable[[Mapping[str, Any], Problem], None]


class Client:
    """Sends events to one server with one key.

    `spool`: a folder where events wait; without it they wait in memory. `sync`: whether each event is forced to disk
    before `track` returns; without it a power cut, not a kill, may lose the last second.
    """

    def __init__(
        self, url: str, key: str, *, spool: str | Path | None = None, sync: bool = True,
        batch_events: int = BATCH_EVENTS, batch_bytes: int = BATCH_BYTES, batch_seconds: float = BATCH_SECONDS,
        waiting_max: int = 10_000, spool_bytes_max: int = 512_000_000, timeout: float = 15.0,
        on_refused: Refused | None = None,
    ) -> None:  # fmt: skip
        self._queue: Queue = (
            MemoryQueue(waiting_max) if spool is None else Spool(spool, bytes_max=spool_bytes_max, sync=sync)
        )
        self._batch = (min(batch_events, 500), min(batch_bytes, 900_000), batch_seconds)
        self._sender = Sender(url, key, timeout=timeout)
        self._on_refused = on_refused
        self._changed = threading.Condition()
        self._oldest_at: float | None = time.monotonic() if len(self._queue) else None
        self._hurry = self._closing = self._closed = False
        self._give_up_at: float | None = None
        self.last_problem: Problem | None = None
        self._thread = threading.Thread(target=self._run, name="siyu-client", daemon=True)
        self._thread.start()
        atexit.register(self.close, AT_EXIT_SECONDS)

    def track(
        self, event: str, properties: Mapping[str, Any] | None = None, *,
        identities: Iterable[tuple[str, str]] = (), occurred_at: datetime | None = None, event_id: str | None = None,
        authenticated: bool = False, version: int | None = None, **named: str,
    ) -> str:  # fmt: skip
        """The event will be sent, and counts once. Further names are identities: `member_no="M1"`, `phone="138…"`.

        returns  its id
        raises   BadEvent, QueueFull, Closed; OSError if the spool's disk does not take it
        """
        number = event_id or str(uuid.uuid4())
        at = occurred_at or datetime.now(timezone.utc)
        if at.tzinfo is None:
            raise BadEvent("occurred_at has no time zone; use datetime.now(timezone.utc)")
        whole: dict[str, Any] = {"event": event, "event_id": number, "occurred_at": at.isoformat()}
        said = [*identities, *named.items()]
        if said:
            whole["identities"] = [{"namespace": name, "value": str(value)} for name, value in said]
        if properties:
            whole["properties"] = dict(properties)
        if authenticated:
            whole["authenticated"] = True
        if version is not None:
            whole["version"] = version
        self._put(_line(whole))
        return number

    def flush(self, timeout: float | None = None) -> bool:
        """Waits until nothing is left to be sent.

        returns  whether that is so; False if the timeout came first
        """
        with self._changed:
            self._hurry = True
            self._changed.notify_all()
            return self._changed.wait_for(lambda: len(self._queue) == 0 or self._closed, timeout) and not len(
                self._queue
            )

    def close(self, timeout: float = 10.0) -> bool:
        """Sends what waits for at most so long, then stops. What is left stays in the spool; without one it is lost.

        returns  whether all was sent
        """
        atexit.unregister(self.close)
        with self._changed:
            self._closing = True
            self._give_up_at = time.monotonic() + timeout
            self._changed.notify_all()
        self._thread.join(timeout + self._sender._timeout + 1.0)  # noqa: SLF001 -- an attempt that runs may end
        if not self._closed:
            self._sender.close()
            self._queue.close()
            self._closed = True
        return not len(self._queue)

    @property
    def waiting(self) -> int:
        """How many events are not yet on the server's disk."""
        return len(self._queue)

    def __enter__(self) -> Client:  # noqa: PYI034 -- Self is not in Python 3.9
        return self

    def __exit__(self, *_ended: object) -> None:
        self.close()

    def _put(self, line: bytes) -> None:
        with self._changed:
            if self._closing:
                raise Closed("the client is closed")
            self._queue.put(line)
            if self._oldest_at is None:
                self._oldest_at = time.monotonic()
                self._changed.notify_all()
            elif len(self._queue) >= self._batch[0]:
                self._changed.notify_all()

    def _run(self) -> None:
        pause = 0.0
        while self._wait_for_work(pause):
            lines = self._queue.take(self._batch[0], self._batch[1])
            problem = self._sender.post(_body(lines)) if lines else None
            if problem is None:
                self._done(len(lines))
                pause, self.last_problem = 0.0, None
            elif problem.is_final:
                self._sort_out(lines, problem)
                pause = 0.0
            else:
                self.last_problem = problem
                pause = self._next_pause(pause, problem)
                log.warning("events wait: %s %s; again in %.1f s", problem.status, problem.detail, pause)

    def _wait_for_work(self, pause: float) -> bool:
        """Returns when a batch is due and the pause is over; False if the client is to stop."""
        with self._changed:
            until = time.monotonic() + pause
            while True:
                now = time.monotonic()
                if self._closing and (not len(self._queue) or now >= (self._give_up_at or now)):
                    return False
                due = until if self._is_due(now) else self._due_at()
                if due is not None and now >= max(due, until):
                    return True
                wake = [at for at in (due and max(due, until), self._give_up_at) if at]
                self._changed.wait(min(wake) - now if wake else None)

    def _is_due(self, now: float) -> bool:
        waits = len(self._queue)
        full = waits >= self._batch[0] or (waits > 0 and (self._hurry or self._closing))
        return full or (self._oldest_at is not None and now >= self._oldest_at + self._batch[2])

    def _due_at(self) -> float | None:
        return None if self._oldest_at is None else self._oldest_at + self._batch[2]

    def _done(self, events: int) -> None:
        with self._changed:
            self._queue.forget(events)
            self._oldest_at = time.monotonic() if len(self._queue) else None
            if not len(self._queue):
                self._hurry = False
            self._changed.notify_all()

    def _sort_out(self, lines: list[bytes], problem: Problem) -> None:
        """One bad event refuses its whole request: it is taken out, the others are sent again."""
        if problem.status == TOO_LARGE and len(lines) > 1 and not problem.bad_positions:
            self._batch = (max(len(lines) // 2, 1), self._batch[1], self._batch[2])
            return
        bad = [place for place in problem.bad_positions if place < len(lines)]
        if not bad and len(lines) > 1:
            self._one_by_one(lines)
            return
        good = [line for place, line in enumerate(lines) if place not in bad] if bad else []
        if good and (failure := self._sender.post(_body(good))) is not None:
            self.last_problem = failure
            if failure.is_final:
                self._one_by_one(lines)
            return
        for place in bad or range(len(lines)):
            self._refuse(lines[place], problem)
        self._done(len(lines))

    def _one_by_one(self, lines: list[bytes]) -> None:
        """The server did not say which event is bad; each is sent by itself, until one has to wait."""
        for line in lines:
            problem = self._sender.post(_body([line]))
            if problem is not None:
                self.last_problem = problem
                if not problem.is_final:
                    return
                self._refuse(line, problem)
            self._queue.take(1, self._batch[1])
            self._done(1)

    def _refuse(self, line: bytes, problem: Problem) -> None:
        self.last_problem = problem
        log.error("the server refused an event for good: %s %s", problem.code, problem.detail)
        self._queue.refuse(line, json.dumps({"status": problem.status, "code": problem.code}))
        if self._on_refused is not None:
            try:
                self._on_refused(json.loads(line), problem)
            except Exception:
                log.exception("on_refused failed")

    def _next_pause(self, pause: float, problem: Problem) -> float:
        """Twice as long as before, with some chance in it, and never shorter than the server asks for."""
        longer = min(max(2 * pause, PAUSE_SECONDS), PAUSE_SECONDS_MAX)
        if problem.status in DENIED:
            longer = PAUSE_SECONDS_MAX
        return max(longer * random.uniform(0.75, 1.25), problem.retry_after_seconds or 0.0)  # noqa: S311 -- no secret


def _line(event: Mapping[str, Any]) -> bytes:
    try:
        line = json.dumps(event, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    except (TypeError, ValueError, UnicodeEncodeError) as wrong:
        raise BadEvent(f"the event is no JSON: {wrong}") from wrong
    if len(line) > EVENT_BYTES_MAX:
        raise BadEvent(f"the event has {len(line)} bytes, more than {EVENT_BYTES_MAX}")
    return line


def _body(lines: list[bytes]) -> bytes:
    return b'{"events":[' + b",".join(lines) + b"]}"
