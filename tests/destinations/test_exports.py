"""Segments and facts go to folders and buckets: whole, marked, once or each day, whatever happens on the way."""

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from sqlalchemy import select, text

from siyu.destinations.actions import exporting
from siyu.destinations.actions.destinations import (
    pause_destination,
    remove_destination,
    resume_destination,
)
from siyu.destinations.actions.exports import (
    approve_export,
    brands_with_exports_due,
    order_export,
    run_again,
    start_due_exports,
    stop_export,
)
from siyu.destinations.actions.places import create_bucket, create_folder, place_of
from siyu.destinations.contracts import (
    BucketKeys,
    BucketSettings,
    ExportContent,
    ExportOrder,
    FileFormat,
)
from siyu.destinations.errors import BadExport, BadFolder, IdentitiesNeedReason, SecondPersonNeeded
from siyu.destinations.models import Destination, ExportPlan, ExportRun
from siyu.destinations.rules.exporting import checked_folder, next_run
from siyu.entrypoints.worker import work
from siyu.kernel.app import App
from siyu.kernel.audit import Actor, AuditEntry
from siyu.kernel.clock import utcnow
from siyu.kernel.db import Role
from siyu.kernel.lake import brand_schema
from siyu.kernel.longwork import LongTask, ask_to_cancel
from siyu.organisation.api import brand_info
from siyu.people.api import find_customers, save_customers
from siyu.people.contracts import CustomerRecord
from siyu.segments.api import create_segment
from siyu.segments.contracts import EVERYBODY
from tests.conftest import NOW
from tests.destinations.makers import FANG, LIN, opened_inside

ORDERS = ExportOrder("orders", ExportContent.FACTS, FileFormat.PARQUET, facts=("order",), days=30)


def folder(app: App, brand_id: int, *, name: str = "warehouse", third_party: bool = False) -> int:
    with app.db.transaction(brand_id=brand_id) as session:
        made = create_folder(
            app, session, name=name, folder=f"{name}/in", actor=LIN, now=NOW, third_party=third_party
        )
        return made.destination_id


def ordered(
    app: App, brand_id: int, destination_id: int, order: ExportOrder, now: datetime | None = None, actor: Actor = LIN
) -> int:  # fmt: skip
    with app.db.transaction(brand_id=brand_id) as session:
        plan = order_export(
            app, session, destination_id=destination_id, order=order, actor=actor, now=now or utcnow()
        )
        return plan.export_plan_id


def files_of(app: App, plan: int | str = "*") -> dict[str, bytes]:
    """What an export wrote into the folder, by name."""
    found = app.settings.out_path.glob(f"*/warehouse/in/export-{plan}/*/*")
    return {one.name: one.read_bytes() for one in found}


def write_orders(app: App, brand_id: int, *, count: int, at: datetime) -> None:
    with app.lake.transaction() as cursor:
        cursor.execute(
            f'INSERT INTO {brand_schema(brand_id)}."order" (customer_id, occurred_at, source, batch_id, order_key, '
            "paid_fen, currency) SELECT 7, ?, 'till', 1, '=o' || i, 100 + i, 'CNY' FROM range(?) r(i)",
            [at, count],
        )


def runs(app: App, brand_id: int) -> list[ExportRun]:
    with app.db.transaction(brand_id=brand_id) as session:
        return list(session.scalars(select(ExportRun).order_by(ExportRun.export_run_id)))


@pytest.fixture(autouse=True)
def empty(app: App) -> Iterator[None]:
    """No test sees the files of another."""
    yield
    for one in app.settings.out_path.glob("*/*/in/**/*"):
        if one.is_file():
            one.unlink()


HOURS = [
    # hour, zone, after, next
    (time(3), "Asia/Shanghai", datetime(2026, 11, 22, 18, 59, tzinfo=UTC), datetime(2026, 11, 22, 19, tzinfo=UTC)),
    # exactly then: the next day
    (time(3), "Asia/Shanghai", datetime(2026, 11, 22, 19, tzinfo=UTC), datetime(2026, 11, 23, 19, tzinfo=UTC)),
    # an hour that the day skips
    (time(2, 30), "Europe/Berlin", datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
    # an hour that comes twice counts the first time
    (time(2, 30), "Europe/Berlin", datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    (time(2, 30), "Europe/Berlin", datetime(2026, 10, 25, 1, tzinfo=UTC), datetime(2026, 10, 26, 1, 30, tzinfo=UTC)),
]  # fmt: skip


@pytest.mark.parametrize(("hour", "zone", "after", "expected"), HOURS)
def test_the_next_hour_of_a_zone(hour: time, zone: str, after: datetime, expected: datetime) -> None:
    assert next_run(hour, zone=zone, after=after) == expected


@pytest.mark.parametrize(
    "bad", ["", "/", "/etc", "..", "a/../b", "a/./b", ".ssh", "a\\b", "a b", "a//../b", "x" * 201, "a\0b"]
)
def test_a_folder_leads_nowhere_else(bad: str) -> None:
    with pytest.raises(BadFolder):
        checked_folder(bad)


def test_a_link_out_of_the_folder_is_refused(app: App, brand_id: int, tmp_path: Path) -> None:
    number = folder(app, brand_id, name="linked")
    place = next(app.settings.out_path.glob("*/linked/in"))
    place.rmdir()
    place.symlink_to(tmp_path)
    ordered(app, brand_id, number, ORDERS)
    work(app, once=True)
    assert runs(app, brand_id)[-1].failure["code"] == "bad_folder"  # type: ignore[index]
    assert list(tmp_path.iterdir()) == []


def test_facts_of_whole_days_are_written_with_a_manifest_that_names_every_file(
    app: App, brand_id: int
) -> None:
    write_orders(app, brand_id, count=25_000, at=utcnow() - timedelta(days=3))
    write_orders(app, brand_id, count=5, at=utcnow())  # of today, which is not over
    number = folder(app, brand_id)
    found: dict[str, bytes] = {}
    for form in FileFormat:
        plan = ordered(app, brand_id, number, replace(ORDERS, format=form))
        work(app, once=True)
        found |= files_of(app, plan)
        said = json.loads(found["manifest.json"])
        (file,) = said["files"]
        assert (file["name"], file["rows"], said["rows"]) == (f"order.{form}", 25_000, 25_000)
        assert file["sha256"] == hashlib.sha256(found[file["name"]]).hexdigest()
        assert file["bytes"] == len(found[file["name"]])
        with app.db.transaction(brand_id=brand_id) as session:
            assert session.get(ExportPlan, plan).state == "done"  # type: ignore[union-attr]
    table = pq.read_table(io.BytesIO(found["order.parquet"]))
    assert table.schema.metadata[b"siyu.exported_by"].decode().startswith("林 20")
    assert len(set(table["event_id"].to_pylist())) == 25_000
    assert table["occurred_at"].type.tz.endswith("UTC")
    rows = list(csv.DictReader(io.StringIO(found["order.csv"].decode("utf-8-sig"))))
    assert rows[0]["exported_by"].startswith("林 20")
    assert {row["order_key"][0] for row in rows} == {"'"}, "no cell is a formula"
    plan = ordered(
        app, brand_id, number, replace(ORDERS, format=FileFormat.CSV), actor=replace(LIN, label="=1+1")
    )
    work(app, once=True)
    (name,) = {
        row["exported_by"][:5]
        for row in csv.DictReader(io.StringIO(files_of(app, plan)["order.csv"].decode()))
    }
    assert name == "'=1+1", "nor is who exports one"
    assert [one.state for one in runs(app, brand_id)] == ["done", "done", "done"]
    with app.db.transaction(brand_id=brand_id) as session:
        written = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "destination_export.written")
        ).all()
        assert [one.after["rows"] for one in written if one.after] == [25_000, 25_000, 25_000]


def test_who_is_in_a_segment_is_written_in_clear_after_a_second_person_agreed(
    app: App, brand_id: int
) -> None:
    number = folder(app, brand_id)
    with app.db.transaction(brand_id=brand_id) as session:
        session.execute(text("UPDATE brand SET needs_approval = true"))
        record = CustomerRecord("member_no", "V1", NOW, phone="13800138000", name="王小明")
        save_customers(session, cipher=app.cipher, records=[record], source="t", batch_id=None, now=NOW)
        customer_id = find_customers(session, cipher=app.cipher, wanted="V1")[0]
        segment = create_segment(
            session, name="all", description="", definition=EVERYBODY, sources=(), actor=LIN, now=NOW
        ).segment_id
    order = ExportOrder("vip", ExportContent.SEGMENT, FileFormat.CSV, segment_id=segment)
    with pytest.raises(IdentitiesNeedReason):
        ordered(app, brand_id, number, replace(order, with_profiles=True))
    with pytest.raises(BadExport):
        ordered(app, brand_id, number, replace(ORDERS, with_profiles=True, reason="x"))
    ordered(app, brand_id, number, order)
    work(app, once=True)
    assert b"13800138000" not in files_of(app)[f"segment-{segment}.csv"]
    plan = ordered(app, brand_id, number, replace(order, with_profiles=True, reason="印刷会员卡"))
    assert len(runs(app, brand_id)) == 1
    with app.db.transaction(brand_id=brand_id) as session, pytest.raises(SecondPersonNeeded):
        approve_export(session, export_plan_id=plan, actor=LIN, now=utcnow())
    with app.db.transaction(brand_id=brand_id) as session:
        approve_export(session, export_plan_id=plan, actor=FANG, now=utcnow())
    work(app, once=True)
    (row,) = csv.DictReader(io.StringIO(files_of(app, plan)[f"segment-{segment}.csv"].decode("utf-8-sig")))
    assert (row["customer_id"], row["name"], row["phone"]) == (str(customer_id), "王小明", "+8613800138000")
    assert row["exported_by"].startswith("林 (方) ")
    assert json.loads(files_of(app, plan)["manifest.json"])["reason"] == "印刷会员卡"
    with app.db.transaction(brand_id=brand_id) as session, pytest.raises(BadExport):
        run_again(session, export_plan_id=plan, actor=LIN, now=utcnow())


class Killed(BaseException):
    """The process is gone here."""


@pytest.mark.parametrize("step", ["_written", "manifest_of", "_finish"])
def test_killed_on_the_way_a_reader_sees_no_manifest_or_a_true_one_and_the_next_run_ends_right(
    app: App, brand_id: int, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    write_orders(app, brand_id, count=30, at=utcnow() - timedelta(days=3))
    number = folder(app, brand_id)
    ordered(app, brand_id, number, replace(ORDERS, facts=("order", "refund")))
    (run,) = runs(app, brand_id)

    def go() -> None:
        exporting.run_export(
            app, brand_id=brand_id, export_run_id=run.export_run_id, task_id=run.task_id, actor=LIN, now=utcnow()
        )  # fmt: skip

    def die(*arguments: Any, **more: Any) -> Any:
        raise Killed

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(exporting, step, die)
        go()
    left = files_of(app)
    assert ("manifest.json" in left) is (step == "_finish")
    go()
    found = files_of(app)
    said = json.loads(found.pop("manifest.json"))
    assert {one["name"]: one["sha256"] for one in said["files"]} == {
        name: hashlib.sha256(content).hexdigest() for name, content in found.items()
    }
    assert [(one.state, sum(file["rows"] for file in one.files)) for one in runs(app, brand_id)] == [
        ("done", 30)
    ]
    before = found
    go()  # its task has ended: nothing happens
    assert {name: content for name, content in files_of(app).items() if name != "manifest.json"} == before


def test_a_cancelled_export_says_so_and_a_later_one_leaves_no_file_of_an_earlier_one(
    app: App, brand_id: int
) -> None:
    write_orders(app, brand_id, count=30, at=utcnow() - timedelta(days=3))
    number = folder(app, brand_id)
    plan = ordered(app, brand_id, number, ORDERS)
    (run,) = runs(app, brand_id)
    with app.db.transaction(brand_id=brand_id) as session:
        ask_to_cancel(session, task_id=run.task_id, actor=FANG)
    work(app, once=True)
    assert [one.state for one in runs(app, brand_id)] == ["cancelled"]
    with app.db.transaction(brand_id=brand_id) as session:
        assert session.get(LongTask, run.task_id).state == "cancelled"  # type: ignore[union-attr]
        run_again(session, export_plan_id=plan, actor=LIN, now=utcnow())
    with app.db.transaction(brand_id=brand_id) as session:
        code = brand_info(session, brand_id=brand_id).code
    place = app.settings.out_path / code / "warehouse/in" / f"export-{plan}" / run.day.isoformat()
    place.mkdir(parents=True, exist_ok=True)
    (place / "refund.parquet").write_bytes(b"of an earlier, longer one")
    work(app, once=True)
    assert sorted(files_of(app)) == ["manifest.json", "order.parquet"]


def test_an_export_of_every_day_is_begun_once_at_its_hour(app: App, brand_id: int) -> None:
    number = folder(app, brand_id)
    plan = ordered(app, brand_id, number, replace(ORDERS, daily_at=time(3)), now=NOW)
    due = datetime(2026, 11, 2, 19, 0, tzinfo=UTC)  # 03:00 in Shanghai
    for now, begun in ((due - timedelta(minutes=1), 0), (due, 1), (due, 0), (due + timedelta(days=1), 1)):
        with app.db.transaction(brand_id=None, role=Role.PUMP) as session:
            assert (brand_id in brands_with_exports_due(session, now=now)) is bool(begun)
        with app.db.transaction(brand_id=brand_id) as session:
            assert start_due_exports(session, now=now) == begun
    assert [one.day for one in runs(app, brand_id)] == [date(2026, 11, 3), date(2026, 11, 4)]
    with app.db.transaction(brand_id=brand_id) as session:
        stop_export(session, export_plan_id=plan, actor=LIN, now=due)
        assert start_due_exports(session, now=due + timedelta(days=9)) == 0


def test_exports_wait_while_their_destination_is_paused_and_end_with_it(app: App, brand_id: int) -> None:
    number = folder(app, brand_id)
    plans = [ordered(app, brand_id, number, replace(ORDERS, daily_at=time(3)), now=NOW) for _ in range(2)]
    due = datetime(2026, 11, 2, 19, 0, tzinfo=UTC)  # 03:00 in Shanghai
    with app.db.transaction(brand_id=brand_id) as session:
        pause_destination(session, destination_id=number, actor=LIN, now=NOW)
    with app.db.transaction(brand_id=None, role=Role.PUMP) as session:
        assert brand_id not in brands_with_exports_due(session, now=due)
    with app.db.transaction(brand_id=brand_id) as session:
        assert start_due_exports(session, now=due) == 0
        stop_export(session, export_plan_id=plans[0], actor=LIN, now=due)
        resume_destination(session, destination_id=number, actor=LIN, now=due)
        sender = text("SELECT count(*) FROM procrastinate_jobs WHERE lock = :lock")
        assert session.scalar(sender, {"lock": f"destination/{number}"}) == 0, "nothing is posted to a folder"
        assert start_due_exports(session, now=due) == 1
        remove_destination(session, destination_id=number, actor=LIN, now=due)
        assert session.get_one(ExportPlan, plans[1]).state == "stopped"
        assert start_due_exports(session, now=due + timedelta(days=1)) == 0


@contextmanager
def bucket_server() -> Iterator[str]:
    """A stand-in for S3 with one bucket, and its address."""
    server = pytest.importorskip("moto.server", reason="moto[server] is not installed")
    boto3 = pytest.importorskip("boto3")
    running = server.ThreadedMotoServer(port=0, verbose=False)
    running.start()
    try:
        host, port = running.get_host_and_port()
        url = f"http://{host.replace('0.0.0.0', '127.0.0.1')}:{port}"  # noqa: S104 -- what it is replaced by
        boto3.client(
            "s3", endpoint_url=url, aws_access_key_id="a", aws_secret_access_key="b", region_name="us-east-1"
        ).create_bucket(Bucket="siyu-out")
        yield url
    finally:
        running.stop()


def test_a_bucket_takes_the_same_files_and_its_keys_are_nowhere_in_clear(app: App, brand_id: int) -> None:
    inside = opened_inside(app)
    write_orders(inside, brand_id, count=30, at=utcnow() - timedelta(days=3))
    with bucket_server() as url:
        keys = BucketKeys("AKIA-not-secret", "a-very-secret-key")
        settings = BucketSettings(url, "us-east-1", "siyu-out", "tea")
        with inside.db.transaction(brand_id=brand_id) as session:
            number = create_bucket(
                inside, session, name="S3", settings=settings, keys=keys, actor=LIN, now=NOW
            ).destination_id
        ordered(inside, brand_id, number, ORDERS)
        work(inside, once=True)
        (run,) = runs(inside, brand_id)
        assert run.failure is None
        assert run.state == "done"
        with inside.db.transaction(brand_id=brand_id) as session:
            from_there = place_of(inside, session, session.get_one(Destination, number))
        path = f"export-{run.export_plan_id}/{run.day.isoformat()}"
        said = json.loads(from_there.files.open_input_stream(f"{path}/manifest.json").read())
        assert said["files"] == run.files
        assert pq.read_table(f"{path}/order.parquet", filesystem=from_there.files).num_rows == 30
    with inside.db.engine.connect() as owner:
        kept = owner.execute(text("SELECT to_jsonb(d)::text FROM destination d UNION ALL "
                                  "SELECT to_jsonb(a)::text FROM audit_entry a")).scalars().all()  # fmt: skip
    assert not [one for one in kept if "very-secret" in one]
    with inside.db.transaction(brand_id=brand_id) as session:
        remove_destination(session, destination_id=number, actor=LIN, now=NOW)
