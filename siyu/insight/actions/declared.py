"""A brand declares traits, changes and archives them; every change is a new version and in the audit log."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siyu.insight.contracts import Misread, TraitUse, TraitUser, UnknownName
from siyu.insight.errors import (
    BadTrait,
    TraitChanged,
    TraitCircle,
    TraitInUse,
    TraitNameTaken,
    TraitTypeInUse,
    UnknownInTrait,
)
from siyu.insight.frames.stored import TRAIT
from siyu.insight.models import TraitDefinition
from siyu.insight.queries.declared import Ground, uses_of, versions_of
from siyu.insight.rules.declared.order import Circle
from siyu.insight.rules.declared.resolve import Resolved, Written
from siyu.insight.rules.declared.tree import DeclaredTrait
from siyu.kernel.audit import Actor, record
from siyu.kernel.db import brand_of
from siyu.kernel.errors import BadInput, NotFound

NAME = re.compile(r"[a-z][a-z0-9_]{1,59}")
RESERVED = frozenset({"customer_id", *TRAIT})
RESERVED_STARTS = ("field_", "tag_")
LABEL_MAX = 60
TRAITS_MAX = 500
USERS_SHOWN_MAX = 5
KINDS_ZH = {"trait": "指标", "segment": "人群"}


def define_trait(
    session: Session,
    *,
    ground: Ground,
    name: str,
    label: Mapping[str, str],
    definition: Any,
    actor: Actor,
    now: datetime,
) -> DeclaredTrait:
    """The brand has a trait of this name and definition, usable in segments at once.

    raises   BadInput, BadTrait, UnknownInTrait, TraitCircle, TraitNameTaken
    effects  one row in trait_definition; audit trait.defined
    limits   500 traits a brand
    """
    _check_name(name)
    if name in ground.known or name in RESERVED or any(one.name == name for one in ground.written):
        raise TraitNameTaken(name=name)
    if len(ground.written) >= TRAITS_MAX:
        raise BadInput(
            what="name", why=f"the brand has {TRAITS_MAX} traits of its own", remedy="Archive one first."
        )
    earlier = versions_of(session, name=name)
    version = earlier[0].version + 1 if earlier else 1
    wanted = Written(name, version, _label(label), definition)
    trait = checked(ground, wanted)
    _add(session, wanted, archived=False, actor=actor, now=now)
    record(
        session, actor=actor, action="trait.defined", subject=("trait", name), after=_said(wanted), now=now
    )
    return trait


def change_trait(
    session: Session,
    *,
    ground: Ground,
    users: Sequence[TraitUser],
    name: str,
    version: int,
    label: Mapping[str, str] | None,
    definition: Any | None,
    actor: Actor,
    now: datetime,
) -> DeclaredTrait:
    """The trait has this definition and these words from now on; saying the same again changes nothing.

    `version` is the one that was read: somebody else's edit is not overwritten unseen.

    raises   NotFound, TraitChanged, BadTrait, UnknownInTrait, TraitCircle, TraitTypeInUse, BadInput
    effects  a row at the next version; audit trait.changed with what differs
    """
    before = _current(ground, name)
    if before.version != version:
        raise TraitChanged(name=name, found=before.version, version=version)
    wanted = Written(
        name,
        version,
        before.label if label is None else _label(label),
        before.definition if definition is None else definition,
    )
    if wanted == before:
        return checked(ground, before)
    wanted = replace(wanted, version=version + 1)
    trait = checked(ground, wanted)
    _refuse_another_type(ground, trait, uses_of(session, users, ground.written))
    _add(session, wanted, archived=False, actor=actor, now=now)
    old, new = _said(before), _said(wanted)
    differs = [key for key in new if old[key] != new[key]]
    record(
        session, actor=actor, action="trait.changed", subject=("trait", name), now=now,
        before={key: old[key] for key in differs}, after={key: new[key] for key in differs},
    )  # fmt: skip
    return trait


def archive_trait(
    session: Session, *, ground: Ground, users: Sequence[TraitUser], name: str, actor: Actor, now: datetime
) -> None:
    """The trait is offered no more and its name is free; its versions stay. Calling twice changes nothing.

    raises   NotFound; TraitInUse while a formula or anything else of the brand names it
    effects  a row that says so; audit trait.archived
    """
    if not any(one.name == name for one in ground.written) and versions_of(session, name=name):
        return
    before = _current(ground, name)
    using = [one for one in uses_of(session, users, ground.written) if name in one.traits]
    if using:
        raise TraitInUse(name=name, users=_listed(using), users_zh=_listed_zh(using))
    _add(session, replace(before, version=before.version + 1), archived=True, actor=actor, now=now)
    record(
        session, actor=actor, action="trait.archived", subject=("trait", name), before=_said(before), now=now
    )


def checked(ground: Ground, wanted: Written) -> DeclaredTrait:
    """The trait that a definition means among the others of the brand.

    raises  BadTrait, UnknownInTrait, TraitCircle; also where another trait could no longer be read because of it
    """
    before, after = ground.resolved(), ground.resolved(wanted)
    _refuse(wanted.name, after)
    lost = sorted(set(after.broken) - set(before.broken))
    if lost:
        _refuse(lost[0], after)
    return next(one for one in after.traits if one.info.name == wanted.name)


def tried(ground: Ground, *, name: str, definition: Any) -> Resolved:
    """The brand's traits as they would stand with this definition under a name, which is not stored.

    raises  BadInput, TraitNameTaken, BadTrait, UnknownInTrait, TraitCircle
    """
    _check_name(name)
    if name in ground.known or name in RESERVED:
        raise TraitNameTaken(name=name)
    label = next((one.label for one in ground.written if one.name == name), {"zh": name, "en": name})
    wanted = Written(name, 0, label, definition)
    checked(ground, wanted)
    return ground.resolved(wanted)


def _refuse(name: str, resolved: Resolved) -> None:
    match resolved.broken.get(name):
        case Misread() as wrong:
            raise BadTrait(**wrong.details())
        case UnknownName() as wrong:
            raise UnknownInTrait(**wrong.details())
        case Circle() as wrong:
            raise TraitCircle(path=" → ".join(wrong.path))


def _refuse_another_type(ground: Ground, trait: DeclaredTrait, uses: Iterable[TraitUse]) -> None:
    """What names the trait was written for its type: another type would make it unreadable."""
    name = trait.info.name
    before = next((one for one in ground.resolved().traits if one.info.name == name), None)
    using = [one for one in uses if name in one.traits]
    if before is not None and before.info.type is not trait.info.type and using:
        raise TraitTypeInUse(
            name=name, before=before.info.type.value, after=trait.info.type.value,
            users=_listed(using), users_zh=_listed_zh(using),
        )  # fmt: skip


def _current(ground: Ground, name: str) -> Written:
    found = next((one for one in ground.written if one.name == name), None)
    if found is None:
        raise NotFound(what="trait", key=name)
    return found


def _add(session: Session, wanted: Written, *, archived: bool, actor: Actor, now: datetime) -> None:
    added = session.execute(
        insert(TraitDefinition)
        .values(
            brand_id=brand_of(session), name=wanted.name, version=wanted.version, archived=archived,
            label_zh=wanted.label["zh"], label_en=wanted.label["en"], definition=wanted.definition,
            said_by=actor.label, said_at=now,
        )
        .on_conflict_do_nothing()
        .returning(TraitDefinition.version)
    )  # fmt: skip
    if added.first() is None:  # somebody else wrote this version meanwhile
        raise TraitChanged(name=wanted.name, found=wanted.version, version=wanted.version - 1)


def _check_name(name: str) -> None:
    if not NAME.fullmatch(name) or name.startswith(RESERVED_STARTS):
        raise BadInput(
            what=f"name {name[:LABEL_MAX]!r}",
            why="it is 2 to 60 lower-case letters, digits and _, and does not begin with field_ or tag_",
            remedy="Choose a name like tea_orders_90d.",
        )


def _label(label: Mapping[str, str]) -> dict[str, str]:
    said = {language: " ".join(label.get(language, "").split()) for language in ("zh", "en")}
    for language, words in said.items():
        if not 1 <= len(words) <= LABEL_MAX:
            raise BadInput(
                what=f"label.{language}",
                why=f"it has {len(words)} characters",
                remedy=f"Write 1 to {LABEL_MAX} characters.",
            )
    return said


def _listed(using: Sequence[TraitUse]) -> str:
    shown = ", ".join(f"{one.kind} “{one.label}”" for one in using[:USERS_SHOWN_MAX])
    more = len(using) - USERS_SHOWN_MAX
    return f"{shown} and {more} more" if more > 0 else shown


def _listed_zh(using: Sequence[TraitUse]) -> str:
    shown = "、".join(f"{KINDS_ZH.get(one.kind, one.kind)}“{one.label}”" for one in using[:USERS_SHOWN_MAX])
    return f"{shown}等 {len(using)} 处" if len(using) > USERS_SHOWN_MAX else shown


def _said(one: Written) -> dict[str, Any]:
    return {
        "label_zh": one.label["zh"],
        "label_en": one.label["en"],
        "definition": one.definition,
        "version": one.version,
    }
