"""Events are on disk before anybody is told so: the requests of a moment are written in one transaction."""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
from psycopg import OperationalError
from sqlalchemy import text
from sqlalchemy.exc import OperationalError as EngineGone
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from siyu.intake.actions.events_refused import RefusalLog
from siyu.intake.actions.page_keys import PageKeys
from siyu.intake.errors.events import IntakeBusy, IntakeCrowded, IntakeDiskFull
from siyu.intake.rules.events import check_events, read_events
from siyu.kernel.app import App
from siyu.kernel.crypto import Cipher
from siyu.kernel.db import Role, copy_rows
from siyu.kernel.errors import DatabaseGone
from siyu.kernel.outages import crowded_folder, free_mb, is_disk_full

WAITING_EVENTS_MAX = 1_000_000  # of one brand; a minute's work for a worker
WAITING_BYTES_MAX = 64_000_000  # of requests in this process that are not on disk yet
BACKLOG_READ_SECONDS = 1.0
# PostgreSQL stops altogether when its disk is full, so that events stop before.
ROOM_BYTES_MIN = 200_000_000
ROOM_RETRY_SECONDS = 30
ENVELOPE_COLUMNS = ("brand_id", "source", "events", "body_bytes", "received_at", "body_sealed")
BACKLOG = (
    "SELECT brand_id, sum(events)::bigint AS waiting FROM event_envelope WHERE batch_id IS NULL GROUP BY 1"
)


def envelope_context(brand_id: int | str) -> str:
    """What the events of a brand are sealed for while they wait."""
    return f"intake/events/{brand_id}"


def packed_events(body: bytes, *, cipher: Cipher, brand_id: int) -> bytes:
    """A body as an envelope holds it: compressed, then sealed."""
    packed: bytes = pa.compress(body, codec="zstd", asbytes=True)
    return cipher.encrypt_bytes(packed, context=envelope_context(brand_id))


@dataclass(slots=True)
class _Waiting:
    row: tuple[object, ...]
    bytes: int
    done: "asyncio.Future[None]"


class EventWriter:
    """Takes requests from one event loop and writes those that came together by one COPY and one commit.

    limits  64 MB of requests wait in a process; 1,000,000 events of a brand wait for the pump; 200 MB stay free on the
            disks of the home and of the lake
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self.refusals = RefusalLog(app)
        self.page_keys = PageKeys(app)
        self._waiting: list[_Waiting] = []
        self._writing: asyncio.Task[None] | None = None
        self._held_bytes = 0
        self._backlog: dict[int, int] = {}
        self._backlog_read_at = float("-inf")
        self._crowded: Path | None = None

    async def accept(self, *, brand_id: int, source: str, body: bytes, now: datetime) -> int:
        """The events of the body are on disk, or none is.

        returns  how many they are, repetitions included
        raises   what `read_events` and `check_events` refuse, IntakeBusy, IntakeCrowded, IntakeDiskFull, DatabaseGone
        effects  one row in event_envelope, sealed
        """
        events = read_events(body)
        check_events(events, body=body, now=now)
        await self.refuse_pressure(brand_id)
        sealed = packed_events(body, cipher=self._app.cipher, brand_id=brand_id)
        row = (brand_id, source, len(events), len(body), now, sealed)
        waiting = _Waiting(row, len(sealed), asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self._held_bytes += waiting.bytes
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(
                self._write_all()
            )  # outlives a request whose client goes away
        await waiting.done
        return len(events)

    async def refuse_pressure(self, brand_id: int) -> None:
        """Returns if more of the brand may be taken in now, by whichever door.

        raises  IntakeBusy, IntakeCrowded, IntakeDiskFull
        """
        if self._held_bytes > WAITING_BYTES_MAX:
            raise IntakeCrowded(retry_after_seconds=1)
        if time.monotonic() - self._backlog_read_at > BACKLOG_READ_SECONDS:
            self._backlog_read_at = time.monotonic()
            await asyncio.to_thread(self._read_backlog)
        if self._crowded is not None:
            raise self._no_room(self._crowded)
        waiting = self._backlog.get(brand_id, 0)
        if waiting > WAITING_EVENTS_MAX:
            raise IntakeBusy(waiting=waiting, retry_after_seconds=10)

    async def _write_all(self) -> None:
        """What waits is written in groups, until nothing waits."""
        while self._waiting:
            group, self._waiting = self._waiting, []
            failure = await asyncio.to_thread(self._write, group)
            for one in group:
                self._held_bytes -= one.bytes
                if one.done.done():  # its client went away
                    continue
                if failure is None:
                    one.done.set_result(None)
                else:
                    one.done.set_exception(failure)

    def _write(self, group: list[_Waiting]) -> Exception | None:
        try:
            with self._app.db.transaction(brand_id=None) as session:
                copy_rows(
                    session,
                    table="event_envelope",
                    columns=ENVELOPE_COLUMNS,
                    rows=(one.row for one in group),
                )
        except (OperationalError, EngineGone) as failure:
            if is_disk_full(failure):
                return self._no_room(self._app.settings.home)
            return DatabaseGone(retry_after_seconds=2)
        except NoConnectionFree:
            return IntakeCrowded(retry_after_seconds=1)
        except Exception as failure:  # noqa: BLE001 -- each of the waiting requests answers with it
            return failure
        return None

    @staticmethod
    def _no_room(folder: Path) -> IntakeDiskFull:
        return IntakeDiskFull(folder=folder, free_mb=free_mb(folder), retry_after_seconds=ROOM_RETRY_SECONDS)

    def _read_backlog(self) -> None:
        """How much waits and whether there is room is known anew; where it cannot be read, the write will say why."""
        self._crowded = crowded_folder(self._app.settings, bytes_min=ROOM_BYTES_MIN)
        with (
            suppress(EngineGone, NoConnectionFree),
            self._app.db.transaction(brand_id=None, role=Role.PUMP) as session,
        ):
            self._backlog = {row.brand_id: row.waiting for row in session.execute(text(BACKLOG))}
