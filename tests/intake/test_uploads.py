"""Uploaded files hold personal data: they lie sealed, for as long as an import needs them and no longer."""

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from siyu.intake.actions.imports import ImportOrder, request_import, run_import
from siyu.intake.actions.uploads import (
    KEPT_FOR,
    KEPT_FOR_AN_IMPORT_MAX,
    expect_upload,
    forget_uploads,
    upload_by_id,
    upload_id_of,
)
from siyu.intake.errors.files import ImportInterrupted, TooManyBadRows
from siyu.intake.queries.imports import import_by_id
from siyu.intake.readers.sealed import SealedFile
from siyu.intake.readers.source import content_sha256
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.kernel.errors import NotFound, SiyuError
from siyu.kernel.lake import LakeFailure
from siyu.kernel.longwork import Cancelled, ask_to_cancel
from tests.intake.importing import MAP, NOW, clock, line, uploaded, write_csv

HOUR = timedelta(hours=1)


def kept(app: App, brand_id: int, folder: Path, *rows: dict[str, str]) -> SealedFile:
    content = write_csv(folder / "f.csv", rows or [line("A1", who="13800138000")]).read_bytes()
    return uploaded(app, brand_id, "订单.csv", content)


def announce(app: App, brand_id: int, upload: SealedFile, **changes: Any) -> int:
    order = ImportOrder(
        upload.path, MAP.format(source="till"), is_upload=True, file_name=upload.name, **changes
    )
    with app.db.transaction(brand_id=brand_id) as session:
        return request_import(
            session, order=order, sha256=content_sha256(upload), actor=SYSTEM, now=NOW, in_background=False
        )


def sweep(app: App, brand_id: int, *, now: datetime) -> list[datetime]:
    """When the brand's uploads are looked at again."""
    with app.db.transaction(brand_id=brand_id) as session:
        before = session.scalar(text("SELECT coalesce(max(id), 0) FROM procrastinate_jobs"))
        forget_uploads(session, home=app.settings.home, now=now)
        again = text(
            "SELECT scheduled_at FROM procrastinate_jobs WHERE id > :before AND task_name = 'intake.forget_uploads'"
        )
        return list(session.scalars(again, {"before": before}))


def aged(upload: SealedFile, age: timedelta) -> SealedFile:
    moment = (NOW - age).timestamp()
    os.utime(upload.path.parent, (moment, moment))
    return upload


def test_an_upload_lies_sealed_and_for_us_alone(app: App, brand_id: int, tmp_path: Path) -> None:
    upload = kept(app, brand_id, tmp_path)
    assert b"13800138000" not in upload.path.read_bytes()
    assert b"13800138000" in upload.open().read()
    assert (upload.path.stat().st_mode & 0o777, upload.path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    found = upload_by_id(
        app.settings.home, cipher=app.cipher, brand_id=brand_id, upload_id=upload_id_of(upload)
    )
    assert found == upload
    with pytest.raises(NotFound):
        upload_by_id(
            app.settings.home, cipher=app.cipher, brand_id=brand_id + 1, upload_id=upload_id_of(upload)
        )


def test_it_is_gone_when_its_import_is_done(app: App, brand_id: int, tmp_path: Path) -> None:
    upload = kept(app, brand_id, tmp_path)
    run_import(app, brand_id=brand_id, import_id=announce(app, brand_id, upload), clock=clock)
    assert not upload.path.parent.exists()


def test_it_is_gone_when_its_import_failed_for_good(app: App, brand_id: int, tmp_path: Path) -> None:
    upload = kept(app, brand_id, tmp_path, line("A1", qty="many"))
    with pytest.raises(TooManyBadRows):
        run_import(app, brand_id=brand_id, import_id=announce(app, brand_id, upload), clock=clock)
    assert not upload.path.parent.exists()


def test_it_is_gone_when_its_import_was_cancelled(app: App, brand_id: int, tmp_path: Path) -> None:
    upload = kept(app, brand_id, tmp_path)
    import_id = announce(app, brand_id, upload)
    with app.db.transaction(brand_id=brand_id) as session:
        task_id = import_by_id(session, import_id=import_id).task_id

    def listen(step: str, _done: int, _total: int) -> None:
        if step == "reading":
            with app.db.transaction(brand_id=brand_id) as session:
                ask_to_cancel(session, task_id=task_id, actor=SYSTEM)

    with pytest.raises(Cancelled):
        run_import(app, brand_id=brand_id, import_id=import_id, clock=clock, listener=listen)
    assert not upload.path.parent.exists()


def test_it_waits_for_an_import_that_was_interrupted(app: App, brand_id: int, tmp_path: Path) -> None:
    upload = kept(app, brand_id, tmp_path)
    import_id = announce(app, brand_id, upload)

    def gone(step: str, _done: int, _total: int) -> None:
        if step == "loading":
            raise LakeFailure("IO Error: server closed the connection unexpectedly")

    with pytest.raises(ImportInterrupted):
        run_import(app, brand_id=brand_id, import_id=import_id, clock=clock, listener=gone)
    assert upload.exists()
    run_import(app, brand_id=brand_id, import_id=import_id, clock=clock)
    assert not upload.path.parent.exists()


def test_it_waits_half_a_day_for_an_import_and_also_after_a_dry_run(
    app: App, brand_id: int, tmp_path: Path
) -> None:
    upload = kept(app, brand_id, tmp_path)
    run_import(app, brand_id=brand_id, import_id=announce(app, brand_id, upload, dry_run=True), clock=clock)
    aged(upload, KEPT_FOR - HOUR)
    assert sweep(app, brand_id, now=NOW) == [], "a young upload has a job of its own"
    assert upload.exists()
    assert sweep(app, brand_id, now=NOW + 2 * HOUR) == []
    assert not upload.path.parent.exists()


def test_an_open_import_holds_it_for_a_week_at_most(app: App, brand_id: int, tmp_path: Path) -> None:
    upload = aged(kept(app, brand_id, tmp_path), KEPT_FOR + HOUR)
    announce(app, brand_id, upload)
    assert sweep(app, brand_id, now=NOW) == [NOW + KEPT_FOR], "it is looked at again"
    assert upload.exists()
    assert sweep(app, brand_id, now=NOW + KEPT_FOR_AN_IMPORT_MAX) == []
    assert not upload.path.parent.exists()


def test_an_upload_is_expected_to_be_forgotten_and_its_job_says_nothing_of_it(
    app: App, brand_id: int
) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        expect_upload(session, now=NOW)
        ((arguments, when),) = session.execute(
            text(
                "SELECT args, scheduled_at FROM procrastinate_jobs WHERE task_name = 'intake.forget_uploads' "
                "AND args->>'brand_id' = :brand"
            ),
            {"brand": str(brand_id)},
        )
    assert arguments == {"brand_id": brand_id}
    assert when > NOW + KEPT_FOR


def test_an_upload_that_is_gone_is_told_by_its_name(app: App, brand_id: int, tmp_path: Path) -> None:
    upload = kept(app, brand_id, tmp_path)
    import_id = announce(app, brand_id, upload)
    upload.path.unlink()
    with pytest.raises(SiyuError) as caught:
        run_import(app, brand_id=brand_id, import_id=import_id, clock=clock)
    assert caught.value.code == "file_missing"
    assert "订单.csv" in caught.value.said_in("zh-CN")
    assert str(app.settings.home) not in caught.value.message + caught.value.said_in("zh-CN")
