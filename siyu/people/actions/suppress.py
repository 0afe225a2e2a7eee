"""An address is not written to any more, whoever holds it."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.db import brand_of
from siyu.people.contracts import Channel, SuppressionKind


def suppress(
    session: Session,
    *,
    channel: Channel,
    address_indexes: Iterable[bytes],
    kind: SuppressionKind,
    source: str,
    now: datetime,
) -> int:
    """The addresses are not written to any more. Saying it twice changes nothing.

    returns  how many were not suppressed for this reason before
    """
    rows = session.execute(
        text("""
            INSERT INTO suppression (brand_id, channel, address_index, kind, source, since)
            SELECT :brand, :channel, address, :kind, :source, :now FROM unnest(CAST(:addresses AS bytea[])) address
            ON CONFLICT (brand_id, channel, address_index, kind) WHERE lifted_at IS NULL DO NOTHING
            RETURNING suppression_id
        """),
        {"brand": brand_of(session), "channel": channel.value, "kind": kind.value, "source": source, "now": now,
         "addresses": list(address_indexes)},
    )  # fmt: skip
    return len(rows.all())
