"""`siyu doctor`: looks at every part of an installation and says how to mend what is wrong."""

import shutil
import sys
from collections.abc import Iterator

from siyu.entrypoints.app import database_running
from siyu.entrypoints.doctor_work import work_findings
from siyu.entrypoints.findings import Finding, Unwell, said, tried
from siyu.kernel.crypto import Cipher
from siyu.kernel.errors import SiyuError
from siyu.kernel.lake import Lake
from siyu.kernel.migrations import database_revision
from siyu.kernel.processes import ServiceLock
from siyu.kernel.resources import console_folder
from siyu.kernel.settings import Settings

FREE_BYTES_WANTED = 2_000_000_000


def examine(settings: Settings) -> list[Finding]:
    """All findings, in the order in which one would mend them."""
    found = [_python(), _disk(settings), _key(settings), _console(), _service(settings)]
    if not settings.key_file.exists():
        return found
    return found + list(_engines(settings))


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Finding("python", sys.version_info >= (3, 11), version)


def _disk(settings: Settings) -> Finding:
    place = next(folder for folder in (settings.home, *settings.home.parents) if folder.exists())
    free = shutil.disk_usage(place).free
    enough = free > FREE_BYTES_WANTED
    return Finding(
        "disk", enough, f"{free / 1e9:.1f} GB free", "" if enough else f"free some space on {place}"
    )


def _key(settings: Settings) -> Finding:
    return tried(
        "key",
        lambda: f"{settings.key_file}, key id {Cipher.from_file(settings.key_file).key_id}; keep a copy",
    )


def _console() -> Finding:
    built = (console_folder() / "index.html").exists()
    return Finding("console", built, "built" if built else "missing", "" if built else "run `make console`")


def _service(settings: Settings) -> Finding:
    holder = ServiceLock(settings.home).holder()
    seen = f"running at {holder.address} (process {holder.pid})" if holder else "not running"
    return Finding("service", well=True, seen=seen)


def _engines(settings: Settings) -> Iterator[Finding]:
    try:
        with database_running(settings) as url:
            yield Finding("postgresql", well=True, seen="answers")
            yield tried("migrations", lambda: _revision(url))
            yield tried("lake", lambda: _lake(settings, url))
            yield from work_findings(settings, url)
    except Exception as failure:  # noqa: BLE001 -- whatever it is, the findings before it must be read
        seen = failure.message if isinstance(failure, SiyuError) else said(failure)
        yield Finding("postgresql", well=False, seen=seen, remedy="read the log it names")


def _revision(url: str) -> str:
    found, wanted = database_revision(url)
    if found != wanted:
        raise Unwell(f"at {found}, wants {wanted}; run `siyu init`")
    return f"at {found}"


def _lake(settings: Settings, url: str) -> str:
    lake = Lake(database_url=url, path=settings.lake_path)
    try:
        with lake.reading() as cursor:
            row = cursor.execute("SELECT count(*) FROM ducklake_snapshots('lake')").fetchone()
    finally:
        lake.close()
    return f"{settings.lake_path}, {row[0] if row else 0} snapshots"
