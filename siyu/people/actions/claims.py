"""Whole batches of claims become customers: identities are known, links are said, customers follow."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
from sqlalchemy.orm import Session

from siyu.kernel.binary_copy import Numbers, next_numbers, numbers_of, stage_columns
from siyu.kernel.crypto import Cipher
from siyu.kernel.db import brand_of
from siyu.kernel.sealing import require_newest_key
from siyu.people.actions.regroup import Change, FreshEdge, FreshIdentity, lock_links, regroup
from siyu.people.actions.reindex import bring_up, follow_old_indexes
from siyu.people.actions.returning import without_erased
from siyu.people.contracts import (
    CustomerId,
    IdentityClaim,
    IdentityId,
    MergePart,
    Resolved,
)
from siyu.people.queries.links import policies_for
from siyu.people.rules.graph import Edge
from siyu.people.rules.heard import Heard, Said, first_words, hear
from siyu.people.rules.identities import seal_context

LOOK_UP = """
    SELECT k.ord, i.identity_id, i.customer_id FROM staged_key k
    JOIN customer_identity i ON i.brand_id = :brand AND i.namespace = k.namespace AND i.value_index = k.value_index
"""

# A source that says the same again adds nothing, be it a file every week or an event a minute; what an un-merge took
# back stays so. What a file said may be undone with the file, so it does not speak for events. A link is idle if
# another of the same two stands that is looked at before it: then it is noted, and decides nothing.
NOT_YET_SAID = """
    SELECT s.ord, CAST(EXISTS (
        SELECT FROM identity_edge e
        WHERE s.settled AND e.left_id = s.left_id AND e.right_id = s.right_id AND e.authenticated >= s.authenticated
          AND (e.said_at < s.said_at OR (e.said_at = s.said_at AND e.tie IS NULL))
          AND NOT EXISTS (SELECT FROM identity_edge_retraction x WHERE x.edge_id = e.edge_id)) AS int)::bigint AS idle
    FROM staged_said s
    WHERE NOT EXISTS (
        SELECT FROM identity_edge e LEFT JOIN identity_edge_retraction x ON x.edge_id = e.edge_id
        WHERE e.left_id = s.left_id AND e.right_id = s.right_id AND e.source = s.source
          AND (e.event_id = s.event_id
               OR (e.authenticated = s.authenticated AND e.said_at <= s.said_at
                   AND (x.edge_id IS NULL OR x.reason <> :undone)
                   AND (s.standing OR NOT (e.event_id = '' OR starts_with(e.event_id, 'checked@')
                                           OR starts_with(e.event_id, 'said@'))))))
"""

IMPORT_UNDONE = "import_undone"


@dataclass(frozen=True, slots=True)
class _Known:
    """The values of a batch with their keys; of each its identity and customer, 0 where nobody knew it."""

    keys: Sequence[bytes]
    identity: Numbers
    customer: Numbers


@dataclass(frozen=True, slots=True)
class _News:
    """Links that nobody had said: those that may change who is one customer, and those that cannot."""

    deciding: list[Said]
    idle: list[Said]

    def __bool__(self) -> bool:
        return bool(self.deciding or self.idle)


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
    spaces = {namespace for claim in claims for namespace, _ in claim.identities}
    policies = policies_for(session, spaces)
    free = frozenset(name for name, policy in policies.items() if policy.sources is None)
    heard = hear(claims, policies, batch_id=batch_id)
    known_by = cipher.version
    known = _looked_for(session, cipher, heard)
    if not known.identity.all() or _news(session, heard, known, free):
        lock_links(session)
        require_newest_key(session, cipher)
        known = (
            _look_up(session, known.keys)
            if cipher.version == known_by
            else _looked_for(session, cipher, heard)
        )
        change = _change(session, cipher, claims, heard, known, free)
        done = regroup(session, change, batch_id=batch_id, now=now, parts=parts)
        follow_old_indexes(session, cipher, heard.values)
        known = _afterwards(known, change, done.holder)
    centres = np.fromiter((group[0] for group in heard.groups), np.int64, len(heard.groups))
    found = [
        Resolved(CustomerId(customer), IdentityId(identity))
        for customer, identity in zip(
            known.customer[centres].tolist(), known.identity[centres].tolist(), strict=True
        )
    ]
    return [found[number] for number in heard.of_claim]


def _looked_for(session: Session, cipher: Cipher, heard: Heard) -> _Known:
    """The values staged and looked up; those that are known are under the newest key."""
    brand_id = brand_of(session)
    bring_up(session, cipher, heard.values)
    places: dict[str, list[int]] = {}
    for place, (namespace, _) in enumerate(heard.values):
        places.setdefault(namespace, []).append(place)
    keys = [b""] * len(heard.values)
    for namespace, some in places.items():
        normals = (heard.values[place][1] for place in some)
        found = cipher.blind_index_all(normals, context=f"{brand_id}/{namespace}")
        for place, key in zip(some, found, strict=True):
            keys[place] = key
    stage_columns(
        session,
        "staged_key",
        "ord bigint, namespace text, value_index bytea",
        {
            "ord": pa.array(np.arange(len(keys))),
            "namespace": pa.array([namespace for namespace, _ in heard.values], pa.string()),
            "value_index": pa.array(keys, pa.binary()),
        },
    )
    return _look_up(session, keys)


def _look_up(session: Session, keys: Sequence[bytes]) -> _Known:
    known = _Known(keys, np.zeros(len(keys), np.int64), np.zeros(len(keys), np.int64))
    found = numbers_of(
        session, LOOK_UP, {"brand": brand_of(session)}, columns=("ord", "identity_id", "customer_id")
    )
    known.identity[found[:, 0]] = found[:, 1]
    known.customer[found[:, 0]] = found[:, 2]
    return known


def _afterwards(known: _Known, change: Change, holder: Mapping[int, int]) -> _Known:
    """The same values after the change: under the lock nothing else can have altered whom they are of."""
    identity = known.identity.copy()
    identity[np.flatnonzero(identity == 0)] = [one.identity_id for one in change.identities]
    customers = zip(identity.tolist(), known.customer.tolist(), strict=True)
    customer = np.fromiter((holder.get(one, before) for one, before in customers), np.int64, len(identity))
    return _Known(known.keys, identity, customer)


def _news(session: Session, heard: Heard, known: _Known, free: frozenset[str]) -> _News:
    """The links that nobody had said; those with a value nobody knew are among them."""
    if not heard.links:
        return _News([], [])
    ids = np.sort(known.identity[np.array([(link.left, link.right) for link in heard.links])], axis=1)
    (asked,) = np.nonzero(ids[:, 0])
    news = _News([heard.links[number] for number in np.flatnonzero(ids[:, 0] == 0).tolist()], [])
    if len(asked):
        _stage_said(session, heard, ids, asked, free)
        found = numbers_of(session, NOT_YET_SAID, {"undone": IMPORT_UNDONE}, columns=("ord", "idle"))
        for number, idle in found.tolist():
            (news.idle if idle else news.deciding).append(heard.links[number])
    return news


def _stage_said(session: Session, heard: Heard, ids: Numbers, asked: Numbers, free: frozenset[str]) -> None:
    """The links between known values. `free`: namespaces of which every source may speak."""
    links = [heard.links[number] for number in asked.tolist()]
    settled = [heard.values[link.left][0] in free and heard.values[link.right][0] in free for link in links]
    stage_columns(
        session,
        "staged_said",
        "ord bigint, left_id bigint, right_id bigint, source text, event_id text, said_at timestamptz, "
        "authenticated boolean, standing boolean, settled boolean",
        {
            "ord": pa.array(asked),
            "left_id": pa.array(ids[asked, 0]),
            "right_id": pa.array(ids[asked, 1]),
            "source": pa.array([link.claim.source for link in links], pa.string()),
            "event_id": pa.array([link.event_id for link in links], pa.string()),
            "said_at": pa.array([link.claim.said_at for link in links], pa.timestamp("us", "UTC")),
            "authenticated": pa.array([link.claim.authenticated for link in links], pa.bool_()),
            "standing": pa.array([not link.claim.event_id for link in links], pa.bool_()),
            "settled": pa.array(settled, pa.bool_()),
        },
    )


def _change(
    session: Session,
    cipher: Cipher,
    claims: Sequence[IdentityClaim],
    heard: Heard,
    known: _Known,
    free: frozenset[str],
) -> Change:
    news = _news(session, heard, known, free)
    before = known.identity
    sides = np.array([(link.left, link.right) for link in news.deciding], np.int64).ravel()
    touched = frozenset(before[sides].tolist()) - {0}
    unknown = np.flatnonzero(before == 0)
    ids = before.copy()
    ids[unknown] = next_numbers(session, table="customer_identity", column="identity_id", count=len(unknown))
    fresh = unknown.tolist()
    words = first_words(claims, heard, frozenset(fresh))
    context = seal_context(brand_of(session))
    sealed = cipher.encrypt_all((heard.values[one][1].encode() for one in fresh), context=context)
    identities = [
        FreshIdentity(number, heard.values[one][0], known.keys[one], content, *words[one])
        for number, one, content in zip(ids[unknown].tolist(), fresh, sealed, strict=True)
    ]
    return Change(
        touched=touched, identities=identities, edges=_edges(news.deciding, ids), noted=_edges(news.idle, ids)
    )


def _edges(links: Sequence[Said], ids: Numbers) -> list[FreshEdge]:
    ends = np.sort(
        ids[np.array([(link.left, link.right) for link in links], np.int64).reshape(-1, 2)], axis=1
    )
    return [
        FreshEdge(
            Edge(left, right, link.claim.source, link.claim.authenticated, link.claim.said_at), link.event_id
        )
        for (left, right), link in zip(ends.tolist(), links, strict=True)
    ]
