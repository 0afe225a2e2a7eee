"""An address is not written to any more, whoever holds it; or again, because somebody answers for that."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.audit import Actor, record
from siyu.kernel.db import brand_of
from siyu.kernel.errors import NotFound
from siyu.people.contracts import SuppressionKind
from siyu.people.errors import SuppressionLifted
from siyu.people.models import Suppression


def suppress(
    session: Session,
    *,
    channel: str,
    address_indexes: Iterable[bytes],
    kind: SuppressionKind,
    source: str,
    now: datetime,
    note: str = "",
    added_by: str = "",
) -> int:
    """The addresses are not written to any more. Saying it twice changes nothing.

    `channel`: a Channel, or EVERYWHERE.

    returns  how many were not suppressed for this reason before
    """
    rows = session.execute(
        text("""
            INSERT INTO suppression (brand_id, channel, address_index, kind, source, since, note, added_by)
            SELECT DISTINCT :brand, :channel, address, :kind, :source, CAST(:now AS timestamptz), :note, :added_by
            FROM unnest(CAST(:addresses AS bytea[])) address
            ON CONFLICT (brand_id, channel, address_index, kind) WHERE lifted_at IS NULL DO NOTHING
            RETURNING suppression_id
        """),
        {"brand": brand_of(session), "channel": str(channel), "kind": kind.value, "source": source, "now": now,
         "note": note, "added_by": added_by, "addresses": list(address_indexes)},
    )  # fmt: skip
    return len(rows.all())


def lift_suppression(
    session: Session, *, suppression_id: int, reason: str, actor: Actor, now: datetime
) -> None:
    """The address may be written to again, as far as this row goes: consent and other rows still count.

    raises   NotFound, SuppressionLifted
    effects  audit suppression.lifted
    """
    row = session.get(Suppression, suppression_id, with_for_update=True)
    if row is None:
        raise NotFound(what="suppression", key=suppression_id)
    if row.lifted_at is not None:
        raise SuppressionLifted(who=row.lifted_by or "")
    row.lifted_at, row.lifted_by, row.lift_reason = now, actor.label, reason
    record(
        session, actor=actor, action="suppression.lifted", subject=("suppression", suppression_id),
        before={"kind": row.kind, "channel": row.channel}, after={"reason": reason}, now=now,
    )  # fmt: skip
