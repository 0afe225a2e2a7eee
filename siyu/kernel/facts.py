"""Facts: things that happened. A module publishes them into the inbox; the pump carries them to the lake."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pyarrow as pa
from sqlalchemy import select, text
from sqlalchemy.orm import Mapped, Session

from siyu.kernel.db import Base, Held, brand_of, copy_rows, identity_key
from siyu.kernel.errors import SiyuError
from siyu.kernel.jobs import defer
from siyu.kernel.lake import LakeCursor, atomic, brand_schema

LAKE_TYPES = frozenset({"BIGINT", "INTEGER", "DOUBLE", "BOOLEAN", "VARCHAR", "DATE", "TIMESTAMPTZ"})


class UnknownFactColumn(SiyuError):
    """The fact {fact} has no property {column}. Known: {known}."""

    code = "unknown_fact_column"
    status = 422
    zh = "事实 {fact} 没有属性 {column}。已有：{known}。"


@dataclass(frozen=True, slots=True)
class FactType:
    """A catalogued fact: its lake table and typed columns.

    Every table also has `customer_id`, `identity_id`, `occurred_at`, `source` and `batch_id`.
    Types are those that DuckDB, Parquet and Spark all read. An `open` type may be sent by programs of the brand
    (POST /api/v1/events), with its `required` properties at least; the others are published by modules alone.
    `texts`: columns in which people may have written something; they are emptied for who asks to be forgotten.
    """

    name: str
    columns: Mapping[str, str]
    definition: Mapping[str, str] = field(default_factory=dict)
    open: bool = False
    required: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        unknown = set(self.columns.values()) - LAKE_TYPES
        assert not unknown, f"{self.name} uses types the lake does not hold: {unknown}"
        assert self.required <= set(self.columns), f"{self.name} requires what it does not hold"
        assert self.texts <= set(self.columns), f"{self.name} holds texts in columns it does not have"


COMMON_COLUMNS: Mapping[str, str] = {
    "customer_id": "BIGINT",
    "identity_id": "BIGINT",
    "occurred_at": "TIMESTAMPTZ",
    "source": "VARCHAR",
    "batch_id": "BIGINT",
}


INBOX_COLUMNS = (
    "brand_id",
    "fact",
    "source",
    "event_id",
    "occurred_at",
    "received_at",
    "customer_id",
    "identity_id",
    "properties",
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that happened, with the properties its type declares; never personal data.

    `event_id` names it for ever within its source: the same event twice is one fact.
    """

    type: FactType
    source: str
    event_id: str
    occurred_at: datetime
    customer_id: int | None = None
    identity_id: int | None = None
    properties: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for column in self.properties:
            if column not in self.type.columns:
                raise UnknownFactColumn(
                    fact=self.type.name, column=column, known=", ".join(self.type.columns)
                )


@dataclass(frozen=True, slots=True)
class Subscription:
    """A module that wants to know: its job runs once for every batch that holds one of these facts."""

    job: str
    facts: frozenset[str]


class InboxRow(Base):
    """A fact on its way to the lake. The application may only insert; the pump reads and deletes."""

    __tablename__ = "inbox"

    inbox_id: Mapped[int] = identity_key()
    brand_id: Mapped[int]
    fact: Mapped[str]
    source: Mapped[str]
    event_id: Mapped[str]
    occurred_at: Mapped[datetime]
    received_at: Mapped[datetime]
    customer_id: Mapped[int | None]
    identity_id: Mapped[int | None]
    properties: Mapped[dict[str, Any]]
    batch_id: Mapped[int | None]


class FactBatch(Base):
    """A set of facts that enters the lake in one transaction: from the inbox or from a file.

    state is claimed | done: a claimed batch is finished by whoever finds it, doubling nothing.
    """

    __tablename__ = "fact_batch"

    batch_id: Mapped[int] = identity_key()
    brand_id: Mapped[int]
    origin: Mapped[str]
    state: Mapped[str]
    facts: Mapped[int]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


def rows_lock(brand_id: int) -> str:
    """Who adds rows to fact tables of the lake, or merges its files, holds it `beside` others; who changes or removes
    rows, `alone`.

    The lake refuses the commit of a change if rows of the same table were added since it began, which while events
    arrive is always; and files merged since then hold the rows as they were, beside what they became. It is the last
    lock that is taken.

    >>> rows_lock(7)
    'facts/7'
    """
    return f"facts/{brand_id}"


def publish(session: Session, *facts: Fact, now: datetime) -> None:
    """The facts are on disk once this transaction commits; the pump brings them to the lake.

    effects  one inbox row a fact, of the session's brand
    """
    if not facts:
        return
    brand_id = brand_of(session)
    copy_rows(
        session,
        table="inbox",
        columns=INBOX_COLUMNS,
        rows=(
            (
                brand_id,
                fact.type.name,
                fact.source,
                fact.event_id,
                fact.occurred_at,
                now,
                fact.customer_id,
                fact.identity_id,
                json.dumps(dict(fact.properties), ensure_ascii=False, default=str),
            )
            for fact in facts
        ),
    )


def open_batch(session: Session, *, origin: str, now: datetime) -> int:
    """A new batch of the session's brand is claimed.

    returns  its number, which goes into every row of the batch in the lake
    """
    batch = FactBatch(
        brand_id=brand_of(session),
        origin=origin,
        state="claimed",
        facts=0,
        created_at=now,
        finished_at=None,
    )
    session.add(batch)
    session.flush()
    return batch.batch_id


def open_batches(session: Session, *, origin: str) -> list[int]:
    """The batches of the session's brand that somebody of this origin claimed and did not finish, oldest first."""
    query = (
        select(FactBatch.batch_id)
        .where(
            FactBatch.brand_id == brand_of(session), FactBatch.state == "claimed", FactBatch.origin == origin
        )
        .order_by(FactBatch.batch_id)
    )
    return list(session.scalars(query))


def write_batch(
    cursor: LakeCursor,
    *held: Held,
    brand_id: int,
    batch_id: int,
    fact_type: FactType,
    chunks: Iterable[pa.Table],
    same: Mapping[str, Any],
    now: datetime,
) -> int:
    """The facts stand in the lake under the batch's number, in one lake transaction. A second call adds nothing.

    For facts of one type by the million, which the inbox would hold as a row each. `chunks` hold the columns that
    differ, `same` those that are equal in every row; together they are columns of the type and the common ones. `held`:
    the caller's locks, the `rows_lock` among them.

    returns  how many facts the batch holds
    effects  temporary tables of the cursor, which the engine may spill: one chunk at a time is in memory
    """
    schema = brand_schema(brand_id)
    known = cursor.execute(f"SELECT facts FROM {schema}.batch WHERE batch_id = ?", [batch_id]).fetchone()
    if known is not None:
        return int(known[0])
    cursor.execute(f'CREATE OR REPLACE TEMP TABLE batch_facts AS FROM {schema}."{fact_type.name}" LIMIT 0')
    for chunk in chunks:
        cursor.register("batch_chunk", chunk)
        cursor.execute("INSERT INTO batch_facts BY NAME SELECT * FROM batch_chunk")
        cursor.unregister("batch_chunk")
    listed = ", ".join(f'"{name}"' for name in same)
    replaced = ", ".join(f'CAST(? AS {kind}) AS "{name}"' for name, kind in _kinds(fact_type, same).items())
    with atomic(cursor, *held):
        counted = cursor.execute(
            f'INSERT INTO {schema}."{fact_type.name}" BY NAME '
            f"SELECT * EXCLUDE (batch_id, {listed}), CAST(? AS BIGINT) AS batch_id, {replaced} FROM batch_facts",
            [batch_id, *same.values()],
        ).fetchone()
        facts = int(counted[0]) if counted else 0
        cursor.execute(f"INSERT INTO {schema}.batch VALUES (?, ?, ?)", [batch_id, now, facts])
    cursor.execute("DROP TABLE batch_facts")
    return facts


def _kinds(fact_type: FactType, names: Iterable[str]) -> dict[str, str]:
    types = {**COMMON_COLUMNS, **fact_type.columns}
    return {name: types[name] for name in names}


def finish_batch(
    session: Session,
    *,
    batch_id: int,
    counts: Mapping[str, int],
    subscriptions: Iterable[Subscription],
    now: datetime,
) -> bool:
    """The batch is done and each subscriber has one job for it. A second call changes nothing.

    `counts`: how many facts of each name the batch brought to the lake.
    returns  whether this call finished it
    """
    brand_id = brand_of(session)
    changed = session.execute(
        text(
            "UPDATE fact_batch SET state = 'done', facts = :facts, finished_at = :now "
            "WHERE batch_id = :batch AND state = 'claimed' RETURNING batch_id"
        ),
        {"facts": sum(counts.values()), "now": now, "batch": batch_id},
    ).first()
    if changed is None:
        return False
    present = {name for name, count in counts.items() if count}
    for subscription in subscriptions:
        if present & subscription.facts:
            defer(session, subscription.job, brand_id=brand_id, batch_id=batch_id)
    return True
