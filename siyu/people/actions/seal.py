"""The sealer: what was added to the consent ledger is fixed, a batch at a time, by one at a time."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.db import Database, brand_of
from siyu.people.models import ConsentSeal
from siyu.people.queries.ledger import last_entry_id, last_seal, leaves_between
from siyu.people.rules.chain import NOTHING_BEFORE, Seal, root_of, seal_digest

SEAL_JOB = "people.seal_consents"
ENTRIES_A_SEAL = 4096

ALONE = "SELECT pg_try_advisory_xact_lock(hashtextextended('consent.seal/' || :brand, 13))"
NOBODY_WRITES = "SELECT pg_try_advisory_xact_lock(hashtextextended('consent.write/' || :brand, 13))"


def seal_consents(db: Database, *, brand_id: int, now: datetime, entries_a_seal: int = ENTRIES_A_SEAL) -> int:
    """Every entry that was there is under a seal, unless somebody is writing entries just now: a later call does it.

    Safe to run twice at once and to be killed anywhere: each seal is a transaction of its own.

    returns  how many seals were added
    effects  consent_seal rows
    limits   `entries_a_seal` in memory; writers wait for the one moment in which it reads how far the ledger goes
    """
    with db.transaction(brand_id=brand_id) as session:
        upto = _settled_upto(session)
    seals = 0
    while upto is not None:
        with db.transaction(brand_id=brand_id) as session:
            if not add_seal(session, upto=upto, most=entries_a_seal, now=now):
                break
        seals += 1
    return seals


def add_seal(session: Session, *, upto: int, most: int, now: datetime) -> bool:
    """One more seal covers the next entries up to a number that is settled.

    returns  whether there was something to seal, and nobody else at it
    """
    if not session.scalar(text(ALONE), {"brand": str(brand_of(session))}):
        return False
    before = last_seal(session)
    after = before.last_entry_id if before else 0
    found = leaves_between(session, after=after, upto=upto, most=most)
    if not found:
        return False
    seal = Seal(
        brand_id=brand_of(session),
        seal_no=before.seal_no + 1 if before else 1,
        after_entry_id=after,
        last_entry_id=found[-1][0],
        entries=len(found),
        root=root_of([leaf for _, leaf in found]),
        previous=before.digest if before else NOTHING_BEFORE,
        sealed_at=now,
    )
    seal = replace(seal, digest=seal_digest(seal))
    session.add(
        ConsentSeal(
            brand_id=seal.brand_id, seal_no=seal.seal_no, after_entry_id=seal.after_entry_id,
            last_entry_id=seal.last_entry_id, entries=seal.entries, root=seal.root, previous=seal.previous,
            digest=seal.digest, sealed_at=seal.sealed_at,
        )
    )  # fmt: skip
    session.flush()
    return True


def _settled_upto(session: Session) -> int | None:
    """A number up to which no entry can appear any more; None while somebody is writing.

    Numbers are given in order and entries appear at commit: what is still on the way would slip in under a seal.
    """
    if not session.scalar(text(NOBODY_WRITES), {"brand": str(brand_of(session))}):
        return None
    return last_entry_id(session)
