"""What was changed stands in the log for good."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from siyu.kernel.app import App
from siyu.kernel.audit import Actor, audit_entries, record
from siyu.kernel.db import Role

NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
FANG = Actor("user", 3, "fang", "203.0.113.7", "abc")


def rename(session: Session, number: int) -> None:
    record(
        session, actor=FANG, action="rename", subject=("segment", number), before={"name": "旧"}, after={"name": "新"},
        now=NOW,
    )  # fmt: skip
    session.flush()


def test_who_what_when_and_from_where_are_kept(session: Session) -> None:
    rename(session, 17)
    (entry,) = session.scalars(audit_entries(before_id=None, subject_type="segment", limit=10))
    said = (
        entry.actor_label,
        entry.address,
        entry.request_id,
        entry.subject_id,
        entry.before,
        entry.after,
        entry.at,
    )
    assert said == ("fang", "203.0.113.7", "abc", "17", {"name": "旧"}, {"name": "新"}, NOW)


def test_pages_run_from_the_newest_backwards(session: Session) -> None:
    for number in range(5):
        rename(session, number)
    first = list(session.scalars(audit_entries(before_id=None, subject_type="segment", limit=3)))
    rest = session.scalars(audit_entries(before_id=first[-1].audit_entry_id, subject_type="segment", limit=3))
    assert [entry.subject_id for entry in [*first, *rest]] == ["4", "3", "2", "1", "0"]


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entry SET action = 'x'", "DELETE FROM audit_entry", "TRUNCATE audit_entry"]
)
@pytest.mark.parametrize("role", list(Role))
def test_nobody_of_ours_can_change_or_remove_an_entry(
    app: App, brand_id: int, statement: str, role: Role
) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        rename(session, 1)
    with (
        pytest.raises(DBAPIError, match="permission denied"),
        app.db.transaction(brand_id=brand_id, role=role) as other,
    ):
        other.execute(text(statement))


def test_a_change_that_failed_is_not_in_the_log(app: App, brand_id: int) -> None:
    with pytest.raises(ZeroDivisionError), app.db.transaction(brand_id=brand_id) as session:
        rename(session, 1)
        _ = 1 / 0
    with app.db.transaction(brand_id=brand_id) as session:
        assert list(session.scalars(audit_entries(before_id=None, subject_type="segment", limit=10))) == []
