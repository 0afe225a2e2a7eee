"""The doctor sees work that does not get done, says how to mend it, and stumbles over nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from siyu.entrypoints import doctor_work
from siyu.entrypoints.doctor_work import work_findings
from siyu.entrypoints.findings import Finding
from siyu.kernel.app import App
from siyu.kernel.clock import utcnow
from siyu.kernel.jobs import defer
from siyu.kernel.lake import brand_schema


def found(app: App) -> dict[str, Finding]:
    return {finding.part: finding for finding in work_findings(app.settings, app.db.url)}


def test_failed_jobs_waiting_jobs_and_a_full_inbox_are_found(app: App, brand_id: int) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        failing = defer(session, "test-doctor-failed", brand_id=brand_id)
        waiting = defer(session, "test-doctor-waiting", brand_id=brand_id)
    with app.db.engine.begin() as owner:
        for status in ("doing", "failed"):
            owner.execute(
                text(
                    "UPDATE procrastinate_jobs SET status = CAST(:s AS procrastinate_job_status) WHERE id = :n"
                ),
                {"s": status, "n": failing},
            )
        fact = owner.execute(
            text("INSERT INTO inbox (brand_id, fact, source, event_id, occurred_at, received_at, properties) "
                 "VALUES (:b, 'nobody_knows_it', 's', 'e', :at, :at, '{}') RETURNING inbox_id"),
            {"b": brand_id, "at": utcnow() - timedelta(hours=2)},
        ).scalar_one()  # fmt: skip
    seen = found(app)
    with app.db.engine.begin() as owner:
        owner.execute(
            text("DELETE FROM procrastinate_jobs WHERE id IN (:a, :b)"), {"a": failing, "b": waiting}
        )
        owner.execute(text("DELETE FROM inbox WHERE inbox_id = :f"), {"f": fact})
    for part in ("jobs", "inbox"):
        assert not seen[part].well
        assert seen[part].remedy
    assert "test-doctor-failed 1" in seen["jobs"].seen
    assert "wait" in seen["worker"].seen


def test_a_lake_of_an_older_version_is_found(app: App, brand_id: int) -> None:
    schema = brand_schema(brand_id)
    with app.lake.transaction() as cursor:
        cursor.execute(f"UPDATE {schema}.lake_version SET version = -version")
    seen = found(app)["lake tables"]
    with app.lake.transaction() as cursor:
        cursor.execute(f"UPDATE {schema}.lake_version SET version = -version")
    assert (seen.well, seen.remedy) == (False, "run `siyu init`")


def test_one_look_that_fails_hides_no_other(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_session: object) -> bool:
        raise ZeroDivisionError("unforeseen")

    monkeypatch.setattr(doctor_work, "worker_is_running", broken)
    seen = found(app)
    assert seen["worker"].seen == "ZeroDivisionError: unforeseen"
    assert list(seen) == ["worker", "jobs", "inbox", "messages", "lake tables", "lake files"]
