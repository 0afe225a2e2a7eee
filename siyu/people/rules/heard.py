"""Claims as sets: each value once, each claim's strongest, and the links that say what no other of them says."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from siyu.people.contracts import IdentityClaim, NamespacePolicy
from siyu.people.rules.assign import strength
from siyu.people.rules.identities import normal_by

NO_EVENT = ("checked@", "said@", "merge@", "edit@", "review:")
"""How the words begin that stand for the event of a link where there was none."""

Value = tuple[str, str]
Group = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A link between two of the values, by position."""

    left: int
    right: int
    claim: IdentityClaim
    event_id: str


@dataclass(frozen=True, slots=True)
class Heard:
    """Distinct (namespace, normal value); distinct groups of their positions, the strongest first; the links between.

    `of_claim`: the group of each claim.
    """

    values: Sequence[Value]
    groups: Sequence[Group]
    of_claim: Sequence[int]
    links: Sequence[Said]


def hear(
    claims: Sequence[IdentityClaim], policies: Mapping[str, NamespacePolicy], *, batch_id: int | None
) -> Heard:
    """The claims as sets. A claim that names what another named costs one look.

    raises  BadPhone
    """
    numbers: dict[tuple[Value, ...], int] = {}
    of_claim = [numbers.setdefault(claim.identities, len(numbers)) for claim in claims]
    places: dict[Value, int] = {}
    read: dict[Value, int] = {}
    for named in numbers:
        for value in named:
            if value not in read:
                normal = normal_by(policies[value[0]].normaliser, value[1])
                read[value] = places.setdefault((value[0], normal), len(places))
    values = list(places)
    rank = {name: strength(policy) for name, policy in policies.items()}
    groups = [_group([read[value] for value in named], values, rank) for named in numbers]
    return Heard(values, groups, of_claim, _links(claims, groups, of_claim, batch_id))


def first_words(
    claims: Sequence[IdentityClaim], heard: Heard, wanted: Container[int]
) -> dict[int, tuple[str, datetime]]:
    """Of each wanted value the source that named it first in the batch, and the earliest moment it was seen."""
    found: dict[int, tuple[str, datetime]] = {}
    some = [[one for one in group if one in wanted] for group in heard.groups]
    for claim, number in zip(claims, heard.of_claim, strict=True):
        for place in some[number]:
            source, seen_at = found.get(place, (claim.source, claim.said_at))
            found[place] = (source, min(seen_at, claim.said_at))
    return found


def _group(positions: Sequence[int], values: Sequence[Value], rank: Mapping[str, int]) -> Group:
    """The positions once, the strongest first; which that is does not hang on the key of any index."""
    distinct = tuple(dict.fromkeys(positions))
    if len(distinct) == 1:
        return distinct
    centre = min(distinct, key=lambda one: (rank[values[one][0]], *values[one]))
    return (centre, *(one for one in distinct if one != centre))


def _links(
    claims: Sequence[IdentityClaim], groups: Sequence[Group], of_claim: Sequence[int], batch_id: int | None
) -> list[Said]:
    """The links of each claim: its strongest identity with each other one; none that another said before it.

    Said before: by the same source, checked as this one or as little, no later; see decision 0029.
    """
    earliest: dict[tuple[object, ...], datetime] = {}

    def is_old(kind: tuple[object, ...], said_at: datetime) -> bool:
        before = earliest.get(kind)
        if before is not None and before <= said_at:
            return True
        earliest[kind] = said_at
        return False

    found: dict[tuple[int, int, str, str], Said] = {}
    for claim, number in zip(claims, of_claim, strict=True):
        group = groups[number]
        manner = (claim.source, claim.authenticated, not claim.event_id)
        if len(group) == 1 or is_old((number, *manner), claim.said_at):
            continue
        event_id = claim.event_id or standing_word(claim, batch_id)
        for other in group[1:]:
            left, right = min(group[0], other), max(group[0], other)
            if not is_old((left, right, *manner), claim.said_at):
                found.setdefault((left, right, claim.source, event_id), Said(left, right, claim, event_id))
    return list(found.values())


def standing_word(claim: IdentityClaim, batch_id: int | None) -> str:
    """What stands for the event of a claim that names none."""
    word = "checked" if claim.authenticated else "said"
    return f"{word}@{claim.said_at.isoformat()}#{batch_id or ''}"


def event_told(event_id: str) -> str | None:
    """The event that said a link, as its source calls it; None if a file or a person said it.

    >>> event_told("order-17"), event_told("checked@2026-01-01T00:00:00+00:00#3"), event_told("")
    ('order-17', None, None)
    """
    return None if not event_id or event_id.startswith(NO_EVENT) else event_id
