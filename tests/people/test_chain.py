"""The chain over the consent ledger: whatever is changed, left out or slipped in is found, however it was sealed."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from siyu.kernel.app import App
from siyu.kernel.db import Role
from siyu.people.actions.consents import record_words
from siyu.people.actions.seal import add_seal, seal_consents
from siyu.people.contracts import ConsentChannel, ConsentWord, Purpose
from siyu.people.queries.ledger import brands_to_seal, leaves_between
from siyu.people.queries.proving import Prover
from siyu.people.queries.verifying import NotedHead, verify_chain
from siyu.people.queries.watching import chain_broken
from siyu.people.rules import recompute
from siyu.people.rules.chain import (
    NOTHING_BEFORE,
    Fault,
    Seal,
    SealedEntry,
    fault_of,
    leaf_of,
    levels_of,
    path_in,
    root_by,
    root_of,
    seal_digest,
)
from siyu.people.rules.watching import SLOTS_A_DAY, seals_now
from tests.people.makers import NOW, customer_of

ENTRY = SealedEntry(7, 1, 42, "sms", "marketing", True, "test", NOW, NOW, None, "lin", None, None, None)
MOMENTS = st.datetimes(datetime(1971, 1, 1), datetime(9990, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
WORDS = st.text(st.characters(blacklist_characters="\x00", blacklist_categories=("Cs",)), max_size=30)


def leaves(numbers: Sequence[int]) -> list[bytes]:
    return [leaf_of(replace(ENTRY, consent_entry_id=number)) for number in numbers]


def sealed(numbers: Sequence[int], *, before: Seal | None = None) -> Seal:
    seal = Seal(
        1, before.seal_no + 1 if before else 1, before.last_entry_id if before else 0, numbers[-1], len(numbers),
        root_of(leaves(numbers)), before.digest if before else NOTHING_BEFORE, NOW,
    )  # fmt: skip
    return replace(seal, digest=seal_digest(seal))


FIRST = sealed([1, 2, 3])
SECOND = sealed([5, 6], before=FIRST)
FAULTS: list[tuple[Seal, Seal | None, list[bytes], Fault | None]] = [
    (FIRST, None, leaves([1, 2, 3]), None),
    (SECOND, FIRST, leaves([5, 6]), None),
    # a seal in between is gone, or the first one
    (replace(SECOND, seal_no=3), FIRST, leaves([5, 6]), Fault.SEAL_MISSING),
    (SECOND, None, leaves([5, 6]), Fault.SEAL_MISSING),
    # the one before was made anew, so that this one no longer follows
    (SECOND, replace(FIRST, digest=b"x"), leaves([5, 6]), Fault.SEAL_CHANGED),
    # it was made to begin later, so that an entry lies between the two
    (replace(SECOND, after_entry_id=4), FIRST, leaves([5, 6]), Fault.SEAL_CHANGED),
    (replace(FIRST, sealed_at=NOW + timedelta(seconds=1)), None, leaves([1, 2, 3]), Fault.SEAL_CHANGED),
    (replace(FIRST, root=b"x"), None, leaves([1, 2, 3]), Fault.SEAL_CHANGED),
    (FIRST, None, leaves([1, 3]), Fault.ENTRY_MISSING),
    (FIRST, None, [], Fault.ENTRY_MISSING),
    (FIRST, None, leaves([1, 2, 3, 4]), Fault.ENTRY_SLIPPED_IN),
    # one gone and another in its place is a change
    (FIRST, None, leaves([1, 2, 4]), Fault.ENTRY_CHANGED),
    # the same entries in another order
    (FIRST, None, leaves([2, 1, 3]), Fault.ENTRY_CHANGED),
]


@pytest.mark.parametrize(("seal", "before", "found", "fault"), FAULTS)
def test_a_seal_that_does_not_hold_says_why(
    seal: Seal, before: Seal | None, found: list[bytes], fault: Fault | None
) -> None:
    assert fault_of(seal, before=before, leaves=found) is fault


@pytest.mark.parametrize(
    "column",
    [
        {"consent_entry_id": 8}, {"brand_id": 2}, {"customer_id": 43}, {"channel": "call"}, {"purpose": "service"},
        {"granted": False}, {"source": "tests"}, {"said_at": NOW + timedelta(microseconds=1)},
        {"recorded_at": NOW + timedelta(microseconds=1)}, {"added_by_batch": 1}, {"recorded_by": "wang"},
        {"text_digest": "a"}, {"evidence_digest": "a"}, {"retracts": 1},
    ],
    ids=lambda column: next(iter(column)),
)  # fmt: skip
def test_every_column_of_an_entry_is_sealed(column: dict[str, Any]) -> None:
    assert leaf_of(replace(ENTRY, **column)) != leaf_of(ENTRY)


def test_what_stands_beside_each_other_is_not_taken_for_something_else() -> None:
    """Two texts that would read the same when written one after the other."""
    assert leaf_of(replace(ENTRY, source='a", "b', recorded_by="c")) != leaf_of(
        replace(ENTRY, source="a", recorded_by='b", "c')
    )


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=40, unique=True), st.data())
def test_a_path_leads_to_the_root_and_no_other_leaf_does(found: list[bytes], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(found) - 1))
    path = path_in(levels_of(found), place)
    assert root_by(found[place], path) == root_of(found)
    other = data.draw(st.integers(0, len(found) - 1))
    assert other == place or root_by(found[other], path) != root_of(found)


def say(
    session: Session, app: App, who: int, *, granted: bool = False, minutes: int = 0, **more: Any
) -> None:
    word = ConsentWord(
        who, Purpose.SERVICE, ConsentChannel.SMS, granted, "test", NOW + timedelta(minutes=minutes), **more
    )
    record_words(session, cipher=app.cipher, words=[word], recorded_by="lin", now=NOW)


@contextmanager
def as_owner(app: App) -> Iterator[Session]:
    """Somebody who owns the database, and switches the triggers off."""
    with Session(app.db.engine) as session, session.begin():
        session.execute(text("SET LOCAL session_replication_role = replica"))
        yield session


@pytest.fixture
def ledger(app: App, brand_id: int) -> list[int]:
    """Seven entries under three seals, of three entries each but the last; one number was given and never used."""
    with app.db.transaction(brand_id=brand_id) as session:
        who = customer_of(session, app.cipher, phone="13800138000", sms_consent=True)
        for minute in range(6):
            say(session, app, who, granted=minute % 2 == 0, minutes=minute, evidence={"page": "/join"})
            if minute == 1:
                session.execute(text("SELECT nextval('consent_entry_consent_entry_id_seq')"))
    assert seal_consents(app.db, brand_id=brand_id, now=NOW, entries_a_seal=3) == 3
    with app.db.transaction(brand_id=brand_id) as session:
        rows = session.scalars(text("SELECT consent_entry_id FROM consent_entry ORDER BY 1"))
        return list(rows)


def verified(app: App, brand_id: int, noted: NotedHead | None = None) -> tuple[bool, int | None, str | None]:
    with app.db.transaction(brand_id=brand_id) as session:
        report = verify_chain(session, noted=noted)
    return report.intact, report.broken_seal, report.fault


def test_every_seal_is_looked_at_once_a_day_and_a_broken_one_told(
    app: App, brand_id: int, ledger: list[int]
) -> None:
    midnight = NOW.replace(hour=0, minute=0)
    slots = [midnight + timedelta(minutes=5 * slot) for slot in range(SLOTS_A_DAY)]
    turns = [seals_now(3, now=at) for at in slots]
    assert [seal for first, last in turns for seal in range(first, last + 1)] == [1, 2, 3]
    with as_owner(app) as session:
        session.execute(
            text("UPDATE consent_entry SET granted = NOT granted WHERE consent_entry_id = :entry"),
            {"entry": ledger[4]},
        )
    told: list[str] = []
    for at, (first, last) in zip(slots, turns, strict=True):
        if first <= last:
            with app.db.transaction(brand_id=brand_id) as session:
                told += [news.key for news in chain_broken(session, now=at)]
    assert told == ["consent_seal/2/entry_changed"]


COLUMNS = {
    "customer_id": "customer_id + 1", "channel": "'call'", "purpose": "'marketing'", "granted": "NOT granted",
    "source": "source || ' '", "said_at": "said_at - interval '1 microsecond'",
    "recorded_at": "recorded_at - interval '1 microsecond'", "added_by_batch": "1", "recorded_by": "'wang'",
    "evidence_digest": "'\\x00'", "retracts": "1",
}  # fmt: skip


@pytest.mark.parametrize("column", COLUMNS)
def test_a_changed_column_is_found(app: App, brand_id: int, ledger: list[int], column: str) -> None:
    assert verified(app, brand_id) == (True, None, None)
    with as_owner(app) as owner:
        owner.execute(
            text(f"UPDATE consent_entry SET {column} = {COLUMNS[column]} WHERE consent_entry_id = :entry"),
            {"entry": ledger[4]},
        )
    assert verified(app, brand_id) == (False, 2, "entry_changed")


TAMPERING = [
    ("DELETE FROM consent_entry WHERE consent_entry_id = :fourth", (False, 2, "entry_missing")),
    ("DELETE FROM consent_seal WHERE brand_id = :brand AND seal_no = 2", (False, 2, "seal_missing")),
    ("DELETE FROM consent_seal WHERE brand_id = :brand AND seal_no = 1", (False, 1, "seal_missing")),
    ("UPDATE consent_seal SET root = '\\x00' WHERE brand_id = :brand AND seal_no = 3", (False, 3, "seal_changed")),
    ("UPDATE consent_seal SET last_entry_id = last_entry_id + 1 WHERE brand_id = :brand AND seal_no = 3",
     (False, 3, "seal_changed")),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "found"), TAMPERING)
def test_what_is_taken_out_is_found(
    app: App, brand_id: int, ledger: list[int], statement: str, found: tuple[bool, int | None, str | None]
) -> None:
    with as_owner(app) as owner:
        owner.execute(text(statement), {"fourth": ledger[3], "brand": brand_id} if ":fourth" in statement else
                      {"brand": brand_id})  # fmt: skip
    assert verified(app, brand_id) == found


def test_what_is_slipped_in_is_found(app: App, brand_id: int, ledger: list[int]) -> None:
    """With a number that was given to a transaction that never came to its end."""
    with as_owner(app) as owner:
        owner.execute(
            text("""INSERT INTO consent_entry (consent_entry_id, brand_id, customer_id, channel, purpose, granted,
                                               source, said_at, recorded_at)
                    SELECT :free, brand_id, customer_id, channel, purpose, NOT granted, source, said_at, recorded_at
                    FROM consent_entry WHERE consent_entry_id = :other"""),
            {"free": ledger[2] + 1, "other": ledger[3]},
        )
    assert verified(app, brand_id) == (False, 2, "entry_slipped_in")


def test_a_changed_text_is_found(app: App, brand_id: int) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        who = customer_of(session, app.cipher)
        number = session.scalar(
            text("""INSERT INTO consent_text (brand_id, code, version, purpose, channels, language, title, body,
                                              created_by, created_at)
                    VALUES (:brand, 'join', 1, 'service', '["sms", "call"]', 'zh-CN', '入会',
                            E'第一行\\n"引号"', 'lin', :now)
                    RETURNING consent_text_id"""),
            {"brand": brand_id, "now": NOW},
        )
        say(session, app, who, granted=True, consent_text_id=number)
    seal_consents(app.db, brand_id=brand_id, now=NOW)
    assert verified(app, brand_id) == (True, None, None)
    with as_owner(app) as owner:
        owner.execute(
            text("UPDATE consent_text SET body = body || '。' WHERE consent_text_id = :n"), {"n": number}
        )
    assert verified(app, brand_id) == (False, 1, "entry_changed")


def test_a_chain_made_anew_does_not_hold_the_head_that_was_noted(
    app: App, brand_id: int, ledger: list[int]
) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        head = NotedHead(3, verify_chain(session).head)
    assert verified(app, brand_id, head) == (True, None, None)
    with as_owner(app) as owner:
        owner.execute(text("DELETE FROM consent_seal WHERE brand_id = :brand"), {"brand": brand_id})
        owner.execute(text("DELETE FROM consent_entry WHERE consent_entry_id = :last"), {"last": ledger[-1]})
    seal_consents(app.db, brand_id=brand_id, now=NOW, entries_a_seal=3)
    assert verified(app, brand_id) == (True, None, None)
    assert verified(app, brand_id, head) == (False, None, None)


def test_the_worker_sees_which_brands_have_something_to_seal(
    app: App, brand_id: int, ledger: list[int]
) -> None:
    def waiting() -> list[int]:
        with app.db.transaction(brand_id=None, role=Role.PUMP) as session:
            return brands_to_seal(session, brand_ids=[brand_id])

    assert ledger
    assert waiting() == []
    with app.db.transaction(brand_id=brand_id) as session:
        say(session, app, customer_of(session, app.cipher, "B1"))
    assert waiting() == [brand_id]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE consent_entry SET granted = true", "DELETE FROM consent_entry", "DELETE FROM consent_seal",
        "UPDATE consent_seal SET sealed_at = now()", "UPDATE consent_text SET body = ''",
    ],
)  # fmt: skip
def test_the_application_may_only_add(app: App, brand_id: int, ledger: list[int], statement: str) -> None:
    assert ledger
    with pytest.raises(DBAPIError), app.db.transaction(brand_id=brand_id) as session:
        session.execute(text(statement))
    with pytest.raises(DBAPIError), Session(app.db.engine) as owner, owner.begin():
        owner.execute(text(statement))  # who owns the table is stopped by the trigger


def test_entries_still_on_the_way_are_left_for_the_next_seal(app: App, brand_id: int) -> None:
    """Numbers are given before commit: a lower number may appear after a higher one was seen."""
    with app.db.transaction(brand_id=brand_id) as session:
        one, other = customer_of(session, app.cipher, "A1"), customer_of(session, app.cipher, "A2")
    with app.db.transaction(brand_id=brand_id) as slow:
        say(slow, app, one)
        with app.db.transaction(brand_id=brand_id) as fast:
            say(fast, app, other)
        assert seal_consents(app.db, brand_id=brand_id, now=NOW) == 0
    assert seal_consents(app.db, brand_id=brand_id, now=NOW) == 1
    assert verified(app, brand_id) == (True, None, None)


def test_a_sealer_that_dies_between_seals_is_followed_by_another(app: App, brand_id: int) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        who = customer_of(session, app.cipher)
        for minute in range(5):
            say(session, app, who, granted=minute % 2 == 0, minutes=minute)
        upto = session.scalar(text("SELECT max(consent_entry_id) FROM consent_entry"))
    with pytest.raises(KeyboardInterrupt), app.db.transaction(brand_id=brand_id) as session:
        assert add_seal(session, upto=upto, most=2, now=NOW)
        raise KeyboardInterrupt  # before the commit
    with app.db.transaction(brand_id=brand_id) as session:
        assert add_seal(session, upto=upto, most=2, now=NOW)  # and one whose successor never ran
    assert seal_consents(app.db, brand_id=brand_id, now=NOW, entries_a_seal=2) == 2
    with app.db.transaction(brand_id=brand_id) as session:
        report = verify_chain(session)
    assert (report.intact, report.seals, report.entries, report.waiting) == (True, 3, 5, 0)


def test_two_sealers_at_once_make_one_chain(app: App, brand_id: int, ledger: list[int]) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        say(session, app, customer_of(session, app.cipher, "B1"))
    with app.db.transaction(brand_id=brand_id) as first:
        assert add_seal(first, upto=max(ledger) + 10, most=10, now=NOW)
        with app.db.transaction(brand_id=brand_id) as second:
            assert not add_seal(second, upto=max(ledger) + 10, most=10, now=NOW)
    assert verified(app, brand_id) == (True, None, None)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(st.tuples(st.sampled_from(["say", "seal", "retract"]), st.integers(1, 5)), max_size=12),
    source=WORDS,
    moment=MOMENTS,
)
def test_however_entries_and_seals_alternate_the_chain_holds_and_proves_itself(
    app: App, brand_id: int, steps: list[tuple[str, int]], source: str, moment: datetime
) -> None:
    """SQL, Python and the program for third parties come to the same digests."""
    with app.db.transaction(brand_id=brand_id) as session:
        who = customer_of(session, app.cipher)
    for number, (step, size) in enumerate(steps):
        if step == "seal":
            seal_consents(app.db, brand_id=brand_id, now=NOW, entries_a_seal=size)
            continue
        with app.db.transaction(brand_id=brand_id) as session:
            session.execute(
                text("""INSERT INTO consent_entry (brand_id, customer_id, channel, purpose, granted, source, said_at,
                                                   recorded_at, added_by_batch)
                        SELECT :brand, :who, 'sms', 'marketing', n % 2 = 0, :source, CAST(:at AS timestamptz), :now,
                               :batch
                        FROM generate_series(1, :size) n"""),
                {"brand": brand_id, "who": who, "source": source, "at": moment, "now": NOW, "size": size,
                 "batch": number if step == "retract" else None},
            )  # fmt: skip
    seal_consents(app.db, brand_id=brand_id, now=NOW)
    with app.db.transaction(brand_id=brand_id) as session:
        report = verify_chain(session)
        assert (report.intact, report.waiting) == (True, 0)
        ids = list(session.scalars(text("SELECT consent_entry_id FROM consent_entry ORDER BY 1")))
        prover = Prover(session, app.cipher)
        entries = prover.entries(ids)
        proof = {"texts": prover.texts(), "seals": prover.seals()}
        assert recompute.check(proof, entries) == []
        if ids:
            row = session.execute(
                text("SELECT * FROM consent_entry WHERE consent_entry_id = :n"), {"n": ids[0]}
            ).one()
            same = SealedEntry(
                row.consent_entry_id, row.brand_id, row.customer_id, row.channel, row.purpose, row.granted, row.source,
                row.said_at, row.recorded_at, row.added_by_batch, row.recorded_by, None, None, row.retracts,
            )  # fmt: skip
            assert leaves_between(session, after=ids[0] - 1, upto=ids[0], most=1) == [(ids[0], leaf_of(same))]
            spoiled = json.loads(json.dumps(entries))
            spoiled[0]["words"] = spoiled[0]["words"].replace('"marketing"', '"service"', 1)
            assert recompute.check(proof, spoiled) != []
