"""The brand's declared traits as sources: aggregates read from the lake when a question names them, formulas after all.

What the newest refresh stored is not asked of them. Decisions 0044 and 0050 say what a question costs.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import ibis.expr.types as ir
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from siyu.insight.contracts import AnySource, BrandView, Storable, TraitInfo, TraitSource, TraitUse, TraitUser
from siyu.insight.frames.catalogue import INSIGHT_TRAITS
from siyu.insight.frames.formulas import formula_value
from siyu.insight.models import TraitDefinition
from siyu.insight.queries.aggregating import aggregated
from siyu.insight.queries.people_traits import people_sources
from siyu.insight.queries.traits import catalogue
from siyu.insight.rules.declared import order
from siyu.insight.rules.declared.facts import facts_offered
from siyu.insight.rules.declared.meaning import marks_of
from siyu.insight.rules.declared.resolve import Resolved, Written, resolve
from siyu.insight.rules.declared.tree import (
    Aggregated,
    DeclaredTrait,
    FactInfo,
    facts_used,
    holds_words,
    tables_read,
)
from siyu.intake.api import own_event_properties, own_events
from siyu.kernel.app import App
from siyu.kernel.db import brand_of
from siyu.kernel.facts import FactType
from siyu.organisation.api import brand_info

PROFILING = {"lifecycle_changed": "stage"}
"""Facts that Siyu makes by evaluating people, and the trait that is the evaluation."""


@dataclass(frozen=True, slots=True)
class DeclaredAggregates:
    """The brand's own aggregates as a source. `marks`: what each means.

    limits  a question reads each fact table that a wanted trait is over once, whatever the number of traits (once more,
            by two columns, where a window begins with a fact; refunds besides, where a trait asks for cancelled orders)
    """

    declared: tuple[DeclaredTrait, ...]
    marks: Mapping[str, str]

    def traits(self) -> tuple[TraitInfo, ...]:
        """What they are."""
        return tuple(one.info for one in self.declared)

    def table(
        self, cursor: Any, *, brand: BrandView, as_of: datetime, wanted: Collection[str] | None = None
    ) -> ir.Table:
        """shape: customer_id and the wanted aggregates, of customers with a fact of any of their kinds."""
        asked = [one for one in self.declared if wanted is None or one.info.name in wanted]
        return aggregated(cursor, brand, asked, as_of)

    def storable(self) -> tuple[Storable, ...]:
        """All of them."""
        return _storable(self.declared, self.marks)

    def reads(self) -> frozenset[str]:
        """The tables of their facts."""
        return frozenset(table for one in self.declared for table in tables_read(one.tree))


@dataclass(frozen=True, slots=True)
class DeclaredFormulas:
    """The brand's own formulas, in dependency order, and what every declared trait comes from."""

    declared: tuple[DeclaredTrait, ...]
    sources: Mapping[str, frozenset[str]]
    marks: Mapping[str, str]

    def traits(self) -> tuple[TraitInfo, ...]:
        """What they are."""
        return tuple(one.info for one in self.declared)

    def beneath(self, wanted: Iterable[str]) -> frozenset[str]:
        """The names and those of all traits that they come from; of facts that evaluate people, the evaluation."""
        return order.beneath(wanted, self.sources)

    def added(self, table: ir.Table, *, wanted: Collection[str] | None) -> ir.Table:
        """The table with the wanted formulas; each may name those before it."""
        for one in self.declared:
            if wanted is None or one.info.name in wanted:
                assert not isinstance(one.tree, Aggregated), "aggregates are a source of their own"
                table = table.mutate(**{one.info.name: formula_value(table, one.tree)})
        return table

    def storable(self) -> tuple[Storable, ...]:
        """Those over the facts alone: what people keep of a customer changes without a refresh."""
        return _storable(self.declared, self.marks)

    def reads(self) -> frozenset[str]:
        """None of their own."""
        return frozenset()


@dataclass(frozen=True, slots=True)
class Ground:
    """What the definitions of a brand stand on: facts, traits that are not declared, and what is declared already."""

    facts: Mapping[str, FactInfo]
    known: Mapping[str, TraitInfo]
    zone: str
    written: tuple[Written, ...]

    def resolved(self, also: Written | None = None) -> Resolved:
        """Everything declared, read together; `also` stands in place of what has its name."""
        kept = [one for one in self.written if also is None or one.name != also.name]
        every = kept if also is None else [*kept, also]
        return resolve(every, facts=self.facts, known=self.known, zone=self.zone)


def named_sources(app: App, session: Session) -> tuple[AnySource, ...]:
    """What offers traits to the session's brand beside insight and people: other modules, and the brand itself."""
    registered = app.wiring.of(TraitSource)
    if not (written := written_traits(session)):
        return registered
    return (*registered, *sources_of(_ground(app, session, written).resolved()))


def ground_of(app: App, session: Session) -> Ground:
    """What a new definition of the session's brand stands on."""
    return _ground(app, session, written_traits(session))


def sources_of(resolved: Resolved) -> tuple[AnySource, ...]:
    """The declared traits as sources."""
    aggregates = tuple(one for one in resolved.traits if isinstance(one.tree, Aggregated))
    formulas = tuple(one for one in resolved.traits if not isinstance(one.tree, Aggregated))
    sources = {
        one.info.name: one.uses | {PROFILING[fact] for fact in facts_used(one.tree) if fact in PROFILING}
        for one in resolved.traits
    }
    lasting = [one.name for one in INSIGHT_TRAITS]
    marks = marks_of(resolved.traits, lasting=lasting, zone=resolved.zone)
    return DeclaredAggregates(aggregates, marks), DeclaredFormulas(formulas, sources, marks)


def with_declared(brand: BrandView, resolved: Resolved) -> tuple[AnySource, ...]:
    """The brand's sources with these declared traits in place of those it has."""
    others = [one for one in brand.sources if not isinstance(one, DeclaredAggregates | DeclaredFormulas)]
    return (*others, *sources_of(resolved))


def written_traits(session: Session) -> tuple[Written, ...]:
    """The newest version of each declared trait of the session's brand that is not archived, by name."""
    return tuple(
        Written(row.name, row.version, {"zh": row.label_zh, "en": row.label_en}, row.definition)
        for row in newest_definitions(session)
        if not row.archived
    )


def newest_definitions(session: Session) -> list[TraitDefinition]:
    """The newest version of each trait that the session's brand ever declared, by name."""
    query = (
        select(TraitDefinition)
        .where(TraitDefinition.brand_id == brand_of(session))
        .ext(distinct_on(TraitDefinition.name))
        .order_by(TraitDefinition.name, TraitDefinition.version.desc())
    )
    return list(session.scalars(query))


def versions_of(session: Session, *, name: str) -> list[TraitDefinition]:
    """All versions of a declared trait, the newest first. limits: 100."""
    query = select(TraitDefinition).where(
        TraitDefinition.brand_id == brand_of(session), TraitDefinition.name == name
    )
    return list(session.scalars(query.order_by(TraitDefinition.version.desc()).limit(100)))


def uses_of(session: Session, users: Sequence[TraitUser], written: Iterable[Written]) -> list[TraitUse]:
    """Everything of the session's brand that names a trait: its declared traits, and what other modules say."""
    traits = [TraitUse("trait", one.name, one.label["zh"], order.names_in(one.definition)) for one in written]
    return [one for one in traits if one.traits] + [use for user in users for use in user.uses(session)]


def _ground(app: App, session: Session, written: tuple[Written, ...]) -> Ground:
    zone = brand_info(session, brand_id=brand_of(session)).time_zone
    known = catalogue((*app.wiring.of(TraitSource), *people_sources(session)))
    return Ground(fact_kinds(app, session), known, zone, written)


def fact_kinds(app: App, session: Session) -> dict[str, FactInfo]:
    """The kinds of fact that definitions of the session's brand may name."""
    properties = own_event_properties(session)
    own = {
        name: (zh, en, {one.name: one.type for one in properties[name]})
        for name, zh, en in own_events(session, retired=True)
    }
    return facts_offered(app.wiring.of(FactType), own)


def _storable(declared: Iterable[DeclaredTrait], marks: Mapping[str, str]) -> tuple[Storable, ...]:
    return tuple(
        Storable(one.info, marks[one.info.name], holds_words(one.tree))
        for one in declared
        if one.info.name in marks
    )
