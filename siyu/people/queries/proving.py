"""What proves consent to others: entries with text, evidence and their way to a seal, and the seals up to the head."""

import json
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from siyu.kernel.crypto import Cipher
from siyu.kernel.db import brand_of
from siyu.people.contracts import ConsentChannel, Purpose
from siyu.people.models import ConsentSeal, ConsentText
from siyu.people.queries.ledger import ENTRY_WORDS, leaves_between, seal_of
from siyu.people.queries.texts import sealed_text
from siyu.people.rules.chain import Seal, evidence_digest, moment_words, path_of

SEALS_REMEMBERED = 16

PROVED = f"""
    SELECT e.consent_entry_id, {ENTRY_WORDS} AS words, e.customer_id, e.purpose, e.channel, e.granted, e.source,
           e.said_at, e.recorded_at, e.recorded_by, e.retracts, e.consent_text_id, e.evidence_digest,
           v.evidence_sealed, x.consent_entry_id AS taken_back_by
    FROM consent_entry e
    LEFT JOIN consent_text t ON t.consent_text_id = e.consent_text_id
    LEFT JOIN consent_evidence v ON v.consent_entry_id = e.consent_entry_id
    LEFT JOIN consent_entry x ON x.retracts = e.consent_entry_id
    WHERE e.brand_id = :brand AND e.consent_entry_id = ANY(CAST(:ids AS bigint[]))
    ORDER BY e.said_at, e.consent_entry_id
"""

OF_CUSTOMERS = """
    SELECT consent_entry_id FROM consent_entry
    WHERE brand_id = :brand AND customer_id = ANY(CAST(:customers AS bigint[])) ORDER BY consent_entry_id
"""

# What was on record at the moment: said by then, written down by then, and not taken back by then.
ALLOWING = """
    SELECT a.asked_no, newest.consent_entry_id, newest.granted
    FROM unnest(CAST(:numbers AS bigint[]), CAST(:people AS bigint[]), CAST(:moments AS timestamptz[]))
         AS a (asked_no, customer_id, at)
    JOIN customer c ON c.customer_id = a.customer_id AND c.brand_id = :brand
    CROSS JOIN LATERAL (SELECT coalesce(c.merged_into, c.customer_id) AS customer_id) who
    CROSS JOIN LATERAL (
        SELECT e.consent_entry_id, e.granted FROM consent_entry e
        WHERE e.brand_id = :brand AND e.channel = :channel AND e.purpose = :purpose AND e.retracts IS NULL
          AND e.customer_id = ANY(ARRAY(
              SELECT who.customer_id UNION ALL
              SELECT m.customer_id FROM customer m WHERE m.merged_into = who.customer_id))
          AND e.said_at <= a.at AND e.recorded_at <= a.at
          AND NOT EXISTS (SELECT FROM consent_entry x
                          WHERE x.retracts = e.consent_entry_id AND x.recorded_at <= a.at)
        ORDER BY e.said_at DESC, e.consent_entry_id DESC LIMIT 1
    ) newest
"""


def entries_of(session: Session, *, customer_ids: Sequence[int]) -> list[int]:
    """The numbers of all entries of these customers, those that take others back included."""
    given = {"brand": brand_of(session), "customers": list(customer_ids)}
    return list(session.scalars(text(OF_CUSTOMERS), given))


def allowing_entries(
    session: Session,
    *,
    asked: Sequence[tuple[int, datetime]],
    purpose: Purpose,
    channel: ConsentChannel,
) -> list[int | None]:
    """For each (customer, moment) the entry by which they had agreed at that moment; None where there is none."""
    rows = session.execute(
        text(ALLOWING),
        {
            "brand": brand_of(session), "channel": channel.value, "purpose": purpose.value,
            "numbers": list(range(len(asked))), "people": [who for who, _ in asked],
            "moments": [at for _, at in asked],
        },
    )  # fmt: skip
    found = {row.asked_no: row.consent_entry_id for row in rows if row.granted}
    return [found.get(number) for number in range(len(asked))]


class Prover:
    """Makes entries provable: with text, evidence in clear, and the way from each to its seal.

    limits  the leaves of 16 seals in memory
    """

    def __init__(self, session: Session, cipher: Cipher) -> None:
        self._session, self._cipher = session, cipher
        query = select(ConsentSeal).where(ConsentSeal.brand_id == brand_of(session))
        rows = session.scalars(query.order_by(ConsentSeal.seal_no))
        self._seals = [seal_of(row) for row in rows]
        self._leaves: OrderedDict[int, tuple[dict[int, int], list[bytes]]] = OrderedDict()
        self._texts: set[int] = set()
        self._first_seal: int | None = None

    def entries(self, entry_ids: Sequence[int]) -> list[dict[str, Any]]:
        """The entries by when they were said, as they stand in a proof's JSON."""
        given = {"brand": brand_of(self._session), "ids": sorted(set(entry_ids))}
        return [self._entry(row) for row in self._session.execute(text(PROVED), given)]

    def texts(self) -> list[dict[str, Any]]:
        """The texts that the entries so far name; `sealed` is what their digest is made of."""
        rows = self._session.scalars(
            select(ConsentText)
            .where(ConsentText.consent_text_id.in_(sorted(self._texts)))
            .order_by(ConsentText.consent_text_id)
        )
        return [
            {
                "consent_text_id": row.consent_text_id, "title": row.title, "body": row.body,
                "code": row.code, "version": row.version, "created_at": moment_words(row.created_at),
                "sealed": [
                    row.code, row.version, row.purpose, list(sealed_text(row).channels), row.language, row.title,
                    row.body,
                ],
            }
            for row in rows
        ]  # fmt: skip

    def seals(self) -> list[dict[str, Any]]:
        """The seals from the first that an entry so far lies under, up to the head of the chain."""
        if self._first_seal is None:
            return []
        return [_seal_out(seal) for seal in self._seals if seal.seal_no >= self._first_seal]

    def _entry(self, row: Any) -> dict[str, Any]:
        seal_no, path = self._way(row.consent_entry_id)
        if row.consent_text_id is not None:
            self._texts.add(row.consent_text_id)
        return {
            "consent_entry_id": row.consent_entry_id, "customer_id": row.customer_id, "purpose": row.purpose,
            "channel": row.channel, "granted": row.granted, "source": row.source,
            "said_at": moment_words(row.said_at), "recorded_at": moment_words(row.recorded_at),
            "recorded_by": row.recorded_by, "consent_text_id": row.consent_text_id, "retracts": row.retracts,
            "taken_back_by": row.taken_back_by, "evidence": self._evidence(row), "seal_no": seal_no,
            "path": [[side, beside.hex()] for side, beside in path], "words": row.words,
        }  # fmt: skip

    def _way(self, entry_id: int) -> tuple[int | None, list[tuple[str, bytes]]]:
        seal = next((one for one in self._seals if one.after_entry_id < entry_id <= one.last_entry_id), None)
        if seal is None:
            return None, []
        self._first_seal = min(self._first_seal or seal.seal_no, seal.seal_no)
        if seal.seal_no not in self._leaves:
            found = leaves_between(
                self._session, after=seal.after_entry_id, upto=seal.last_entry_id, most=seal.entries + 1
            )
            places = {number: place for place, (number, _) in enumerate(found)}
            self._leaves[seal.seal_no] = places, [leaf for _, leaf in found]
            if len(self._leaves) > SEALS_REMEMBERED:
                self._leaves.popitem(last=False)
        places, leaves = self._leaves[seal.seal_no]
        return seal.seal_no, path_of(leaves, places[entry_id])

    def _evidence(self, row: Any) -> dict[str, Any] | None:
        """The evidence in clear with its salt; or that it was erased, or is not what was sealed."""
        if row.evidence_digest is None:
            return None
        if row.evidence_sealed is None:
            return {"state": "erased"}
        opened = json.loads(
            self._cipher.decrypt(row.evidence_sealed, context=f"consent/{brand_of(self._session)}")
        )
        holds = evidence_digest(opened["salt"], opened["evidence"]) == bytes(row.evidence_digest)
        return {
            "state": "kept" if holds else "does_not_match", "salt": opened["salt"], "words": opened["evidence"],
        }  # fmt: skip


def _seal_out(seal: Seal) -> dict[str, Any]:
    return {
        "brand_id": seal.brand_id, "seal_no": seal.seal_no, "after_entry_id": seal.after_entry_id,
        "last_entry_id": seal.last_entry_id, "entries": seal.entries, "root": seal.root.hex(),
        "previous": seal.previous.hex(), "sealed_at": moment_words(seal.sealed_at), "digest": seal.digest.hex(),
    }  # fmt: skip
