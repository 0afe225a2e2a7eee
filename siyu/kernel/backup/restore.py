"""Putting a backup in place: checked first, restored beside what is there, and swapped in at one stroke."""

import errno
import shutil
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from psycopg.conninfo import conninfo_to_dict

from siyu.kernel.backup.database import NewDatabase, holds_tables, server_of
from siyu.kernel.backup.errors import (
    BackupDamaged,
    BackupTooNew,
    RestoreFailed,
    RestoreNeedsKey,
    RestoreTargetNotEmpty,
)
from siyu.kernel.backup.files import CHUNK_BYTES, HashingReader, private_file, sync_file
from siyu.kernel.backup.manifest import (
    DUMP_NAME,
    FILES_PREFIX,
    FORMAT,
    LAKE_PREFIX,
    MANIFEST_BYTES_MAX,
    MANIFEST_NAME,
    Manifest,
    Progress,
    no_progress,
)
from siyu.kernel.backup.tools import has_lake, is_plain_path, lake_files
from siyu.kernel.lake import point_catalogue
from siyu.kernel.postgres.errors import DiskFull

SCRATCH_PREFIX = ".restore-"


def restore(
    *,
    source: Path,
    url: str,
    lake_path: Path,
    key_id: str | None,
    known_revisions: frozenset[str] | None = None,
    overwrite: bool = False,
    folders: Mapping[str, Path] | None = None,
    progress: Progress = no_progress,
) -> Manifest:
    """The database at `url` and the lake are what they were when the backup was made; run migrations next.

    Every hash is checked before anything is touched. The dump goes into a new database and the lake's files beside
    those that are there (their names never repeat), then the databases change names in one transaction: whenever it is
    interrupted, the old pair or the new pair is whole. Sessions of other programs on the old database are ended.
    `folders`: where the other files of the backup go, by name; those of names that are not told are left out.

    raises   BackupDamaged, BackupTooNew, RestoreNeedsKey, RestoreTargetNotEmpty, RestoreFailed, RightsMissing, DiskFull
    effects  the former database and lake files are gone for good; roles that the backup names exist (without password)
    limits   the user in `url` may create databases and, where roles are missing, roles
    """
    with _opened(source) as archive:
        manifest = _manifest_in(archive, source)
        _require_fit(manifest, source, key_id=key_id, known_revisions=known_revisions)
        _check_hashes(archive, manifest, source, progress)
        if not overwrite:
            _require_empty(url, lake_path)
        try:
            _put_in_place(archive, manifest, url=url, lake_path=lake_path, progress=progress)
            _put_folders(archive, manifest, folders or {})
        except psycopg.Error as failure:
            raise RestoreFailed(why=str(failure).strip()) from failure
        except OSError as failure:
            if failure.errno == errno.ENOSPC:
                free = shutil.disk_usage(lake_path.parent).free // 1_000_000
                raise DiskFull(path=lake_path.parent, free_mb=free) from failure
            raise RestoreFailed(why=str(failure)) from failure
    return manifest


@contextmanager
def _opened(source: Path) -> Iterator[tarfile.TarFile]:
    try:
        archive = tarfile.open(source, mode="r:")  # noqa: SIM115 -- closed below; only the opening may fail so
    except (OSError, tarfile.TarError) as failure:
        raise BackupDamaged(source=source, why=str(failure)) from failure
    with closing(archive):
        yield archive


def _manifest_in(archive: tarfile.TarFile, source: Path) -> Manifest:
    try:
        entry = archive.getmember(MANIFEST_NAME)
        file = archive.extractfile(entry)
        if file is None or entry.size > MANIFEST_BYTES_MAX:
            raise BackupDamaged(source=source, why=f"{MANIFEST_NAME} is no file")
        with file:
            manifest = Manifest.from_json(file.read())
    except KeyError as failure:
        raise BackupDamaged(source=source, why=f"{failure} is missing; it may be cut off") from failure
    except (ValueError, TypeError, OSError, tarfile.TarError) as failure:
        raise BackupDamaged(source=source, why=f"{MANIFEST_NAME} cannot be read ({failure})") from failure
    return manifest


def _require_fit(
    manifest: Manifest, source: Path, *, key_id: str | None, known_revisions: frozenset[str] | None
) -> None:
    unknown = known_revisions is not None and manifest.schema_revision not in known_revisions
    if manifest.format > FORMAT or unknown:
        raise BackupTooNew(source=source, version=manifest.siyu_version, revision=manifest.schema_revision)
    if key_id is not None and not keys_of(manifest.encryption_key_id) <= keys_of(key_id):
        raise RestoreNeedsKey(source=source, needed=manifest.encryption_key_id, found=key_id)


def keys_of(key_id: str) -> frozenset[str]:
    """The keys that a backup needs or a home has; two while one is being replaced.

    >>> sorted(keys_of("a1+b2"))
    ['a1', 'b2']
    """
    return frozenset(key_id.split("+"))


def _check_hashes(archive: tarfile.TarFile, manifest: Manifest, source: Path, progress: Progress) -> None:
    """Every member is there, where it may go, and made of the bytes that were backed up."""
    total, done = sum(member.bytes for member in manifest.members), 0
    names = {member.name for member in manifest.members}
    if names | {MANIFEST_NAME} != set(archive.getnames()) or DUMP_NAME not in names:
        raise BackupDamaged(source=source, why="its files are not those that its manifest lists")
    for member in manifest.members:
        placed = member.name == DUMP_NAME or member.name.startswith((LAKE_PREFIX, FILES_PREFIX))
        entry = archive.getmember(member.name)
        if not (entry.isfile() and placed and is_plain_path(member.name)):
            raise BackupDamaged(source=source, why=f"{member.name} has no place in a backup")
        try:
            digest = _digest(archive, entry)
        except (OSError, tarfile.TarError) as failure:
            raise BackupDamaged(source=source, why=f"{member.name} cannot be read ({failure})") from failure
        if digest != member.sha256:
            raise BackupDamaged(source=source, why=f"{member.name} is not what was backed up")
        done += member.bytes
        progress("check", done, total)


def _digest(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> str:
    file = archive.extractfile(entry)
    assert file is not None, "a regular file can be read"
    with file:
        reader = HashingReader(file)
        while reader.read(CHUNK_BYTES):
            pass
        return reader.hexdigest()


def _require_empty(url: str, lake_path: Path) -> None:
    if any(path.is_file() for path in lake_path.rglob("*") if not _is_scratch(path, lake_path)):
        raise RestoreTargetNotEmpty(where=lake_path)
    with suppress(psycopg.errors.InvalidCatalogName), psycopg.connect(url) as connection:
        if holds_tables(connection):
            raise RestoreTargetNotEmpty(where=f"The database {connection.info.dbname}")


def _is_scratch(path: Path, lake_path: Path) -> bool:
    return path.relative_to(lake_path).parts[0].startswith(SCRATCH_PREFIX)


def _put_in_place(
    archive: tarfile.TarFile, manifest: Manifest, *, url: str, lake_path: Path, progress: Progress
) -> None:
    lake_path.mkdir(parents=True, exist_ok=True)
    for leftover in lake_path.glob(f"{SCRATCH_PREFIX}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    name = str(conninfo_to_dict(url).get("dbname") or "siyu")
    with (
        TemporaryDirectory(dir=lake_path, prefix=SCRATCH_PREFIX) as scratch,
        closing(server_of(url)) as server,
        NewDatabase(server, url=url, name=name) as made,
    ):
        dump = Path(scratch) / DUMP_NAME
        _extract(archive, DUMP_NAME, dump)
        progress("database", 0, 1)
        made.load(dump, manifest)
        progress("database", 1, 1)
        with psycopg.connect(made.url, autocommit=True) as connection:
            _point_to_lake(connection, manifest, lake_path)
            connection.execute("ANALYZE")
        added: list[Path] = []
        try:
            _extract_lake(archive, manifest, lake_path, scratch=Path(scratch), added=added, progress=progress)
            made.swap_in()
        except BaseException:
            for path in added:
                path.unlink(missing_ok=True)
            raise
    _forget_others(lake_path, manifest.lake_files)


def _point_to_lake(
    connection: psycopg.Connection[tuple[object, ...]], manifest: Manifest, lake_path: Path
) -> None:
    """The catalogue names the lake where it lies now, and no file that the backup lacks."""
    if not has_lake(connection):
        return
    if lake_files(connection).keys() != manifest.lake_files:
        raise RestoreFailed(why="the backup's lake files are not those that its database names")
    point_catalogue(connection, lake_path=lake_path)


def _extract_lake(
    archive: tarfile.TarFile,
    manifest: Manifest,
    lake_path: Path,
    *,
    scratch: Path,
    added: list[Path],
    progress: Progress,
) -> None:
    """The lake's files lie in their places; `added` lists those that were not there before."""
    members = [member for member in manifest.members if member.name.startswith(LAKE_PREFIX)]
    total, done = sum(member.bytes for member in members), 0
    for member in members:
        place = lake_path / member.name.removeprefix(LAKE_PREFIX)
        place.parent.mkdir(parents=True, exist_ok=True)
        _extract(archive, member.name, scratch / "file")
        if not place.exists():
            added.append(place)
        (scratch / "file").rename(place)
        done += member.bytes
        progress("lake", done, total)


def _put_folders(archive: tarfile.TarFile, manifest: Manifest, folders: Mapping[str, Path]) -> None:
    """Each folder holds what the backup has of it, and nothing else."""
    for name, folder in folders.items():
        prefix = f"{FILES_PREFIX}{name}/"
        shutil.rmtree(folder, ignore_errors=True)
        for member in manifest.members:
            if member.name.startswith(prefix):
                place = folder / member.name.removeprefix(prefix)
                place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                _extract(archive, member.name, place)


def _extract(archive: tarfile.TarFile, name: str, place: Path) -> None:
    found = archive.extractfile(name)
    assert found is not None, "checked before to be a regular file"
    with found, private_file(place) as out:
        shutil.copyfileobj(found, out, CHUNK_BYTES)
    sync_file(place)


def _forget_others(lake_path: Path, kept: frozenset[str]) -> None:
    """Files of the lake that was there before are gone; nothing names them any more."""
    for path in lake_path.rglob("*.parquet"):
        if str(path.relative_to(lake_path)) not in kept:
            path.unlink(missing_ok=True)
