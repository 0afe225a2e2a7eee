"""The fields that a brand added to its customers, and what is held in them; personal ones sealed and masked."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

import pyarrow as pa
from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.crypto import Cipher
from siyu.kernel.db import arrow_chunks, brand_of
from siyu.kernel.errors import NotFound
from siyu.people.queries.persons import persons_of
from siyu.people.rules.fields import Choice, FieldDefinition, FieldKind, compared
from siyu.people.rules.identities import mask, seal_context

NEWEST = "SELECT DISTINCT ON (name) * FROM profile_field WHERE brand_id = :brand ORDER BY name, version DESC"

# Of a person's numbers the one of which it was said last.
HELD = """
    SELECT DISTINCT ON (field) field, value, value_sealed, source, updated_at FROM customer_field
    WHERE customer_id = ANY(CAST(:numbers AS bigint[])) ORDER BY field, updated_at DESC, customer_id
"""

HOLDERS = """
    SELECT DISTINCT CASE WHEN c.merged_into IS NULL THEN c.customer_id ELSE c.merged_into END AS customer_id
    FROM customer_field f JOIN customer c ON c.customer_id = f.customer_id
    WHERE f.brand_id = :brand AND f.field = :field AND f.value_index = ANY(CAST(:keys AS bytea[]))
    ORDER BY 1
"""

VALUES = """
    SELECT DISTINCT ON (person_id) person_id AS customer_id, value FROM (
        SELECT CASE WHEN c.merged_into IS NULL THEN c.customer_id ELSE c.merged_into END AS person_id,
               f.customer_id, f.value, f.updated_at
        FROM customer_field f JOIN customer c ON c.customer_id = f.customer_id
        WHERE f.brand_id = :brand AND f.field = :field AND f.value IS NOT NULL
    ) said ORDER BY person_id, updated_at DESC, customer_id
"""


@dataclass(frozen=True, slots=True)
class FieldVersion:
    """A field as it is defined now, and who defined it so."""

    field: FieldDefinition
    version: int
    changed_by: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class HeldValue:
    """What a customer's field holds, masked where it is personal unless it was revealed."""

    name: str
    value: str
    source: str
    updated_at: datetime


def field_versions(session: Session) -> list[FieldVersion]:
    """The brand's fields as they are defined now, archived ones last."""
    rows = session.execute(text(NEWEST), {"brand": brand_of(session)}).mappings()
    found = [
        FieldVersion(
            FieldDefinition(
                **{
                    one.name: row[one.name]
                    for one in fields(FieldDefinition)
                    if one.name not in ("kind", "choices")
                },
                kind=FieldKind(row["kind"]),
                choices=tuple(Choice(**choice) for choice in row["choices"]),
            ),
            row["version"],
            row["changed_by"],
            row["changed_at"],
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.field.archived, one.field.name))


def open_fields(session: Session) -> dict[str, FieldDefinition]:
    """The fields that are not archived, by name."""
    return {one.field.name: one.field for one in field_versions(session) if not one.field.archived}


def field_named(session: Session, *, name: str) -> FieldVersion:
    """The field as it is defined now.

    raises  NotFound
    """
    for one in field_versions(session):
        if one.field.name == name:
            return one
    raise NotFound(what="field", key=name)


def held_fields(
    session: Session, *, cipher: Cipher, customer_id: int, reveal: bool = False
) -> dict[str, HeldValue]:
    """What is held of one person under any of their numbers, the newest word of each field."""
    numbers = persons_of(session, customer_ids=[customer_id])[customer_id]
    context = seal_context(brand_of(session))
    found = {}
    for row in session.execute(text(HELD), {"numbers": list(numbers)}):
        value = row.value
        if value is None:
            clear = cipher.decrypt(bytes(row.value_sealed), context=context)
            value = clear if reveal else mask(clear)
        found[row.field] = HeldValue(row.field, value, row.source, row.updated_at)
    return found


def holders_of(session: Session, *, cipher: Cipher, field: FieldDefinition, value: str) -> list[int]:
    """The people whose field holds this value, as far as the field is one that can be searched."""
    keys = value_keys(cipher, brand_of(session), field, value)
    found = session.scalars(text(HOLDERS), {"brand": brand_of(session), "field": field.name, "keys": keys})
    return list(found)


def value_keys(cipher: Cipher, brand_id: int, field: FieldDefinition, value: str) -> list[bytes]:
    """What a field's value may be found by, the one to write first: blind indexes of a personal one, else a digest."""
    if not field.personal:
        return [hashlib.sha256(compared(value).encode()).digest()]
    return list(cipher.blind_indexes(compared(value), context=index_context(brand_id, field.name)))


def index_context(brand_id: int, field: str) -> str:
    """What the blind indexes of a field are made for."""
    return f"{brand_id}/field/{field}"


def found_by_field(session: Session, *, cipher: Cipher, wanted: str) -> list[int]:
    """The people one of whose searchable fields holds exactly this."""
    searchable = [one for one in open_fields(session).values() if one.searchable]
    found = [who for one in searchable for who in holders_of(session, cipher=cipher, field=one, value=wanted)]
    return sorted(set(found))


def field_chunks(session: Session, *, field: str) -> Iterator[pa.Table]:
    """What everybody's field holds, each person once; nothing of a personal one.

    Use the session for nothing else before the last.

    shape  customer_id int64, value text as it is kept
    """
    return arrow_chunks(
        session,
        VALUES,
        {"brand": brand_of(session), "field": field},
        {"customer_id": "int64", "value": "text"},
    )


def plain_fields(session: Session) -> Sequence[FieldDefinition]:
    """The fields that are not personal: those that segments may ask about."""
    return [one for one in open_fields(session).values() if not one.personal]
