"""Keys of web pages and mini programs: public, write only, and bound to the brand's own sites."""

import asyncio
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from siyu.intake.errors.events import OriginMalformed, OriginMissing
from siyu.intake.models import EventPageKey
from siyu.intake.rules.events_pages import ORIGINS_MAX, normal_origin
from siyu.kernel.app import App
from siyu.kernel.audit import Actor, record
from siyu.kernel.db import brand_of
from siyu.kernel.errors import NotFound
from siyu.kernel.parameters import LARGEST_ID

REMEMBERED_SECONDS = 5.0
REMEMBERED_MAX = 1_000
RANDOM_BYTES = 15


@dataclass(frozen=True, slots=True)
class PageKey:
    """What a public key allows: events of one source, from pages of these origins."""

    brand_id: int
    source: str
    origins: tuple[str, ...]


def create_page_key(
    session: Session, *, source: str, origins: Sequence[str], actor: Actor, now: datetime
) -> EventPageKey:
    """Pages of these origins may send events as `source`. The key stands in the pages and is no secret.

    raises   OriginMissing, OriginMalformed
    effects  one row in event_page_key; audit event_page_key.created
    """
    kept = _checked(origins)
    key = EventPageKey(
        brand_id=brand_of(session), public_key=f"pk_{brand_of(session)}_{secrets.token_urlsafe(RANDOM_BYTES)}",
        source=source, origins=kept, created_by=actor.label, created_at=now,
    )  # fmt: skip
    session.add(key)
    session.flush()
    record(
        session, actor=actor, action="event_page_key.created", subject=("event_page_key", key.page_key_id),
        after={"source": source, "origins": kept}, now=now,
    )  # fmt: skip
    return key


def change_page_key(
    session: Session, *, page_key_id: int, origins: Sequence[str], actor: Actor, now: datetime
) -> EventPageKey:
    """Pages of these origins, and no others, may send events by the key; within five seconds.

    raises   NotFound, OriginMissing, OriginMalformed
    effects  audit event_page_key.changed
    """
    key, kept = _locked(session, page_key_id), _checked(origins)
    if key.origins != kept:
        record(
            session, actor=actor, action="event_page_key.changed", subject=("event_page_key", page_key_id),
            before={"origins": key.origins}, after={"origins": kept}, now=now,
        )  # fmt: skip
        key.origins = kept
    return key


def revoke_page_key(session: Session, *, page_key_id: int, actor: Actor, now: datetime) -> EventPageKey:
    """The key opens nothing any more; within five seconds. Calling twice changes nothing.

    raises   NotFound
    effects  audit event_page_key.revoked
    """
    key = _locked(session, page_key_id)
    if key.revoked_at is None:
        key.revoked_at = now
        record(
            session, actor=actor, action="event_page_key.revoked", subject=("event_page_key", page_key_id),
            before={"source": key.source}, now=now,
        )  # fmt: skip
    return key


class PageKeys:
    """Finds public keys for the requests of a process, each looked up once in five seconds."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._known: dict[str, tuple[float, PageKey | None]] = {}

    async def known(self, public_key: str) -> PageKey | None:
        """What the key allows; None if there is no such key in force."""
        until, found = self._known.get(public_key, (0.0, None))
        if until < time.monotonic():
            found = await asyncio.to_thread(self._find, public_key)
            if len(self._known) >= REMEMBERED_MAX:
                self._known.clear()
            self._known[public_key] = (time.monotonic() + REMEMBERED_SECONDS, found)
        return found

    def _find(self, public_key: str) -> PageKey | None:
        """The brand's number stands in the key, so that its row is found behind the brand's fence."""
        parts = public_key.split("_", 2)
        number = parts[1] if len(parts) == 3 and parts[0] == "pk" else ""  # noqa: PLR2004 -- pk, brand, secret
        if not (number.isascii() and number.isdigit()) or not 0 < int(number) <= LARGEST_ID:
            return None
        with self._app.db.transaction(brand_id=int(number)) as session:
            key = session.scalar(
                select(EventPageKey).where(
                    EventPageKey.public_key == public_key, EventPageKey.revoked_at.is_(None)
                )
            )
            return None if key is None else PageKey(key.brand_id, key.source, tuple(key.origins))


def _checked(origins: Sequence[str]) -> list[str]:
    kept: list[str] = []
    for one in origins[:ORIGINS_MAX]:
        normal = normal_origin(one)
        if normal is None:
            raise OriginMalformed(origin=one)
        if normal not in kept:
            kept.append(normal)
    if not kept:
        raise OriginMissing
    return kept


def _locked(session: Session, page_key_id: int) -> EventPageKey:
    key = session.get(EventPageKey, page_key_id, with_for_update=True)
    if key is None:
        raise NotFound(what="page key", key=page_key_id)
    return key
