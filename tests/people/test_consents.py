"""What customers say holds at once, is never edited, and silence is a refusal."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM, Actor
from siyu.people.actions.agreeing import agree, refuse
from siyu.people.actions.consents import evidence_context, forget_evidence, record_words
from siyu.people.actions.seal import seal_consents
from siyu.people.actions.texts import add_consent_text
from siyu.people.api import consents_of, erase_person, forget_import, merge_customers, retract_edge
from siyu.people.contracts import ConsentChannel, ConsentWord, Purpose
from siyu.people.errors import (
    ConsentChannelUnfit,
    ConsentNeedsText,
    ConsentTextTaken,
    ConsentTextUnfit,
    SaidInTheFuture,
)
from siyu.people.queries.consents import standings_of
from siyu.people.queries.verifying import verify_chain
from siyu.people.rules.chain import SealedText
from siyu.people.rules.consents import check_word, is_allowed
from tests.people.makers import NOW, customer_of, reach, record, save

LIN = Actor("user", 1, "lin")
SHOWN = SealedText("join", 1, "marketing", ("sms",), "zh-CN", "入会", "……")
SMS, ALL = ConsentChannel.SMS, ConsentChannel.ALL

REFUSED = [
    # a yes without the text that was shown
    (Purpose.MARKETING, SMS, True, None, 0, ConsentNeedsText),
    # a text about another purpose, or another channel
    (Purpose.SERVICE, SMS, True, SHOWN, 0, ConsentTextUnfit),
    (Purpose.MARKETING, ConsentChannel.CALL, True, SHOWN, 0, ConsentTextUnfit),
    # marketing is agreed to a channel at a time, profiling is not
    (Purpose.MARKETING, ALL, True, SHOWN, 0, ConsentChannelUnfit),
    (Purpose.PROFILING, SMS, False, None, 0, ConsentChannelUnfit),
    (Purpose.MARKETING, SMS, False, None, 10, SaidInTheFuture),
    # a yes with its text, a no without one, a no to everything; clocks may differ by minutes
    (Purpose.MARKETING, SMS, True, SHOWN, 0, None),
    (Purpose.MARKETING, SMS, False, None, 4, None),
    (Purpose.MARKETING, ALL, False, None, 0, None),
    (Purpose.PROFILING, ALL, False, None, 0, None),
]


@pytest.mark.parametrize(("purpose", "channel", "granted", "shown", "minutes", "refusal"), REFUSED)
def test_which_words_can_be_written_down(purpose, channel, granted, shown, minutes, refusal):
    given_word = {"granted": granted, "said_at": NOW + timedelta(minutes=minutes), "shown": shown, "now": NOW}
    if refusal is None:
        check_word(purpose, channel, **given_word)
    else:
        with pytest.raises(refusal):
            check_word(purpose, channel, **given_word)


def test_silence_allows_what_the_service_needs_and_nothing_else():
    assert [purpose for purpose in Purpose if is_allowed(purpose, newest=None)] == [Purpose.SERVICE]
    assert not any(is_allowed(purpose, newest=False) for purpose in Purpose)


def text_id(session: Session, *, after: int = 0, purpose: Purpose = Purpose.MARKETING) -> int:
    channels = [SMS] if purpose is Purpose.MARKETING else [ALL]
    added = add_consent_text(
        session, code=purpose.value, after_version=after, purpose=purpose, channels=channels, language="zh-CN",
        title="入会须知", body="同意接收短信", actor=LIN, now=NOW,
    )  # fmt: skip
    return added.consent_text_id


def word(who: int, *, granted: bool, hours: int = 0, **changes: object) -> ConsentWord:
    given_word = {"purpose": Purpose.MARKETING, "channel": SMS, "source": "api", "evidence": {}, **changes}
    return ConsentWord(who, granted=granted, said_at=NOW + timedelta(hours=hours), **given_word)  # type: ignore[arg-type]


def test_agreeing_and_refusing_hold_at_once(app: App, session: Session) -> None:
    who = customer_of(session, app.cipher, phone="13800138000")
    assert reach(session)[who] == (False, None, True)
    yes = word(who, granted=True, consent_text_id=text_id(session), evidence={"ip": "203.0.113.7"})
    assert len(agree(session, cipher=app.cipher, word=yes, actor=LIN, now=NOW)) == 1
    assert agree(session, cipher=app.cipher, word=yes, actor=LIN, now=NOW) == []
    assert reach(session)[who] == (True, None, True)
    no = word(who, granted=False)
    assert len(refuse(session, cipher=app.cipher, word=no, actor=LIN, now=NOW)) == 1
    assert refuse(session, cipher=app.cipher, word=no, actor=LIN, now=NOW) == []
    assert reach(session)[who] == (False, "opt_out", True)
    newest, first = consents_of(session, customer_id=who)
    assert (newest["granted"], newest["recorded_by"], newest["has_evidence"]) == (False, "lin", False)
    assert (first["text_code"], first["text_version"], first["has_evidence"]) == ("marketing", 1, True)


def test_a_no_to_everything_silences_every_channel(app: App, session: Session) -> None:
    who = customer_of(session, app.cipher, phone="13800138000", email="ann@example.com", sms_consent=True)
    no = word(who, granted=False, channel=ALL)
    added = refuse(session, cipher=app.cipher, word=no, actor=SYSTEM, now=NOW)
    assert {one.channel for one in added} == set(ConsentChannel) - {ALL}
    assert reach(session)[who] == (False, "opt_out_global", True)
    assert session.scalar(text("SELECT count(*) FROM suppression WHERE channel = 'all'")) == 2
    stands = standings_of(session, customer_id=who, now=NOW)
    assert not any(one.allowed for one in stands if one.purpose is Purpose.MARKETING)
    assert any(one.allowed for one in stands if one.purpose is Purpose.SERVICE)


def test_evidence_is_sealed_and_can_be_erased_without_breaking_the_chain(app: App, brand_id: int) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        who = customer_of(session, app.cipher)
        yes = word(who, granted=True, consent_text_id=text_id(session), evidence={"ip": "203.0.113.7"})
        agree(session, cipher=app.cipher, word=yes, actor=LIN, now=NOW)
        kept = bytes(session.scalar(text("SELECT evidence_sealed FROM consent_evidence")))
        assert b"203.0.113.7" not in kept
        assert "203.0.113.7" in app.cipher.decrypt(kept, context=evidence_context(brand_id))
    seal_consents(app.db, brand_id=brand_id, now=NOW)
    with app.db.transaction(brand_id=brand_id) as session:
        erase_person(session, customer_ids=[who], now=NOW)
        assert forget_evidence(session, customer_ids=[who]) == 0
        assert verify_chain(session).intact
        assert consents_of(session, customer_id=who)[0]["has_evidence"]


def test_a_text_is_never_edited_and_two_authors_do_not_overwrite_each_other(session: Session) -> None:
    first = text_id(session)
    assert text_id(session, after=1) != first
    with pytest.raises(ConsentTextTaken):
        text_id(session, after=1)


def test_an_undone_import_takes_its_consents_back_and_removes_none(app: App, session: Session) -> None:
    save(session, app.cipher, [record("A1", phone="13800138000")])
    save(session, app.cipher, [record("A1", phone="13800138000", sms_consent=True)], batch_id=5)
    (who,) = reach(session)
    assert reach(session)[who][0]
    forget_import(session, batch_id=5, keep={}, now=NOW)
    assert not reach(session)[who][0]
    (taken_back,) = consents_of(session, customer_id=who)
    assert taken_back["taken_back_at"] is not None
    forget_import(session, batch_id=5, keep={}, now=NOW)
    assert session.scalar(text("SELECT count(*) FROM consent_entry")) == 2


def test_of_a_merged_customer_the_person_is_heard(app: App, session: Session) -> None:
    one = customer_of(session, app.cipher, "A1", phone="13800138000", sms_consent=True)
    other = customer_of(session, app.cipher, "A2")
    merge_customers(session, one, other, actor=SYSTEM, reason="same person", now=NOW)
    refuse(session, cipher=app.cipher, word=word(other, granted=False), actor=SYSTEM, now=NOW)
    assert {state[:2] for state in reach(session).values()} == {(False, "opt_out")}


def refused(session: Session, *customers: int) -> list[bool]:
    """Of each customer whether their newest word on marketing by SMS is a no."""
    found = []
    for who in customers:
        stands = standings_of(session, customer_id=who, now=NOW + timedelta(days=1))
        found += [
            one.granted is False for one in stands if (one.purpose, one.channel) == (Purpose.MARKETING, SMS)
        ]
    return found


def part(session: Session, *, minutes: int) -> None:
    """The link by hand that was said last is taken back."""
    edge_id = session.scalar(
        text("SELECT max(edge_id) FROM identity_edge e WHERE overrides AND NOT EXISTS "
             "(SELECT FROM identity_edge_retraction x WHERE x.edge_id = e.edge_id)")
    )  # fmt: skip
    retract_edge(
        session, int(edge_id or 0), actor=LIN, reason="not the same", now=NOW + timedelta(minutes=minutes)
    )


@pytest.mark.parametrize("first", [0, 1])
def test_a_no_that_was_no_news_while_they_were_one_counts_for_both(
    app: App, session: Session, first: int
) -> None:
    """One of them had said no before; nobody knows which of the people said it again."""
    both = [
        customer_of(session, app.cipher, key, phone=f"1380013800{n}") for n, key in enumerate(("A1", "A2"))
    ]
    refuse(session, cipher=app.cipher, word=word(both[first], granted=False), actor=LIN, now=NOW)
    later = NOW + timedelta(minutes=1)
    merge_customers(session, *both, actor=LIN, reason="same person", now=later)
    said = word(both[0], granted=False, hours=1)
    refuse(session, cipher=app.cipher, word=said, actor=LIN, now=NOW + timedelta(hours=1))
    part(session, minutes=90)
    assert refused(session, *both) == [True, True]


def test_a_no_said_by_two_counts_for_both_though_they_were_three_when_they_parted(
    app: App, session: Session
) -> None:
    three = [customer_of(session, app.cipher, key, phone=f"1380013801{n}") for n, key in enumerate("ABC")]
    merge_customers(session, three[1], three[2], actor=LIN, reason="same", now=NOW + timedelta(minutes=1))
    edge_id = session.scalar(text("SELECT max(edge_id) FROM identity_edge"))
    said = word(three[1], granted=False)
    refuse(session, cipher=app.cipher, word=said, actor=LIN, now=NOW + timedelta(minutes=2))
    merge_customers(session, three[0], three[1], actor=LIN, reason="same", now=NOW + timedelta(minutes=3))
    retract_edge(session, int(edge_id or 0), actor=LIN, reason="no", now=NOW + timedelta(minutes=4))
    assert refused(session, *three) == [True, True, True]  # the first is one with the second still
    part(session, minutes=5)
    assert refused(session, *three) == [False, True, True]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    said=st.lists(
        st.tuples(st.sampled_from([SMS, ConsentChannel.CALL]), st.booleans(), st.integers(0, 5)), max_size=10
    )
)
def test_the_newest_word_counts_whatever_the_order_they_came_in(
    app: App, brand_id: int, said: list[tuple[ConsentChannel, bool, int]]
) -> None:
    """Against one customer's words kept in a list: of two said at once the later one written counts."""
    naive: dict[ConsentChannel, list[tuple[int, bool]]] = {}
    with app.db.transaction(brand_id=brand_id) as session:
        who = customer_of(session, app.cipher, f"H{session.scalar(text('SELECT count(*) FROM customer'))}")
        for channel, granted, hours in said:
            record_words(
                session, cipher=app.cipher, words=[word(who, granted=granted, hours=hours, channel=channel)],
                recorded_by="", now=NOW + timedelta(days=1),
            )  # fmt: skip
            mine = naive.setdefault(channel, [])
            newest = max(enumerate(mine), key=lambda one: (one[1][0], one[0]), default=None)
            repeated = (hours, True) in mine if granted else newest is not None and not newest[1][1]
            if not repeated:
                mine.append((hours, granted))
        stands = {
            (one.purpose, one.channel): one
            for one in standings_of(session, customer_id=who, now=NOW + timedelta(days=1))
        }
    for channel in (SMS, ConsentChannel.CALL):
        mine = naive.get(channel, [])
        expected = max(enumerate(mine), key=lambda one: (one[1][0], one[0]))[1][1] if mine else None
        assert stands[Purpose.MARKETING, channel].granted is expected
