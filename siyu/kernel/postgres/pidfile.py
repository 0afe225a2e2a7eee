"""Who holds a data directory: read from postmaster.pid, believed only if that process is our postmaster."""

import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

READY_LINE = 8
# Larger than any pid can be: PostgreSQL takes the file for stale and still checks the shared memory it names.
NOBODY = 2_147_483_647


@dataclass(frozen=True, slots=True)
class Postmaster:
    """A live postmaster; ready when it takes connections."""

    pid: int
    ready: bool


def postmaster_of(data: Path) -> Postmaster | None:
    """The live postmaster of a data directory, or None.

    A file left by a killed server counts for nothing, also when another program got its process number.
    """
    lines = _lines(data / "postmaster.pid")
    pid = _pid_in(lines)
    if pid is None or not _works_in(pid, data):
        return None
    ready = len(lines) >= READY_LINE and lines[READY_LINE - 1].strip() == "ready"
    return Postmaster(pid=pid, ready=ready)


def has_ended(pid: int, *, seconds_max: float) -> bool:
    """Whether the process is gone, now or before the time is up."""
    deadline = time.monotonic() + seconds_max
    with suppress(psutil.NoSuchProcess):
        # A container whose first process reaps nobody keeps ended servers as zombies: those are gone too.
        while psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.01)
    return True


def remove_stale_locks(data: Path, socket_dir: Path) -> None:
    """Nothing that a dead server left behind keeps a new one from starting. Call it only when none runs."""
    for name in (".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
        (socket_dir / name).unlink(missing_ok=True)
    path = data / "postmaster.pid"
    lines = _lines(path)
    pid = _pid_in(lines)
    if pid is None:
        path.unlink(missing_ok=True)
    elif psutil.pid_exists(pid):
        # Removing the file would also remove PostgreSQL's guard against backends that outlived their postmaster.
        path.write_text("\n".join([str(NOBODY), *lines[1:], ""]), encoding="utf-8")


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return []


def _pid_in(lines: list[str]) -> int | None:
    text = lines[0].strip() if lines else ""
    return int(text) if text.isdigit() and int(text) > 0 else None


def _works_in(pid: int, data: Path) -> bool:
    """Whether the process is a postgres whose working directory is the data directory, as every postmaster's is."""
    with suppress(psutil.Error, OverflowError):
        process = psutil.Process(pid)
        return (
            process.status() != psutil.STATUS_ZOMBIE
            and process.name().startswith("postgres")
            and Path(process.cwd()).samefile(data)
        )
    return False
