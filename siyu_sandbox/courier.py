"""The vendor's delivery van: a thread that delivers what is due and posts receipts until they are taken."""

import json
import logging
import sqlite3
import threading
import time
import uuid
from itertools import groupby

import httpx

from siyu_sandbox.rules import (
    CALLBACK_ATTEMPTS_MAX,
    RECEIPTS_PER_POST_MAX,
    SIGNATURE_HEADER,
    backoff_seconds,
    seal_of,
)
from siyu_sandbox.schemas import Mode
from siyu_sandbox.store import Row, Store
from siyu_sandbox.vendor import deliver_due, read_control

CALLBACK_TIMEOUT_SECONDS = 5.0
PAUSE_SECONDS = 0.05

_log = logging.getLogger("siyu_sandbox")


class Courier(threading.Thread):
    """Runs until stopped; everything it owes is in the store, so a new one carries on where this one ended."""

    def __init__(self, store: Store, *, key: str, seed: int) -> None:
        super().__init__(name="sandbox-courier", daemon=True)
        self._store, self._key, self._seed = store, key, seed
        self._client = httpx.Client(timeout=CALLBACK_TIMEOUT_SECONDS, trust_env=False)
        self._round = threading.Lock()
        self.stopping = threading.Event()

    def run(self) -> None:
        """Messages are delivered and receipts posted as they fall due."""
        while not self.stopping.is_set():
            try:
                moved = self.go_round(now=time.time())
            except (sqlite3.Error, ValueError, KeyError):
                _log.exception("a round of the courier failed; the next one tries again")
                moved = 0
            if not moved:
                self.stopping.wait(PAUSE_SECONDS)

    def stop(self) -> None:
        """The thread has ended and its connections are closed."""
        self.stopping.set()
        if self.is_alive():
            self.join(CALLBACK_TIMEOUT_SECONDS + 1)
        self._client.close()

    def go_round(self, *, now: float, out_ids: list[str] | None = None) -> int:
        """What is due has been delivered, and one batch for each callback posted.

        returns  how many messages and receipts moved: 0 means there is nothing to do now
        """
        with self._round:
            moved = deliver_due(self._store, seed=self._seed, now=now, out_ids=out_ids)
            return moved + self._post_waiting(now=now)

    def _post_waiting(self, *, now: float) -> int:
        waiting = self._store.rows(
            "SELECT * FROM outbox WHERE state = 'waiting' AND next_try_at <= ? ORDER BY seq LIMIT ?",
            (now, RECEIPTS_PER_POST_MAX),
        )
        by_url = sorted(waiting, key=lambda row: str(row["callback_url"]))
        for url, rows in groupby(by_url, key=lambda row: str(row["callback_url"])):
            self._post(url, list(rows), now=now)
        return len(waiting)

    def _post(self, url: str, rows: list[Row], *, now: float) -> None:
        body = json.dumps(
            {
                "batch_id": uuid.uuid4().hex,
                "receipts": [json.loads(row["payload"]) for row in rows if row["kind"] == "receipt"],
                "replies": [json.loads(row["payload"]) for row in rows if row["kind"] == "reply"],
            },
            ensure_ascii=False,
        ).encode()
        taken = self._offer(url, body)
        if taken and read_control(self._store).mode is Mode.DUPLICATE_RECEIPTS:
            self._offer(url, body)
        if taken:
            self._store.run_many(
                "UPDATE outbox SET state = 'sent', attempts = attempts + 1 WHERE seq = ?",
                [(row["seq"],) for row in rows],
            )
        else:
            self._put_off(url, rows, now=now)

    def _offer(self, url: str, body: bytes) -> bool:
        headers = {"Content-Type": "application/json", SIGNATURE_HEADER: seal_of(body, self._key)}
        try:
            return self._client.post(url, content=body, headers=headers).is_success
        except (httpx.HTTPError, httpx.InvalidURL):
            return False

    def _put_off(self, url: str, rows: list[Row], *, now: float) -> None:
        # Everything for this address waits, so that a dead callback does not hold up the others.
        attempts = max(int(row["attempts"]) for row in rows) + 1
        with self._store.transaction():
            self._store.run_many(
                "UPDATE outbox SET attempts = attempts + 1,"
                " state = CASE WHEN attempts + 1 >= ? THEN 'gave_up' ELSE state END WHERE seq = ?",
                [(CALLBACK_ATTEMPTS_MAX, row["seq"]) for row in rows],
            )
            self._store.run(
                "UPDATE outbox SET next_try_at = ? WHERE state = 'waiting' AND callback_url = ?",
                (now + backoff_seconds(attempts), url),
            )
