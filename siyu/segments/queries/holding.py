"""Stored members beside the traits: read from PostgreSQL when a question asks for them, by whom they count as now."""

import ibis
import ibis.expr.types as ir

from siyu.insight.contracts import BrandState, BrandView
from siyu.kernel.lake import LakeCursor, hold_chunks
from siyu.people.api import aliases
from siyu.segments.contracts import Bringing, EditionPlace, EditionSource
from siyu.segments.rules.members import member_column

ALIAS_TABLE, ROW_TABLE = "stored_member_alias", "stored_member_row"

MEMBERS = """
    SELECT customer_id, from_edition FROM segment_member
    WHERE segment_id = :segment AND from_edition <= :edition AND (to_edition IS NULL OR to_edition > :edition)
"""
EDITIONS = "SELECT edition, source, title, made_at FROM segment_edition WHERE segment_id = :segment"


def hold_members(cursor: LakeCursor, brand: BrandView, place: EditionPlace) -> ir.Table:
    """The members of an edition stand in a temporary table of this cursor, each person once.

    shape   member_id: whom the stored number counts as now; from_edition: the one that brought them
    limits  one chunk of some megabytes in memory at a time
    """
    state = _state_of(brand)
    segment_id, edition = place
    members = state.chunks(
        MEMBERS,
        {"segment": segment_id, "edition": edition},
        {"customer_id": "int64", "from_edition": "int64"},
    )
    rows = "customer_id BIGINT, from_edition BIGINT"
    hold_chunks(cursor, ROW_TABLE, rows, members, select="customer_id, from_edition")
    same = state.chunks(aliases(), {}, {"customer_id": "int64", "person_id": "int64"})
    hold_chunks(
        cursor, ALIAS_TABLE, "alias_id BIGINT, person_id BIGINT", same, select="customer_id, person_id"
    )
    name = f"stored_{member_column(place)}"
    cursor.execute(
        f"CREATE OR REPLACE TEMP TABLE {name} AS "
        "SELECT coalesce(a.person_id, m.customer_id) AS member_id, min(m.from_edition) AS from_edition "
        f"FROM {ROW_TABLE} m LEFT JOIN {ALIAS_TABLE} a ON a.alias_id = m.customer_id GROUP BY 1"
    )
    cursor.execute(f"DROP TABLE {ROW_TABLE}")
    return ibis.table({"member_id": "int64", "from_edition": "int64"}, name=name)


def bringings(brand: BrandView, *, segment_id: int) -> dict[EditionPlace, Bringing]:
    """Of what each edition of the segment was made, and when."""
    columns = {"edition": "int64", "source": "text", "title": "text", "made_at": "moment"}
    return {
        (segment_id, row["edition"]): Bringing(EditionSource(row["source"]), row["title"], row["made_at"])
        for chunk in _state_of(brand).chunks(EDITIONS, {"segment": segment_id}, columns)
        for row in chunk.to_pylist()
    }


def _state_of(brand: BrandView) -> BrandState:
    assert brand.state is not None, "this view of a brand cannot read what is stored of it"
    return brand.state
