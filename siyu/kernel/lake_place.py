"""A lake that was moved to another folder is found there."""

from pathlib import Path

import psycopg

from siyu.kernel.backup.tools import has_lake, lake_files
from siyu.kernel.errors import SiyuError
from siyu.kernel.lake import CATALOGUE_SCHEMA, point_catalogue


class LakeNotThere(SiyuError):
    """The lake was at {former}; {missing} of its files are not in {path}. Move the whole folder, or set SIYU_LAKE."""

    code = "lake_not_there"
    status = 503
    zh = "数据湖原在 {former}；{path} 中缺少它的 {missing} 个文件。请移动整个文件夹，或设置 SIYU_LAKE。"


def follow_lake(database_url: str, *, lake_path: Path) -> bool:
    """The catalogue names the lake where the settings say it lies.

    returns  whether it named another folder before
    raises   LakeNotThere if files of the lake are missing in that folder; then nothing changed
    """
    with psycopg.connect(database_url) as connection:
        if not has_lake(connection):
            return False
        row = connection.execute(
            f"SELECT value FROM {CATALOGUE_SCHEMA}.ducklake_metadata WHERE key = 'data_path' AND scope IS NULL"
        ).fetchone()
        if row is None or row[0] == f"{lake_path}/":
            return False
        missing = sum(not (lake_path / name).exists() for name in lake_files(connection))
        if missing:
            raise LakeNotThere(former=row[0], missing=missing, path=lake_path)
        point_catalogue(connection, lake_path=lake_path)
    return True
