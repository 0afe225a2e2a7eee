"""An erasure from its first step to its proof; killed anywhere, it goes on from where it stood."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM, record
from siyu.kernel.longwork import Progress, problem_of
from siyu.people.api import erase_person, hold_people, whole_person
from siyu.privacy.actions.parts.audit import AuditPart
from siyu.privacy.actions.parts.facts import FactsPart, sales_of
from siyu.privacy.actions.parts.people import PeoplePart
from siyu.privacy.actions.person import opened_person, sealed_person
from siyu.privacy.actions.proving import proof_for
from siyu.privacy.contracts import Fate, Person, PersonPart, RequestState
from siyu.privacy.errors import ErasureIncomplete
from siyu.privacy.models import PrivacyRequest
from siyu.privacy.rules.searching import needles_of
from siyu.privacy.rules.steps import is_through, noted, passed

Clock = Callable[[], datetime]
ROUNDS_MAX = 3
RUNNABLE = (RequestState.QUEUED, RequestState.RUNNING)


def parts_of(app: App) -> tuple[PersonPart, ...]:
    """Everybody who holds something of people, in the order in which they forget: people first, so that nothing new
    comes in under the old values; the audit log last, so that it forgets what the others wrote.
    """
    return (PeoplePart(), *app.wiring.of(PersonPart), FactsPart(), AuditPart())


def run_erasure(app: App, *, brand_id: int, request_id: int, task_id: int, clock: Clock) -> None:
    """The person of the request is forgotten by every part, nothing is found of them, and the proof says so.

    Run again after a crash it goes on; run again after its end it changes nothing. It can be cancelled until the
    first part has forgotten, and not after that.

    raises   Cancelled, ErasureIncomplete (tried again), what a part raises (tried again)
    effects  what the parts do; privacy_request; the task's end; audit privacy.erased
    """
    progress = Progress(lambda: app.db.transaction(brand_id=brand_id), task_id)
    if not progress.start(now=clock()):
        return
    parts = parts_of(app)
    total = 2 * len(parts) + 1
    progress_done = 0
    if not _begun(app, brand_id, request_id):
        progress.at("privacy:people", done=0, total=total)
    person, sales = _begin(app, brand_id, request_id, clock())
    for part in parts:
        progress_done += 2
        progress.past_stopping(f"privacy:{part.name}", done=progress_done - 1, total=total)
        _forget_once(app, person, part, request_id, clock())
    progress.past_stopping("privacy:verify", done=total - 1, total=total)
    _forget_the_rest(app, person, parts, clock())
    _finish(app, person, sales, request_id=request_id, task_id=task_id, clock=clock)


def give_up_request(app: App, *, brand_id: int, task_id: int, error: Exception, now: datetime) -> None:
    """The request whose task this was has failed, and can be resumed. Again changes nothing.

    effects  audit privacy.failed
    """
    with app.db.transaction(brand_id=brand_id) as session:
        request = (
            session.query(PrivacyRequest)
            .where(
                PrivacyRequest.task_id == task_id,
                PrivacyRequest.state.in_([state.value for state in RUNNABLE]),
            )
            .with_for_update()
            .one_or_none()
        )
        if request is None:
            return
        request.state, request.failure, request.finished_at = (
            RequestState.FAILED.value,
            problem_of(error),
            now,
        )
        record(
            session, actor=SYSTEM, action="privacy.failed", subject=("customer", request.customer_id),
            after={"request_id": request.request_id, "kind": request.kind, "why": problem_of(error)["code"]}, now=now,
        )  # fmt: skip


def _begun(app: App, brand_id: int, request_id: int) -> bool:
    with app.db.transaction(brand_id=brand_id) as session:
        return _request(session, request_id).person_sealed is not None


def _begin(app: App, brand_id: int, request_id: int, now: datetime) -> tuple[Person, dict[str, Any]]:
    """Who the person was is known to the erasure alone: read, sealed beside the request, and forgotten by people.

    All in one transaction in which nobody else joins or parts customers, so that nobody slips between.
    """
    with app.db.transaction(brand_id=brand_id) as session:
        request = _request(session, request_id)
        if request.person_sealed is not None:
            return opened_person(app.cipher, brand_id, request.person_sealed)
    with app.db.transaction(brand_id=brand_id) as session:
        hold_people(session)
        request = _request(session, request_id)
        whole = whole_person(session, cipher=app.cipher, customer_id=request.customer_id)
        person = Person(brand_id, whole.customer_ids, whole.identity_ids, whole.values, whole.names)
        sales = sales_of(app, person)
        part = PeoplePart()
        request.steps = passed(noted([], part.name, part.holdings_in(session, person)), part.name)
        request.person_sealed = sealed_person(app.cipher, person, sales)
        request.state = RequestState.RUNNING.value
        erase_person(session, customer_ids=person.customer_ids, now=now)
    return person, sales


def _forget_once(app: App, person: Person, part: PersonPart, request_id: int, now: datetime) -> None:
    """What the part holds is on record before it forgets: a crash between the two loses no number of the proof."""
    with app.db.transaction(brand_id=person.brand_id) as session:
        steps = _request(session, request_id).steps
    if is_through(steps, part.name):
        return
    if not any(step["part"] == part.name for step in steps):
        found = part.holdings(app, person)
        with app.db.transaction(brand_id=person.brand_id) as session:
            request = _request(session, request_id)
            request.steps = noted(request.steps, part.name, found)
    part.forget(app, person, now=now)
    with app.db.transaction(brand_id=person.brand_id) as session:
        request = _request(session, request_id)
        request.steps = passed(request.steps, part.name)


def _forget_the_rest(app: App, person: Person, parts: Sequence[PersonPart], now: datetime) -> None:
    """What was under way while the parts forgot is forgotten too.

    raises  ErasureIncomplete
    """
    for _ in range(ROUNDS_MAX):
        late = [part for part in parts if _left(app, person, part)]
        if not late:
            return
        for part in late:
            part.forget(app, person, now=now)
    places = sorted({place for part in parts for place in _left(app, person, part)})
    if places:
        raise ErasureIncomplete(places=", ".join(places))


def _left(app: App, person: Person, part: PersonPart) -> list[str]:
    return [one.place for one in part.holdings(app, person) if one.fate is Fate.REMOVED and one.count]


def _finish(
    app: App, person: Person, sales: dict[str, Any], *, request_id: int, task_id: int, clock: Clock
) -> None:
    """The proof stands, the values are gone from the request itself, the task has ended: in one transaction."""
    after = sales_of(app, person)
    checked = [(part.name, part.holdings(app, person)) for part in parts_of(app)]
    now = clock()
    with app.db.transaction(brand_id=person.brand_id) as session:
        request = _request(session, request_id)
        if request.state == RequestState.DONE:
            return
        request.reason = _without_names(request.reason, person)
        proof = proof_for(
            session, app=app, request=request, person=person, sales=(sales, after), checked=checked, now=now
        )
        request.outcome, request.outcome_sha256 = proof, proof["sha256"]
        request.state, request.finished_at, request.person_sealed = RequestState.DONE.value, now, None
        session.flush()
        removed = sum(one["count"] for one in proof["removed"])
        record(
            session, actor=SYSTEM, action="privacy.erased", subject=("customer", request.customer_id),
            after={"request_id": request_id, "removed": removed, "sha256": proof["sha256"]}, now=now,
        )  # fmt: skip
        result = {"request_id": request_id, "removed": removed}
        Progress(lambda: nullcontext(session), task_id).end("done", now=now, result=result)


def _without_names(words: str, person: Person) -> str:
    for word in (*person.names, *(value for _, value in person.values), *needles_of(person.values)):
        if len(word) > 1:
            words = words.replace(word, "[erased]")
    return words


def _request(session: Session, request_id: int) -> PrivacyRequest:
    request = session.get(PrivacyRequest, request_id, with_for_update=True, populate_existing=True)
    assert request is not None, "requests are never deleted"
    return request
