"""Random files against a naive model: dictionaries that say what should be known."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siyu.kernel.app import App
from siyu.people.api import find_customers, profiles_of
from siyu.people.contracts import CustomerRecord
from tests.people.makers import EARLIER, reach, save

KEYS = st.sampled_from(["A1", "A2", "A3", "A4"])
PHONES = st.sampled_from(["13800138000", "13900139000", "+8613800138000"])
MOMENTS = st.integers(1, 9).map(lambda month: datetime(2026, month, 1, tzinfo=UTC))
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=8)
RECORDS = st.builds(
    CustomerRecord,
    namespace=st.just("member_no"),
    external_key=KEYS,
    known_at=st.just(EARLIER),
    name=st.none() | TEXT,
    phone=st.none() | PHONES,
    gender=st.none() | st.sampled_from(["female", "male"]),
    birthday=st.none() | st.dates(date(1930, 1, 1), date(2020, 1, 1)),
    province=st.none() | TEXT,
    joined_at=st.none() | MOMENTS,
    sms_consent=st.none() | st.booleans(),
    consent_at=MOMENTS,
)
FILES = st.lists(st.lists(RECORDS, max_size=6), max_size=4)


@dataclass
class Naive:
    """What should be known of one customer."""

    said: dict[str, object] = field(default_factory=dict)
    phones: list[str] = field(default_factory=list)
    consent: bool | None = None
    consent_at: datetime | None = None


def expected(files: list[list[CustomerRecord]]) -> tuple[dict[str, Naive], list[tuple[int, ...]]]:
    """What should be known after these files, and the rows of each whose phone somebody else holds."""
    people: dict[str, Naive] = {}
    held: dict[str, str] = {}
    told: list[tuple[int, ...]] = []
    for rows in files:
        conflicts = []
        for position, row in enumerate(rows):
            person = people.setdefault(row.external_key, Naive())
            fields = {
                name: getattr(row, name) for name in ("name", "gender", "birthday", "province", "joined_at")
            }
            person.said |= {name: value for name, value in fields.items() if value is not None}
            phone = "+86" + row.phone.removeprefix("+86") if row.phone else None
            if phone and held.setdefault(phone, row.external_key) != row.external_key:
                conflicts.append(position)
        told.append(tuple(conflicts))
        hear_consents(people, rows)
    for phone, key in held.items():
        people[key].phones.append(phone)
    return people, told


def hear_consents(people: dict[str, Naive], rows: list[CustomerRecord]) -> None:
    """The last word of each customer in the file counts, unless an older file knew a later one."""
    words = [row for row in rows if row.sms_consent is not None]
    for row in {
        row.external_key: row for row in sorted(words, key=lambda row: row.consent_at or EARLIER)
    }.values():
        person = people[row.external_key]
        news = person.consent != row.sms_consent
        if news and (person.consent_at is None or (row.consent_at or EARLIER) >= person.consent_at):
            person.consent, person.consent_at = row.sms_consent, row.consent_at


@pytest.mark.slow
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(files=FILES)
def test_people_know_what_a_dictionary_would(
    app: App, brand_id: int, files: list[list[CustomerRecord]]
) -> None:
    people, conflicts = expected(files)
    with app.db.transaction(brand_id=brand_id) as session:
        told = [save(session, app.cipher, rows).phone_conflicts for rows in files]
        assert told == conflicts
        reached = reach(session)
        assert len(reached) == len(people)
        for key, naive in people.items():
            (who,) = find_customers(session, cipher=app.cipher, wanted=key)
            profile = profiles_of(session, cipher=app.cipher, customer_ids=[who], reveal=True)[who]
            assert profile.name == naive.said.get("name", "")
            assert profile.gender == naive.said.get("gender", "")
            assert profile.birthday == str(naive.said.get("birthday", ""))
            assert profile.province == naive.said.get("province", "")
            assert profile.joined_at == naive.said.get("joined_at")
            assert {one.value for one in profile.identities if one.namespace == "phone"} == set(naive.phones)
            assert reached[who] == (bool(naive.consent), None, bool(naive.phones))
        session.rollback()
