"""People are one or two as links say: merges, un-merges, visitors, shared phones, and what is kept through them."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.people.api import (
    accept_review,
    change_namespace,
    consents_of,
    dismiss_review,
    find_customers,
    forget_import,
    known_customers,
    merge_customers,
    preview_merge,
    preview_retraction,
    profiles_of,
    resolve_claims,
    retract_edge,
    withdraw_consent,
)
from siyu.people.contracts import Channel, IdentityClaim, Move, Resolved
from siyu.people.errors import ReviewDecided, ReviewNotAcceptable
from siyu.people.queries.consents import reach_of
from siyu.people.rules.namespaces import policy_of
from tests.people.makers import EARLIER, NOW, reach, record, save

LATER = NOW + timedelta(days=1)
PHONE = "13800138000"


def claim(
    *identities: tuple[str, str], source: str = "crm", checked: bool = True, day: int = 0
) -> IdentityClaim:
    return IdentityClaim(
        identities, source, checked, EARLIER + timedelta(days=day), f"{identities}{source}{day}"
    )


def resolve(
    session: Session, app: App, *claims: IdentityClaim, batch_id: int | None = None
) -> list[Resolved]:
    return resolve_claims(session, cipher=app.cipher, claims=claims, batch_id=batch_id, now=NOW)


def everything(session: Session) -> list[object]:
    """All that people keep but the ledger of links, which only grows."""
    tables = ("customer", "customer_identity", "consent_entry", "suppression", "identity_review")
    return [session.execute(text(f"SELECT * FROM {table} ORDER BY 1")).all() for table in tables]


def known(session: Session) -> list[int]:
    return list(known_customers(session)["customer_id"].to_pylist())


def newest_edge(session: Session) -> int:
    return int(session.execute(text("SELECT max(edge_id) FROM identity_edge")).scalar_one())


def two(session: Session, app: App) -> tuple[int, int]:
    """A member and a shopper, each with a profile and a word on being written to."""
    rows = [
        record("A1", name="王芳", province="浙江", sms_consent=True, consent_at=EARLIER),
        record(
            "T1",
            namespace="taobao_id",
            name="王小芳",
            gender="female",
            phone=PHONE,
            birthday=date(1990, 2, 9),
        ),
    ]
    save(session, app.cipher, rows)
    first, second = known(session)
    return first, second


@dataclass
class Listener:
    """A module that owns state per customer."""

    heard: list[Move] = field(default_factory=list)

    def customers_moved(self, session: Session, *, moves: Sequence[Move], now: datetime) -> None:
        self.heard.extend(moves)


def test_merge_and_unmerge_give_back_what_each_side_had(app: App, session: Session) -> None:
    first, second = two(session, app)
    before, listener = everything(session), Listener()
    promised = preview_merge(session, first, second, now=NOW)
    merged = merge_customers(
        session, first, second, actor=SYSTEM, reason="same person", now=NOW, parts=[listener]
    )
    assert merged.moves == promised.moves == (Move(second, second, first),)
    assert known(session) == [first]
    parting = preview_retraction(session, newest_edge(session))
    retract_edge(
        session, newest_edge(session), actor=SYSTEM, reason="not the same", now=LATER, parts=[listener]
    )
    assert everything(session) == before
    assert parting.moves == (Move(second, first, second),)
    assert listener.heard == [Move(second, second, first), Move(second, first, second)]


def test_merging_and_parting_twice_change_nothing(app: App, session: Session) -> None:
    first, second = two(session, app)
    merge_customers(session, first, second, actor=SYSTEM, reason="same", now=NOW)
    once = everything(session)
    assert merge_customers(session, second, first, actor=SYSTEM, reason="same", now=LATER).moves == ()
    assert everything(session) == once
    edge = newest_edge(session)
    retract_edge(session, edge, actor=SYSTEM, reason="no", now=NOW)
    parted = everything(session)
    assert retract_edge(session, edge, actor=SYSTEM, reason="no", now=LATER).moves == ()
    assert everything(session) == parted


def test_one_person_is_seen_whole_under_either_number(app: App, session: Session) -> None:
    first, second = two(session, app)
    merge_customers(session, first, second, actor=SYSTEM, reason="same", now=NOW)
    profiles = profiles_of(session, cipher=app.cipher, customer_ids=[first, second], reveal=True)
    assert profiles[first] == profiles[second]
    seen = profiles[second]
    assert (seen.customer_id, seen.gender, seen.province, seen.birthday) == (
        first,
        "female",
        "浙江",
        "1990-02-09",
    )
    assert seen.phone == "+8613800138000"
    for wanted in (PHONE, "A1", "T1", "王芳", "王小芳", str(first), str(second)):
        assert find_customers(session, cipher=app.cipher, wanted=wanted) == [first]
    assert reach(session) == {first: (True, None, True), second: (True, None, True)}


def test_a_refusal_said_as_one_counts_for_both_after_they_part(app: App, session: Session) -> None:
    first, second = two(session, app)
    merge_customers(session, first, second, actor=SYSTEM, reason="same", now=NOW)
    said = {second: LATER}
    new = withdraw_consent(session, said_at=said, channel=Channel.SMS, source="sms_reply", now=LATER)
    assert new == [first]
    assert not consents_of(session, customer_id=second)[0]["granted"]
    retract_edge(session, newest_edge(session), actor=SYSTEM, reason="no", now=LATER)
    assert [reach(session, now=LATER)[one][0] for one in (first, second)] == [False, False]
    assert consents_of(session, customer_id=second)[0]["source"] == "sms_reply"


def test_a_file_says_of_a_merged_key_what_stays_with_the_key(app: App, session: Session) -> None:
    first, second = two(session, app)
    merge_customers(session, first, second, actor=SYSTEM, reason="same", now=NOW)
    save(session, app.cipher, [record("T1", namespace="taobao_id", name="王大芳")])
    retract_edge(session, newest_edge(session), actor=SYSTEM, reason="no", now=LATER)
    names = {
        who: one.name
        for who, one in profiles_of(
            session, cipher=app.cipher, customer_ids=[first, second], reveal=True
        ).items()
    }
    assert names == {first: "王芳", second: "王大芳"}


def test_a_phone_joins_customers_of_two_channels(app: App, session: Session) -> None:
    save(session, app.cipher, [record("A1", phone=PHONE)])
    outcome = save(session, app.cipher, [record("T1", namespace="taobao_id", phone=PHONE)])
    assert outcome.phone_conflicts == ()
    assert len(known(session)) == 1


def test_a_phone_of_two_members_waits_for_a_person(app: App, session: Session) -> None:
    save(session, app.cipher, [record("A1", phone=PHONE)])
    assert save(session, app.cipher, [record("A2", phone=PHONE)]).phone_conflicts == (0,)
    review = session.execute(text("SELECT review_id, reason FROM identity_review")).one()
    assert review.reason == "unique_conflict"
    first, second = known(session)
    accept_review(session, review.review_id, actor=SYSTEM, note="both are hers", now=NOW)
    assert known(session) == [first]
    with pytest.raises(ReviewDecided):
        dismiss_review(session, review.review_id, actor=SYSTEM, note="", now=NOW)
    retract_edge(session, newest_edge(session), actor=SYSTEM, reason="no", now=LATER)
    assert known(session) == [first, second]
    assert session.execute(text("SELECT state FROM identity_review")).scalar_one() == "open"


def test_what_was_dismissed_is_not_asked_again(app: App, session: Session) -> None:
    rows = [record("A1", phone=PHONE), record("A2", phone=PHONE)]
    save(session, app.cipher, rows)
    review = session.execute(text("SELECT review_id FROM identity_review")).scalar_one()
    dismiss_review(session, review, actor=SYSTEM, note="a couple", now=NOW)
    save(session, app.cipher, rows)
    resolve(session, app, claim(("member_no", "A2"), ("phone", PHONE), day=700))
    assert session.execute(text("SELECT state FROM identity_review")).scalars().all() == ["dismissed"]


def test_a_merge_of_two_members_overrules_a_guard_and_says_so(app: App, session: Session) -> None:
    resolve(session, app, claim(("member_no", "A1")), claim(("member_no", "A2")))
    first, second = known(session)
    assert preview_merge(session, first, second, now=NOW).overruled == ("unique_conflict",)
    merge_customers(session, first, second, actor=SYSTEM, reason="two cards", now=NOW)
    assert known(session) == [first]


def test_a_shops_phone_joins_nobody(app: App, session: Session) -> None:
    members = [claim(("member_no", f"A{number}"), ("phone", PHONE)) for number in range(6)]
    resolve(session, app, *members[:5])
    assert len(known(session)) == 5
    resolve(session, app, members[5])
    assert len(known(session)) == 6  # the phone itself is nobody
    assert not any(has_address for _, _, has_address in reach(session).values())
    reasons = session.execute(text("SELECT reason, review_id FROM identity_review")).all()
    assert [row.reason for row in reasons] == ["quarantined"]
    with pytest.raises(ReviewNotAcceptable):
        accept_review(session, reasons[0].review_id, actor=SYSTEM, note="", now=NOW)
    retract_edge(session, newest_edge(session), actor=SYSTEM, reason="wrong number", now=LATER)
    reached = reach(session)
    assert sum(reached[who][2] for who in known(session)) == 1


def test_a_device_is_a_visitor_until_somebody_logs_in(app: App, session: Session) -> None:
    device, member = ("device", "D1"), ("member_no", "A1")
    visitor = resolve(session, app, claim(device, source="web", checked=False))[0]
    assert known(session) == []
    assert reach(session) == {}
    assert find_customers(session, cipher=app.cipher, wanted="D1") == []
    assert find_customers(session, cipher=app.cipher, wanted=str(visitor.customer_id)) == []
    assert not any(one["reachable"] for one in reach_of(session, customer_id=visitor.customer_id, now=NOW))
    customer = resolve(session, app, claim(device, member, source="web"))[0]
    assert known(session) == [customer.customer_id] == [visitor.customer_id]
    retract_edge(session, newest_edge(session), actor=SYSTEM, reason="a shared tablet", now=LATER)
    assert len(known(session)) == 1
    assert known(session) != [visitor.customer_id]


def test_only_sources_that_may_speak_of_a_namespace_link_it(app: App, session: Session) -> None:
    resolve(session, app, claim(("member_no", "A1"), ("phone", PHONE), source="web"))
    assert len(known(session)) == 1
    only_crm = replace(policy_of("member_no"), sources=frozenset({"crm"}))
    assert change_namespace(session, only_crm, actor=SYSTEM, now=NOW).founded == 1
    assert len(known(session)) == 2
    resolve(session, app, claim(("member_no", "A1"), ("phone", PHONE), source="crm"))
    assert len(known(session)) == 1


def test_a_brands_own_word_on_its_own_namespace_counts(app: App, session: Session) -> None:
    resolve(
        session, app, claim(("member_no", "A1"), ("card", "C1")), claim(("member_no", "A1"), ("card", "C2"))
    )
    assert len(known(session)) == 1
    one_card = replace(policy_of("card"), namespace="card", one_per_customer=True)
    change_namespace(session, one_card, actor=SYSTEM, now=NOW)
    assert len(known(session)) == 2
    assert session.execute(text("SELECT reason FROM identity_review")).scalars().all() == ["unique_conflict"]


def test_a_browser_joins_no_two_identified_people(app: App, session: Session) -> None:
    resolve(session, app, claim(("member_no", "A1")), claim(("phone", PHONE)))
    resolve(session, app, claim(("member_no", "A1"), ("phone", PHONE), source="web", checked=False))
    assert len(known(session)) == 2
    resolve(session, app, claim(("member_no", "A1"), ("phone", PHONE), source="checkout"))
    assert len(known(session)) == 1
    assert session.execute(text("SELECT count(*) FROM identity_review")).scalar_one() == 0


def test_merges_and_partings_are_facts_without_personal_data(
    app: App, session: Session, brand_id: int
) -> None:
    first, second = two(session, app)
    merge_customers(session, first, second, actor=SYSTEM, reason="same", now=NOW)
    retract_edge(session, newest_edge(session), actor=SYSTEM, reason="no", now=LATER)
    session.commit()
    with app.db.engine.connect() as connection:
        rows = connection.execute(
            text("SELECT fact, customer_id, properties FROM inbox WHERE brand_id = :brand ORDER BY inbox_id"),
            {"brand": brand_id},
        ).all()
    assert [(row.fact, row.customer_id, row.properties) for row in rows] == [
        ("customers_merged", second, {"other_customer_id": first}),
        ("customers_unmerged", second, {"other_customer_id": first}),
    ]


def test_an_undone_import_parts_whom_it_joined(app: App, session: Session) -> None:
    from_file = two(session, app)
    before = everything(session)
    save(session, app.cipher, [record("A1", phone=PHONE)], batch_id=7)
    assert known(session) == [from_file[0]]
    forget(session, 7)
    assert everything(session) == before
    save(session, app.cipher, [record("A1", phone=PHONE)], batch_id=8)
    assert known(session) == [from_file[0]]


def test_an_undone_import_takes_its_customer_out_of_the_one_it_was_merged_into(
    app: App, session: Session
) -> None:
    save(session, app.cipher, [record("A1", phone=PHONE)], batch_id=1)
    save(session, app.cipher, [record("T1", namespace="taobao_id", name="王芳", phone=PHONE)], batch_id=2)
    (who,) = known(session)
    withdraw_consent(session, said_at={who: NOW}, channel=Channel.SMS, source="sms_reply", now=NOW)
    assert forget(session, 1) == 1
    (left,) = known(session)
    assert left != who
    assert [one["granted"] for one in consents_of(session, customer_id=left)] == [False]


def forget(session: Session, batch_id: int) -> int:
    return forget_import(session, batch_id=batch_id, keep={}, now=NOW)


def test_the_ledger_of_links_is_only_added_to(app: App, brand_id: int) -> None:
    for statement in ("UPDATE identity_edge SET source = 'x'", "DELETE FROM identity_edge",
                      "DELETE FROM identity_edge_retraction"):  # fmt: skip
        with (
            pytest.raises(DBAPIError, match="permission denied"),
            app.db.transaction(brand_id=brand_id) as session,
        ):
            session.execute(text(statement))


def test_two_at_once_know_a_new_customer_once(app: App, brand_id: int) -> None:
    found: list[list[Resolved]] = []
    both = threading.Barrier(2)

    def run() -> None:
        with app.db.transaction(brand_id=brand_id) as session:
            both.wait()
            claims = [claim(("member_no", f"A{n}"), ("phone", f"1380013800{n}")) for n in range(9)]
            found.append(resolve(session, app, *claims))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found[0] == found[1]
    assert len({one.customer_id for one in found[0]}) == 9


def test_links_of_another_brand_are_not_seen(app: App, session: Session, brand_id: int) -> None:
    resolve(session, app, claim(("member_no", "A1"), ("phone", PHONE)))
    session.commit()
    with app.db.transaction(brand_id=brand_id + 1_000_000) as other:
        for table in ("identity_edge", "identity_review", "customer_identity", "identity_namespace"):
            assert other.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 0


@pytest.mark.parametrize("moment", [EARLIER, datetime(2026, 1, 1, tzinfo=UTC)])
def test_a_new_customer_is_known_since_the_first_trace(app: App, session: Session, moment: datetime) -> None:
    later = IdentityClaim((("member_no", "A1"), ("phone", PHONE)), "crm", True, NOW, "e2")
    first = IdentityClaim((("phone", PHONE),), "crm", True, moment, "e1")
    resolve(session, app, later, first)
    assert known_customers(session)["known_at"].to_pylist() == [moment]
