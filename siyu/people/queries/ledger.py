"""Reads of the consent ledger: leaves and seals, as the chain is made of them; rules.chain says the same in Python."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from siyu.kernel.db import brand_of
from siyu.people.models import ConsentSeal
from siyu.people.rules.chain import Seal

SEALS_A_LOOK = 16

TEXT_DIGEST = """encode(sha256(convert_to(json_build_array(
    t.code, t.version, t.purpose, t.channels, t.language, t.title, t.body)::text, 'UTF8')), 'hex')"""

# An entry is live until its file was taken back; the row that takes it back says nothing itself.
LIVE_ENTRY = (
    "e.retracts IS NULL AND NOT EXISTS (SELECT FROM consent_entry x WHERE x.retracts = e.consent_entry_id)"
)


def _moment(column: str) -> str:
    return f"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"


ENTRY_WORDS = f"""json_build_array(
    e.consent_entry_id, e.brand_id, e.customer_id, e.channel, e.purpose, e.granted, e.source,
    {_moment("e.said_at")}, {_moment("e.recorded_at")}, e.added_by_batch, e.recorded_by,
    CASE WHEN t.consent_text_id IS NOT NULL THEN {TEXT_DIGEST} END,
    encode(e.evidence_digest, 'hex'), e.retracts)::text"""

LEAVES = f"""
    SELECT e.consent_entry_id, sha256('\\x00'::bytea || convert_to({ENTRY_WORDS}, 'UTF8')) AS leaf
    FROM consent_entry e LEFT JOIN consent_text t ON t.consent_text_id = e.consent_text_id
    WHERE e.brand_id = :brand AND e.consent_entry_id > :after AND e.consent_entry_id <= :upto
    ORDER BY e.consent_entry_id LIMIT :most
"""


def leaves_between(session: Session, *, after: int, upto: int, most: int) -> list[tuple[int, bytes]]:
    """The numbers and leaves of entries after one number up to another, in order; the first `most` of them."""
    asked = {"brand": brand_of(session), "after": after, "upto": upto, "most": most}
    return [(row[0], bytes(row[1])) for row in session.execute(text(LEAVES), asked)]


def last_seal(session: Session) -> Seal | None:
    """The brand's newest seal."""
    query = select(ConsentSeal).where(ConsentSeal.brand_id == brand_of(session))
    row = session.scalars(query.order_by(ConsentSeal.seal_no.desc()).limit(1)).first()
    return seal_of(row) if row is not None else None


def last_entry_id(session: Session) -> int:
    """The largest number of an entry of the brand; 0 if there is none."""
    query = text(
        "SELECT consent_entry_id FROM consent_entry WHERE brand_id = :brand ORDER BY consent_entry_id DESC LIMIT 1"
    )
    return session.scalar(query, {"brand": brand_of(session)}) or 0


def waiting_entries(session: Session, *, after: int) -> int:
    """How many entries come after the last sealed one."""
    query = text("SELECT count(*) FROM consent_entry WHERE brand_id = :brand AND consent_entry_id > :after")
    return session.scalar(query, {"brand": brand_of(session), "after": after}) or 0


def seals_from(session: Session, *, seal_no: int) -> Iterator[Seal]:
    """The seals from one number on, in order, some at a time."""
    after = seal_no - 1
    while True:
        rows = session.scalars(
            select(ConsentSeal)
            .where(ConsentSeal.brand_id == brand_of(session), ConsentSeal.seal_no > after)
            .order_by(ConsentSeal.seal_no)
            .limit(SEALS_A_LOOK)
            .execution_options(populate_existing=True)
        ).all()
        yield from (seal_of(row) for row in rows)
        if len(rows) < SEALS_A_LOOK:
            return
        after = rows[-1].seal_no


def leaves_of(session: Session, seal: Seal) -> list[bytes]:
    """The leaves of the entries that lie in the seal's range now, one more than it counts at the most."""
    found = leaves_between(
        session, after=seal.after_entry_id, upto=seal.last_entry_id, most=max(seal.entries, 0) + 1
    )
    return [leaf for _, leaf in found]


def brands_to_seal(session: Session, *, brand_ids: Sequence[int]) -> list[int]:
    """Of these brands those with entries that no seal covers; for a session that sees all brands."""
    query = text("""
        SELECT b.brand_id FROM unnest(CAST(:brands AS bigint[])) AS b (brand_id)
        WHERE (SELECT e.consent_entry_id FROM consent_entry e WHERE e.brand_id = b.brand_id
               ORDER BY e.consent_entry_id DESC LIMIT 1)
            > coalesce((SELECT s.last_entry_id FROM consent_seal s WHERE s.brand_id = b.brand_id
                        ORDER BY s.seal_no DESC LIMIT 1), 0)
    """)
    return list(session.scalars(query, {"brands": list(brand_ids)}))


def seal_of(row: Any) -> Seal:
    """A row of seals as the rules know it."""
    return Seal(
        row.brand_id, row.seal_no, row.after_entry_id, row.last_entry_id, row.entries, bytes(row.root),
        bytes(row.previous), row.sealed_at, bytes(row.digest),
    )  # fmt: skip


def chain_stands(session: Session) -> dict[str, Any]:
    """How far the ledger is sealed.

    shape  seals, entries (sealed), waiting, head (number:digest, empty without a seal), sealed_at
    """
    newest = last_seal(session)
    sealed = select(func.sum(ConsentSeal.entries)).where(ConsentSeal.brand_id == brand_of(session))
    return {
        "seals": newest.seal_no if newest else 0,
        "entries": int(session.scalar(sealed) or 0),
        "waiting": waiting_entries(session, after=newest.last_entry_id if newest else 0),
        "head": f"{newest.seal_no}:{newest.digest.hex()}" if newest else "",
        "sealed_at": newest.sealed_at if newest else None,
    }
