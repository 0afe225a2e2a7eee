"""What was agreed to, refused and forgotten: every word that was heard stands, sealed, and who left is gone."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import SimpleNamespace

from sqlalchemy import text
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from siyu.kernel.app import App
from siyu.kernel.db import brand_of
from siyu.people.api import find_customers, value_index
from siyu.people.commands import consent_commands
from siyu.people.queries.consents import standings_of
from siyu.privacy.api import proof_of, request_info
from siyu.privacy.rules.proof import is_whole
from tests.failure.crowd import CONSENT_SOURCE, Told, Word, identities_of_guest, moment

Faults = Iterator[str]


def of_words(session: Session, told: Told) -> Faults:
    """Each yes is there once; whoever said no, by whatever number, is not written to unless they agreed later."""
    query = (
        "SELECT said_at, granted, customer_id FROM consent_entry WHERE source = :source AND retracts IS NULL"
    )
    rows = session.execute(text(query), {"source": CONSENT_SOURCE}).all()
    agreed = Counter(row.said_at for row in rows if row.granted)
    wanted = [word.said_at for word in told.words if word.granted]
    if lost := [one for one in wanted if one not in agreed]:
        yield f"{len(lost)} consents are lost: {lost[:3]}"
    if double := [one for one, count in agreed.items() if count > 1]:
        yield f"{len(double)} consents are there twice: {double[:3]}"
    refused = Counter((row.said_at, row.customer_id) for row in rows if not row.granted)
    if double_noes := [one for one, count in refused.items() if count > 1]:
        yield f"{len(double_noes)} withdrawals are there twice: {double_noes[:3]}"
    last_no = {word.customer_id: word for word in told.words if not word.granted}
    if unheard := [word for word in last_no.values() if not _is_heard(session, word)]:
        yield f"{len(unheard)} customers withdrew and are written to: {unheard[:3]}"


def _is_heard(session: Session, refusal: Word) -> bool:
    """Whether the customer's newest word on marketing by SMS is a no, or a yes that came after this no."""
    later = moment(10**7)
    for one in standings_of(session, customer_id=refusal.customer_id, now=later):
        if (one.purpose.value, one.channel.value) == ("marketing", "sms"):
            return one.granted is False or (one.said_at is not None and one.said_at > refusal.said_at)
    return False


def of_guests(app: App, session: Session, told: Told, customer_of: Mapping[str, int | None]) -> Faults:
    """Who asked to be forgotten is found by nothing, the proof is whole, and what they did stays their number's."""
    brand_id = brand_of(session)
    for number, guest in told.guests.items():
        state = request_info(session, request_id=guest.request_id).state.value
        if state != "done":
            yield f"the erasure of guest {number} is {state}"
            continue
        proof = proof_of(session, request_id=guest.request_id)
        if not is_whole(proof) or any(one["count"] for one in proof["searches"]):
            yield f"the proof of guest {number} does not hold: {proof['searches']}"
        for namespace, value in identities_of_guest(number):
            if found := find_customers(session, cipher=app.cipher, wanted=value):
                yield f"guest {number} was forgotten and is found by {namespace}: {found}"
            key = value_index(app.cipher, brand_id, namespace, value)
            if session.scalar(
                text("SELECT count(*) FROM customer_identity WHERE value_index = :key"), {"key": key}
            ):
                yield f"guest {number} was forgotten and has a {namespace}"
        if customer_of.get(f"g{number}") != guest.customer_id:
            yield f"what guest {number} did counts as {customer_of.get(f'g{number}')}, not as {guest.customer_id}"


def of_chain(app: App, brand_id: int, told: Told) -> tuple[int, list[str]]:
    """How many seals `siyu consent verify` finds, and what is wrong; heads that were noted must be in the chain."""
    noted = told.heads[:1] + told.heads[len(told.heads) // 2 :][:1] + told.heads[-1:]
    faults, seals = [], 0
    for head in noted or [""]:
        report = _verified(app, head)
        seals = report["seals"]
        if not report["intact"] or report["waiting"] or (head and not report["noted_head_found"]):
            faults.append(f"the consent chain, with the head {head or 'of nobody'}: {report}")
    return seals, faults


def _verified(app: App, head: str) -> dict[str, int]:
    """What `siyu consent verify --json` prints."""

    @contextmanager
    def opened() -> Iterator[App]:
        yield app

    terminal = SimpleNamespace(app=opened, brand_code=None, settings=app.settings)
    words = ["verify", "--json", *(["--head", head] if head else [])]
    result = CliRunner().invoke(consent_commands, words, obj=terminal, catch_exceptions=False)
    told: dict[str, int] = json.loads(result.stdout)
    return told
