"""What a batch of events says of people is said once, and means what all of its events said one by one."""

import itertools
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siyu.intake.actions.events_identify import identify
from siyu.intake.rules.events_people import Said, distinct_claims
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.organisation.api import create_brand
from siyu.people.api import resolve_claims
from siyu.people.contracts import IdentityClaim, Resolved
from tests.intake.importing import NOW

_numbers = itertools.count()
VALUES = st.sampled_from(
    [(name, str(number)) for name in ("member_no", "device", "unionid", "email") for number in range(2)]
)
SAID = st.builds(
    Said,
    identities=st.lists(VALUES, max_size=2).map(tuple),
    source=st.sampled_from(["shop", "till"]),
    authenticated=st.booleans(),
    said_at=st.integers(0, 10**6).map(lambda seconds: NOW - timedelta(seconds=seconds)),
    event_id=st.uuids().map(str),
)


def another_brand(app: App, brand_id: int) -> int:
    """One that needs no lake."""
    with app.db.transaction(brand_id=None) as session:
        return create_brand(
            session, code=f"people-{brand_id}-{next(_numbers)}", name="新", actor=SYSTEM, now=NOW
        ).brand_id


@given(said=st.lists(SAID, max_size=30))
def test_each_event_finds_a_claim_that_says_the_same_and_the_first_and_last_word_is_among_them(
    said: Any,
) -> None:
    claims, places = distinct_claims(said)
    for one, place in zip(said, places, strict=True):
        assert (place is None) == (not one.identities)
        if place is not None:
            claim = claims[place]
            assert (claim.identities, claim.source, claim.authenticated) == one[:3]
            assert claim.said_at <= one.said_at
            assert not one.authenticated or one.said_at <= max(
                other.said_at
                for other in claims
                if (other.identities, other.source, other.authenticated) == one[:3]
            )
    assert {claim.event_id for claim in claims} <= {one.event_id for one in said}
    kinds = {one[:3] for one in said if one.identities}
    assert len(kinds) <= len(claims) <= 2 * len(kinds)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.lists(SAID, min_size=1, max_size=12, unique_by=lambda one: one.said_at))
def test_the_people_found_are_those_that_all_claims_one_by_one_would_have_given(
    app: App, brand_id: int, said: list[Said]
) -> None:
    """No two links are said at one moment: then digests decide, and those differ between brands."""
    once, one_by_one = another_brand(app, brand_id), another_brand(app, brand_id)
    with app.db.transaction(brand_id=once) as session:
        identify(session, cipher=app.cipher, said=said, batch_id=1, now=NOW)
        found = identify(session, cipher=app.cipher, said=said, batch_id=2, now=NOW)
    expected: list[Resolved | None] = []
    with app.db.transaction(brand_id=one_by_one) as session:
        for batch_id in (1, 2):
            expected = [_alone(app, session, one, batch_id) for one in said]
    assert _groups(found, 0) == _groups(expected, 0)
    assert _groups(found, 1) == _groups(expected, 1)


def _alone(app: App, session: Any, one: Said, batch_id: int) -> Resolved | None:
    if not one.identities:
        return None
    claims = [IdentityClaim(*one)]
    return resolve_claims(session, cipher=app.cipher, claims=claims, batch_id=batch_id, now=NOW)[0]


def _groups(found: list[Resolved | None], column: int) -> list[int | None]:
    """Each result by the place of the first that equals it: numbers differ between brands, sameness must not."""
    seen: dict[int, int] = {}
    return [
        None if one is None else seen.setdefault((one.customer_id, one.identity_id)[column], place)
        for place, one in enumerate(found)
    ]
