"""Customer files: what they say is known, once, and nothing is stolen or forgotten."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.app import App
from siyu.people.api import consents_of, profiles_of, suppress, value_index
from siyu.people.contracts import Channel, SaveOutcome, SuppressionKind
from siyu.people.errors import BadPhone
from tests.people.makers import NOW, customer_of, reach, record, save

FANG = {
    "name": "王芳",
    "phone": "13800138000",
    "gender": "female",
    "birthday": date(1990, 2, 9),
    "province": "浙江",
}


def test_the_same_file_again_changes_nothing(app: App, session: Session) -> None:
    rows = [record("A1", **FANG, sms_consent=True), record("A2", name="李雷")]
    assert save(session, app.cipher, rows) == SaveOutcome(2, 0, 0, ())
    before = session.execute(text("SELECT * FROM customer ORDER BY customer_id")).all()
    assert save(session, app.cipher, rows) == SaveOutcome(0, 0, 2, ())
    assert session.execute(text("SELECT * FROM customer ORDER BY customer_id")).all() == before
    assert session.execute(text("SELECT count(*) FROM consent_entry")).scalar_one() == 1


def test_a_silent_field_keeps_what_was_known(app: App, session: Session) -> None:
    who = customer_of(session, app.cipher, **FANG)
    assert save(session, app.cipher, [record("A1", province="上海")]).changed == 1
    profile = profiles_of(session, cipher=app.cipher, customer_ids=[who], reveal=True)[who]
    assert (profile.name, profile.province, profile.birthday) == ("王芳", "上海", "1990-02-09")


def test_two_rows_of_one_customer_complete_each_other_and_the_later_wins(app: App, session: Session) -> None:
    who = customer_of(session, app.cipher)
    rows = [record(name="王芳", gender="female"), record(name="王小芳", province="浙江")]
    save(session, app.cipher, rows)
    profile = profiles_of(session, cipher=app.cipher, customer_ids=[who], reveal=True)[who]
    assert (profile.name, profile.gender, profile.province) == ("王小芳", "female", "浙江")


def test_a_phone_somebody_holds_is_told_and_not_taken(app: App, session: Session) -> None:
    holder = customer_of(session, app.cipher, "A1", phone="13800138000")
    outcome = save(
        session, app.cipher, [record("A2", name="李雷"), record("A3", phone="+8613800138000", name="韩梅")]
    )
    assert outcome.phone_conflicts == (1,)
    assert outcome.added == 2
    assert [who for who, (_, _, has) in reach(session).items() if has] == [holder]


def test_a_new_number_is_used_from_then_on(app: App, session: Session) -> None:
    who = customer_of(session, app.cipher, phone="13800138000")
    save(session, app.cipher, [record(phone="13900139000")])
    assert (
        profiles_of(session, cipher=app.cipher, customer_ids=[who], reveal=True)[who].phone
        == "+8613900139000"
    )


def test_a_number_that_is_none_is_refused(app: App, session: Session) -> None:
    with pytest.raises(BadPhone) as refused:
        save(session, app.cipher, [record(phone="123")])
    assert "123" not in refused.value.message  # masked: messages hold no personal data


CONSENTS = [
    # (what was said before, what the file says now, whether they may be written to)
    (None, (True, None), True),  # an undated consent counts where nothing was said
    (None, None, False),  # silence is no consent
    ((True, 5), (False, 6), False),  # the later word counts
    ((False, 5), (True, 6), True),
    ((True, 6), (False, 5), True),  # an older word changes nothing
    ((False, 6), (True, 5), False),
    ((False, 5), (True, None), False),  # an undated consent proves nothing against a refusal
    ((True, 5), (False, None), False),  # an undated refusal counts
]


@pytest.mark.parametrize(("before", "then", "may"), CONSENTS)
def test_the_last_word_on_consent_counts(
    app: App,
    session: Session,
    before: tuple[bool, int | None] | None,
    then: tuple[bool, int | None] | None,
    may: bool,
) -> None:
    who = customer_of(session, app.cipher, phone="13800138000")
    for word in (before, then):
        if word is not None:
            said_at = None if word[1] is None else datetime(2026, word[1], 1, tzinfo=UTC)
            save(session, app.cipher, [record(sms_consent=word[0], consent_at=said_at)])
    assert reach(session)[who] == (may, None, True)


def test_of_two_words_in_one_file_the_later_said_counts_even_if_it_repeats_the_past(
    app: App, session: Session
) -> None:
    who = customer_of(session, app.cipher, sms_consent=True, consent_at=datetime(2026, 1, 1, tzinfo=UTC))
    said = [(False, 2), (True, 3)]
    save(
        session,
        app.cipher,
        [record(sms_consent=yes, consent_at=datetime(2026, m, 1, tzinfo=UTC)) for yes, m in said],
    )
    assert reach(session)[who][0] is True


def test_a_consent_of_the_future_does_not_count_yet(app: App, session: Session) -> None:
    who = customer_of(session, app.cipher, sms_consent=True, consent_at=datetime(2026, 10, 1, tzinfo=UTC))
    assert reach(session, now=datetime(2026, 9, 1, tzinfo=UTC))[who][0] is False


def test_consents_are_told_newest_first(app: App, session: Session) -> None:
    who = customer_of(session, app.cipher, sms_consent=True, consent_at=datetime(2026, 1, 1, tzinfo=UTC))
    save(session, app.cipher, [record(sms_consent=False, consent_at=datetime(2026, 2, 1, tzinfo=UTC))])
    assert [entry["granted"] for entry in consents_of(session, customer_id=who)] == [False, True]


def test_a_suppressed_address_stays_so_and_the_strongest_reason_is_named(
    app: App, session: Session, brand_id: int
) -> None:
    who = customer_of(session, app.cipher, phone="13800138000", sms_consent=True)
    address = value_index(app.cipher, brand_id, "phone", "13800138000")

    def say(kind: SuppressionKind) -> int:
        return suppress(
            session, channel=Channel.SMS, address_indexes=[address], kind=kind, source="test", now=NOW
        )

    assert say(SuppressionKind.INVALID_ADDRESS) == 1
    assert say(SuppressionKind.COMPLAINT) == 1
    assert say(SuppressionKind.COMPLAINT) == 0
    assert reach(session)[who] == (True, "complaint", True)
