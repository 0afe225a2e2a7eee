"""Uploaded files wait in the home for their import, readable by Siyu alone, and do not outlive it."""

import re
import secrets
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from siyu.intake.errors import FileEmpty
from siyu.kernel.errors import NotFound

UPLOAD_BYTES_MAX = 2 * 1024**3
PIECE_BYTES = 1 << 20
NAME_LENGTH_MAX = 100
KEPT_FOR = timedelta(days=1)
_UPLOAD_ID = re.compile("[0-9a-f]{32}")


def keep_upload(home: Path, *, brand_id: int, file_name: str, stream: IO[bytes], now: datetime) -> str:
    """The stream's content lies under home/uploads/<brand>/<number>/ with mode 0600; what waited for a day is gone.

    returns  the number of the upload, which nobody can guess
    raises   FileEmpty
    """
    folder = home / "uploads" / str(int(brand_id))
    _forget_old(folder, now)
    upload_id = secrets.token_hex(16)
    place = folder / upload_id
    place.mkdir(parents=True, mode=0o700)
    path = place / _safe_name(file_name)
    path.touch(mode=0o600)
    try:
        with path.open("wb") as out:
            shutil.copyfileobj(stream, out, PIECE_BYTES)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    if path.stat().st_size == 0:
        shutil.rmtree(place, ignore_errors=True)
        raise FileEmpty(path=path.name)
    return upload_id


def upload_path(home: Path, *, brand_id: int, upload_id: str) -> Path:
    """Where an upload of this brand lies.

    raises  NotFound
    """
    place = home / "uploads" / str(int(brand_id)) / upload_id
    if not _UPLOAD_ID.fullmatch(upload_id) or not place.is_dir():
        raise NotFound(what="upload", key=upload_id)
    return next(place.iterdir())


def drop_upload(path: Path) -> None:
    """The uploaded file is gone; it may have held personal data."""
    shutil.rmtree(path.parent, ignore_errors=True)


def _forget_old(folder: Path, now: datetime) -> None:
    if not folder.is_dir():
        return
    for place in folder.iterdir():
        if place.stat().st_mtime < (now - KEPT_FOR).timestamp():
            shutil.rmtree(place, ignore_errors=True)


def _safe_name(file_name: str) -> str:
    """The last part of the name, without what a file system or a terminal could stumble over."""
    last = file_name.replace("\\", "/").rsplit("/", 1)[-1]
    plain = re.sub(r"[\x00-\x1f\x7f]", "", last).strip(". ")
    return plain.encode()[-NAME_LENGTH_MAX:].decode(errors="ignore") or "upload"
