"""Requests of events that were refused are noted by source, so that people see why nothing arrives."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from siyu.kernel.app import App
from siyu.organisation.api import brand_day

WRITTEN_EVERY_SECONDS = 1.0
SOURCES_MAX = 1_000
ADD_REFUSALS = """
    INSERT INTO event_source_day AS d (brand_id, source, day, events, rejected, refused, last_received_at,
        last_rejected_at, last_rejected_event, last_rejected_reason, last_refused_at, last_refused_code)
    VALUES (:brand, :source, :day, 0, 0, :refused, NULL, NULL, '', '', :at, :code)
    ON CONFLICT (brand_id, source, day) DO UPDATE SET refused = d.refused + excluded.refused,
        last_refused_at = excluded.last_refused_at, last_refused_code = excluded.last_refused_code
"""


@dataclass(slots=True)
class _Refused:
    count: int
    code: str
    at: datetime


class RefusalLog:
    """Counts refused requests of one process and writes them once a second, without holding up any answer.

    limits  1,000 sources; what the process did not write when it dies is not counted
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self._refused: dict[tuple[int, str], _Refused] = {}
        self._writing: asyncio.Task[None] | None = None

    def note(self, *, brand_id: int, source: str, code: str, now: datetime) -> None:
        """A request of this source was refused; soon it is on record."""
        known = self._refused.get((brand_id, source))
        if known is not None:
            known.count, known.code, known.at = known.count + 1, code, now
        elif len(self._refused) < SOURCES_MAX:
            self._refused[brand_id, source] = _Refused(1, code, now)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.get_running_loop().create_task(self._write_soon())

    async def _write_soon(self) -> None:
        while self._refused:
            await asyncio.sleep(WRITTEN_EVERY_SECONDS)
            refused, self._refused = self._refused, {}
            await asyncio.to_thread(self._write, refused)

    def _write(self, refused: Mapping[tuple[int, str], _Refused]) -> None:
        """What cannot be written is let go: the sender had its answer."""
        for (brand_id, source), one in refused.items():
            with (
                suppress(OperationalError, NoConnectionFree),
                self._app.db.transaction(brand_id=brand_id) as session,
            ):
                session.execute(
                    text(ADD_REFUSALS),
                    {
                        "brand": brand_id, "source": source, "day": brand_day(session, now=one.at),
                        "refused": one.count, "at": one.at, "code": one.code,
                    },
                )  # fmt: skip
