"""Whether the seals of the consent ledger hold."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from siyu.people.contracts import ChainReport
from siyu.people.queries.ledger import last_seal, leaves_of, seals_from, waiting_entries
from siyu.people.rules.chain import Seal, fault_of


@dataclass(frozen=True, slots=True)
class NotedHead:
    """A seal's number and digest, as somebody wrote them down elsewhere."""

    seal_no: int
    digest: str


def verify_chain(
    session: Session,
    *,
    noted: NotedHead | None = None,
    tell: Callable[[int, int], None] = lambda _done, _total: None,
) -> ChainReport:
    """Every seal was made anew from the entries and compared; the first that does not hold is named.

    `noted`: a head that was noted before. A chain that was rewritten as a whole is whole; it does not hold that head.
    `tell(done, total)` hears of seals checked.

    limits   one seal's entries in memory; about 100,000 entries a second
    """
    newest = last_seal(session)
    total = newest.seal_no if newest else 0
    before: Seal | None = None
    entries, found = 0, None if noted is None else False
    for seal in seals_from(session, seal_no=1):
        fault = fault_of(seal, before=before, leaves=leaves_of(session, seal))
        if fault is not None:
            return ChainReport(
                intact=False, seals=total, entries=entries, head=before.digest.hex() if before else "", waiting=0,
                broken_seal=before.seal_no + 1 if before else 1, fault=fault.value, noted_head_found=found,
                first_entry_id=seal.after_entry_id + 1, last_entry_id=seal.last_entry_id,
            )  # fmt: skip
        before, entries = seal, entries + seal.entries
        if noted is not None and (seal.seal_no, seal.digest.hex()) == (noted.seal_no, noted.digest):
            found = True
        tell(seal.seal_no, total)
    waiting = waiting_entries(session, after=before.last_entry_id if before else 0)
    head = before.digest.hex() if before else ""
    return ChainReport(
        intact=found is not False, seals=total, entries=entries, waiting=waiting, head=head,
        noted_head_found=found,
    )  # fmt: skip
