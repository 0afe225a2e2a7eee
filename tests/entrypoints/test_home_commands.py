"""Commands about the installation hold the home while they change it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import typer

from siyu.entrypoints.app import DatabaseUnreachable, database_running
from siyu.entrypoints.cli import home, running
from siyu.kernel.crypto import Cipher
from siyu.kernel.processes import ServiceLock
from siyu.kernel.settings import Settings


@pytest.fixture
def context(tmp_path: Path) -> typer.Context:
    settings = Settings.from_environment({"SIYU_HOME": str(tmp_path)})
    Cipher.from_file(settings.key_file, create=True)
    return cast("typer.Context", SimpleNamespace(obj=SimpleNamespace(settings=settings)))


@contextmanager
def no_database(_: Settings) -> Iterator[str]:
    yield "postgresql://nowhere"


def test_nobody_can_serve_a_home_that_is_being_restored(
    context: typer.Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []

    def restore(*, known_revisions: frozenset[str], **_: Any) -> None:
        seen.extend([ServiceLock(tmp_path).holder(), known_revisions])

    monkeypatch.setattr(home, "database_running", no_database)
    monkeypatch.setattr(home, "restore", restore)
    monkeypatch.setattr(home, "set_up", lambda _: None)
    home.restore_home(context, tmp_path / "siyu.tar")
    holder, revisions = seen
    assert "restore" in holder.address
    assert {"0001", "0008"} <= revisions, "a backup of a newer program is refused before anything is replaced"
    assert ServiceLock(tmp_path).holder() is None


def test_a_home_is_upgraded_only_once_it_is_ours(
    context: typer.Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []

    def serve_home(_: Settings, *, demo: bool, prepare: Any) -> None:
        assert not demo
        steps.append("locked")
        prepare()

    monkeypatch.setattr(running, "serve_home", serve_home)
    monkeypatch.setattr(running, "set_up", lambda _: steps.append("upgraded"))
    running.serve(context)
    assert steps == ["locked", "upgraded"]


def test_a_database_that_does_not_answer_is_said_plainly(tmp_path: Path) -> None:
    settings = Settings.from_environment(
        {"SIYU_HOME": str(tmp_path), "SIYU_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    )
    with pytest.raises(DatabaseUnreachable, match="SIYU_DATABASE_URL"), database_running(settings):
        pytest.fail("nothing answers there")
