"""What people keep of customers besides the facts, as traits: fields of the brand that are not personal, and tags."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import ibis
import ibis.expr.types as ir
from sqlalchemy.orm import Session

from siyu.insight.contracts import BrandView, Topic, TraitInfo, TraitSource, TraitType
from siyu.kernel.lake import hold_chunks
from siyu.people.api import field_chunks, open_tags, plain_fields, wearer_chunks

# How a field's text becomes a value of the trait, and what Ibis calls its type; a date is the start of its day.
_READ = {
    "text": (TraitType.TEXT, "value", "VARCHAR", "string"),
    "choice": (TraitType.CHOICE, "value", "VARCHAR", "string"),
    "integer": (TraitType.INTEGER, "TRY_CAST(value AS BIGINT)", "BIGINT", "int64"),
    "number": (TraitType.NUMBER, "TRY_CAST(value AS DOUBLE)", "DOUBLE", "float64"),
    "boolean": (TraitType.BOOLEAN, "value = 'true'", "BOOLEAN", "boolean"),
    "date": (TraitType.MOMENT, "timezone($zone, TRY_CAST(value AS TIMESTAMP))", "TIMESTAMPTZ", "timestamp('UTC')"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FieldTrait:
    """A field of the brand as a trait, read when a question names it; always as of now."""

    session: Session
    info: TraitInfo
    field: str
    kind: str

    def traits(self) -> tuple[TraitInfo, ...]:
        """The field."""
        return (self.info,)

    def table(
        self,
        cursor: Any,
        *,
        brand: BrandView,
        as_of: datetime,  # noqa: ARG002 -- the registry's
        wanted: Collection[str] | None = None,  # noqa: ARG002 -- the registry's
    ) -> ir.Table:
        """shape: customer_id and the field's value, of those who have one."""
        _, read, column, kind = _READ[self.kind]
        name = self.info.name
        chunks = field_chunks(self.session, field=self.field)
        select = f"customer_id, {read.replace('$zone', _quoted(brand.time_zone))}"
        hold_chunks(cursor, f"people_{name}", f"customer_id BIGINT, {name} {column}", chunks, select=select)
        return ibis.table({"customer_id": "int64", name: kind}, name=f"people_{name}")


@dataclass(frozen=True, slots=True)
class TagTrait:
    """A tag as a trait, read when a question names it: yes of those who wear it; always as of now."""

    session: Session
    info: TraitInfo
    tag_id: int

    def traits(self) -> tuple[TraitInfo, ...]:
        """The tag."""
        return (self.info,)

    def table(
        self,
        cursor: Any,
        *,
        brand: BrandView,  # noqa: ARG002 -- the registry's
        as_of: datetime,  # noqa: ARG002 -- the registry's
        wanted: Collection[str] | None = None,  # noqa: ARG002 -- the registry's
    ) -> ir.Table:
        """shape: customer_id and true, of those who wear the tag."""
        name = self.info.name
        chunks = wearer_chunks(self.session, tag_id=self.tag_id)
        columns = f"customer_id BIGINT, {name} BOOLEAN"
        hold_chunks(cursor, f"people_{name}", columns, chunks, select="customer_id, true")
        return ibis.table({"customer_id": "int64", name: "boolean"}, name=f"people_{name}")


def people_sources(session: Session) -> tuple[TraitSource, ...]:
    """The session's brand's fields and tags, each a source of its own, so that only what is asked for is read."""
    fields = [
        FieldTrait(
            session,
            TraitInfo(
                f"field_{one.name}", _READ[one.kind][0], "", {"zh": one.label_zh, "en": one.label_en},
                {"zh": "品牌自定义字段，按现在的值。", "en": "A field of the brand, by what it holds now."},
                {choice.value: {"zh": choice.zh, "en": choice.en} for choice in one.choices},
                topic=Topic.FIELD,
            ),
            one.name,
            one.kind.value,
        )
        for one in plain_fields(session)
    ]  # fmt: skip
    tags = [
        TagTrait(
            session,
            TraitInfo(
                f"tag_{one.tag_id}", TraitType.BOOLEAN, "",
                {"zh": f"标签：{one.group_name}/{one.name}", "en": f"Tag: {one.group_name}/{one.name}"},
                {"zh": "客户现在是否有此标签。", "en": "Whether the customer wears the tag now."}, otherwise=False,
                topic=Topic.TAG,
            ),
            one.tag_id,
        )
        for one in open_tags(session)
    ]  # fmt: skip
    return (*fields, *tags)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
