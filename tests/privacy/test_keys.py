"""A new key beside the old: everything is readable and found all the while, and nobody becomes somebody else."""

import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.kernel.crypto import Cipher, WrongKey, read_keys, write_keys
from siyu.kernel.db import Database
from siyu.kernel.sealing import KeyBehind, SealedPart
from siyu.people.api import (
    ConsentAnswer,
    ConsentAsk,
    answer_requests,
    file_text,
    find_customers,
    note_requests,
    profiles_of,
    resolve_claims,
    save_customers,
    suppress,
    value_index,
)
from siyu.people.contracts import Channel, ConsentChannel, IdentityClaim, Purpose, SuppressionKind
from siyu.privacy.actions.keys import add_new_key, finish_rotation, put_back_key, request_reseal, run_reseal
from siyu.privacy.errors import KeyNumberTaken, KeyStillUsed, NoOldKey
from siyu.privacy.queries.keys import key_status
from tests.intake.eventing import carry, waiting
from tests.people.makers import reach
from tests.privacy.makers import (
    EARLIER,
    MAIL,
    NOW,
    OTHER_PHONE,
    PHONE,
    Two,
    clock,
    everywhere,
    member,
    people,
    rejected_lines,
    rows,
)
from tests.privacy.test_erasing import Killed, killed_at

GROUPS = """
    SELECT customer_id, root_identity_id, merged_into, visitor,
           (SELECT array_agg(identity_id ORDER BY identity_id) FROM customer_identity i
            WHERE i.customer_id = c.customer_id)
    FROM customer c ORDER BY customer_id
"""


@pytest.fixture
def keyed(app: App, tmp_path: Path) -> Iterator[App]:
    """The application with a key file of the test's own, which starts as the module's."""
    path = tmp_path / "secret.key"
    path.write_bytes(app.settings.key_file.read_bytes())
    path.chmod(0o600)
    yield replace(app, settings=replace(app.settings, key_file=path), cipher=Cipher.from_file(path))
    with app.db.transaction(brand_id=None) as session:
        session.execute(text("DELETE FROM key_rotation"))
        session.execute(text("SELECT set_config('role', session_user, true)"))
        for table in (
            "customer",
            "event_reject",
            "event_envelope",
            "suppression",
            "sms_channel",
            "consent_request",
        ):
            session.execute(text(f"TRUNCATE {table} CASCADE"))


def asked_by(session: Session, customer_id: int, *, message_id: int) -> set[int]:
    """The message, if it may ask the phone of this customer for consent."""
    shown = file_text(
        session, code="t", purpose=Purpose.MARKETING, channels=[ConsentChannel.SMS], title="t", body="t", actor=SYSTEM,
        now=NOW,
    )  # fmt: skip
    query = "SELECT identity_id FROM customer_identity WHERE customer_id = :c AND namespace = 'phone'"
    address = session.execute(text(query), {"c": customer_id}).scalar_one()
    ask = ConsentAsk(message_id, 1, customer_id, address, shown)
    return note_requests(session, asks=[ask], channel=Channel.SMS, now=NOW)


def rotated(app: App, brand_id: int) -> int:
    """A new key is in use and the brand is under it; how much was brought there."""
    version = add_new_key(app, now=NOW)
    with app.db.transaction(brand_id=brand_id) as session:
        task_id = request_reseal(session, brand_id=brand_id, version=version, actor=SYSTEM, now=NOW)
    return run_reseal(app, brand_id=brand_id, task_id=task_id, clock=clock)


def found(app: App, brand_id: int, wanted: str) -> list[int]:
    with app.db.transaction(brand_id=brand_id) as session:
        return find_customers(session, cipher=app.cipher, wanted=wanted)


def seen(app: App, brand_id: int, two: Two) -> Any:
    """Everything people see: found by each way, in clear, who is one, who is reached."""
    with app.db.transaction(brand_id=brand_id) as session:
        profiles = profiles_of(session, cipher=app.cipher, customer_ids=[two.fang, two.other], reveal=True)
        everybody = [tuple(row) for row in session.execute(text(GROUPS))]
        reached = reach(session, now=NOW)
    return (
        [found(app, brand_id, wanted) for wanted in (PHONE, OTHER_PHONE, MAIL, "CARD-0002", "王芳", "王小芳")],
        profiles, everybody, reached, rejected_lines(app, brand_id),
    )  # fmt: skip


def test_all_is_as_before_under_the_new_key_and_the_old_one_goes(keyed: App, brand_id: int) -> None:
    two = everywhere(keyed, brand_id, keyed.settings.home)
    with keyed.db.transaction(brand_id=brand_id) as session:
        index = value_index(keyed.cipher, brand_id, "phone", OTHER_PHONE)
        suppress(
            session,
            channel=Channel.SMS,
            address_indexes=[index],
            kind=SuppressionKind.OPT_OUT,
            source="t",
            now=NOW,
        )
        asked = asked_by(session, two.fang, message_id=1)
        assert asked == {1}
    before = seen(keyed, brand_id, two)
    old = keyed.cipher.key_id
    assert rotated(keyed, brand_id) > 10
    assert seen(keyed, brand_id, two) == before
    status = key_status(keyed, brand_id=brand_id)
    assert (status.newest, status.readable) == (2, (2, 1))
    assert sum(status.brands[0].left.values()) == 0
    assert finish_rotation(keyed, actor=SYSTEM, now=NOW) == (1,)
    assert old not in keyed.cipher.key_ids
    assert seen(keyed, brand_id, two) == before
    with pytest.raises(NoOldKey):
        finish_rotation(keyed, actor=SYSTEM, now=NOW)
    carry(keyed)  # what waited under the old key is carried
    assert waiting(keyed) == 0
    with keyed.db.transaction(brand_id=brand_id) as session:  # who was asked once is known under the new key
        assert asked_by(session, two.fang, message_id=2) == set()
        answer = ConsentAnswer(value_index(keyed.cipher, brand_id, "phone", PHONE), granted=True, said_at=NOW)
        assert len(answer_requests(session, answers=[answer], channel=Channel.SMS)) == 1
    with keyed.db.transaction(brand_id=brand_id) as session:  # the same file again joins and makes nobody
        again = [
            member("CARD-0001", phone=PHONE, email=MAIL, joined_at=EARLIER),
            member("CARD-0002", name="王小芳"),
        ]
        outcome = save_customers(
            session, cipher=keyed.cipher, records=again, source="crm", batch_id=None, now=NOW
        )
    assert outcome.added == 0
    assert [row[:4] for row in seen(keyed, brand_id, two)[2]] == [row[:4] for row in before[2]]


def test_half_way_both_are_found_and_what_is_said_anew_makes_nobody_twice(keyed: App, brand_id: int) -> None:
    two = people(keyed, brand_id)
    links = len(rows(keyed, brand_id, "SELECT edge_id FROM identity_edge"))
    add_new_key(keyed, now=NOW)
    assert found(keyed, brand_id, PHONE) == [two.fang]
    again = [member("CARD-0003", phone=OTHER_PHONE), member("CARD-0001", phone=PHONE, email=MAIL)]
    with keyed.db.transaction(brand_id=brand_id) as session:
        save_customers(session, cipher=keyed.cipher, records=again, source="crm", batch_id=None, now=EARLIER)
    assert len(rows(keyed, brand_id, "SELECT customer_id FROM customer")) == 3
    assert len(rows(keyed, brand_id, "SELECT edge_id FROM identity_edge")) == links
    with pytest.raises(KeyStillUsed):
        finish_rotation(keyed, actor=SYSTEM, now=NOW)


@pytest.mark.slow
def test_killed_in_the_middle_while_others_write_it_ends_whole(keyed: App, brand_id: int) -> None:
    two = everywhere(keyed, brand_id, keyed.settings.home)
    before = seen(keyed, brand_id, two)
    version = add_new_key(keyed, now=NOW)
    with keyed.db.transaction(brand_id=brand_id) as session:
        task_id = request_reseal(session, brand_id=brand_id, version=version, actor=SYSTEM, now=NOW)
    stop, made = threading.Event(), [0]

    def write() -> None:
        while not stop.is_set():
            made[0] += 1
            claims = [
                IdentityClaim(
                    (("phone", f"1380000{made[0]:04d}"), ("phone", PHONE)),
                    "shop",
                    authenticated=False,
                    said_at=NOW,
                ),
                IdentityClaim((("device", f"d{made[0]}"),), "shop", authenticated=False, said_at=NOW),
            ]
            with keyed.db.transaction(brand_id=brand_id) as session:
                resolve_claims(session, cipher=keyed.cipher, claims=claims, batch_id=None, now=NOW)

    whole = Database.transaction
    writer = threading.Thread(target=write)
    writer.start()
    try:
        for last in range(2, 100):
            with killed_at(last):
                try:
                    run_reseal(keyed, brand_id=brand_id, task_id=task_id, clock=clock)
                except Killed:
                    continue
            break
    finally:
        Database.transaction = whole  # type: ignore[method-assign]
        stop.set()
        writer.join()
    assert made[0]
    assert sum(key_status(keyed, brand_id=brand_id).brands[0].left.values()) == 0
    finish_rotation(keyed, actor=SYSTEM, now=NOW)
    assert [found(keyed, brand_id, one) for one in (PHONE, OTHER_PHONE, MAIL)] == before[0][:3]
    doubled = "SELECT namespace, count(*) FROM customer_identity GROUP BY namespace, value_index HAVING count(*) > 1"
    assert rows(keyed, brand_id, doubled) == []
    phones = "SELECT count(*) AS phones FROM customer_identity WHERE namespace = 'phone'"
    assert rows(keyed, brand_id, phones)[0]["phones"] == 2 + made[0]


def test_a_number_of_which_only_the_index_is_stored_stays_silent(keyed: App, brand_id: int) -> None:
    with keyed.db.transaction(brand_id=brand_id) as session:
        index = value_index(keyed.cipher, brand_id, "phone", PHONE)
        suppress(
            session,
            channel=Channel.SMS,
            address_indexes=[index],
            kind=SuppressionKind.COMPLAINT,
            source="t",
            now=NOW,
        )
    rotated(keyed, brand_id)
    assert key_status(keyed, brand_id=brand_id).brands[0].by_index_alone == 1
    finish_rotation(keyed, actor=SYSTEM, now=NOW)
    secrets, indexes = read_keys(keyed.settings.key_file)
    assert (set(secrets), set(indexes)) == ({2}, {1})
    people(keyed, brand_id)
    with keyed.db.transaction(brand_id=brand_id) as session:
        assert {why for _, why, _ in reach(session, now=NOW).values()} == {None, "complaint"}


def test_ties_between_links_do_not_hang_on_the_key(keyed: App, brand_id: int) -> None:
    """Two members claim one phone at the same moment: who has it is the same after the change, decided anew."""
    claims = [
        IdentityClaim(
            (("member_no", key), ("phone", f"1390000{number:04d}")),
            "crm",
            authenticated=True,
            said_at=EARLIER,
        )
        for number in range(12)
        for key in (f"A{number}", f"B{number}")
    ]
    with keyed.db.transaction(brand_id=brand_id) as session:
        resolve_claims(session, cipher=keyed.cipher, claims=claims, batch_id=None, now=NOW)
        before = [tuple(row) for row in session.execute(text(GROUPS))]
    rotated(keyed, brand_id)
    finish_rotation(keyed, actor=SYSTEM, now=NOW)
    said = [
        IdentityClaim(
            (("phone", f"1390000{number:04d}"), ("device", f"D{number}")),
            "web",
            authenticated=False,
            said_at=NOW,
        )
        for number in range(12)
    ]
    with keyed.db.transaction(brand_id=brand_id) as session:
        resolve_claims(session, cipher=keyed.cipher, claims=said, batch_id=None, now=NOW)
        after = [tuple(row) for row in session.execute(text(GROUPS))]
    assert [row[:3] for row in after] == [row[:3] for row in before]


def test_who_does_not_know_the_newest_key_makes_nobody(keyed: App, brand_id: int) -> None:
    elsewhere = Cipher(
        next(iter(read_keys(keyed.settings.key_file)[0].values()))
    )  # a worker with a copy of the file
    add_new_key(keyed, now=NOW)
    claim = IdentityClaim((("phone", PHONE),), "crm", authenticated=True, said_at=NOW)
    with pytest.raises(KeyBehind), keyed.db.transaction(brand_id=brand_id) as session:
        resolve_claims(session, cipher=elsewhere, claims=[claim], batch_id=None, now=NOW)


def test_a_lost_and_a_wrong_key_are_told_and_a_copy_mends_it(
    keyed: App, brand_id: int, tmp_path: Path
) -> None:
    people(keyed, brand_id)
    copy = tmp_path / "copy.key"
    copy.write_bytes(keyed.settings.key_file.read_bytes())
    copy.chmod(0o600)
    write_keys(keyed.settings.key_file, {2: os.urandom(32)}, {})
    assert key_status(keyed, brand_id=brand_id).brands[0].unreadable > 0
    with pytest.raises(WrongKey), keyed.db.transaction(brand_id=brand_id) as session:
        profiles_of(session, cipher=keyed.cipher, customer_ids=[_first(keyed, brand_id)])
    assert put_back_key(keyed, copy) == (1,)
    assert key_status(keyed, brand_id=brand_id).brands[0].unreadable == 0
    assert found(keyed, brand_id, PHONE)
    foreign = tmp_path / "foreign.key"
    write_keys(foreign, {1: os.urandom(32)}, {})
    with pytest.raises(KeyNumberTaken):
        put_back_key(keyed, foreign)


def _first(app: App, brand_id: int) -> int:
    return int(rows(app, brand_id, "SELECT min(customer_id) AS first FROM customer")[0]["first"])


def test_every_sealed_column_has_somebody_who_reseals_it(app: App) -> None:
    query = """
        SELECT c.relname || '.' || a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND a.attname LIKE '%\\_sealed'
    """
    with app.db.engine.connect() as connection:
        stored = set(connection.execute(text(query)).scalars())
    assert stored == {column for part in app.wiring.of(SealedPart) for column in part.columns}
