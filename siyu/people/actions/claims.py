"""Whole batches of claims become customers: identities are known, links are said, customers follow."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.crypto import Cipher
from siyu.kernel.db import brand_of
from siyu.kernel.sealing import require_newest_key
from siyu.people.actions.regroup import Change, FreshEdge, FreshIdentity, lock_links, regroup
from siyu.people.actions.reindex import bring_up, follow_old_indexes
from siyu.people.actions.returning import without_erased
from siyu.people.actions.stage import stage
from siyu.people.contracts import (
    CustomerId,
    IdentityClaim,
    IdentityId,
    MergePart,
    NamespacePolicy,
    Resolved,
)
from siyu.people.queries.links import policies_for
from siyu.people.rules.assign import strength
from siyu.people.rules.graph import Edge
from siyu.people.rules.identities import normal_by, seal_context

LOOK_UP = """
    SELECT k.ord, i.identity_id, i.customer_id FROM staged_key k
    JOIN customer_identity i ON i.brand_id = :brand AND i.namespace = k.namespace AND i.value_index = k.value_index
"""

# A source that says the same again, as a file does every week, adds nothing; what an un-merge took back stays so.
NOT_YET_SAID = """
    SELECT s.ord FROM staged_said s
    WHERE NOT EXISTS (
        SELECT FROM identity_edge e LEFT JOIN identity_edge_retraction x ON x.edge_id = e.edge_id
        WHERE e.left_id = s.left_id AND e.right_id = s.right_id AND e.source = s.source
          AND (e.event_id = s.event_id
               OR (s.standing AND e.authenticated = s.authenticated AND e.said_at <= s.said_at
                   AND (x.edge_id IS NULL OR x.reason <> :undone))))
"""

IMPORT_UNDONE = "import_undone"


@dataclass(frozen=True, slots=True)
class _Value:
    """An identity as it is stored and compared."""

    namespace: str
    normal: str
    key: bytes
    rank: int
    source: str

    @property
    def place(self) -> tuple[int, str, str]:
        """Where it stands among the values of a claim, whatever the key of the index."""
        return (self.rank, self.namespace, self.normal)


@dataclass(frozen=True, slots=True)
class _Said:
    """A link between two of the values, by position."""

    left: int
    right: int
    claim: IdentityClaim
    event_id: str


@dataclass(frozen=True, slots=True)
class _Read:
    """Claims as sets: distinct values, since when each was seen, each claim's strongest, and the links between."""

    values: list[_Value]
    seen_at: list[datetime]
    centres: list[int]
    links: list[_Said]


def resolve_claims(
    session: Session,
    *,
    cipher: Cipher,
    claims: Iterable[IdentityClaim],
    batch_id: int | None,
    now: datetime,
    parts: Iterable[MergePart] = (),
) -> list[Resolved | None]:
    """Each claim stands for a customer, by the strongest of its identities; what the claims link is one customer.

    The result is the same whatever the order, the batches or the repetitions in which claims come. `parts`: modules
    that own state per customer (`app.wiring.of(MergePart)`), asked in this transaction. Values of people who were
    erased count as not named, unless a checked source says that they are back.

    returns  one a claim, in their order; None where it names nobody but the erased
    raises   BadPhone
    effects  customer, customer_identity, identity_edge, identity_review; facts customers_merged, customers_unmerged
    limits   about 100,000 claims a call; two calls of one brand that say something new wait for each other
    """
    asked = list(claims)
    assert all(claim.identities for claim in asked), "a claim names at least one identity"
    allowed = without_erased(session, cipher, asked)
    heard = [claim for claim in allowed if claim.identities]
    if not heard:
        return [None] * len(asked)
    found = iter(_resolve(session, cipher, heard, batch_id=batch_id, now=now, parts=parts))
    return [next(found) if claim.identities else None for claim in allowed]


def _resolve(
    session: Session,
    cipher: Cipher,
    claims: Sequence[IdentityClaim],
    *,
    batch_id: int | None,
    now: datetime,
    parts: Iterable[MergePart],
) -> list[Resolved]:
    known_by = cipher.version
    read = _looked_for(session, cipher, claims, batch_id)
    known = _look_up(session)
    if len(known) < len(read.values) or _news(session, read, _ids(known)):
        lock_links(session)
        require_newest_key(session, cipher)
        if cipher.version != known_by:
            read = _looked_for(session, cipher, claims, batch_id)
        change = _change(session, cipher, read, _look_up(session))
        regroup(session, change, batch_id=batch_id, now=now, parts=parts)
        follow_old_indexes(session, cipher, [(one.namespace, one.normal) for one in read.values])
        known = _look_up(session)
    return [Resolved(CustomerId(known[one][1]), IdentityId(known[one][0])) for one in read.centres]


def _looked_for(
    session: Session, cipher: Cipher, claims: Sequence[IdentityClaim], batch_id: int | None
) -> _Read:
    """The claims as sets, their values staged; those that are known are under the newest key."""
    spaces = {namespace for claim in claims for namespace, _ in claim.identities}
    read = _read(cipher, brand_of(session), claims, policies_for(session, spaces), batch_id)
    bring_up(session, cipher, [(one.namespace, one.normal) for one in read.values])
    _stage_values(session, read.values)
    return read


def _read(
    cipher: Cipher,
    brand_id: int,
    claims: Sequence[IdentityClaim],
    policies: Mapping[str, NamespacePolicy],
    batch_id: int | None,
) -> _Read:
    places: dict[tuple[str, str], int] = {}
    read = _Read([], [], [], [])
    links: dict[tuple[int, int, str, str], _Said] = {}
    for claim in claims:
        positions = []
        for namespace, value in claim.identities:
            policy = policies[namespace]
            normal = normal_by(policy.normaliser, value)
            place = places.get((namespace, normal))
            if place is None:
                place = places[namespace, normal] = len(read.values)
                key = cipher.blind_index(normal, context=f"{brand_id}/{namespace}")
                read.values.append(_Value(namespace, normal, key, strength(policy), claim.source))
                read.seen_at.append(claim.said_at)
            read.seen_at[place] = min(read.seen_at[place], claim.said_at)
            positions.append(place)
        centre = min(positions, key=lambda one: read.values[one].place)
        read.centres.append(centre)
        for link in _star(claim, centre, positions, batch_id):
            links.setdefault((link.left, link.right, claim.source, link.event_id), link)
    read.links.extend(links.values())
    return read


def _star(claim: IdentityClaim, centre: int, positions: Sequence[int], batch_id: int | None) -> list[_Said]:
    """The claim's links: its strongest identity with each other one."""
    word = "checked" if claim.authenticated else "said"
    event_id = claim.event_id or f"{word}@{claim.said_at.isoformat()}#{batch_id or ''}"
    return [
        _Said(min(centre, other), max(centre, other), claim, event_id)
        for other in dict.fromkeys(positions)
        if other != centre
    ]


def _stage_values(session: Session, values: Sequence[_Value]) -> None:
    stage(
        session,
        "staged_key",
        "ord bigint, namespace text, value_index bytea",
        ((position, value.namespace, value.key) for position, value in enumerate(values)),
    )


def _look_up(session: Session) -> dict[int, tuple[int, int]]:
    """Position of each known value → its identity and customer."""
    rows = session.execute(text(LOOK_UP), {"brand": brand_of(session)})
    return {position: (identity, customer) for position, identity, customer in rows}


def _ids(known: Mapping[int, tuple[int, int]]) -> dict[int, int]:
    return {position: identity for position, (identity, _) in known.items()}


def _news(session: Session, read: _Read, ids: Mapping[int, int]) -> list[_Said]:
    """The links that nobody had said; those with a value nobody knew are among them."""
    asked = [
        (number, link)
        for number, link in enumerate(read.links)
        if link.left in ids and link.right in ids
    ]  # fmt: skip
    news = [link for link in read.links if link.left not in ids or link.right not in ids]
    if asked:
        stage(
            session,
            "staged_said",
            "ord bigint, left_id bigint, right_id bigint, source text, event_id text, said_at timestamptz, "
            "authenticated boolean, standing boolean",
            (
                (number, *_ends(link, ids), link.claim.source, link.event_id, link.claim.said_at,
                 link.claim.authenticated, not link.claim.event_id)
                for number, link in asked
            ),
        )  # fmt: skip
        found = session.scalars(text(NOT_YET_SAID), {"undone": IMPORT_UNDONE})
        news += [read.links[number] for number in found]
    return news


def _change(session: Session, cipher: Cipher, read: _Read, known: Mapping[int, tuple[int, int]]) -> Change:
    brand_id = brand_of(session)
    ids = _ids(known)
    news = _news(session, read, ids)
    touched = frozenset(ids[one] for link in news for one in (link.left, link.right) if one in ids)
    unknown = [position for position in range(len(read.values)) if position not in ids]
    ids |= dict(zip(unknown, _numbers(session, len(unknown)), strict=True))
    context = seal_context(brand_id)
    identities = [
        FreshIdentity(
            ids[one], value.namespace, value.key, cipher.encrypt(value.normal, context=context), value.source,
            read.seen_at[one],
        )
        for one, value in ((one, read.values[one]) for one in unknown)
    ]  # fmt: skip
    edges = [
        FreshEdge(
            Edge(*_ends(link, ids), link.claim.source, link.claim.authenticated, link.claim.said_at),
            link.event_id,
        )
        for link in news
    ]
    return Change(touched=touched, identities=identities, edges=edges)


def _ends(link: _Said, ids: Mapping[int, int]) -> tuple[int, int]:
    """The identities of a link, the smaller number first."""
    left, right = sorted((ids[link.left], ids[link.right]))
    return left, right


def _numbers(session: Session, count: int) -> list[int]:
    """Numbers for new identities, in order."""
    if not count:
        return []
    found = session.scalars(
        text(
            "SELECT nextval(pg_get_serial_sequence('customer_identity', 'identity_id')) "
            "FROM generate_series(1, :count)"
        ),
        {"count": count},
    )
    return sorted(found)
