"""A bundle that proves to others what one person agreed to: a page to read, JSON, and a program to check it."""

import inspect
import io
import json
import secrets
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.audit import Actor, record
from siyu.kernel.crypto import Cipher
from siyu.kernel.db import brand_of
from siyu.kernel.errors import NotFound
from siyu.people.queries.consents import ONE_PERSON
from siyu.people.queries.customers import profile_of
from siyu.people.queries.proving import Prover, entries_of
from siyu.people.rules import recompute
from siyu.people.rules.chain import moment_words
from siyu.people.rules.proof_page import proof_page

FORMAT = "siyu.consent-proof/1"
NUMBER_BYTES = 8

SILENCES = """
    SELECT s.kind, s.channel, s.source, s.since, s.lifted_at FROM suppression s
    WHERE s.brand_id = :brand AND s.address_index = ANY(ARRAY(
        SELECT i.value_index FROM customer_identity i
        WHERE i.customer_id = ANY(CAST(:customers AS bigint[])) AND i.namespace IN ('phone', 'email')))
    ORDER BY s.since, s.suppression_id
"""


@dataclass(frozen=True, slots=True)
class Mark:
    """Who made a bundle, when and why; its number stands in the audit log."""

    made_by: str
    made_at: str
    reason: str
    number: str


@dataclass(frozen=True, slots=True)
class Proof:
    """A bundle that was just made, and its mark."""

    content: bytes
    mark: Mark


def new_mark(actor: Actor, *, reason: str, now: datetime) -> Mark:
    """A mark with a number of its own."""
    return Mark(actor.label, moment_words(now), reason, secrets.token_hex(NUMBER_BYTES))


def prove_customer(
    session: Session,
    *,
    cipher: Cipher,
    brand: Mapping[str, str],
    customer_id: int,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Proof:
    """Everything this person said of consent, with text, evidence, suppressions, and the seals to recompute it by.

    Name and number are in clear: the bundle is for whoever may ask for proof. `brand`: its code and name.

    raises   NotFound
    effects  audit consent.proved, with the number of the mark
    """
    profile = profile_of(session, cipher=cipher, customer_id=customer_id, reveal=True)
    people = list(session.scalars(text(ONE_PERSON), {"customer": customer_id}))
    if not people:
        raise NotFound(what="customer", key=customer_id)
    prover = Prover(session, cipher)
    mark = new_mark(actor, reason=reason, now=now)
    proof = {
        "format": FORMAT, "brand": dict(brand), "mark": asdict(mark),
        "subject": {
            "kind": "customer", "customer_id": profile.customer_id, "customer_ids": sorted(people),
            "name": profile.name, "phone": profile.phone,
        },
        "entries": prover.entries(entries_of(session, customer_ids=people)),
        "suppressions": _silences(session, people), "texts": prover.texts(), "seals": prover.seals(),
    }  # fmt: skip
    facts = [
        ("品牌 brand", f"{brand['name']} ({brand['code']})"),
        ("客户 customer", f"{profile.customer_id} {profile.name}"), ("手机号 phone", profile.phone or "—"),
    ]  # fmt: skip
    page = proof_page(proof, title="授权证明 Proof of consent", facts=facts)
    record(
        session, actor=actor, action="consent.proved", subject=("customer", profile.customer_id), now=now,
        after={"reason": reason, "number": mark.number, "entries": len(proof["entries"])},
    )  # fmt: skip
    return Proof(_zipped({"proof.html": page, "proof.json": proof_json(proof), **proof_tools()}), mark)


def proof_tools() -> dict[str, str]:
    """What every bundle has beside its content: the program that checks it."""
    return {"check.py": inspect.getsource(recompute)}


def proof_json(proof: object) -> str:
    """JSON that people can read too."""
    return json.dumps(proof, ensure_ascii=False, indent=1)


def _silences(session: Session, people: list[int]) -> list[dict[str, Any]]:
    rows = session.execute(text(SILENCES), {"brand": brand_of(session), "customers": people})
    return [
        {
            "kind": row.kind, "channel": row.channel, "source": row.source, "since": moment_words(row.since),
            "lifted_at": moment_words(row.lifted_at) if row.lifted_at else None,
        }
        for row in rows
    ]  # fmt: skip


def _zipped(files: Mapping[str, str]) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return sink.getvalue()
