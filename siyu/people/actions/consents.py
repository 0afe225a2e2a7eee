"""What customers said about being spoken to is added to what they said before."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from siyu.kernel.crypto import Cipher
from siyu.kernel.db import brand_of
from siyu.people.actions.stage import stage
from siyu.people.contracts import (
    MARKETING,
    Channel,
    ConsentChannel,
    ConsentWord,
    CustomerRecord,
    Purpose,
)
from siyu.people.models import ConsentEvidence
from siyu.people.queries.ledger import LIVE_ENTRY
from siyu.people.queries.persons import persons_of
from siyu.people.rules.chain import evidence_digest
from siyu.people.rules.consents import evidence_words
from siyu.people.rules.identities import evidence_context

SALT_BYTES = 16

# Nobody knows which of the people said a no while they count as one: it stands under each of their numbers, and so
# with each of them once they are parted. A yes stands where they count now.
EACH_NUMBER = """SELECT {whom} AS customer_id
        UNION ALL SELECT m.customer_id FROM customer m WHERE m.merged_into = {whom} AND NOT {granted}"""

ADD_CONSENTS = f"""
    INSERT INTO consent_entry
        (brand_id, customer_id, channel, purpose, granted, source, said_at, recorded_at, added_by_batch)
    SELECT :brand, heard.customer_id, :channel, :purpose, s.granted, s.source, coalesce(s.said_at, :now), :now,
           CAST(:batch AS bigint)
    FROM (SELECT DISTINCT ON (customer_id) * FROM staged_consent
          ORDER BY customer_id, coalesce(said_at, :now) DESC, ord DESC) s
    CROSS JOIN LATERAL ({EACH_NUMBER.format(whom="s.customer_id", granted="s.granted")}) heard
    LEFT JOIN LATERAL (
        SELECT e.granted, e.said_at FROM consent_entry e
        WHERE e.customer_id = heard.customer_id AND e.channel = :channel AND e.purpose = :purpose
          AND e.brand_id = :brand AND {LIVE_ENTRY}
        ORDER BY e.said_at DESC, e.consent_entry_id DESC LIMIT 1
    ) newest ON true
    WHERE newest.granted IS NULL
       OR (newest.granted <> s.granted AND newest.said_at <= coalesce(s.said_at, :now)
           AND NOT (s.granted AND s.said_at IS NULL))
"""

# A refusal is new under each number whose own newest word is none; a yes unless it was noted before.
ADD_WORDS = f"""
    INSERT INTO consent_entry (brand_id, customer_id, channel, purpose, granted, source, said_at, recorded_at,
                               consent_text_id, evidence_digest, recorded_by)
    SELECT DISTINCT ON (heard.customer_id, w.purpose, w.channel)
           :brand, heard.customer_id, w.channel, w.purpose, w.granted, w.source, w.said_at, :now,
           w.consent_text_id, w.evidence_digest, :recorded_by
    FROM unnest(CAST(:people AS bigint[]), CAST(:channels AS text[]), CAST(:purposes AS text[]),
                CAST(:granted AS boolean[]), CAST(:sources AS text[]), CAST(:moments AS timestamptz[]),
                CAST(:texts AS bigint[]), CAST(:digests AS bytea[]))
         AS w (customer_id, channel, purpose, granted, source, said_at, consent_text_id, evidence_digest)
    JOIN customer c ON c.customer_id = w.customer_id AND c.brand_id = :brand
    CROSS JOIN LATERAL (SELECT coalesce(c.merged_into, c.customer_id) AS customer_id) now_is
    CROSS JOIN LATERAL ({EACH_NUMBER.format(whom="now_is.customer_id", granted="w.granted")}) heard
    LEFT JOIN LATERAL (
        SELECT e.granted FROM consent_entry e
        WHERE e.channel = w.channel AND e.purpose = w.purpose AND e.brand_id = :brand AND {LIVE_ENTRY}
          AND e.customer_id = heard.customer_id
        ORDER BY e.said_at DESC, e.consent_entry_id DESC LIMIT 1
    ) newest ON true
    WHERE CASE WHEN w.granted THEN NOT EXISTS (
              SELECT FROM consent_entry e
              WHERE e.brand_id = :brand AND e.customer_id = now_is.customer_id AND e.channel = w.channel
                AND e.purpose = w.purpose AND e.said_at = w.said_at AND e.granted AND {LIVE_ENTRY})
          ELSE newest.granted IS DISTINCT FROM false END
    ORDER BY heard.customer_id, w.purpose, w.channel, w.said_at DESC
    RETURNING consent_entry_id, customer_id, channel, purpose, granted, said_at, evidence_digest
"""

RETRACT_CONSENTS = """
    INSERT INTO consent_entry (brand_id, customer_id, channel, purpose, granted, source, said_at, recorded_at, retracts)
    SELECT brand_id, customer_id, channel, purpose, granted, :reason, :now, :now, consent_entry_id
    FROM consent_entry WHERE added_by_batch = :batch AND brand_id = :brand AND retracts IS NULL
    ORDER BY consent_entry_id
    ON CONFLICT (retracts) WHERE retracts IS NOT NULL DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class AddedWord:
    """A word that was new."""

    consent_entry_id: int
    customer_id: int
    channel: ConsentChannel
    purpose: Purpose
    granted: bool
    said_at: datetime


def write_consents(
    session: Session,
    records: Sequence[CustomerRecord],
    ids: Sequence[int],
    *,
    source: str,
    batch_id: int | None,
    now: datetime,
) -> None:
    """A consent entry stands wherever a record says something else than the newest entry does.

    A consent that carries no date proves nothing against an earlier refusal: it counts only where nothing was said
    before. A refusal without a date always counts, from `now` on.
    """
    stage(
        session,
        "staged_consent",
        "ord bigint, customer_id bigint, granted boolean, source text, said_at timestamptz",
        (
            (
                i,
                ids[i],
                record.sms_consent,
                record.consent_source or source,
                record.consent_at or record.joined_at,
            )
            for i, record in enumerate(records)
            if record.sms_consent is not None
        ),
    )
    parameters = {"brand": brand_of(session), "channel": Channel.SMS.value, "purpose": MARKETING, "now": now}
    session.execute(text(ADD_CONSENTS), {**parameters, "batch": batch_id})


def record_words(
    session: Session, *, cipher: Cipher, words: Sequence[ConsentWord], recorded_by: str, now: datetime
) -> list[AddedWord]:
    """What was said stands in the ledger, with its evidence sealed beside it. Saying it again changes nothing.

    Of somebody merged a yes is noted where they count now, a no under each of their numbers; of several words on the
    same thing the last one said.

    returns  the words that were new, each once
    effects  consent_entry, consent_evidence
    """
    sealed = [_sealed(session, cipher, word) for word in words]
    rows = _add_words(session, words, [digest for digest, _ in sealed], recorded_by=recorded_by, now=now)
    evidence = {digest: content for digest, content in sealed if digest is not None}
    kept = [
        {
            "consent_entry_id": row[0],
            "brand_id": brand_of(session),
            "evidence_sealed": evidence[bytes(row[6])],
        }
        for row in rows
        if row[6] is not None
    ]
    if kept:
        session.execute(insert(ConsentEvidence), kept)
    return [
        AddedWord(row[0], row[1], ConsentChannel(row[2]), Purpose(row[3]), row[4], row[5])
        for row in _once_each(session, rows)
    ]


def withdraw_consent(
    session: Session, *, said_at: Mapping[int, datetime], channel: Channel, source: str, now: datetime
) -> list[int]:
    """These customers do not want marketing on the channel any more, each since the moment they said so.

    Of somebody merged it is noted under each of their numbers.

    `said_at`: customer → moment. Saying it again, or having said it before, changes nothing.

    returns  the customers for whom this is new
    effects  a consent_entry where the newest one says otherwise, or nothing was said
    """
    words = [
        ConsentWord(who, Purpose.MARKETING, ConsentChannel(channel.value), False, source, said_at[who])
        for who in sorted(said_at)
    ]
    rows = _add_words(session, words, [None] * len(words), recorded_by="", now=now)
    return [row[1] for row in _once_each(session, rows)]


def retract_consents(session: Session, *, batch_id: int, reason: str, now: datetime) -> None:
    """What an import said of consent counts no more; it stays in the ledger, with an entry that takes it back."""
    given = {"brand": brand_of(session), "batch": batch_id, "reason": reason, "now": now}
    session.execute(text(RETRACT_CONSENTS), given)


def _once_each(session: Session, rows: Sequence[Any]) -> list[Any]:
    """Of what was noted under several numbers of one person one row, that of whom they count as before the others."""
    people = persons_of(session, customer_ids=[row[1] for row in rows])
    found: dict[tuple[int, str, str], Any] = {}
    for row in sorted(rows, key=lambda row: row[1] != people[row[1]][0]):
        found.setdefault((people[row[1]][0], row[2], row[3]), row)
    return sorted(found.values(), key=lambda row: row[0])


def _add_words(
    session: Session,
    words: Sequence[ConsentWord],
    digests: Sequence[bytes | None],
    *,
    recorded_by: str,
    now: datetime,
) -> Sequence[Any]:
    return session.execute(
        text(ADD_WORDS),
        {
            "brand": brand_of(session), "now": now, "recorded_by": recorded_by, "digests": list(digests),
            "people": [word.customer_id for word in words],
            "channels": [word.channel.value for word in words],
            "purposes": [word.purpose.value for word in words],
            "granted": [word.granted for word in words],
            "sources": [word.source for word in words],
            "moments": [word.said_at for word in words],
            "texts": [word.consent_text_id for word in words],
        },
    ).all()  # fmt: skip


def _sealed(session: Session, cipher: Cipher, word: ConsentWord) -> tuple[bytes | None, bytes]:
    """The digest of a word's evidence with a fresh salt, and both of them sealed."""
    if not word.evidence:
        return None, b""
    salt, words = secrets.token_hex(SALT_BYTES), evidence_words(word.evidence)
    content = json.dumps({"salt": salt, "evidence": words}, ensure_ascii=False)
    return evidence_digest(salt, words), cipher.encrypt(content, context=evidence_context(brand_of(session)))


def forget_evidence(session: Session, *, customer_ids: Sequence[int]) -> int:
    """Nothing is left of what these customers' entries were proved by; entries and seals stand as before.

    returns  how many pieces of evidence are gone
    """
    gone = session.execute(
        text("""
            DELETE FROM consent_evidence v USING consent_entry e
            WHERE e.consent_entry_id = v.consent_entry_id AND e.brand_id = :brand
              AND e.customer_id = ANY(CAST(:customers AS bigint[]))
            RETURNING v.consent_entry_id
        """),
        {"brand": brand_of(session), "customers": list(customer_ids)},
    )
    return len(gone.all())
