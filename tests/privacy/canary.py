"""Looking for known people in clear, in every encoding, in everything that an installation leaves behind."""

import base64
import subprocess
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pyarrow.parquet as pq

from siyu.kernel.backup.tools import client_programs

NAMED = {"audit_entry": "audit", "notice": "notices", "delivery_attempt": "deliveries"}
TABLES = {"database", "audit", "jobs", "notices", "deliveries"}
OPENED = ("lake", "out")
ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be", "big5")


def forms_of(value: str) -> set[bytes]:
    """A value as somebody may have written it: encodings, JSON's and URLs' escapes, hex, base64, digits in groups."""
    ways = {value, value.removeprefix("+86")}
    plain = value.removeprefix("+86")
    if plain.isdigit() and len(plain) == 11:
        ways |= {between.join((plain[:3], plain[3:7], plain[7:])) for between in " -"}
    forms: set[bytes] = set()
    for way in ways:
        forms |= {way.encode(encoding, errors="ignore") for encoding in ENCODINGS}
        forms |= {way.encode("unicode_escape"), quote(way).encode(), quote(way, encoding="gb18030").encode()}
        for encoding in ("utf-8", "gb18030"):
            forms |= {
                way.encode(encoding).hex().encode(),
                base64.b64encode(way.encode(encoding)).rstrip(b"="),
            }
    return {form for form in forms if len(form) >= 4}


class Canary:
    """Known values, and where they were found in clear."""

    def __init__(self, values: Iterable[str]) -> None:
        self.values = tuple(values)
        self.forms = {form.lower() for value in self.values for form in forms_of(value)}
        self.looked_at: dict[str, int] = {}
        self.found: list[str] = []

    def summary(self) -> str:
        """One line about the search, to be quoted."""
        tables = sum(self.looked_at.get(one, 0) for one in TABLES)
        pieces = sum(self.looked_at.values())
        return (
            f"canary: {len(self.values)} known values in {len(self.forms)} written forms, searched for in "
            f"{tables} tables and {pieces - tables} files, bodies and logs of {len(self.looked_at)} kinds "
            f"({', '.join(sorted(set(self.looked_at) - TABLES))}): found in clear {len(self.found)}"
        )

    def look(self, where: str, place: str, content: bytes) -> None:
        """One piece of content."""
        self.looked_at[where] = self.looked_at.get(where, 0) + 1
        low = content.lower()
        self.found += [f"{where}: {place}: {form!r}" for form in self.forms if form in low]

    def look_at_files(self, folder: Path) -> None:
        """Every file of a home, Parquet opened too; the data directory of PostgreSQL is read as tables instead."""
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "postgres" not in path.relative_to(folder).parts[:1]:
                where = path.relative_to(folder).parts[0] if path.parent != folder else "home"
                self.look(
                    where,
                    f"{path.relative_to(folder)}",
                    str(path.relative_to(folder)).encode() + path.read_bytes(),
                )
                if path.suffix == ".parquet" and where in OPENED:  # what waits in uploads is sealed
                    self.look(f"{where} (opened)", path.name, _opened(path))

    def look_at_folder(self, where: str, folder: Path) -> None:
        """Every file below a folder, its name too; the folder itself counts as looked at."""
        for path in [folder, *sorted(folder.rglob("*"))]:
            content = path.read_bytes() if path.is_file() else b""
            self.look(where, path.name, str(path.relative_to(folder)).encode() + content)

    def look_at_database(self, url: str) -> None:
        """Every row of every table of every schema, as text: state, queue, inbox, audit, catalogue."""
        with psycopg.connect(url) as connection:
            tables = connection.execute(
                "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                "WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
            ).fetchall()
            for schema, table in tables:
                rows = connection.execute(f'SELECT t::text FROM "{schema}"."{table}" t').fetchall()  # type: ignore[arg-type]
                where = "jobs" if table.startswith("procrastinate") else NAMED.get(table, "database")
                self.look(where, f"{schema}.{table}", "\n".join(row[0] for row in rows).encode())

    def look_at_backup(self, backup: Path, *, server_major: int) -> None:
        """Every member; the dump as the SQL it stands for."""
        with tarfile.open(backup) as archive:
            for name, content in _members(archive):
                self.look("backup", name, content)
                if name == "postgres.dump":
                    self.look("backup (opened)", name, _sql_of(content, backup.parent, server_major))
                elif name.endswith(".parquet"):
                    unpacked = backup.parent / "member.parquet"
                    unpacked.write_bytes(content)
                    self.look("backup (opened)", name, _opened(unpacked))


def _opened(path: Path) -> bytes:
    return str(pq.read_table(path).to_pylist()).encode()


def _members(archive: tarfile.TarFile) -> Iterator[tuple[str, bytes]]:
    for member in archive.getmembers():
        file = archive.extractfile(member)
        if file is not None:
            yield member.name, file.read()


def _sql_of(dump: bytes, folder: Path, server_major: int) -> bytes:
    path = folder / "canary.dump"
    path.write_bytes(dump)
    program = client_programs("pg_restore", server_major=server_major) / "pg_restore"
    return subprocess.run([program, "--file=-", path], capture_output=True, check=True).stdout
