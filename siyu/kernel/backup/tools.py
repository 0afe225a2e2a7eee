"""What backup and restore share: PostgreSQL's client programs and the catalogue's list of lake files."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from siyu.kernel.backup.errors import BackupToolUnfit
from siyu.kernel.lake import CATALOGUE_SCHEMA
from siyu.kernel.postgres.errors import PostgresNotIncluded
from siyu.kernel.postgres.programs import programs_dir, run_program

PROGRAM_SECONDS_MAX = 6 * 3600
OUTPUT_CHARACTERS_MAX = 2000

Connection = psycopg.Connection[tuple[Any, ...]]

# Every data file and delete file of every snapshot, with the folders of its schema and table. A table that was
# renamed has several rows for one id, hence DISTINCT.
LAKE_FILES = """
WITH files AS (
  SELECT table_id, path, path_is_relative, file_size_bytes FROM {schema}.ducklake_data_file
  UNION ALL
  SELECT table_id, path, path_is_relative, file_size_bytes FROM {schema}.ducklake_delete_file
)
SELECT DISTINCT
  CASE WHEN f.path_is_relative AND t.path_is_relative AND s.path_is_relative
       THEN s.path || t.path || f.path END AS below_lake,
  f.path, f.file_size_bytes
FROM files f
JOIN {schema}.ducklake_table t USING (table_id)
JOIN {schema}.ducklake_schema s USING (schema_id)
ORDER BY 1
"""


def major_of(connection: Connection) -> int:
    """The server's major version."""
    return connection.info.server_version // 10_000


def client_programs(program: str, *, server_major: int) -> Path:
    """The folder of a client program that can talk to this server: the wheel's, else the one on the PATH.

    raises  BackupToolUnfit
    """
    try:
        folder = programs_dir()
    except PostgresNotIncluded:
        found = shutil.which(program)
        if found is None:
            raise BackupToolUnfit(program=program, why="was not found", needed=server_major) from None
        folder = Path(found).parent
    answer = run_program(program, ["--version"], timeout_seconds=10, folder=folder)
    ours = int(answer.stdout.split()[2].split(b".")[0])
    if ours < server_major:
        why = f"is of version {ours}, too old for the server's {server_major}"
        raise BackupToolUnfit(program=program, why=why, needed=server_major)
    return folder


def run_client(folder: Path, program: str, arguments: Sequence[str | Path], *, url: str) -> tuple[int, str]:
    """The exit code of a client program and the end of what it said. The password never shows in a process list."""
    parts = {key: str(value) for key, value in conninfo_to_dict(url).items() if value is not None}
    secret: Mapping[str, str] = {"PGPASSWORD": parts.pop("password")} if "password" in parts else {}
    environment = {**secret, "HOME": str(Path.home())}  # libpq looks there for certificates
    done = run_program(
        program,
        ["--dbname", make_conninfo("", **parts), *arguments],
        timeout_seconds=PROGRAM_SECONDS_MAX,
        environment=environment,
        folder=folder,
    )
    return done.returncode, done.stdout.decode(errors="replace")[-OUTPUT_CHARACTERS_MAX:].strip()


def has_lake(connection: Connection) -> bool:
    """Whether the database holds the lake's catalogue."""
    found = connection.execute(
        "SELECT to_regclass(%s)", [f"{CATALOGUE_SCHEMA}.ducklake_data_file"]
    ).fetchone()
    return found is not None and found[0] is not None


def lake_files(connection: Connection) -> dict[str, int]:
    """The files that the catalogue names, by their path below the lake, with their bytes.

    raises  ValueError if one lies outside the lake, where no backup follows
    """
    if not has_lake(connection):
        return {}
    query = sql.SQL(LAKE_FILES).format(schema=sql.Identifier(CATALOGUE_SCHEMA))
    files: dict[str, int] = {}
    for below, path, size in connection.execute(query):
        if below is None or not is_plain_path(below):
            raise ValueError(path)
        files[below] = size
    return files


def is_plain_path(name: str) -> bool:
    """Whether a relative path stays where it is put.

    >>> is_plain_path("brand_1/f/a.parquet"), is_plain_path("../a"), is_plain_path("/a")
    (True, False, False)
    """
    path = Path(name)
    return not path.is_absolute() and ".." not in path.parts
