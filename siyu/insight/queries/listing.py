"""Every trait of a brand as a list shows it, and what uses each."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy.orm import Session

from siyu.insight.contracts import TraitInfo, TraitUse, TraitUser
from siyu.insight.frames.catalogue import INSIGHT_TRAITS
from siyu.insight.queries.declared import named_sources, uses_of, written_traits
from siyu.insight.queries.people_traits import people_sources
from siyu.insight.queries.traits import catalogue
from siyu.insight.rules.listing import origin_of, unit_said
from siyu.kernel.app import App

_SHOWN = tuple(one.name for one in fields(TraitInfo) if one.name != "otherwise")


def every_trait(app: App, session: Session) -> list[dict[str, Any]]:
    """The traits that can be asked for, in the order of the catalogue.

    shape  name, type, unit, label, definition, choices, topic, origin, unit_label
    """
    own = {one.name for one in written_traits(session)}
    built_in = {info.name for info in INSIGHT_TRAITS}
    found = catalogue((*named_sources(app, session), *people_sources(session)))
    return [
        {name: getattr(info, name) for name in _SHOWN}
        | {
            "origin": origin_of(info.name, built_in=built_in, own=own - built_in),
            "unit_label": unit_said(info),
        }
        for info in found.values()
    ]


def users_by_trait(session: Session, users: Sequence[TraitUser]) -> dict[str, list[TraitUse]]:
    """What names each trait, by name; traits that nothing names are left out."""
    found: dict[str, list[TraitUse]] = {}
    for use in uses_of(session, users, written_traits(session)):
        for name in use.traits:
            found.setdefault(name, []).append(use)
    return dict(sorted(found.items()))
