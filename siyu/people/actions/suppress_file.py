"""A whole list of addresses is not written to any more. The list itself is kept nowhere."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.audit import Actor, record
from siyu.kernel.crypto import Cipher
from siyu.kernel.db import brand_of
from siyu.people.actions.suppress import suppress
from siyu.people.contracts import SuppressionKind
from siyu.people.rules.address_file import AddressFile
from siyu.people.rules.identities import value_index

FILE_SOURCE = "file"

KNOWN = """
    SELECT count(*) FROM suppression WHERE brand_id = :brand AND channel = :channel AND kind = :kind
        AND lifted_at IS NULL AND address_index = ANY(CAST(:addresses AS bytea[]))
"""
HOLDERS = """
    SELECT count(DISTINCT customer_id) FROM customer_identity
    WHERE brand_id = :brand AND namespace IN ('phone', 'email') AND value_index = ANY(CAST(:addresses AS bytea[]))
"""


@dataclass(frozen=True, slots=True)
class ListOutcome:
    """What a list does, or did. `known`: suppressed for the same reason before; `customers`: how many it concerns."""

    added: int
    known: int
    customers: int


def suppress_file(
    session: Session,
    *,
    cipher: Cipher,
    file: AddressFile,
    channel: str,
    kind: SuppressionKind,
    note: str,
    dry_run: bool,
    actor: Actor,
    now: datetime,
) -> ListOutcome:
    """The addresses of the file are suppressed; the same file again adds nothing. A dry run only counts.

    effects  suppression rows; audit suppression.list_added unless it was a dry run
    """
    indexes = [
        value_index(cipher, brand_of(session), namespace, value) for namespace, value in file.addresses
    ]
    given = {"brand": brand_of(session), "channel": channel, "kind": kind.value, "addresses": indexes}
    known = session.scalar(text(KNOWN), given) or 0
    customers = session.scalar(text(HOLDERS), given) or 0
    if dry_run:
        return ListOutcome(len(indexes) - known, known, customers)
    added = suppress(
        session, channel=channel, address_indexes=indexes, kind=kind, source=FILE_SOURCE, note=note,
        added_by=actor.label, now=now,
    )  # fmt: skip
    record(
        session, actor=actor, action="suppression.list_added", subject=("suppression", "list"), now=now,
        after={
            "kind": kind.value, "channel": channel, "note": note, "added": added, "known": len(indexes) - added,
            "bad_lines": file.bad,
        },
    )  # fmt: skip
    return ListOutcome(added, len(indexes) - added, customers)
