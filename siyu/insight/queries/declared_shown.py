"""Declared traits as people are shown them: with their words, what is wrong with them, and what uses them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from siyu.insight.contracts import Misread, TraitInfo, TraitUse, TraitUser, UnknownName
from siyu.insight.models import TraitDefinition
from siyu.insight.queries.declared import Ground, uses_of, versions_of
from siyu.insight.queries.declared_preview import TraitPreview
from siyu.insight.rules.declared.order import Circle, names_in
from siyu.insight.rules.declared.resolve import Resolved, Written, declared
from siyu.insight.rules.declared.topics import topic_of_fact
from siyu.insight.rules.declared.tree import MEASURED_TYPES
from siyu.kernel.errors import NotFound


def own_traits(session: Session, ground: Ground, users: Sequence[TraitUser]) -> list[dict[str, Any]]:
    """Every declared trait by name.

    shape  name, version, label, definition, type, unit, said, fault, uses, used_by
    """
    resolved, uses = ground.resolved(), uses_of(session, users, ground.written)
    return [_shown(one, resolved, uses) for one in ground.written]


def own_trait(session: Session, ground: Ground, users: Sequence[TraitUser], *, name: str) -> dict[str, Any]:
    """One declared trait.

    raises  NotFound
    """
    found = next((one for one in ground.written if one.name == name), None)
    if found is None:
        raise NotFound(what="trait", key=name)
    return _shown(found, ground.resolved(), uses_of(session, users, ground.written))


def facts_shown(ground: Ground) -> list[dict[str, Any]]:
    """The facts that definitions may be over. shape: name, label, own, topic, properties (with measures)."""
    return [
        {
            "name": one.name,
            "label": one.label,
            "own": one.own,
            "topic": topic_of_fact(one),
            "properties": [_property(info) for info in one.properties.values()],
        }
        for one in ground.facts.values()
    ]


def _property(info: TraitInfo) -> dict[str, Any]:
    measures = [measure for measure, types in MEASURED_TYPES.items() if info.type in types]
    kept = {name: getattr(info, name) for name in ("name", "type", "unit", "label")}
    return kept | {"measures": measures}


def versions_shown(session: Session, ground: Ground, *, name: str) -> list[dict[str, Any]]:
    """All versions of a trait, the newest first, each read among the traits that stand now. limits: 100.

    shape   version, label, definition, archived, said_by, said_at, said (in words), fault (why there are none)
    raises  NotFound
    """
    rows = versions_of(session, name=name)
    if not rows:
        raise NotFound(what="trait", key=name)
    others = {one.info.name: one.info for one in ground.resolved().traits if one.info.name != name}
    known = {**ground.known, **others}
    return [_version(row, ground, known) for row in rows]


def _version(row: TraitDefinition, ground: Ground, known: Mapping[str, TraitInfo]) -> dict[str, Any]:
    label = {"zh": row.label_zh, "en": row.label_en}
    said, wrong = None, None
    try:
        written = Written(row.name, row.version, label, row.definition)
        said = declared(written, facts=ground.facts, known=known, zone=ground.zone).info.definition
    except (Misread, UnknownName) as found:
        wrong = found
    return {
        "version": row.version,
        "label": label,
        "definition": row.definition,
        "archived": row.archived,
        "said_by": row.said_by,
        "said_at": row.said_at,
        "said": said,
        "fault": fault_said(wrong),
    }


def preview_shown(found: TraitPreview) -> dict[str, Any]:
    """A preview with the trait's type, unit and words beside the numbers."""
    kept = ("as_of", "customers", "known", "plain", "changed", "spread", "most_frequent", "sample")
    info = found.info
    return {name: getattr(found, name) for name in kept} | {
        "type": info.type,
        "unit": info.unit,
        "said": info.definition,
    }


def fault_said(wrong: Misread | UnknownName | Circle | None) -> dict[str, str] | None:
    """Why a stored definition cannot be read any more, in both languages."""
    match wrong:
        case None:
            return None
        case Misread():
            return {"zh": f"{wrong.path}：{wrong.why[1]}", "en": f"{wrong.path}: {wrong.why[0]}"}
        case UnknownName():
            return {
                "zh": f"{wrong.path}：没有名为 {wrong.name} 的内容",
                "en": f"{wrong.path}: nothing is called {wrong.name}",
            }
        case Circle():
            return dict.fromkeys(("zh", "en"), " → ".join(wrong.path))


def _shown(one: Written, resolved: Resolved, uses: Iterable[TraitUse]) -> dict[str, Any]:
    trait = next((found for found in resolved.traits if found.info.name == one.name), None)
    return {
        "name": one.name,
        "version": one.version,
        "label": one.label,
        "definition": one.definition,
        "type": None if trait is None else trait.info.type,
        "unit": "" if trait is None else trait.info.unit,
        "said": None if trait is None else trait.info.definition,
        "fault": fault_said(resolved.broken.get(one.name)),
        "uses": sorted(names_in(one.definition)),
        "used_by": [use for use in uses if one.name in use.traits],
    }
