"""Everything about one customer in a sealed ZIP, for whoever asked in the customer's name, for a day."""

import io
import zipfile
from collections.abc import Mapping
from contextlib import nullcontext
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM, Actor, record
from siyu.kernel.crypto import Cipher
from siyu.kernel.db import brand_of
from siyu.kernel.errors import NotFound
from siyu.kernel.jobs import defer
from siyu.kernel.longwork import Progress
from siyu.organisation.api import brand_info
from siyu.people.api import whole_person
from siyu.privacy.actions.erasing import Clock, parts_of
from siyu.privacy.contracts import Person, RequestKind, RequestState, Sheet
from siyu.privacy.models import PrivacyRequest
from siyu.privacy.rules.everything import everything_json, everything_page

KEPT_FOR = timedelta(days=1)
DROP_JOB = "privacy.drop_export"


def run_everything(app: App, *, brand_id: int, request_id: int, task_id: int, clock: Clock) -> None:
    """The file of the request holds everything about its customer, from every part.

    Run again after its end it changes nothing; killed on the way it leaves nothing but a part of a file.

    raises   Cancelled, NotFound
    effects  a sealed file and a job that removes it in a day; privacy_request; the task's end; audit privacy.exported
    """
    progress = Progress(lambda: app.db.transaction(brand_id=brand_id), task_id)
    if not progress.start(now=clock()):
        return
    person, brand = _who(app, brand_id, request_id)
    parts: list[tuple[str, tuple[Sheet, ...]]] = []
    everybody = parts_of(app)
    for number, part in enumerate(everybody):
        progress.at(f"privacy:{part.name}", done=number, total=len(everybody))
        parts.append((part.name, part.export(app, person)))
    now = clock()
    about = {
        "brand": brand,
        "customer_ids": list(person.customer_ids),
        "made_at": now.isoformat(timespec="seconds"),
    }
    path = everything_path(app.settings.home, brand_id=brand_id, request_id=request_id)
    _written(path, _zipped(parts, about), cipher=app.cipher, brand_id=brand_id, request_id=request_id)
    entries = sum(len(sheet.rows) for _, sheets in parts for sheet in sheets)
    with app.db.transaction(brand_id=brand_id) as session:
        request = session.get(PrivacyRequest, request_id, with_for_update=True)
        assert request is not None, "requests are never deleted"
        request.state, request.finished_at = RequestState.DONE.value, now
        request.steps = [
            {"part": name, "through": True, "entries": sum(len(sheet.rows) for sheet in sheets)}
            for name, sheets in parts
        ]
        session.flush()
        defer(session, DROP_JOB, at=now + KEPT_FOR, brand_id=brand_id, request_id=request_id)
        record(
            session, actor=SYSTEM, action="privacy.exported", subject=("customer", request.customer_id),
            after={"request_id": request_id, "entries": entries}, now=now,
        )  # fmt: skip
        result = {"request_id": request_id, "entries": entries, "kept_until": (now + KEPT_FOR).isoformat()}
        Progress(lambda: nullcontext(session), task_id).end("done", now=now, result=result)


def take_everything(
    session: Session, *, home: Path, cipher: Cipher, request_id: int, actor: Actor, now: datetime
) -> bytes:
    """The ZIP of a finished export.

    raises   NotFound where there is none, none yet, or none any more
    effects  audit privacy.export_taken
    """
    request = session.get(PrivacyRequest, request_id)
    path = everything_path(home, brand_id=brand_of(session), request_id=request_id)
    if request is None or request.kind != RequestKind.EXPORT or request.finished_at is None:
        raise NotFound(what="export", key=request_id)
    if request.finished_at + KEPT_FOR <= now or not path.exists():
        raise NotFound(what="export", key=request_id)
    record(
        session, actor=actor, action="privacy.export_taken", subject=("customer", request.customer_id),
        after={"request_id": request_id, "reason": request.reason}, now=now,
    )  # fmt: skip
    return cipher.decrypt_bytes(path.read_bytes(), context=file_context(brand_of(session), request_id))


def drop_everything(home: Path, *, brand_id: int, request_id: int) -> None:
    """The file is gone."""
    everything_path(home, brand_id=brand_id, request_id=request_id).unlink(missing_ok=True)


def everything_path(home: Path, *, brand_id: int, request_id: int) -> Path:
    """Where the file of a request lies."""
    return home / "exports" / str(int(brand_id)) / f"customer-{int(request_id)}.sealed"


def file_context(brand_id: int, request_id: int) -> str:
    """What the file of a request is sealed for."""
    return f"privacy/export/{brand_id}/{request_id}"


def _who(app: App, brand_id: int, request_id: int) -> tuple[Person, str]:
    with app.db.transaction(brand_id=brand_id) as session:
        request = session.get(PrivacyRequest, request_id, with_for_update=True)
        if request is None:
            raise NotFound(what="request", key=request_id)
        request.state = RequestState.RUNNING.value
        whole = whole_person(session, cipher=app.cipher, customer_id=request.customer_id)
        name = brand_info(session, brand_id=brand_id).name
    return Person(brand_id, whole.customer_ids, whole.identity_ids, whole.values, whole.names), name


def _zipped(parts: list[tuple[str, tuple[Sheet, ...]]], about: Mapping[str, object]) -> bytes:
    """The ZIP, in memory: it is never written in clear."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("关于您的全部信息.html", everything_page(parts, about, language="zh"))
        file.writestr("everything.html", everything_page(parts, about, language="en"))
        file.writestr("everything.json", everything_json(parts, about))
    return sink.getvalue()


def _written(path: Path, content: bytes, *, cipher: Cipher, brand_id: int, request_id: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    part.write_bytes(cipher.encrypt_bytes(content, context=file_context(brand_id, request_id)))
    part.replace(path)
