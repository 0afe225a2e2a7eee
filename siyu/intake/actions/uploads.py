"""Uploaded files wait in the home for their import, sealed, and do not outlive it."""

import re
import secrets
import shutil
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from siyu.intake.contracts import OPEN_STATES
from siyu.intake.models import ImportRun
from siyu.intake.readers.sealed import SealedFile
from siyu.kernel.crypto import Cipher
from siyu.kernel.db import brand_of
from siyu.kernel.errors import NotFound
from siyu.kernel.jobs import defer

UPLOAD_BYTES_MAX = 2 * 1024**3
NAME_LENGTH_MAX = 100
KEPT_FOR = timedelta(hours=12)
KEPT_FOR_AN_IMPORT_MAX = timedelta(days=7)
_TIME_TO_UPLOAD_MAX = timedelta(hours=1)
_OPEN_IMPORTS_MAX = 10_000
_UPLOAD_ID = re.compile("[0-9a-f]{32}")


def expect_upload(session: Session, *, now: datetime) -> None:
    """The upload that comes next will be gone half a day from now, unless an import is at it; commit before it comes.

    effects  one job
    """
    defer(
        session, "intake.forget_uploads", at=now + KEPT_FOR + _TIME_TO_UPLOAD_MAX, brand_id=brand_of(session)
    )


def new_upload(home: Path, *, cipher: Cipher, brand_id: int, file_name: str) -> SealedFile:
    """An empty file lies under home/uploads/<brand>/<number>/, with mode 0600, to be written to and sealed."""
    place = _folder(home, brand_id) / secrets.token_hex(16)
    place.mkdir(parents=True, mode=0o700)
    path = place / _safe_name(file_name)
    path.touch(mode=0o600)
    return sealed_upload(path, brand_id=brand_id, cipher=cipher)


def upload_id_of(upload: SealedFile) -> str:
    """The number under which an upload is asked for."""
    return upload.path.parent.name


def upload_by_id(home: Path, *, cipher: Cipher, brand_id: int, upload_id: str) -> SealedFile:
    """An upload of this brand.

    raises  NotFound
    """
    place = _folder(home, brand_id) / upload_id
    found = list(place.iterdir()) if _UPLOAD_ID.fullmatch(upload_id) and place.is_dir() else []
    if not found:
        raise NotFound(what="upload", key=upload_id)
    return sealed_upload(found[0], brand_id=brand_id, cipher=cipher)


def sealed_upload(path: Path, *, brand_id: int, cipher: Cipher) -> SealedFile:
    """The upload at a path, to be read; people know it by its name alone."""
    return SealedFile(path, path.name, f"upload/{int(brand_id)}/{path.parent.name}", cipher)


def drop_upload(path: Path) -> None:
    """The uploaded file is gone; it may have held personal data."""
    shutil.rmtree(path.parent, ignore_errors=True)


def forget_uploads(session: Session, *, home: Path, now: datetime) -> None:
    """The brand's uploads of half a day ago are gone. Those that an open import reads wait on, a week at most.

    Younger ones have a job of their own. Calling twice changes nothing.

    effects  one job, if an old one is left
    """
    brand_id = brand_of(session)
    open_imports = select(ImportRun.file_path).where(
        ImportRun.brand_id == brand_id, ImportRun.state.in_(OPEN_STATES), ImportRun.file_is_upload
    )
    wanted = {Path(path).parent.name for path in session.scalars(open_imports.limit(_OPEN_IMPORTS_MAX))}
    folder = _folder(home, brand_id)
    waiting = False
    for place in folder.iterdir() if folder.is_dir() else ():
        age = now.timestamp() - place.stat().st_mtime
        kept_for = KEPT_FOR_AN_IMPORT_MAX if place.name in wanted else KEPT_FOR
        if age > kept_for.total_seconds():
            shutil.rmtree(place, ignore_errors=True)
        elif age > KEPT_FOR.total_seconds():
            waiting = True
    if waiting:
        defer(session, "intake.forget_uploads", at=now + KEPT_FOR, brand_id=brand_id)


def _folder(home: Path, brand_id: int) -> Path:
    return home / "uploads" / str(int(brand_id))


def _safe_name(file_name: str) -> str:
    """The last part of the name, without what a file system or a terminal could stumble over."""
    last = file_name.replace("\\", "/").rsplit("/", 1)[-1]
    plain = re.sub(r"[\x00-\x1f\x7f]", "", last).strip(". ")
    return plain.encode()[-NAME_LENGTH_MAX:].decode(errors="ignore") or "upload"
