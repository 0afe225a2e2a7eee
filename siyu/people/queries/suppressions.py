"""The lists of suppression: a page of them, with who holds each address now, masked."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from siyu.kernel.crypto import Cipher
from siyu.kernel.db import brand_of
from siyu.people.contracts import Namespace, SuppressionKind
from siyu.people.errors import BadPhone
from siyu.people.models import Suppression
from siyu.people.rules.identities import mask, seal_context, value_indexes

HOLDERS = """
    SELECT value_index, customer_id, value_sealed FROM customer_identity
    WHERE brand_id = :brand AND namespace = ANY(ARRAY['phone', 'email'])
      AND value_index = ANY(CAST(:addresses AS bytea[]))
"""


@dataclass(frozen=True, slots=True)
class SeenSuppression:
    """A row of the lists as people see it; `address` is empty where the brand knows nobody who has it."""

    suppression_id: int
    channel: str
    kind: str
    source: str
    note: str
    added_by: str
    since: datetime
    lifted_at: datetime | None
    lifted_by: str | None
    lift_reason: str | None
    customer_id: int | None
    address: str


def suppressions_page(
    session: Session,
    *,
    cipher: Cipher,
    address: str = "",
    kind: SuppressionKind | None = None,
    lifted: bool = False,
    before: int | None = None,
    limit: int = 50,
) -> list[SeenSuppression]:
    """Rows that are in force, or with `lifted` all of them; newest first. `address` is found by its index."""
    query = select(Suppression).where(Suppression.brand_id == brand_of(session))
    if address:
        query = query.where(Suppression.address_index.in_(_indexes(session, cipher, address)))
    if kind is not None:
        query = query.where(Suppression.kind == kind.value)
    if not lifted:
        query = query.where(Suppression.lifted_at.is_(None))
    if before is not None:
        query = query.where(Suppression.suppression_id < before)
    rows = session.scalars(query.order_by(Suppression.suppression_id.desc()).limit(limit)).all()
    holders = _holders(session, cipher, [row.address_index for row in rows])
    return [_seen(row, *holders.get(bytes(row.address_index), (None, ""))) for row in rows]


def _indexes(session: Session, cipher: Cipher, address: str) -> list[bytes]:
    brand_id = brand_of(session)
    found = [*value_indexes(cipher, brand_id, Namespace.EMAIL, address)]
    try:
        found += value_indexes(cipher, brand_id, Namespace.PHONE, address)
    except BadPhone:
        return found  # then it can only be an e-mail address
    return found


def _holders(session: Session, cipher: Cipher, addresses: list[bytes]) -> dict[bytes, tuple[int | None, str]]:
    context = seal_context(brand_of(session))
    rows = session.execute(text(HOLDERS), {"brand": brand_of(session), "addresses": addresses})
    return {
        bytes(row.value_index): (row.customer_id, mask(cipher.decrypt(row.value_sealed, context=context)))
        for row in rows
    }


def _seen(row: Suppression, customer_id: int | None, address: str) -> SeenSuppression:
    return SeenSuppression(
        row.suppression_id, row.channel, row.kind, row.source, row.note, row.added_by, row.since, row.lifted_at,
        row.lifted_by, row.lift_reason, customer_id, address,
    )  # fmt: skip
