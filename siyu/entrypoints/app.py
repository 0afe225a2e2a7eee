"""Opens the application: settings, PostgreSQL (ours or another), the lake, the key, the wiring."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from siyu.entrypoints.wiring import WIRING
from siyu.kernel.app import App
from siyu.kernel.clock import utcnow
from siyu.kernel.crypto import Cipher
from siyu.kernel.db import Database
from siyu.kernel.db_rights import let_serve, require_rights_to_serve
from siyu.kernel.errors import SiyuError
from siyu.kernel.home import make_home
from siyu.kernel.lake import Lake
from siyu.kernel.lake_migrations import migrate_brand
from siyu.kernel.lake_place import follow_lake
from siyu.kernel.migrations import database_revision, upgrade_database
from siyu.kernel.postgres import EmbeddedPostgres
from siyu.kernel.settings import Settings
from siyu.kernel.wiring import Wiring
from siyu.organisation.api import all_brands

ANSWER_SECONDS_MAX = 10


class NoHome(SiyuError):
    """There is no Siyu in {home}. Run `siyu init` (or `siyu demo`) here, or set SIYU_HOME."""

    code = "no_home"
    status = 422
    zh = "{home} 里没有 Siyu。请在这里运行 `siyu init`（或 `siyu demo`），或设置 SIYU_HOME。"


class OldDatabase(SiyuError):
    """The database stands at migration {found}, this program wants {wanted}. Run `siyu init` to upgrade it."""

    code = "old_database"
    status = 503
    zh = "数据库停在迁移 {found}，而本程序需要 {wanted}。请运行 `siyu init` 升级。"


class DatabaseUnreachable(SiyuError):
    """The PostgreSQL of SIYU_DATABASE_URL does not answer: {why}. Check the address and that the server runs."""

    code = "database_unreachable"
    status = 503
    zh = "SIYU_DATABASE_URL 所指的 PostgreSQL 没有响应：{why}。请检查地址并确认服务器在运行。"


@contextmanager
def database_running(settings: Settings) -> Iterator[str]:
    """A PostgreSQL answers while the block runs.

    returns  its URL: SIYU_DATABASE_URL, or our own server on a unix socket under SIYU_HOME
    raises   DatabaseUnreachable, what the embedded PostgreSQL refuses
    """
    if settings.database_url is not None:
        _require_answer(settings.database_url)
        yield settings.database_url
        return
    with EmbeddedPostgres(settings.home).in_use() as url:
        yield url


@contextmanager
def opened(settings: Settings, *, wiring: Wiring = WIRING) -> Iterator[App]:
    """The application of a home that was set up before.

    raises  NoHome, HomeUnusable, OldDatabase, RightsMissing, TablesOfAnother
    """
    if not settings.key_file.exists():
        raise NoHome(home=settings.home)
    make_home(settings.home, key_file=settings.key_file)
    with database_running(settings) as url:
        require_rights_to_serve(url)
        found, wanted = database_revision(url)
        if found != wanted:
            raise OldDatabase(found=found or "none", wanted=wanted)
        app = App(
            settings=settings,
            db=Database(url),
            lake=Lake(database_url=url, path=settings.lake_path, memory_limit=settings.lake_memory),
            cipher=Cipher.from_file(settings.key_file),
            wiring=wiring,
        )
        try:
            yield app
        finally:
            app.close()


def _require_answer(url: str) -> None:
    try:
        psycopg.connect(url, connect_timeout=ANSWER_SECONDS_MAX).close()
    except psycopg.Error as failure:
        why = (str(failure).strip().splitlines() or ["it gave no reason"])[0]
        raise DatabaseUnreachable(why=why) from failure


def set_up(settings: Settings) -> None:
    """The home exists with its key, the database and every brand's lake stand at the newest migration.

    With SIYU_MIGRATION_DATABASE_URL that login makes and owns the tables, and the server's own may only use them.

    raises   HomeUnusable, RightsMissing, TablesOfAnother; LakeNotThere if SIYU_LAKE (or the home) changed and the
             lake's files did not move along
    effects  creates what is missing; changes nothing that is there, but that the catalogue follows a moved lake
    """
    make_home(settings.home, key_file=settings.key_file)
    Cipher.from_file(settings.key_file, create=True)
    with database_running(settings) as url:
        owner_url = settings.migration_database_url or url
        upgrade_database(owner_url)
        let_serve(owner_url, serving_url=url)
        follow_lake(url, lake_path=settings.lake_path)
    with opened(settings) as app:
        with app.db.transaction(brand_id=None) as session:
            brands = all_brands(session)
        for brand in brands:
            migrate_brand(app.lake, brand_id=brand.brand_id, now=utcnow())
