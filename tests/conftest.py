"""One PostgreSQL a test run, a migrated database and lake for every module, a brand for every test."""

import gc
import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from fastapi.testclient import TestClient
from hypothesis import settings as hypothesis_settings
from sqlalchemy.orm import Session
from xdist.scheduler import LoadFileScheduling

from siyu.entrypoints.app import opened, set_up
from siyu.entrypoints.web import create_api
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.kernel.crypto import Cipher
from siyu.kernel.lake_migrations import migrate_brand
from siyu.kernel.lake_place import follow_lake
from siyu.kernel.logs import configure_logs
from siyu.kernel.postgres import EmbeddedPostgres
from siyu.kernel.settings import Settings
from siyu.organisation.api import create_brand, create_user
from tests.organisation.makers import CHEAP

NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
PASSWORD = "a-long-password-7"
TOGETHER = "tests/browser/"  # one demo and one browser are enough, so these are for one worker
LONG = ("browser", "stories", "failure")
TOLD = "told"
LAKES = 16  # brands whose lake is there before they are: making one takes a quarter of a second
_counter = itertools.count(1)

# CI tries the same examples every time, so that it fails for a change and not for luck; people's runs go on exploring.
hypothesis_settings.register_profile("siyu", deadline=None, derandomize=bool(os.environ.get("CI")))
hypothesis_settings.load_profile("siyu")
configure_logs(
    "warning"
)  # as the programs do: structlog's own traces, with every variable, take seconds each


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files begin first, so that no worker is left alone with one at the end."""
    items.sort(key=lambda item: 0 if item.path.parent.name in LONG else 1)


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end, so no look for garbage has to go through it again."""
    gc.collect()
    gc.freeze()


class InPieces(LoadFileScheduling):
    """A worker is given a file at a time, and what shares a costly fixture as if it were one file."""

    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER if nodeid.startswith(TOGETHER) else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling | None:
    return InPieces(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What tests had to tell (`tell`) stands at the end of the run, whichever process they ran in."""
    told = [
        value
        for reports in terminalreporter.stats.values()
        for report in reports
        if isinstance(report, pytest.TestReport) and report.when == "teardown"
        for name, value in report.user_properties
        if name == TOLD
    ]
    if told:
        terminalreporter.section("what was seen")
        for line in told:
            terminalreporter.line(str(line))


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Says a line that the run prints at its end, for people to quote."""
    return lambda line: record_property(TOLD, line)


@dataclass(frozen=True)
class Template:
    """A server and the database in it that others are copied from, with the lake of the first brands to come."""

    server: str
    name: str
    lake: Path
    copied: str


@contextmanager
def database(server: str, made_by: str, *, name: str) -> Iterator[str]:
    """A database of the server while the block runs; its URL."""
    parts = urlsplit(server)
    with psycopg.connect(server, autocommit=True) as owner:
        owner.execute(made_by)
    try:
        yield urlunsplit(parts._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(server, autocommit=True) as owner:
            owner.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    """A migrated database, in a PostgreSQL that runs for the whole session: ours, or SIYU_TEST_DATABASE_URL's."""
    home: Path = tmp_path_factory.mktemp("template")
    external = os.environ.get("SIYU_TEST_DATABASE_URL")
    with nullcontext(external) if external else EmbeddedPostgres(home).in_use() as server:
        name = f"siyu_test_{os.getpid()}"
        copied = f"TEMPLATE {name}"
        if external is None:
            forgo_safety(server)
            copied += " STRATEGY FILE_COPY"  # quicker than by the log, where nobody waits for the disk
        with database(server, f"CREATE DATABASE {name}", name=name) as url:
            settings = Settings.from_environment({"SIYU_HOME": str(home), "SIYU_DATABASE_URL": url})
            set_up(settings)
            with opened(settings) as application:
                for brand_id in range(1, LAKES + 1):
                    migrate_brand(application.lake, brand_id=brand_id, now=NOW)
            yield Template(server, name, settings.lake_path, copied)


def forgo_safety(server: str) -> None:
    """The server may lose its data when the machine stops: it lives as long as the tests do."""
    with psycopg.connect(server, autocommit=True) as owner:
        for setting in ("fsync = off", "full_page_writes = off", "max_wal_size = '512MB'"):
            owner.execute(f"ALTER SYSTEM SET {setting}")
        owner.execute("SELECT pg_reload_conf()")


@pytest.fixture(scope="module")
def settings(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A home and a database of the module's own: a lake of many brands is slow, and no module sees another's rows."""
    home: Path = tmp_path_factory.mktemp("home")
    name = f"{template.name}_{next(_counter)}"
    with database(template.server, f"CREATE DATABASE {name} {template.copied}", name=name) as url:
        made = Settings.from_environment({"SIYU_HOME": str(home), "SIYU_DATABASE_URL": url})
        shutil.copytree(template.lake, made.lake_path)
        follow_lake(url, lake_path=made.lake_path)
        yield made


@pytest.fixture(scope="module")
def app(settings: Settings) -> Iterator[App]:
    """The whole application on a migrated database."""
    Cipher.from_file(settings.key_file, create=True)
    with opened(settings) as application:
        yield application


@pytest.fixture
def brand_id(app: App) -> int:
    """A new brand with an empty lake; other tests' rows are invisible in it."""
    number = next(_counter)
    with app.db.transaction(brand_id=None) as session:
        brand = create_brand(
            session, code=f"brand-{os.getpid()}-{number}", name=f"测试品牌 {number}", time_zone="Asia/Shanghai",
            currency="CNY", actor=SYSTEM, now=NOW,
        )  # fmt: skip
    migrate_brand(app.lake, brand_id=brand.brand_id, now=NOW)
    return brand.brand_id


@pytest.fixture
def session(app: App, brand_id: int) -> Iterator[Session]:
    """A transaction in the test's brand, committed at the end so that constraints speak."""
    with app.db.transaction(brand_id=brand_id) as opened_session:
        yield opened_session


@pytest.fixture
def client(app: App, brand_id: int) -> Iterator[TestClient]:
    """A browser signed in as the brand's owner."""
    login = f"owner-{brand_id}"
    with app.db.transaction(brand_id=brand_id) as session:
        create_user(
            session, login=login, display_name="店主", roles=["owner"], password=PASSWORD, actor=SYSTEM, now=NOW,
            must_change_password=False, hasher=CHEAP,
        )  # fmt: skip
    with TestClient(create_api(app), raise_server_exceptions=False) as browser:
        answer = browser.post("/api/v1/auth/login", json={"login": login, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        browser.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
        yield browser
