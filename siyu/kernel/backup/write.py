"""Making a backup: one snapshot of the database, and the lake files that this very snapshot names."""

import errno
import io
import shutil
import tarfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from siyu.kernel.backup.errors import BackupFailed, BackupTargetExists
from siyu.kernel.backup.files import HashingReader, private_file, sync_file
from siyu.kernel.backup.manifest import (
    DUMP_NAME,
    FILES_PREFIX,
    LAKE_PREFIX,
    MANIFEST_NAME,
    Manifest,
    Member,
    Progress,
    RoleNeeded,
    no_progress,
)
from siyu.kernel.backup.tools import Connection, client_programs, lake_files, major_of, run_client
from siyu.kernel.db_rights import require_own_tables
from siyu.kernel.lake import FILES_LOCK
from siyu.kernel.postgres.errors import DiskFull

ATTEMPTS_MAX = 3

# The roles that rights, policies and owners in this database name, apart from the one that makes the backup.
ROLES = """
WITH named AS (
  SELECT DISTINCT r.oid, r.rolname, r.rolcanlogin, r.rolbypassrls
  FROM pg_shdepend d JOIN pg_database b
    ON b.oid = d.dbid OR (d.classid = 'pg_database'::regclass AND d.objid = b.oid)
  JOIN pg_roles r ON r.oid = d.refobjid
  WHERE d.refclassid = 'pg_authid'::regclass AND b.datname = current_database()
    AND r.rolname <> current_user AND r.rolname NOT LIKE 'pg\\_%'
)
SELECT n.rolname, n.rolcanlogin, n.rolbypassrls,
  ARRAY(SELECT p.rolname::text FROM pg_auth_members m JOIN named p ON p.oid = m.roleid
        WHERE m.member = n.oid ORDER BY 1)
FROM named n ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class _Maker:
    """What the caller told about the backup to make."""

    version: str
    schema_revision: str
    key_id: str
    now: datetime
    progress: Progress
    folders: Mapping[str, Path]


class _LakeFileGone(Exception):
    """A file of the snapshot was cleaned up before it was copied."""


def backup(
    *,
    url: str,
    lake_path: Path,
    target: Path,
    version: str,
    schema_revision: str,
    key_id: str,
    now: datetime,
    folders: Mapping[str, Path] | None = None,
    progress: Progress = no_progress,
) -> Manifest:
    """The file `target` holds the database and the lake as they were at one moment, while Siyu may go on working.

    The key file is not in it; the manifest names the key that is needed. Lake files never change once written, so the
    files that one snapshot of the catalogue names are the lake of that moment; each is checked to be there and whole.
    `folders`: others to keep, by name; what lies in them is sealed and written once, as rejects are.

    shape    a tar of postgres.dump (custom format), lake/... (Parquet), files/<name>/... and manifest.json, readable by
             its owner only
    raises   BackupTargetExists, BackupFailed, BackupToolUnfit, DiskFull, TablesOfAnother
    effects  a hidden file beside the target while it works
    """
    if target.exists():
        raise BackupTargetExists(target=target)
    maker = _Maker(version, schema_revision, key_id, now, progress, folders or {})
    unfinished = target.with_name(f".{target.name}.unfinished")
    dump = target.with_name(f".{target.name}.dump")
    try:
        manifest = _write(maker, url=url, lake_path=lake_path, unfinished=unfinished, dump=dump)
        unfinished.rename(target)
        sync_file(target.parent)
    except psycopg.Error as failure:
        raise BackupFailed(why=str(failure).strip()) from failure
    except OSError as failure:
        if failure.errno == errno.ENOSPC:
            free = shutil.disk_usage(target.parent).free // 1_000_000
            raise DiskFull(path=target.parent, free_mb=free) from failure
        raise BackupFailed(why=str(failure)) from failure
    finally:
        unfinished.unlink(missing_ok=True)
        dump.unlink(missing_ok=True)
    return manifest


def _write(maker: _Maker, *, url: str, lake_path: Path, unfinished: Path, dump: Path) -> Manifest:
    """The whole archive is on disk under its first name."""
    for attempts_left in reversed(range(ATTEMPTS_MAX)):
        try:
            return _write_once(maker, url=url, lake_path=lake_path, unfinished=unfinished, dump=dump)
        except _LakeFileGone as gone:
            # Compaction removed a file that our snapshot still named: a newer snapshot does not name it.
            if not attempts_left:
                raise BackupFailed(why=f"the lake file {gone} is missing or not whole") from gone
    raise AssertionError("the last attempt returns or raises")


def _write_once(maker: _Maker, *, url: str, lake_path: Path, unfinished: Path, dump: Path) -> Manifest:
    with psycopg.connect(url) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        require_own_tables(connection)
        connection.execute("SELECT pg_advisory_lock_shared(hashtextextended(%s, 7))", [FILES_LOCK])
        files = _files_of(connection)
        maker.progress("database", 0, 1)
        _dump(connection, url=url, dump=dump)
        maker.progress("database", 1, 1)
        with private_file(unfinished) as file, tarfile.open(fileobj=file, mode="w") as archive:
            members = [_add(archive, dump, DUMP_NAME, maker.now)]
            members += _add_lake(archive, files, lake_path=lake_path, maker=maker)
            members += _add_folders(archive, maker)
            manifest = _manifest(connection, maker, tuple(members))
            text = manifest.to_json()
            archive.addfile(_entry(MANIFEST_NAME, len(text), maker.now), io.BytesIO(text))
    sync_file(unfinished)
    return manifest


def _files_of(connection: Connection) -> dict[str, int]:
    try:
        return lake_files(connection)
    except ValueError as outside:
        raise BackupFailed(why=f"the lake names the file {outside}, which lies outside it") from outside


def _dump(connection: Connection, *, url: str, dump: Path) -> None:
    """All schemas as the connection's transaction sees them."""
    found = connection.execute("SELECT pg_export_snapshot()").fetchone()
    assert found is not None, "pg_export_snapshot() returns a row"
    folder = client_programs("pg_dump", server_major=major_of(connection))
    private_file(dump).close()
    arguments: list[str | Path] = [
        "--format=custom",
        f"--snapshot={found[0]}",
        "--no-password",
        "--file",
        dump,
    ]
    code, said = run_client(folder, "pg_dump", arguments, url=url)
    if "No space left" in said:
        raise OSError(errno.ENOSPC, said)
    if code != 0:
        raise BackupFailed(why=said)


def _add_lake(
    archive: tarfile.TarFile, files: dict[str, int], *, lake_path: Path, maker: _Maker
) -> list[Member]:
    total, done, members = sum(files.values()), 0, []
    maker.progress("lake", 0, total)
    for name, size in files.items():
        path = lake_path / name
        if not path.is_file() or path.stat().st_size != size:
            raise _LakeFileGone(name)
        members.append(_add(archive, path, LAKE_PREFIX + name, maker.now))
        done += size
        maker.progress("lake", done, total)
    return members


def _add_folders(archive: tarfile.TarFile, maker: _Maker) -> list[Member]:
    """The files of the other folders are in the archive; one that somebody just removed is not missed."""
    members = []
    for name, folder in maker.folders.items():
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            with suppress(FileNotFoundError):
                inside = f"{FILES_PREFIX}{name}/{path.relative_to(folder)}"
                members.append(_add(archive, path, inside, maker.now))
    return members


def _add(archive: tarfile.TarFile, path: Path, name: str, now: datetime) -> Member:
    """The file is in the archive, and its hash is of the bytes that went in."""
    with path.open("rb") as file:
        size = path.stat().st_size
        reader = HashingReader(file)
        archive.addfile(_entry(name, size, now), reader)
    return Member(name=name, bytes=size, sha256=reader.hexdigest())


def _entry(name: str, size: int, now: datetime) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime, entry.mode = size, int(now.timestamp()), 0o600
    return entry


def _manifest(connection: Connection, maker: _Maker, members: tuple[Member, ...]) -> Manifest:
    owner = connection.execute("SELECT current_user::text").fetchone()
    assert owner is not None, "current_user is always known"
    return Manifest(
        made_at=maker.now.astimezone(UTC).isoformat(),
        siyu_version=maker.version,
        schema_revision=maker.schema_revision,
        encryption_key_id=maker.key_id,
        postgres_version=major_of(connection),
        database_owner=owner[0],
        roles=tuple(RoleNeeded(row[0], row[1], row[2], tuple(row[3])) for row in connection.execute(ROLES)),
        members=members,
    )
