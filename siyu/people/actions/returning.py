"""Values of erased people are turned away at the door; who comes back in person is let in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.crypto import Cipher
from siyu.kernel.db import brand_of
from siyu.people.actions.stage import stage
from siyu.people.contracts import CustomerRecord, IdentityClaim, Namespace
from siyu.people.rules.identities import normal_value
from siyu.people.rules.returning import begins_at, comes_back

Value = tuple[str, str]

FIND_ERASED = """
    SELECT s.ord, e.erased_at FROM staged_erased s
    JOIN erased_identity e ON e.brand_id = :brand AND e.namespace = s.namespace AND e.value_index = s.value_index
"""
LET_IN = """
    DELETE FROM erased_identity e USING staged_erased s
    WHERE e.brand_id = :brand AND e.namespace = s.namespace AND e.value_index = s.value_index
      AND s.ord = ANY(CAST(:back AS bigint[]))
"""


def without_erased(session: Session, cipher: Cipher, claims: Sequence[IdentityClaim]) -> list[IdentityClaim]:
    """The claims without values of erased people, unless a checked word of afterwards says that they are back.

    returns  as many as there are claims, in their order; some may name nobody now
    effects  values of people who came back are not on the list of the erased any more
    """
    if not _anybody_erased(session):
        return list(claims)
    said: dict[Value, list[tuple[datetime, bool]]] = {}
    for claim in claims:
        for value in claim.identities:
            said.setdefault(value, []).append((claim.said_at, claim.authenticated))
    gone = _still_erased(session, cipher, said)
    if not gone:
        return list(claims)
    return [
        replace(claim, identities=tuple(value for value in claim.identities if value not in gone))
        for claim in claims
    ]


def turned_away(session: Session, cipher: Cipher, records: Sequence[CustomerRecord]) -> frozenset[int]:
    """Positions of the records that name an erased person's key, phone or e-mail and tell of nothing since.

    effects  values of people who came back are not on the list of the erased any more
    """
    if not _anybody_erased(session):
        return frozenset()
    said: dict[Value, list[tuple[datetime | None, bool]]] = {}
    for record in records:
        for value in _values(record):
            said.setdefault(value, []).append((begins_at(record), True))
    gone = _still_erased(session, cipher, said)
    if not gone:
        return frozenset()
    return frozenset(
        place for place, record in enumerate(records) if any(value in gone for value in _values(record))
    )


def _anybody_erased(session: Session) -> bool:
    """One look where nobody was ever erased."""
    anybody = text("SELECT EXISTS (SELECT FROM erased_identity WHERE brand_id = :brand)")
    return bool(session.scalar(anybody, {"brand": brand_of(session)}))


def _values(record: CustomerRecord) -> list[Value]:
    values = [(record.namespace, record.external_key)]
    values += [(Namespace.PHONE.value, record.phone)] if record.phone else []
    return values + ([(Namespace.EMAIL.value, record.email)] if record.email else [])


def _still_erased(
    session: Session, cipher: Cipher, said: Mapping[Value, Iterable[tuple[datetime | None, bool]]]
) -> frozenset[Value]:
    """The erased among the values, but for those who came back."""
    brand_id = brand_of(session)
    values = list(said)
    stage(
        session,
        "staged_erased",
        "ord bigint, namespace text, value_index bytea",
        (
            (place, namespace, index)
            for place, (namespace, value) in enumerate(values)
            for index in cipher.blind_indexes(
                normal_value(namespace, value), context=f"{brand_id}/{namespace}"
            )
        ),
    )
    back: list[int] = []
    gone: list[int] = []
    for place, erased_at in session.execute(text(FIND_ERASED), {"brand": brand_id}):
        words = said[values[place]]
        is_back = any(comes_back(at, authenticated=sure, erased_at=erased_at) for at, sure in words)
        (back if is_back else gone).append(place)
    if back:
        session.execute(text(LET_IN), {"brand": brand_id, "back": back})
    return frozenset(values[place] for place in gone)
