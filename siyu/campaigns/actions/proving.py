"""A bundle that proves for each recipient of a campaign by which entry of consent the message was allowed."""

import json
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from siyu.campaigns.contracts import CampaignKind
from siyu.campaigns.queries.campaigns import campaign_by_id
from siyu.kernel.app import App
from siyu.kernel.audit import Actor, record
from siyu.kernel.crypto import Cipher
from siyu.kernel.db import brand_of
from siyu.kernel.errors import NotFound
from siyu.kernel.jobs import defer
from siyu.kernel.longwork import LongTask, Progress, announce_task
from siyu.kernel.sealed_file import SealedWriter, sealed_pieces
from siyu.organisation.api import brand_info
from siyu.outreach.api import sent_messages
from siyu.outreach.contracts import SentMessage
from siyu.people.api import (
    Prover,
    addresses_of,
    allowing_entries,
    new_mark,
    proof_page,
    proof_tools,
    recipients_page,
)
from siyu.people.contracts import ConsentChannel, Purpose

PROVE_JOB = "campaigns.prove"
DROP_JOB = "campaigns.drop_proof"
PROOF_KIND = "campaign_proof"
KEPT_FOR = timedelta(days=1)
RECIPIENTS_A_PAGE = 2_000
ASKED_ONCE = (
    "征求同意的短信：收件人此前未表示同意或拒绝，每个号码只问一次，未答复视为不同意。"
    "A request for consent: recipients had said neither yes nor no; each address is asked once; silence is a refusal."
)


@dataclass(slots=True)
class _Counts:
    """What the bundle holds so far."""

    recipients: int = 0
    without_entry: int = 0


def request_proof(session: Session, *, campaign_id: int, reason: str, actor: Actor, now: datetime) -> int:
    """A worker will write the bundle into a file; the task centre says how far it is.

    returns  the task's number
    raises   NotFound
    effects  a task and its job
    """
    campaign = campaign_by_id(session, campaign_id=campaign_id)
    task_id = announce_task(session, kind=PROOF_KIND, title=campaign.name, actor=actor, now=now)
    defer(
        session, PROVE_JOB, brand_id=brand_of(session), task_id=task_id, campaign_id=campaign_id, reason=reason,
        actor=asdict(actor),
    )  # fmt: skip
    return task_id


def run_proof(
    app: App, *, brand_id: int, task_id: int, campaign_id: int, reason: str, actor: Actor, now: datetime
) -> None:
    """The task's file holds every recipient with the entry that allowed the message; it lies sealed.

    Run again after its end it does nothing; killed on the way it leaves a part that the next run writes over.

    raises   NotFound, Cancelled
    effects  a sealed file, audit consent.proved, the end of the task, a job that removes the file in a day
    limits   2,000 recipients in memory at a time
    """
    progress = Progress(lambda: app.db.transaction(brand_id=brand_id), task_id)
    if not progress.start(now=now):
        return
    with app.db.transaction(brand_id=None) as session:
        brand = brand_info(session, brand_id=brand_id)
    path = proof_path(app.settings.home, brand_id=brand_id, task_id=task_id)
    part = path.with_suffix(".part")
    with app.db.transaction(brand_id=brand_id) as session:
        mark = asdict(new_mark(actor, reason=reason, now=now))
        head = {"brand": {"code": brand.code, "name": brand.name}, "mark": mark}
        with (
            SealedWriter(part, context=_context(brand_id, task_id), cipher=app.cipher) as sink,
            zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive,
        ):
            counts = _write(session, app.cipher, archive, campaign_id, head, progress)
        part.replace(path)
        record(
            session, actor=actor, action="consent.proved", subject=("campaign", campaign_id), now=now,
            after={"reason": reason, "number": mark["number"], **asdict(counts)},
        )  # fmt: skip
        defer(session, DROP_JOB, at=now + KEPT_FOR, brand_id=brand_id, proof_id=task_id)
        result = {
            "campaign_id": campaign_id, "file": f"campaign-{campaign_id}-consent-proof.zip",
            "number": mark["number"], "kept_until": (now + KEPT_FOR).isoformat(), **asdict(counts),
        }  # fmt: skip
        Progress(lambda: nullcontext(session), task_id).end("done", now=now, result=result)


def take_proof(
    session: Session, *, home: Path, cipher: Cipher, task_id: int, actor: Actor, now: datetime
) -> tuple[Iterator[bytes], str]:
    """The content of a finished bundle, and how its file is called.

    raises   NotFound where there is none, none yet, or none any more
    effects  audit consent.proof_taken
    """
    task = session.get(LongTask, task_id)
    path = proof_path(home, brand_id=brand_of(session), task_id=task_id)
    kept = task is not None and task.finished_at is not None and task.finished_at + KEPT_FOR > now
    if task is None or task.kind != PROOF_KIND or task.result is None or not kept or not path.exists():
        raise NotFound(what="proof", key=task_id)
    record(
        session, actor=actor, action="consent.proof_taken", subject=("campaign", task.result["campaign_id"]),
        after={"task_id": task_id, "number": task.result["number"]}, now=now,
    )  # fmt: skip
    pieces = sealed_pieces(path, context=_context(brand_of(session), task_id), cipher=cipher)
    return pieces, task.result["file"]


def drop_proof(home: Path, *, brand_id: int, proof_id: int) -> None:
    """The file is gone."""
    proof_path(home, brand_id=brand_id, task_id=proof_id).unlink(missing_ok=True)


def proof_path(home: Path, *, brand_id: int, task_id: int) -> Path:
    """Where the bundle of a task lies."""
    return home / "exports" / str(int(brand_id)) / f"{int(task_id)}.proof"


def _context(brand_id: int, task_id: int) -> str:
    return f"proof/{brand_id}/{task_id}"


def _write(
    session: Session,
    cipher: Cipher,
    archive: zipfile.ZipFile,
    campaign_id: int,
    head: Mapping[str, Any],
    progress: Progress,
) -> _Counts:
    campaign = campaign_by_id(session, campaign_id=campaign_id)
    prover, counts, after = Prover(session, cipher), _Counts(), 0
    pages: list[str] = []
    title = f"活动授权证明 Proof of consent · {campaign.name}"
    while sent := sent_messages(session, campaign_id=campaign_id, after=after, limit=RECIPIENTS_A_PAGE):
        progress.at("recipients", done=counts.recipients, total=campaign.treated_count or 0)
        after, number = sent[-1].message_id, len(pages) + 1
        recipients = _recipients(session, cipher, prover, sent)
        counts.recipients += len(recipients)
        counts.without_entry += sum(one["entry"] is None for one in recipients)
        pages.append(f"recipients-{number:04d}.html")
        archive.writestr(pages[-1], recipients_page(f"{title} · {number}", recipients))
        archive.writestr(f"recipients-{number:04d}.json", json.dumps(recipients, ensure_ascii=False))
    proof = {
        "format": "siyu.consent-proof/1", **head,
        "subject": {"kind": "campaign", "campaign_id": campaign_id, "name": campaign.name, **asdict(counts)},
        "entries": [], "texts": prover.texts(), "seals": prover.seals(),
    }  # fmt: skip
    facts = [
        ("品牌 brand", f"{head['brand']['name']} ({head['brand']['code']})"),
        ("活动 campaign", f"{campaign_id} {campaign.name}"),
        ("正文 text", campaign.template_text),
        ("收件人 recipients", f"{counts.recipients:,}"),
        ("没有依据的 without an entry", f"{counts.without_entry:,}"),
    ]
    if campaign.kind is CampaignKind.CONSENT_REQUEST:
        facts.append(("说明 note", ASKED_ONCE))
    archive.writestr("proof.html", proof_page(proof, title=title, facts=facts, parts=pages))
    archive.writestr("proof.json", json.dumps(proof, ensure_ascii=False, indent=1))
    for name, content in proof_tools().items():
        archive.writestr(name, content)
    return counts


def _recipients(
    session: Session, cipher: Cipher, prover: Prover, sent: list[SentMessage]
) -> list[dict[str, Any]]:
    asked = [(one.customer_id, one.sent_at) for one in sent]
    allowed = allowing_entries(session, asked=asked, purpose=Purpose.MARKETING, channel=ConsentChannel.SMS)
    entries = {
        entry["consent_entry_id"]: entry
        for entry in prover.entries([one for one in allowed if one is not None])
    }
    addresses = [one.address_id for one in sent if one.address_id is not None]
    phones = addresses_of(session, cipher=cipher, address_ids=addresses)
    return [
        {
            "message_id": one.message_id, "customer_id": one.customer_id, "state": one.state,
            "phone": phones.get(one.address_id or 0, ""), "sent_at": one.sent_at.isoformat(),
            "entry": entries.get(entry_id) if entry_id is not None else None,
        }
        for one, entry_id in zip(sent, allowed, strict=True)
    ]  # fmt: skip
