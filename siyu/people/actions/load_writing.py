"""A sealed part of a customer file gets its numbers and stands in the tables."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.binary_copy import Numbers, copy_columns, next_number
from siyu.people.actions.load_sealing import MOMENT, Said, SealedPart
from siyu.people.contracts import IdentityClaim
from siyu.people.rules.heard import standing_word

NUMBERS = (
    "SELECT min(number), max(number) FROM (SELECT {next} AS number FROM generate_series(1, :count)) counted"
)
TRIES_MAX = 100


def write_part(session: Session, said: Said, part: SealedPart, *, frozen: bool) -> None:
    """Customers, their identities, the links between these, what profiles were before, and words on consent stand.

    Every customer is founded on the key; phone and e-mail belong because the file says so. The session works as the
    owner of the tables. `frozen`: the tables of identities were emptied in this transaction.
    """
    customers = _reserved(session, "customer", "customer_id", len(part))
    each = 1 + np.sum([one.held for one in part.addresses], axis=0, dtype=np.int64)
    ids = _reserved(session, "customer_identity", "identity_id", int(each.sum()))
    keys = ids[np.cumsum(each) - each]
    _write_customers(session, said, part, customers, keys)
    _write_identities(session, said, part, np.repeat(customers, each), ids, frozen=frozen)
    left = np.repeat(keys, each)
    _write_edges(session, said, left[left != ids], ids[left != ids], frozen=frozen)
    _write_before(session, said, part, customers)
    _stage_consents(session, said, part, customers)


def _reserved(session: Session, table: str, column: str, count: int) -> Numbers:
    """So many numbers that follow each other, which nobody else will have."""
    query = text(NUMBERS.format(next=next_number(session, table=table, column=column)))
    for _ in range(TRIES_MAX):
        first, last = session.execute(query, {"count": count}).one()
        if last - first + 1 == count:
            return np.arange(first, last + 1)
    raise AssertionError("somebody else takes numbers all the time")


def _write_customers(
    session: Session, said: Said, part: SealedPart, customers: Numbers, keys: Numbers
) -> None:
    strong = np.full(len(part), said.policies[said.namespace].strong)
    for one in part.addresses:
        strong |= one.held & said.policies[one.namespace].strong
    copy_columns(
        session,
        table="customer",
        columns={
            "customer_id": pa.array(customers), "brand_id": _number(said.brand_id), **part.profile,
            "added_by_batch": _number(said.batch_id), "updated_at": _moment(said),
            "root_identity_id": pa.array(keys), "visitor": pa.array(~strong),
        },
    )  # fmt: skip


def _write_identities(
    session: Session, said: Said, part: SealedPart, customers: Numbers, ids: Numbers, *, frozen: bool
) -> None:
    """The identities in the order of their numbers: of each customer the key, then the addresses."""
    values = (part.keys, *part.addresses)
    rank = np.concatenate([np.flatnonzero(one.held) * len(values) + at for at, one in enumerate(values)])
    order = pa.array(np.argsort(rank, kind="stable"))
    kinds = np.concatenate([np.full(len(one.index), at) for at, one in enumerate(values)])
    spaces = pa.array([one.namespace for one in values]).take(pa.array(kinds))
    copy_columns(
        session,
        table="customer_identity",
        columns={
            "identity_id": pa.array(ids), "brand_id": _number(said.brand_id), "customer_id": pa.array(customers),
            "namespace": spaces.take(order),
            "value_index": pa.concat_arrays([one.index for one in values]).take(order),
            "value_sealed": pa.concat_arrays([one.sealed for one in values]).take(order),
            "source": pa.scalar(said.source), "added_by_batch": _number(said.batch_id), "created_at": _moment(said),
            "quarantined": pa.scalar(False),
        },
        frozen=frozen,
    )  # fmt: skip


def _write_edges(session: Session, said: Said, left: Numbers, right: Numbers, *, frozen: bool) -> None:
    if not len(left):
        return
    claim = IdentityClaim((), said.source, authenticated=True, said_at=said.now)
    copy_columns(
        session,
        table="identity_edge",
        columns={
            "brand_id": _number(said.brand_id), "left_id": pa.array(left), "right_id": pa.array(right),
            "source": pa.scalar(said.source), "event_id": pa.scalar(standing_word(claim, said.batch_id)),
            "said_at": _moment(said), "recorded_at": _moment(said), "authenticated": pa.scalar(True),
            "overrides": pa.scalar(False), "added_by_batch": _number(said.batch_id),
        },
        frozen=frozen,
    )  # fmt: skip


def _write_before(session: Session, said: Said, part: SealedPart, customers: Numbers) -> None:
    """Before the file nothing was known of them, so that undoing it finds what to give back."""
    copy_columns(
        session,
        table="customer_before_import",
        columns={
            "batch_id": _number(said.batch_id), "customer_id": pa.array(customers),
            "brand_id": _number(said.brand_id), "written_hash": part.profile["content_hash"],
            "known_at": part.profile["known_at"],
        },
    )  # fmt: skip


def _stage_consents(session: Session, said: Said, part: SealedPart, customers: Numbers) -> None:
    told = part.consents.append_column("customer_id", pa.array(customers))
    told = told.filter(pc.is_valid(told["consent_sms"])).combine_chunks()
    if not told.num_rows:
        return
    moments = pc.coalesce(told["consent_at"], told["joined_at"]).cast(MOMENT)
    copy_columns(
        session,
        table="loaded_consent",
        columns={
            "customer_id": told["customer_id"].combine_chunks(), "granted": told["consent_sms"].combine_chunks(),
            "source": pc.fill_null(told["consent_source"], said.source).combine_chunks(),
            "said_at": pc.fill_null(moments, pa.scalar(said.now, MOMENT)).combine_chunks(),
        },
    )  # fmt: skip


def _number(value: int) -> pa.Scalar:
    return pa.scalar(value, pa.int64())


def _moment(said: Said) -> pa.Scalar:
    return pa.scalar(said.now, MOMENT)
