"""A full disk is one plain refusal: nothing stays half done, events wait outside, all goes on once there is room."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from siyu.entrypoints.app import opened
from siyu.entrypoints.web import create_api
from siyu.intake.actions import events_accept
from siyu.intake.actions.events_pump import pump_events
from siyu.intake.actions.imports import run_import
from siyu.intake.errors.files import ImportDiskFull
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.kernel.crypto import Cipher
from siyu.kernel.lake import LakeFailure
from siyu.kernel.lake_migrations import migrate_brand
from siyu.kernel.lake_place import follow_lake
from siyu.kernel.settings import Settings
from siyu.organisation.api import create_brand, create_user
from tests.conftest import PASSWORD
from tests.intake.eventing import carry, event, in_lake, program, put, waiting
from tests.intake.importing import MAP, NOW, announce, bring, clock, holdings, line, totals, write_csv

MEGABYTES = 24
FILE = [line(f"A{n}", who=str(n % 7)) for n in range(40)]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder on a disk of a few megabytes."""
    folder = tmp_path_factory.mktemp("small")
    size = f"size={MEGABYTES}m"
    made = os.geteuid() == 0 and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", size, "siyu-small", folder], check=False, capture_output=True
    ).returncode == 0  # fmt: skip
    if not made:
        pytest.skip("a small disk cannot be mounted here (root, and a container that may mount)")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture(scope="module")
def app(settings: Settings, small: Path) -> Iterator[App]:
    """The application, with lake and uploads on the small disk."""
    Cipher.from_file(settings.key_file, create=True)
    shutil.move(settings.lake_path, small / "lake")
    follow_lake(str(settings.database_url), lake_path=small / "lake")
    (small / "uploads").mkdir()
    (settings.home / "uploads").symlink_to(small / "uploads")
    with opened(replace(settings, lake_path=small / "lake")) as application:
        yield application


@pytest.fixture
def brand_id(app: App, small: Path) -> Iterator[int]:
    """A brand whose lake is there before the disk is full; there is room again afterwards."""
    with app.db.transaction(brand_id=None) as session:
        brand = create_brand(session, code=f"full-{os.urandom(4).hex()}", name="满", actor=SYSTEM, now=NOW)
    migrate_brand(app.lake, brand_id=brand.brand_id, now=NOW)
    yield brand.brand_id
    empty(small)


def fill(small: Path) -> None:
    """The disk has no byte left."""
    with (small / "ballast").open("ab", buffering=0) as ballast:
        for size in (2**20, 4096, 1):
            try:
                while True:
                    ballast.write(b"\0" * size)
            except OSError:
                continue


def empty(small: Path) -> None:
    (small / "ballast").unlink(missing_ok=True)


def files_of(small: Path) -> set[Path]:
    return {path for path in (small / "lake").rglob("*") if path.is_file()}


def test_events_wait_in_the_database_and_are_in_the_lake_once_there_is_room(
    app: App, brand_id: int, small: Path
) -> None:
    put(app, brand_id, *(event(str(n)) for n in range(400)))
    before = files_of(small)
    fill(small)
    for _ in range(3):
        with pytest.raises(LakeFailure, match="No space left"):
            pump_events(app, now=NOW)
    assert files_of(small) == before, "a file that was begun is gone"
    assert in_lake(app, brand_id) == []
    empty(small)
    carry(app)
    assert len(in_lake(app, brand_id)) == 400
    assert waiting(app) == 0


def test_an_import_is_refused_by_name_of_the_folder_and_comes_in_later(
    app: App, brand_id: int, small: Path, tmp_path: Path
) -> None:
    nothing, path = holdings(app, brand_id), write_csv(tmp_path / "f.csv", FILE)
    import_id = announce(app, brand_id, path, MAP.format(source="till"))
    before = files_of(small)
    fill(small)
    with pytest.raises(ImportDiskFull) as refused:
        run_import(app, brand_id=brand_id, import_id=import_id, clock=clock)
    assert str(small / "lake") in refused.value.message
    assert holdings(app, brand_id) == nothing
    assert files_of(small) == before
    empty(small)
    bring(app, brand_id, path)
    assert len(totals(app, brand_id)["orders"]) == 40


def test_an_upload_is_refused_with_507_and_leaves_nothing(app: App, brand_id: int, small: Path) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        create_user(
            session, login=f"full-{brand_id}", display_name="店主", roles=["owner"], password=PASSWORD, actor=SYSTEM,
            now=NOW, must_change_password=False,
        )  # fmt: skip
    with TestClient(create_api(app), raise_server_exceptions=False) as browser:
        signed_in = browser.post(
            "/api/v1/auth/login", json={"login": f"full-{brand_id}", "password": PASSWORD}
        )
        browser.headers["X-CSRF-Token"] = signed_in.json()["csrf_token"]
        fill(small)
        given = {"file": ("people.csv", b"k,n\n" + b"1,a\n" * 50_000, "text/csv")}
        answer = browser.post("/api/v1/imports/uploads", files=given, headers={"Accept-Language": "en"})
        assert (answer.status_code, answer.json()["code"]) == (507, "server_disk_full")
        assert str(app.settings.home) in answer.json()["detail"]
        assert "make room" in answer.json()["detail"]
        assert not any(path.is_file() for path in (small / "uploads").rglob("*"))
        empty(small)
        assert browser.post("/api/v1/imports/uploads", files=given).status_code == 201


def test_events_are_told_to_come_back_before_the_disk_is_full(
    app: App, brand_id: int, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events_accept, "ROOM_BYTES_MIN", 2_000_000)
    monkeypatch.setattr(events_accept, "BACKLOG_READ_SECONDS", 0.0)
    with program(app, brand_id) as http:
        assert http.post("/api/v1/events", json=event("1")).status_code == 202
        fill(small)
        answer = http.post("/api/v1/events", json=event("2"))
        assert (answer.status_code, answer.json()["code"]) == (503, "intake_disk_full")
        assert str(small / "lake") in answer.json()["detail"]
        assert int(answer.headers["Retry-After"]) > 0
        empty(small)
        assert http.post("/api/v1/events", json=event("2")).status_code == 202
    carry(app)
    assert len(in_lake(app, brand_id)) == 2
