"""What a batch of events says about who is who, said once."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from siyu.people.contracts import IdentityClaim

Identities = tuple[tuple[str, str], ...]


class Said(NamedTuple):
    """Of whom an event tells, and who said so."""

    identities: Identities
    source: str
    authenticated: bool
    said_at: datetime
    event_id: str


def distinct_claims(said: Iterable[Said]) -> tuple[list[IdentityClaim], list[int | None]]:
    """The claims that say all that the events say, and for each event the place of its claim; None if it names nobody.

    A session of a hundred page views is one claim: of events of one source that name the same identities, the first
    decides since when they belong together. Of those that were checked the last is a claim too, at the end: it tells
    whether somebody who was erased came back.

    >>> from datetime import UTC
    >>> who = (("phone", "13800138000"), ("device", "D"))
    >>> events = [Said(who, "shop", True, datetime(2026, 5, day, tzinfo=UTC), str(day)) for day in (3, 1, 2)]
    >>> claims, places = distinct_claims([*events, Said((), "shop", True, datetime(2026, 5, 1, tzinfo=UTC), "4")])
    >>> [claim.event_id for claim in claims], places
    (['1', '3'], [0, 0, 0, None])
    """
    places: dict[tuple[Identities, str, bool], int] = {}
    first: list[Said] = []
    last: list[Said] = []
    found: list[int | None] = []
    for one in said:
        if not one.identities:
            found.append(None)
            continue
        place = places.setdefault(one[:3], len(first))
        found.append(place)
        if place == len(first):
            first.append(one)
            last.append(one)
        elif (one.said_at, one.event_id) < (first[place].said_at, first[place].event_id):
            first[place] = one
        elif (one.said_at, one.event_id) > (last[place].said_at, last[place].event_id):
            last[place] = one
    afterwards = [
        late
        for early, late in zip(first, last, strict=True)
        if late.authenticated and late.said_at > early.said_at
    ]
    return [IdentityClaim(*one) for one in (*first, *afterwards)], found
