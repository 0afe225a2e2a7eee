"""What a segment's customers are like beside all customers, how segments overlap, what an edit would change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import ibis
import ibis.expr.types as ir
from sqlalchemy.orm import Session

from siyu.insight.api import catalogue
from siyu.insight.contracts import BrandView, TraitType
from siyu.kernel.csv_file import csv_file
from siyu.kernel.lake import LakeCursor, hold_chunks
from siyu.metrics.api import run, sql_of
from siyu.people.api import demographic_chunks
from siyu.segments.contracts import SegmentInfo
from siyu.segments.queries.question import question
from siyu.segments.rules.comparing import overlaps, target_group_index

OVERLAP_MAX = 5
VALUES_SHOWN_MAX = 10
PROFILE_TRAITS = ("stage", "rfm_class", "is_member", "favourite_category")
PEOPLE_COLUMNS = ("gender", "province")
PEOPLE_TABLE, ROW_TABLE = "profile_person", "profile_row"
_LABELS = {"gender": {"zh": "性别", "en": "Gender"}, "province": {"zh": "省份", "en": "Province"}}
_GENDERS = {"female": {"zh": "女", "en": "Female"}, "male": {"zh": "男", "en": "Male"}}
_ANSWERS = {"true": {"zh": "是", "en": "Yes"}, "false": {"zh": "否", "en": "No"}}


@dataclass(frozen=True, slots=True)
class ProfilePart:
    """One value of a dimension: how many have it in the segment and among all, and the index; None: unknown."""

    value: str | None
    zh: str
    en: str
    customers: int
    customers_of_all: int
    share: float
    share_of_all: float
    tgi: float | None


@dataclass(frozen=True, slots=True)
class ProfileDimension:
    """What customers are told apart by. `left_out`: values beyond those shown."""

    name: str
    zh: str
    en: str
    parts: tuple[ProfilePart, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class SegmentProfile:
    """A segment beside all customers, as of one moment. Gender and province are as of now."""

    as_of: datetime
    count: int
    customers: int
    dimensions: tuple[ProfileDimension, ...]


@dataclass(frozen=True, slots=True)
class Together:
    """A combination of segments: customers in these and none of the others, and in all of these."""

    segment_ids: tuple[int, ...]
    exactly: int
    together: int


@dataclass(frozen=True, slots=True)
class Overlap:
    """How segments overlap, as of one moment; every combination of them."""

    as_of: datetime
    customers: int
    combinations: tuple[Together, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Who would enter, leave and stay if a definition changed, as of one moment; some of them by number."""

    as_of: datetime
    entering: int
    leaving: int
    staying: int
    entering_ids: tuple[int, ...]
    leaving_ids: tuple[int, ...]


def profile(
    session: Session, cursor: LakeCursor, brand: BrandView, definition: Any, as_of: datetime
) -> SegmentProfile:
    """The segment's customers beside all customers by stage, class, membership, category, gender and province.

    raises   BadSegment, UnknownTrait
    effects  temporary tables of the cursor
    limits   of categories and provinces the ten that most of the segment have
    """
    asked = question(cursor, brand, [definition], as_of)
    traits = asked.table.select("customer_id", *PROFILE_TRAITS, inside=asked.condition(asked.node))
    people = _people(session, cursor)
    both = traits.left_join(people, traits.customer_id == people.person_id)
    rows = both.select("inside", *PROFILE_TRAITS, *PEOPLE_COLUMNS)
    cursor.execute(f"CREATE OR REPLACE TEMP TABLE {ROW_TABLE} AS {sql_of(rows)}")
    held = ibis.table(rows.schema(), name=ROW_TABLE)
    sizes = run(cursor, held.aggregate(all=held.count(), inside=held.count(where=held.inside))).to_pylist()[0]
    return SegmentProfile(
        as_of=as_of,
        count=sizes["inside"],
        customers=sizes["all"],
        dimensions=tuple(
            _dimension(cursor, brand, held, name, sizes) for name in (*PROFILE_TRAITS, *PEOPLE_COLUMNS)
        ),
    )


def overlap(cursor: LakeCursor, brand: BrandView, definitions: Mapping[int, Any], as_of: datetime) -> Overlap:
    """How many customers each combination of the segments has, found in one pass.

    raises  BadSegment, UnknownTrait
    limits  5 segments, so 31 combinations
    """
    assert len(definitions) <= OVERLAP_MAX
    asked = question(cursor, brand, list(definitions.values()), as_of)
    names = {f"in_{key}": node for key, node in zip(definitions, asked.nodes, strict=True)}
    marked = asked.table.select(**{name: asked.condition(node) for name, node in names.items()})
    found = run(cursor, marked.group_by(list(names)).aggregate(n=marked.count())).to_pylist()
    exactly = {frozenset(key for key in definitions if row[f"in_{key}"]): row["n"] for row in found}
    return Overlap(
        as_of=as_of,
        customers=sum(exactly.values()),
        combinations=tuple(Together(*one) for one in overlaps(list(definitions), exactly)),
    )


def difference(
    cursor: LakeCursor, brand: BrandView, *, before: Any, after: Any, as_of: datetime, ids_max: int | None = 0
) -> Difference:
    """Who would enter and leave if one definition took the other's place; of each at most `ids_max` numbers.

    raises  BadSegment, UnknownTrait
    """
    asked = question(cursor, brand, (before, after), as_of)
    was, will = (asked.condition(node) for node in asked.nodes)
    both = asked.table.select("customer_id", was=was, will=will)
    counts = both.aggregate(
        entering=both.count(where=both.will & ~both.was),
        leaving=both.count(where=both.was & ~both.will),
        staying=both.count(where=both.was & both.will),
    )

    def numbers(rows: ir.Table) -> tuple[int, ...]:
        if ids_max == 0:
            return ()
        found = run(cursor, rows.select("customer_id").order_by("customer_id").limit(ids_max))
        return tuple(found["customer_id"].to_pylist())

    return Difference(
        as_of=as_of,
        entering_ids=numbers(both.filter(both.will & ~both.was)),
        leaving_ids=numbers(both.filter(both.was & ~both.will)),
        **run(cursor, counts).to_pylist()[0],
    )


def profile_csv(found: SegmentProfile) -> bytes:
    """The profile as CSV, a row a value; shares of 1, tgi 100 is as among all."""
    columns = ("dimension", "dimension_zh", "value", "value_zh", "customers", "share", "customers_of_all",
               "share_of_all", "tgi", "as_of")  # fmt: skip
    rows = (
        {
            "dimension": dimension.name, "dimension_zh": dimension.zh, "value": part.en, "value_zh": part.zh,
            "customers": part.customers, "share": part.share, "customers_of_all": part.customers_of_all,
            "share_of_all": part.share_of_all, "tgi": part.tgi, "as_of": found.as_of,
        }
        for dimension in found.dimensions
        for part in dimension.parts
    )  # fmt: skip
    return csv_file(columns, rows)


def overlap_csv(found: Overlap, segments: Sequence[SegmentInfo]) -> bytes:
    """The overlap as CSV, a row a combination."""
    names = {one.segment_id: one.name for one in segments}
    rows = (
        {
            "segments": " + ".join(names[number] for number in one.segment_ids),
            "in_these_and_no_other": one.exactly, "in_all_of_these": one.together, "as_of": found.as_of,
        }
        for one in found.combinations
    )  # fmt: skip
    return csv_file(("segments", "in_these_and_no_other", "in_all_of_these", "as_of"), rows)


def _people(session: Session, cursor: LakeCursor) -> ir.Table:
    """What people know, in a temporary table of the cursor. shape: person_id, gender, province."""
    columns = "person_id BIGINT, gender VARCHAR, province VARCHAR"
    hold_chunks(
        cursor, PEOPLE_TABLE, columns, demographic_chunks(session), select="customer_id, gender, province"
    )
    return ibis.table({"person_id": "int64", "gender": "string", "province": "string"}, name=PEOPLE_TABLE)


def _dimension(
    cursor: LakeCursor, brand: BrandView, held: ir.Table, name: str, sizes: Mapping[str, int]
) -> ProfileDimension:
    grouped = held.group_by(value=held[name].cast("string")).aggregate(
        all=held.count(), inside=held.count(where=held.inside)
    )
    rows = run(cursor, grouped).to_pylist()
    labels, words = _words(brand, name)
    if words:
        places = {value: place for place, value in enumerate(words)}
        rows.sort(key=lambda row: places.get(row["value"], len(places)))
    else:
        rows.sort(key=lambda row: (row["value"] is None, -row["inside"], -row["all"], row["value"] or ""))
    known = [row for row in rows if row["value"] is not None]
    shown = known if words else known[:VALUES_SHOWN_MAX]
    unknown = [row for row in rows if row["value"] is None]
    return ProfileDimension(
        name, labels["zh"], labels["en"],
        tuple(_part(row, words, sizes) for row in (*shown, *unknown)),
        left_out=len(known) - len(shown),
    )  # fmt: skip


def _words(brand: BrandView, name: str) -> tuple[Mapping[str, str], Mapping[str, Mapping[str, str]]]:
    """What a dimension is called, and its values where they are few and known."""
    if name in _LABELS:
        return _LABELS[name], _GENDERS if name == "gender" else {}
    trait = catalogue(brand.sources)[name]
    return trait.label, _ANSWERS if trait.type is TraitType.BOOLEAN else trait.choices


def _part(
    row: Mapping[str, Any], words: Mapping[str, Mapping[str, str]], sizes: Mapping[str, int]
) -> ProfilePart:
    value, inside, everywhere = row["value"], row["inside"], row["all"]
    plain = {"zh": "未知", "en": "Unknown"} if value is None else {"zh": value, "en": value}
    said = words.get(value, plain)
    return ProfilePart(
        value=value,
        zh=said["zh"],
        en=said["en"],
        customers=inside,
        customers_of_all=everywhere,
        share=inside / sizes["inside"] if sizes["inside"] else 0.0,
        share_of_all=everywhere / sizes["all"],
        tgi=target_group_index(inside, sizes["inside"], everywhere, sizes["all"]),
    )
