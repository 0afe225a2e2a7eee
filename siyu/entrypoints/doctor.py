"""`siyu doctor`: looks at every part of an installation and says how to mend what is wrong."""

import shutil
import sys

from siyu.entrypoints.findings import Finding, tried
from siyu.kernel.crypto import Cipher
from siyu.kernel.home import make_home
from siyu.kernel.processes import ServiceLock
from siyu.kernel.resources import console_folder
from siyu.kernel.settings import Settings
from siyu.kernel.wiring import Later

FREE_BYTES_WANTED = 2_000_000_000
ENGINE_FINDINGS = Later("siyu.entrypoints.doctor_engines:engine_findings")  # imported where there is a home


def examine(settings: Settings) -> list[Finding]:
    """All findings, in the order in which one would mend them."""
    found = [_python(), _home(settings), _disk(settings), _key(settings), _console(), _service(settings)]
    if not settings.key_file.exists():
        return found
    return [*found, *ENGINE_FINDINGS.found()(settings)]


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Finding("python", sys.version_info >= (3, 11), version)


def _home(settings: Settings) -> Finding:
    if not settings.home.exists():
        return Finding("home", well=True, seen=f"{settings.home} is not there yet; `siyu init` makes it")

    def look() -> str:
        make_home(settings.home, key_file=settings.key_file)
        return f"{settings.home} is ours to write"

    return tried("home", look)


def _disk(settings: Settings) -> Finding:
    """Of the disks of the home and of the lake, the one with less room."""
    wanted = (settings.home, settings.lake_path)
    places = [next(one for one in (folder, *folder.parents) if one.exists()) for folder in wanted]
    place = min(places, key=lambda one: shutil.disk_usage(one).free)
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
