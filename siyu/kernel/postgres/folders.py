"""The folders and lock files of a home, and who may touch them."""

import fcntl
import hashlib
import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from siyu.kernel.postgres.errors import PostgresNoAccess
from siyu.kernel.postgres.programs import Account, let_through

SOCKET_PATH_BYTES_MAX = 100  # of the 108 (Linux) or 104 (macOS) that a unix socket's path may have


def socket_dir_of(home: Path) -> Path:
    """home/run/socket where its path is short enough, else a folder in /tmp named after the home.

    It is /tmp by name, not TMPDIR, because all processes of a home must find the same one.
    """
    near = home / "run" / "socket"
    if len(os.fsencode(near / ".s.PGSQL.5432")) <= SOCKET_PATH_BYTES_MAX:
        return near
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    return Path("/tmp") / f"siyu-{digest}"  # noqa: S108 -- 0700, and its owner is checked before use


def make_socket_dir(folder: Path, account: Account | None) -> None:
    """A folder that only the server's user (and root) can enter: entering it is all the right one needs.

    raises  PostgresNoAccess if somebody else made it first
    """
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    owner = account.uid if account else os.geteuid()
    found = folder.lstat()
    if folder.is_symlink() or found.st_uid not in {owner, os.geteuid()}:
        raise PostgresNoAccess(path=folder, owner=name_of(found.st_uid))
    if account is not None:
        os.chown(folder, account.uid, account.gid)
        let_through(folder, account)
    folder.chmod(0o700)


def make_folders(home: Path, *folders: Path) -> None:
    """The home and its folders exist, and we may write into them.

    raises  PostgresNoAccess
    """
    home.mkdir(mode=0o711, parents=True, exist_ok=True)
    for folder in folders:
        try:
            folder.mkdir(mode=0o711, exist_ok=True)
        except PermissionError:
            raise PostgresNoAccess(path=home, owner=name_of(home.stat().st_uid)) from None
        if not os.access(folder, os.W_OK):
            raise PostgresNoAccess(path=folder, owner=name_of(folder.stat().st_uid))


@contextmanager
def lock_file(path: Path) -> Iterator[int]:
    """A descriptor to lock. Reading is enough for that, so it does not matter which user made the file."""
    handle = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    try:
        yield handle
    finally:
        os.close(handle)


def locked(handle: int, kind: int) -> bool:
    """Whether the lock is ours now; it does not wait."""
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def log_file(path: Path, account: Account | None) -> Iterator[int]:
    """A descriptor that appends to the log, which belongs to the server's user, so that user can start it too."""
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o640)
    try:
        if account is not None:
            os.fchown(handle, account.uid, account.gid)
        yield handle
    finally:
        os.close(handle)


def name_of(uid: int) -> str:
    """The name of a system user, or the number of one without a name."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
