"""Rejects are mended by a rule and sent again, thousands at a time, as a task that people can watch and stop."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from siyu.intake.actions.events_reading import Arrived, judged, opened_event
from siyu.intake.actions.events_rejects import send_again
from siyu.intake.errors.events import MendingInvalid, NoRejectsWait
from siyu.intake.models import EventReject
from siyu.intake.queries.events import Catalogue, catalogue_of
from siyu.intake.rules.events import Event, check_events
from siyu.intake.rules.events_mending import STEPS_MAX, Step, mended, wrong_step
from siyu.intake.rules.events_showing import shown_properties
from siyu.intake.rules.events_typing import Unfit
from siyu.kernel.app import App
from siyu.kernel.audit import Actor, record
from siyu.kernel.crypto import Cipher
from siyu.kernel.db import brand_of
from siyu.kernel.errors import SiyuError
from siyu.kernel.facts import FactType
from siyu.kernel.jobs import defer
from siyu.kernel.longwork import Cancelled, Progress, announce_task

REPLAY_KIND = "event_replay"
REPLAY_JOB = "intake.replay_rejects"
PIECE = 1_000
LOOKED_AT_MAX = 200


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which waiting rejects are meant: all that agree with what is said here."""

    event: str | None = None
    reason: str | None = None
    field: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a replay would come to: of the newest waiting rejects, how many would be taken, and why others not."""

    waiting: int
    looked_at: int
    good: int
    reasons: Mapping[str, int]
    before: dict[str, Any] | None
    after: dict[str, Any] | None


def foresee_replay(
    session: Session, *, cipher: Cipher, fact_types: Iterable[FactType], chosen: Chosen, steps: Sequence[Step],
    now: datetime,
) -> Foreseen:  # fmt: skip
    """What mending and replaying would come to; nothing is changed.

    raises  MendingInvalid
    limits  looks at the newest 200
    """
    _check_steps(steps)
    waiting = session.scalar(select(func.count()).select_from(_waiting(session, chosen).subquery())) or 0
    newest = _waiting(session, chosen).order_by(EventReject.event_reject_id.desc()).limit(LOOKED_AT_MAX)
    catalogue, reasons = catalogue_of(session, fact_types=fact_types), Counter[str]()
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    looked_at = 0
    for reject in session.scalars(newest):
        looked_at += 1
        event = opened_event(cipher, brand_of(session), reject.body_sealed)
        changed = mended(event, steps)
        reasons[_judgement(changed, reject, catalogue, now)] += 1
        if before is None or after is None:
            before, after = _shown(event), _shown(changed)
    good = reasons.pop("", 0)
    return Foreseen(waiting, looked_at, good, dict(reasons), before, after)


def request_replay(
    session: Session, *, chosen: Chosen, steps: Sequence[Step], actor: Actor, now: datetime
) -> int:
    """All chosen rejects that wait now will be mended and go the way of new events again.

    returns  the number of the task
    raises   MendingInvalid, NoRejectsWait
    effects  a long task and its job; audit event_reject.replay_asked
    """
    _check_steps(steps)
    waiting = session.scalar(select(func.count()).select_from(_waiting(session, chosen).subquery())) or 0
    if not waiting:
        raise NoRejectsWait
    title = (
        " · ".join(part for part in (chosen.event, chosen.reason, chosen.field, chosen.source) if part) or "*"
    )
    task_id = announce_task(session, kind=REPLAY_KIND, title=title, actor=actor, now=now)
    defer(
        session, REPLAY_JOB, lock=f"replay/{brand_of(session)}", brand_id=brand_of(session), task_id=task_id,
        chosen=asdict(chosen), steps=[asdict(one) for one in steps], before=now.isoformat(),
    )  # fmt: skip
    said = {name: value for name, value in asdict(chosen).items() if value}
    record(
        session, actor=actor, action="event_reject.replay_asked", subject=("task", task_id),
        after={**said, "events": waiting, "steps": [str(one.do) for one in steps]}, now=now,
    )  # fmt: skip
    return task_id


def run_replay(
    app: App, *, brand_id: int, task_id: int, chosen: Chosen, steps: Sequence[Step], before: datetime, now: datetime
) -> None:  # fmt: skip
    """The rejects that waited before `before` are mended and sent again; those that no rule mends still wait.

    A thousand a transaction: a crash or a cancelling leaves whole pieces, and a second call takes what still waits.
    """
    progress = Progress(lambda: app.db.transaction(brand_id=brand_id), task_id)
    if not progress.start(now=now):
        return
    last, sent, left = 0, 0, 0
    with app.db.transaction(brand_id=brand_id) as session:
        query = _waiting(session, chosen).where(EventReject.received_at < before)
        total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    try:
        while True:
            progress.at("replaying", done=sent + left, total=total)
            with app.db.transaction(brand_id=brand_id) as session:
                piece = _piece(session, chosen, before=before, after_id=last)
                if not piece:
                    break
                last = piece[-1].event_reject_id
                taken = _send_piece(session, app.cipher, piece, steps, now)
            sent, left = sent + taken, left + len(piece) - taken
    except Cancelled:
        progress.end("cancelled", now=now, result={"events_replayed": sent, "events_left": left})
        return
    progress.end("done", now=now, result={"events_replayed": sent, "events_left": left})


def _send_piece(
    session: Session, cipher: Cipher, piece: Sequence[EventReject], steps: Sequence[Step], now: datetime
) -> int:
    by_source: dict[str, list[Event]] = {}
    for reject in piece:
        event = mended(opened_event(cipher, brand_of(session), reject.body_sealed), steps)
        try:
            check_events([event], body=msgspec.json.encode(event), now=now)
        except SiyuError:
            continue
        by_source.setdefault(reject.source, []).append(event)
        reject.state, reject.decided_at = "replayed", now
    send_again(session, cipher=cipher, events=by_source, now=now)
    return sum(map(len, by_source.values()))


def _piece(session: Session, chosen: Chosen, *, before: datetime, after_id: int) -> Sequence[EventReject]:
    query = _waiting(session, chosen).where(
        EventReject.received_at < before, EventReject.event_reject_id > after_id
    )
    return session.scalars(query.order_by(EventReject.event_reject_id).limit(PIECE).with_for_update()).all()


def _waiting(session: Session, chosen: Chosen) -> Select[EventReject]:
    query = select(EventReject).where(
        EventReject.brand_id == brand_of(session), EventReject.state == "waiting"
    )
    for column, wanted in (
        (EventReject.event, chosen.event), (EventReject.reason, chosen.reason), (EventReject.field, chosen.field),
        (EventReject.source, chosen.source),
    ):  # fmt: skip
        query = query if wanted is None else query.where(column == wanted)
    return query


def _judgement(event: Event, reject: EventReject, catalogue: Catalogue, now: datetime) -> str:
    """Why the event would be turned away again; empty if it would be taken."""
    try:
        check_events([event], body=msgspec.json.encode(event), now=now)
        judged(Arrived(reject.source, reject.received_at, event), catalogue)
    except Unfit as why:
        return why.reason
    except SiyuError as why:
        return why.code
    return ""


def _shown(event: Event) -> dict[str, Any]:
    return {
        "event": event.event, "version": event.version, "properties": shown_properties(event.properties),
        "namespaces": [one.namespace for one in event.identities],
    }  # fmt: skip


def _check_steps(steps: Sequence[Step]) -> None:
    if len(steps) > STEPS_MAX:
        raise MendingInvalid(step=STEPS_MAX + 1, why=f"a rule has at most {STEPS_MAX} steps")
    for number, one in enumerate(steps, 1):
        wrong = wrong_step(one)
        if wrong is not None:
            raise MendingInvalid(step=number, why=wrong)
