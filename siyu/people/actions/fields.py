"""Fields of a brand are defined and changed, and what is said of a customer is kept in them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.audit import Actor, record
from siyu.kernel.crypto import Cipher
from siyu.kernel.db import brand_of
from siyu.kernel.errors import NotFound
from siyu.people.errors import FieldNeeded, FieldTaken, ValueHeld
from siyu.people.models import ProfileField
from siyu.people.queries.fields import (
    FieldVersion,
    field_named,
    field_versions,
    holders_of,
    open_fields,
    value_keys,
)
from siyu.people.rules.fields import FieldDefinition, check_definition, missing, written
from siyu.people.rules.identities import seal_context

ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('people.fields', :brand))"

KEEP = """
    INSERT INTO customer_field (customer_id, field, brand_id, value, value_sealed, value_index, source, updated_at)
    VALUES (:customer, :field, :brand, :value, :sealed, :index, :source, :now)
    ON CONFLICT (customer_id, field) DO UPDATE SET value = excluded.value, value_sealed = excluded.value_sealed,
        value_index = excluded.value_index, source = excluded.source, updated_at = excluded.updated_at
"""

FORGET = """
    DELETE FROM customer_field
    WHERE customer_id = ANY(CAST(:numbers AS bigint[])) AND field = ANY(CAST(:fields AS text[]))
"""


def define_field(session: Session, *, field: FieldDefinition, actor: Actor, now: datetime) -> FieldVersion:
    """The brand has a new field.

    raises   BadField, FieldTaken
    effects  version 1 in profile_field; audit profile_field.added
    """
    check_definition(field)
    _one_at_a_time(session)
    if any(one.field.name == field.name for one in field_versions(session)):
        raise FieldTaken(field=field.name)
    return _write(session, field, version=1, actor=actor, now=now)


def change_field(session: Session, *, field: FieldDefinition, actor: Actor, now: datetime) -> FieldVersion:
    """The field is defined like this from now on; what it was stays readable as an earlier version.

    Values that are kept stay as they are, be they outside new limits.

    raises   NotFound, BadField
    effects  the next version in profile_field; audit profile_field.changed
    """
    _one_at_a_time(session)
    before = field_named(session, name=field.name)
    check_definition(field, before=before.field)
    if before.field == field:
        return before
    return _write(session, field, version=before.version + 1, actor=actor, now=now, before=before.field)


def said_in_fields(
    session: Session, said: Mapping[str, object], *, known: Sequence[str] = (), whole: bool
) -> dict[str, str | None]:
    """What is said of the brand's fields as it will be kept. `whole`: of a new customer, so nothing needed is missing.

    raises  NotFound (the field), BadFieldValue, FieldNeeded
    """
    definitions = open_fields(session)
    for name in said:
        if name not in definitions:
            raise NotFound(what="field", key=name[:40])
    values = {name: written(definitions[name], value) for name, value in said.items()}
    held = {name for name in known if values.get(name, "") is not None}
    held |= {name for name, value in values.items() if value is not None}
    asked = list(definitions.values()) if whole else [definitions[name] for name in values]
    lacking = missing(asked, sorted(held))
    if lacking:
        raise FieldNeeded(fields="、".join(definitions[name].label_zh for name in lacking))
    return values


def keep_fields(
    session: Session,
    *,
    cipher: Cipher,
    numbers: Sequence[int],
    values: Mapping[str, str | None],
    source: str,
    now: datetime,
) -> None:
    """The person holds these values under the number they count as; None clears a field under every number.

    raises  ValueHeld where a field that only one may hold is somebody else's
    """
    definitions = open_fields(session)
    brand_id = brand_of(session)
    if any(value is not None and definitions[name].one_holder for name, value in values.items()):
        _one_at_a_time(session)
    cleared = [name for name, value in values.items() if value is None]
    if cleared:
        session.execute(text(FORGET), {"numbers": list(numbers), "fields": cleared})
    for name, value in values.items():
        if value is None:
            continue
        field = definitions[name]
        if field.one_holder:
            _free(session, cipher, field, value, numbers)
        sealed = cipher.encrypt(value, context=seal_context(brand_id)) if field.personal else None
        session.execute(
            text(KEEP),
            {"customer": numbers[0], "field": name, "brand": brand_id, "value": None if sealed else value,
             "sealed": sealed, "index": value_keys(cipher, brand_id, field, value)[0] if field.indexed else None,
             "source": source, "now": now},
        )  # fmt: skip


def _free(
    session: Session, cipher: Cipher, field: FieldDefinition, value: str, numbers: Sequence[int]
) -> None:
    others = [
        who for who in holders_of(session, cipher=cipher, field=field, value=value) if who not in numbers
    ]
    if others:
        raise ValueHeld(customer_id=others[0], what=field.label_en, what_zh=field.label_zh)


def _one_at_a_time(session: Session) -> None:
    session.execute(text(ONE_AT_A_TIME), {"brand": brand_of(session)})


def _write(
    session: Session,
    field: FieldDefinition,
    *,
    version: int,
    actor: Actor,
    now: datetime,
    before: FieldDefinition | None = None,
) -> FieldVersion:
    told = asdict(field) | {"kind": field.kind.value, "choices": [asdict(one) for one in field.choices]}
    was = {} if before is None else asdict(before) | {
        "kind": before.kind.value, "choices": [asdict(one) for one in before.choices],
    }  # fmt: skip
    session.add(
        ProfileField(
            brand_id=brand_of(session), version=version, changed_by=actor.label, changed_at=now, **told
        )
    )
    session.flush()
    differing = [name for name, value in told.items() if was.get(name) != value]
    record(
        session, actor=actor, action="profile_field.changed" if before else "profile_field.added",
        subject=("profile_field", field.name), before={name: was[name] for name in differing} if before else None,
        after={name: told[name] for name in differing}, now=now,
    )  # fmt: skip
    return FieldVersion(field, version, actor.label, now)
