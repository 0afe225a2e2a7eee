"""Events that were taken and could not be believed: kept sealed, mended, sent through again, or dropped."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from siyu.intake.actions.events_accept import ENVELOPE_COLUMNS, packed_events
from siyu.intake.actions.events_reading import Bad, opened_event, sealed_event
from siyu.intake.errors.events import RejectNotWaiting
from siyu.intake.models import EventReject
from siyu.intake.rules.events import Event, check_events, read_events
from siyu.kernel.audit import Actor, record
from siyu.kernel.crypto import Cipher
from siyu.kernel.db import brand_of, copy_rows
from siyu.kernel.errors import NotFound

REPLAYED_MAX = 5_000
ENVELOPE_EVENTS = 100
COLUMNS = (
    "brand_id", "source", "fact_key", "event", "reason", "field", "occurred_at", "received_at", "body_sealed",
    "batch_id", "state",
)  # fmt: skip


def keep_rejects(session: Session, *, cipher: Cipher, rejects: Mapping[str, Bad], batch_id: int) -> None:
    """The batch's bad events wait among the rejects; one that was bad before has the newest content and reason.

    effects  rows in event_reject, sealed; asking again for the same batch changes nothing
    """
    session.execute(
        text("DELETE FROM event_reject WHERE batch_id = :batch AND state = 'waiting'"), {"batch": batch_id}
    )
    if not rejects:
        return
    brand_id = brand_of(session)
    listed = ", ".join(COLUMNS)
    session.execute(
        text(f"CREATE TEMPORARY TABLE rejected ON COMMIT DROP AS SELECT {listed} FROM event_reject LIMIT 0")
    )
    copy_rows(
        session,
        table="rejected",
        columns=COLUMNS,
        rows=(
            (
                brand_id, bad.arrived.source, key, bad.arrived.event.event, bad.why.reason, bad.why.field,
                bad.arrived.event.occurred_at, bad.arrived.received_at,
                sealed_event(cipher, brand_id, bad.arrived.event), batch_id, "waiting",
            )
            for key, bad in rejects.items()
        ),
    )  # fmt: skip
    renewed = ", ".join(
        f"{name} = excluded.{name}" for name in COLUMNS if name not in ("brand_id", "fact_key")
    )
    session.execute(
        text(
            f"INSERT INTO event_reject ({listed}) SELECT {listed} FROM rejected "
            f"ON CONFLICT (brand_id, fact_key) DO UPDATE SET {renewed}, decided_at = NULL, decided_by = '', "
            "decided_because = ''"
        )
    )


def settle_rejects(session: Session, *, keys: Sequence[str], now: datetime) -> None:
    """Rejects whose event came again and was good wait no longer."""
    if not session.scalar(text("SELECT EXISTS (SELECT FROM event_reject WHERE state = 'waiting')")):
        return  # almost always: eighty thousand keys need not be looked for
    session.execute(
        text(
            "UPDATE event_reject SET state = 'replayed', decided_at = :now WHERE state = 'waiting' "
            "AND fact_key = ANY(string_to_array(:keys, ',')::uuid[])"
        ),
        {"keys": ",".join(keys), "now": now},
    )


def mend_reject(
    session: Session, *, cipher: Cipher, event_reject_id: int, changes: Mapping[str, object], actor: Actor,
    now: datetime,
) -> None:  # fmt: skip
    """The rejected event says something else from now on; it still waits to be replayed.

    `changes`: event, occurred_at, identities, properties or version as they would be sent. Its id stays what it is.

    raises   NotFound, RejectNotWaiting, what `read_events` and `check_events` refuse
    effects  audit event_reject.mended, without the content
    """
    reject = _waiting(session, event_reject_id)
    brand_id = brand_of(session)
    event = opened_event(cipher, brand_id, reject.body_sealed)
    whole = {**msgspec.to_builtins(event), **changes, "event_id": event.event_id}
    body = msgspec.json.encode({name: value for name, value in whole.items() if value is not None})
    mended = read_events(body)[0]
    check_events([mended], body=body, now=now)
    reject.event, reject.occurred_at = mended.event, mended.occurred_at
    reject.body_sealed = sealed_event(cipher, brand_id, mended)
    record(
        session, actor=actor, action="event_reject.mended", subject=("event_reject", event_reject_id),
        after={"fields": sorted(changes)}, now=now,
    )  # fmt: skip


def replay_rejects(
    session: Session, *, cipher: Cipher, event_reject_ids: Sequence[int], event: str | None, reason: str | None,
    actor: Actor, now: datetime,
) -> int:  # fmt: skip
    """The waiting rejects go the way of new events again: by number, or all of an event name and reason.

    An event that reached the lake meanwhile stays one fact; one that is still bad will wait again.

    returns  how many were sent; at most 5,000 a call
    effects  rows in event_envelope; audit event_reject.replayed
    """
    chosen = _chosen(session, event_reject_ids, event, reason)
    brand_id = brand_of(session)
    by_source: dict[str, list[Event]] = {}
    for reject in chosen:
        by_source.setdefault(reject.source, []).append(opened_event(cipher, brand_id, reject.body_sealed))
        reject.state, reject.decided_at = "replayed", now
    send_again(session, cipher=cipher, events=by_source, now=now)
    if chosen:
        record(
            session, actor=actor, action="event_reject.replayed", subject=("event_reject", chosen[0].event_reject_id),
            after={"events": len(chosen)}, now=now,
        )  # fmt: skip
    return len(chosen)


def send_again(
    session: Session, *, cipher: Cipher, events: Mapping[str, Sequence[Event]], now: datetime
) -> None:
    """The events wait for the pump as if their sources had just sent them.

    effects  rows in event_envelope, of a hundred events each
    """
    brand_id, rows = brand_of(session), []
    for source, its_events in events.items():
        for start in range(0, len(its_events), ENVELOPE_EVENTS):
            part = its_events[start : start + ENVELOPE_EVENTS]
            body = msgspec.json.encode({"events": part})
            sealed = packed_events(body, cipher=cipher, brand_id=brand_id)
            rows.append((brand_id, source, len(part), len(body), now, sealed))
    copy_rows(session, table="event_envelope", columns=ENVELOPE_COLUMNS, rows=rows)


def drop_rejects(
    session: Session, *, event_reject_ids: Sequence[int], event: str | None, reason: str | None,
    field: str | None = None, source: str | None = None, because: str = "", actor: Actor, now: datetime,
) -> int:  # fmt: skip
    """The waiting rejects are given up; they stay on record and can be sent anew by their source.

    returns  how many were dropped; at most 5,000 a call
    effects  audit event_reject.dropped
    """
    chosen = _chosen(session, event_reject_ids, event, reason, field=field, source=source)
    for reject in chosen:
        reject.state, reject.decided_at = "dropped", now
        reject.decided_by, reject.decided_because = actor.label, because
    if chosen:
        record(
            session, actor=actor, action="event_reject.dropped", subject=("event_reject", chosen[0].event_reject_id),
            after={"events": len(chosen), **({"reason": because} if because else {})}, now=now,
        )  # fmt: skip
    return len(chosen)


def _waiting(session: Session, event_reject_id: int) -> EventReject:
    reject = session.get(EventReject, event_reject_id, with_for_update=True)
    if reject is None:
        raise NotFound(what="rejected event", key=event_reject_id)
    if reject.state != "waiting":
        raise RejectNotWaiting(event_reject_id=event_reject_id, state=reject.state)
    return reject


def _chosen(
    session: Session, event_reject_ids: Sequence[int], event: str | None, reason: str | None, *,
    field: str | None = None, source: str | None = None,
) -> Sequence[EventReject]:  # fmt: skip
    query = select(EventReject).where(EventReject.state == "waiting")
    if event_reject_ids:
        query = query.where(EventReject.event_reject_id.in_(event_reject_ids))
    for column, wanted in (
        (EventReject.event, event), (EventReject.reason, reason), (EventReject.field, field),
        (EventReject.source, source),
    ):  # fmt: skip
        query = query if wanted is None else query.where(column == wanted)
    query = query.order_by(EventReject.event_reject_id).limit(REPLAYED_MAX).with_for_update(skip_locked=True)
    return session.scalars(query).all()
