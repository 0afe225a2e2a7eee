"""What conditions ask of facts, computed when the question comes and joined to the table of traits."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import ibis.expr.types as ir
from sqlalchemy.orm import Session

from siyu.insight.contracts import AnySource, BrandView, FactSource, FactTrait, TraitInfo
from siyu.insight.frames.declared import When
from siyu.insight.frames.events import happened
from siyu.insight.frames.read import with_source
from siyu.insight.queries.aggregating import aggregated, held
from siyu.insight.queries.declared import PROFILING, fact_kinds, named_sources
from siyu.insight.rules.declared.tree import Aggregated, DeclaredTrait, FactInfo
from siyu.insight.rules.events.tree import facts_asked
from siyu.kernel.app import App
from siyu.kernel.lake import LakeCursor


@dataclass(slots=True)
class FactsInSession:
    """The facts that the session's brand may ask about, read when a question names one.

    limits  the session's transaction must be open still
    """

    app: App
    session: Session
    _kinds: Mapping[str, FactInfo] | None = field(default=None, init=False)

    def traits(self) -> tuple[TraitInfo, ...]:
        """None by name."""
        return ()

    def kinds(self) -> Mapping[str, FactInfo]:
        """The kinds of fact by name."""
        if self._kinds is None:
            assert self.session.in_transaction(), "the session that these facts are read from is closed"
            self._kinds = fact_kinds(self.app, self.session)
        return self._kinds


def trait_sources(app: App, session: Session) -> tuple[AnySource, ...]:
    """What offers traits to the session's brand beside insight and people, and the facts that conditions may ask."""
    return (*named_sources(app, session), FactsInSession(app, session))


def kinds_of(sources: Iterable[AnySource]) -> Callable[[], Mapping[str, Any]]:
    """How to learn which facts conditions may ask about; none where no source says."""
    return next((one.kinds for one in sources if isinstance(one, FactSource)), dict)


def with_facts_asked(
    cursor: LakeCursor, brand: BrandView, traits: ir.Table, asked: Sequence[FactTrait], as_of: datetime
) -> ir.Table:
    """The traits with a column for each value that conditions ask of facts; what no facts give is 0, no or unknown.

    effects  temporary tables of the cursor
    limits   aggregates read each table of facts once, however many they are; a sequence reads its two, a first time one
    """
    distinct = {one.name: one for one in asked}
    measured = [one for one in distinct.values() if isinstance(one.tree, Aggregated)]
    if measured:
        table = aggregated(cursor, brand, [DeclaredTrait(one, 0, one.tree) for one in measured], as_of)
        traits = with_source(traits, table, measured)
    when = When(as_of, brand.time_zone)
    for one in distinct.values():
        if not isinstance(one.tree, Aggregated):
            said = f"{one.name} {as_of.isoformat()}"
            name = f"happened_{hashlib.md5(said.encode(), usedforsecurity=False).hexdigest()[:12]}"
            found = happened(brand.brand_id, one.tree, when)
            found = found.select("customer_id", **{one.name: found.at})
            table = held(cursor, name, [found], {one.name: "timestamp('UTC')"})
            traits = with_source(traits, table, [one])
    return traits


def evaluations_asked(asked: Iterable[FactTrait]) -> frozenset[str]:
    """The traits that are evaluations of people and that these questions come from, by the facts they read."""
    facts = {fact for one in asked for fact in facts_asked(one.tree)}
    return frozenset(PROFILING[fact] for fact in facts if fact in PROFILING)
