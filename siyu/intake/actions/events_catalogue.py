"""The brand says what its own events are, and what becomes of those it never defined."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siyu.intake.errors.events import EventDefinitionInvalid, EventNameTaken
from siyu.intake.models import EventDefinition, EventPolicy, EventRetirement
from siyu.intake.queries.events import unknown_events_policy
from siyu.intake.rules.events_typing import Property, check_definition
from siyu.kernel.audit import Actor, record
from siyu.kernel.db import brand_of
from siyu.kernel.facts import FactType

DEFINITIONS_MAX = 500
VERSIONS_MAX = 10_000


def define_event(
    session: Session, *, fact_types: Iterable[FactType], name: str, title_zh: str, title_en: str,
    properties: Sequence[Property], actor: Actor, now: datetime,
) -> int:  # fmt: skip
    """Events of this name have these properties from now on. Saying the same again changes nothing.

    returns  the version; events may name an older one
    raises   EventNameTaken, EventDefinitionInvalid
    effects  one row in event_definition; audit event.defined
    limits   500 names a brand
    """
    if name in {one.name for one in fact_types}:
        raise EventNameTaken(name=name)
    wrong = check_definition(name, properties)
    if wrong is not None:
        raise EventDefinitionInvalid(name=name, why=wrong[0], remedy=wrong[1])
    stored = [
        {"name": one.name, "type": one.type, "required": one.required, "personal": one.personal}
        for one in properties
    ]
    newest = session.scalars(
        select(EventDefinition)
        .where(EventDefinition.name == name)
        .order_by(EventDefinition.version.desc())
        .limit(1)
    ).first()
    if newest and (newest.properties, newest.title_zh, newest.title_en) == (stored, title_zh, title_en):
        return newest.version
    version = newest.version + 1 if newest else 1
    _refuse_too_many(session, name, version)
    session.add(
        EventDefinition(
            brand_id=brand_of(session), name=name, version=version, title_zh=title_zh, title_en=title_en,
            properties=stored, created_by=actor.label, created_at=now,
        )
    )  # fmt: skip
    record(
        session, actor=actor, action="event.defined", subject=("event_definition", name),
        after={"version": version, "properties": [one.name for one in properties]}, now=now,
    )  # fmt: skip
    return version


def set_unknown_events(session: Session, *, policy: str, actor: Actor, now: datetime) -> None:
    """Events that nobody defined are kept (`keep`) or set aside among the rejects (`quarantine`) from now on.

    effects  audit event_policy.changed
    """
    before = unknown_events_policy(session)
    if before == policy:
        return
    row = {"brand_id": brand_of(session), "unknown_events": policy, "updated_at": now}
    session.execute(
        insert(EventPolicy).values(row).on_conflict_do_update(index_elements=["brand_id"], set_=row)
    )
    record(
        session, actor=actor, action="event_policy.changed", subject=("event_policy", brand_of(session)),
        before={"unknown_events": before}, after={"unknown_events": policy}, now=now,
    )  # fmt: skip


def retire_event(
    session: Session, *, fact_types: Iterable[FactType], name: str, actor: Actor, now: datetime
) -> None:
    """Events of this name are set aside among the rejects from now on; what came before stays. Again changes nothing.

    raises   EventNameTaken: events that Siyu defines are not retired
    effects  one row in event_retirement; audit event.retired
    """
    if name in {one.name for one in fact_types}:
        raise EventNameTaken(name=name)
    row = {"brand_id": brand_of(session), "name": name, "retired_by": actor.label, "retired_at": now}
    added = session.execute(
        insert(EventRetirement).values(row).on_conflict_do_nothing().returning(EventRetirement.name)
    )
    if added.first() is not None:
        record(session, actor=actor, action="event.retired", subject=("event_definition", name), now=now)


def restore_event(session: Session, *, name: str, actor: Actor, now: datetime) -> None:
    """Events of this name are taken again; those set aside meanwhile can be replayed. Again changes nothing.

    effects  audit event.restored
    """
    gone = session.execute(
        delete(EventRetirement).where(EventRetirement.name == name).returning(EventRetirement.name)
    )
    if gone.first() is not None:
        record(session, actor=actor, action="event.restored", subject=("event_definition", name), now=now)


def _refuse_too_many(session: Session, name: str, version: int) -> None:
    names = session.scalar(select(func.count(func.distinct(EventDefinition.name)))) or 0
    if (version == 1 and names >= DEFINITIONS_MAX) or version > VERSIONS_MAX:
        raise EventDefinitionInvalid(
            name=name, why=f"the brand has {names} events of its own", remedy="Use one that exists."
        )
