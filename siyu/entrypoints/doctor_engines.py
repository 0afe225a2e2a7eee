"""The part of `siyu doctor` that looks at the engines of a home: PostgreSQL and the lake."""

from collections.abc import Iterator

from siyu.entrypoints.app import database_running
from siyu.entrypoints.doctor_work import work_findings
from siyu.entrypoints.findings import Finding, Unwell, said, tried
from siyu.kernel.db_rights import require_rights_to_serve
from siyu.kernel.errors import SiyuError
from siyu.kernel.lake import Lake
from siyu.kernel.migrations import database_revision
from siyu.kernel.settings import Settings


def engine_findings(settings: Settings) -> Iterator[Finding]:
    """PostgreSQL, its migrations, the lake, and whether work gets done."""
    try:
        with database_running(settings) as url:
            yield Finding("postgresql", well=True, seen="answers")
            yield tried("rights", lambda: _rights(url))
            yield tried("migrations", lambda: _revision(url))
            yield tried("lake", lambda: _lake(settings, url))
            yield from work_findings(settings, url)
    except Exception as failure:  # noqa: BLE001 -- whatever it is, the findings before it must be read
        seen = failure.message if isinstance(failure, SiyuError) else said(failure)
        yield Finding("postgresql", well=False, seen=seen, remedy="read the log it names")


def _rights(url: str) -> str:
    require_rights_to_serve(url)
    return "the database login may do all that is needed"


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
