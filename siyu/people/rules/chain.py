"""How consent entries are sealed: a digest of each, a tree over a batch, a chain over the trees. Anybody can redo it.

An entry is written as a JSON array in a fixed order, hashed, and put into a Merkle tree (RFC 6962) with its batch; the
tree's root is hashed with the seal before it. Names and numbers of people are in none of it.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

FORMAT = "siyu.consent/1"
NOTHING_BEFORE = bytes(32)
_LEAF, _NODE = b"\x00", b"\x01"


@dataclass(frozen=True, slots=True)
class SealedText:
    """A version of a text, as it is part of what an entry says."""

    code: str
    version: int
    purpose: str
    channels: tuple[str, ...]
    language: str
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class SealedEntry:
    """An entry, as it is sealed: every column but those of the evidence, which stands for its digest."""

    consent_entry_id: int
    brand_id: int
    customer_id: int
    channel: str
    purpose: str
    granted: bool
    source: str
    said_at: datetime
    recorded_at: datetime
    added_by_batch: int | None
    recorded_by: str
    text_digest: str | None
    evidence_digest: str | None
    retracts: int | None


@dataclass(frozen=True, slots=True)
class Seal:
    """What fixes the entries of a brand after one number up to another; `digest` holds the `previous` one."""

    brand_id: int
    seal_no: int
    after_entry_id: int
    last_entry_id: int
    entries: int
    root: bytes
    previous: bytes
    sealed_at: datetime
    digest: bytes = b""


class Fault(StrEnum):
    """Why a seal does not hold."""

    SEAL_MISSING = "seal_missing"
    SEAL_CHANGED = "seal_changed"
    ENTRY_MISSING = "entry_missing"
    ENTRY_SLIPPED_IN = "entry_slipped_in"
    ENTRY_CHANGED = "entry_changed"


def moment_words(moment: datetime) -> str:
    """A moment as it is sealed: UTC, to the microsecond.

    >>> moment_words(datetime(2026, 11, 2, 4, 0, tzinfo=UTC))
    '2026-11-02T04:00:00.000000Z'
    """
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")


def text_digest(shown: SealedText) -> str:
    """The digest of a text version, in hex.

    source  the statement in queries/ledger.py says the same
    """
    words = _array(
        shown.code,
        shown.version,
        shown.purpose,
        list(shown.channels),
        shown.language,
        shown.title,
        shown.body,
    )
    return hashlib.sha256(words.encode()).hexdigest()


def evidence_digest(salt: str, evidence_words: str) -> bytes:
    """What an entry keeps of its evidence: with the salt gone, nobody can guess what it was.

    >>> evidence_digest("00", "{}").hex()[:8]
    '97f83f00'
    """
    return hashlib.sha256(f"{salt}\n{evidence_words}".encode()).digest()


def entry_words(entry: SealedEntry) -> str:
    """The entry as the text that is hashed.

    source  the statement in queries/ledger.py says the same
    """
    return _array(
        entry.consent_entry_id, entry.brand_id, entry.customer_id, entry.channel, entry.purpose, entry.granted,
        entry.source, moment_words(entry.said_at), moment_words(entry.recorded_at), entry.added_by_batch,
        entry.recorded_by, entry.text_digest, entry.evidence_digest, entry.retracts,
    )  # fmt: skip


def leaf_of(entry: SealedEntry) -> bytes:
    """The digest of one entry: a leaf of the tree."""
    return hashlib.sha256(_LEAF + entry_words(entry).encode()).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over the leaves: pairs are hashed upward, one that is left over goes up as it is.

    >>> root_of([b"a"]), root_of([b"a", b"b"]).hex()[:8]
    (b'a', '170404e0')
    """
    assert leaves, "a seal is over at least one entry"
    level = list(leaves)
    while len(level) > 1:
        level = _raised(level)
    return level[0]


def path_of(leaves: Sequence[bytes], place: int) -> list[tuple[str, bytes]]:
    """What has to be hashed with one leaf, and on which side, to come to the root."""
    level, path = list(leaves), []
    while len(level) > 1:
        beside = place ^ 1
        if beside < len(level):
            path.append(("left" if beside < place else "right", level[beside]))
        level, place = _raised(level), place // 2
    return path


def root_by(leaf: bytes, path: Sequence[tuple[str, bytes]]) -> bytes:
    """The root to which a leaf and its path lead.

    >>> leaves = [bytes([n]) for n in range(7)]
    >>> all(root_by(leaves[n], path_of(leaves, n)) == root_of(leaves) for n in range(7))
    True
    """
    for side, beside in path:
        leaf = _node(beside, leaf) if side == "left" else _node(leaf, beside)
    return leaf


def seal_digest(seal: Seal) -> bytes:
    """The digest of a seal, over all its columns and the digest before it."""
    words = _array(
        FORMAT, seal.brand_id, seal.seal_no, seal.after_entry_id, seal.last_entry_id, seal.entries,
        seal.root.hex(), seal.previous.hex(), moment_words(seal.sealed_at),
    )  # fmt: skip
    return hashlib.sha256(words.encode()).digest()


def fault_of(seal: Seal, *, before: Seal | None, leaves: Sequence[bytes]) -> Fault | None:
    """Why this seal does not hold; None if it does. `leaves`: of the entries that lie in its range now.

    `before`: the seal that was checked before it, None for the first one.
    """
    if seal.seal_no != (before.seal_no + 1 if before else 1):
        return Fault.SEAL_MISSING
    follows = seal.previous == (before.digest if before else NOTHING_BEFORE)
    starts = seal.after_entry_id == (before.last_entry_id if before else 0)
    if not follows or not starts or seal.digest != seal_digest(seal):
        return Fault.SEAL_CHANGED
    if len(leaves) != seal.entries:
        return Fault.ENTRY_MISSING if len(leaves) < seal.entries else Fault.ENTRY_SLIPPED_IN
    return None if root_of(leaves) == seal.root else Fault.ENTRY_CHANGED


def _raised(level: Sequence[bytes]) -> list[bytes]:
    paired = [_node(level[n], level[n + 1]) for n in range(0, len(level) - 1, 2)]
    return paired + ([level[-1]] if len(level) % 2 else [])


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()


def _array(*values: object) -> str:
    """A JSON array as PostgreSQL's json_build_array writes it."""
    return json.dumps(values, ensure_ascii=False)
