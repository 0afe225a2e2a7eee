"""Definitions made ready to be asked of a set: what they name is found out first, once, whatever names it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from siyu.insight.api import catalogue, kinds_of, traits_as_of, with_facts_asked
from siyu.insight.contracts import BrandView
from siyu.kernel.lake import LakeCursor, hold_chunks
from siyu.metrics.api import run, sql_of
from siyu.segments import frames
from siyu.segments.contracts import Bringing, Brought, Edge, EditionPlace, InSegment, Node, Top
from siyu.segments.queries.holding import bringings, hold_members
from siyu.segments.rules.members import member_column
from siyu.segments.rules.parse import parse
from siyu.segments.rules.tree import editions_in, facts_asked, segments_in, tops_in, traits_named

SEEN_TABLE = "seen_member"


@dataclass(frozen=True, slots=True)
class Question:
    """Trees with a table of traits that can answer them; run what is made of it with the same cursor."""

    nodes: tuple[Node, ...]
    table: ir.Table
    edges: Mapping[Top, Edge | None]
    as_of: datetime
    brought: Brought

    @property
    def node(self) -> Node:
        """The first tree, often the only one."""
        return self.nodes[0]

    @property
    def columns(self) -> list[str]:
        """customer_id and the traits, without what only serves the answer."""
        marks = {frames.mark_of(one) for one in segments_in(*self.nodes)}
        marks |= {one.name for one in facts_asked(*self.nodes)}
        marks |= {member_column(place) for place in editions_in(*self.nodes)}
        return [name for name in self.table.columns if name not in marks]

    def condition(self, node: Node) -> ir.BooleanValue:
        """Whether each customer of the table is in the segment of the tree."""
        return frames.condition(self.table, node, as_of=self.as_of, edges=self.edges)

    def members(self) -> ir.Table:
        """The customers of the first tree with their traits."""
        return self.table.filter(self.condition(self.node)).select(self.columns)


def read_definition(brand: BrandView, definition: Any) -> Node:
    """The typed tree of a definition with this brand's traits and zone.

    raises  BadSegment, UnknownTrait, UnknownFact
    """
    kinds = kinds_of(brand.sources)
    return parse(definition, catalogue=catalogue(brand.sources), zone=brand.time_zone, kinds=kinds)


def question(
    cursor: LakeCursor,
    brand: BrandView,
    definitions: Sequence[Any],
    as_of: datetime,
    *,
    also: Collection[str] = (),
    whole: bool = False,
) -> Question:
    """The definitions can be asked: of the segments they name the members stand in tables, of tops the last is known.

    The table has the traits that the definitions ask for and `also` these; `whole`: all. A top is the brand's, also
    for somebody who sees a part of its customers.

    raises   BadSegment, UnknownTrait
    effects  temporary tables of the cursor, one a named segment
    """
    nodes = [read_definition(brand, one) for one in definitions]
    return question_of(cursor, brand, nodes, as_of, also=also, whole=whole)


def question_of(
    cursor: LakeCursor,
    brand: BrandView,
    nodes: Sequence[Node],
    as_of: datetime,
    *,
    also: Collection[str] = (),
    whole: bool = False,
) -> Question:
    """The same of trees that are read already."""
    named = segments_in(*nodes)
    ranks = any(tops_in(tree) for tree in (*nodes, *(one.part for one in named)))
    part_only = ranks and brand.within is not None
    traits = traits_as_of(
        cursor,
        replace(brand, within=None) if part_only else brand,
        as_of,
        wanted=None if whole else traits_named(*nodes) | set(also),
    )
    traits = with_facts_asked(cursor, brand, traits, facts_asked(*nodes), as_of)
    edges: dict[Top, Edge | None] = {}
    brought: dict[EditionPlace, Bringing] = {}
    for place in editions_in(*nodes):
        stored = hold_members(cursor, brand, place)
        brought |= bringings(brand, segment_id=place[0])
        traits = frames.with_members(traits, place, stored)
    for one in named:
        _find_edges(cursor, traits, one.part, as_of, edges)
        traits = _with_mark(cursor, traits, one, as_of, edges)
    for node in nodes:
        _find_edges(cursor, traits, node, as_of, edges)
    if part_only:
        hold_chunks(cursor, SEEN_TABLE, "customer_id BIGINT", [brand.within], select="customer_id")
        traits = traits.semi_join(ibis.table({"customer_id": "int64"}, name=SEEN_TABLE), "customer_id")
    return Question(tuple(nodes), traits, edges, as_of, brought)


def hold_numbers(cursor: LakeCursor, name: str, customer_ids: Sequence[int]) -> ir.Table:
    """The numbers stand in a temporary table of this cursor. shape: customer_id."""
    numbers = pa.table({"customer_id": pa.array(customer_ids, pa.int64())})
    hold_chunks(cursor, name, "customer_id BIGINT", [numbers])
    return ibis.table({"customer_id": "int64"}, name=name)


def _with_mark(
    cursor: LakeCursor, traits: ir.Table, one: InSegment, as_of: datetime, edges: Mapping[Top, Edge | None]
) -> ir.Table:
    """The members are found once and held; every mention reads the column that they give."""
    name = f"segment_member_{one.segment_id}"
    found = frames.members(traits, one.part, as_of=as_of, edges=edges).select(member_id="customer_id")
    cursor.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql_of(found)}")
    return frames.marked(traits, one, ibis.table({"member_id": "int64"}, name=name))


def _find_edges(
    cursor: LakeCursor, traits: ir.Table, node: Node, as_of: datetime, edges: dict[Top, Edge | None]
) -> None:
    for top in tops_in(node):
        rows = run(cursor, frames.last_of_top(traits, top, as_of=as_of, edges=edges)).to_pylist()
        edges[top] = Edge(_plain(rows[0]["value"]), rows[0]["customer_id"]) if rows else None


def _plain(value: Any) -> Any:
    """The lake's engine answers some whole numbers as decimals."""
    return int(value) if isinstance(value, Decimal) else value
