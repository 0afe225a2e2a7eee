"""Every row is fenced by its brand; rows go in and out by COPY unchanged."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.kernel.db import Role, arrow_of, brand_of, copy_rows
from siyu.kernel.longwork import announce_task

NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
ELSEWHERE = 1_000_000


def tasks_seen(session: Session) -> int:
    return int(session.execute(text("SELECT count(*) FROM long_task")).scalar_one())


@pytest.fixture
def one_task(app: App, brand_id: int) -> int:
    """A committed row of the test's brand."""
    with app.db.transaction(brand_id=brand_id) as session:
        return announce_task(session, kind="import", title="orders", actor=SYSTEM, now=NOW)


def test_a_brands_rows_are_invisible_to_another(app: App, brand_id: int, one_task: int) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        assert tasks_seen(session) == 1
    with app.db.transaction(brand_id=brand_id + ELSEWHERE) as session:
        assert tasks_seen(session) == 0


def test_a_forgotten_brand_finds_nothing(app: App, one_task: int) -> None:
    with app.db.transaction(brand_id=None) as session:
        assert tasks_seen(session) == 0
        with pytest.raises(AssertionError, match="outside any brand"):
            brand_of(session)


def test_another_brands_rows_can_be_neither_written_nor_changed(
    app: App, brand_id: int, one_task: int
) -> None:
    with app.db.transaction(brand_id=brand_id + ELSEWHERE) as session:
        changed = session.execute(
            text("UPDATE long_task SET title = 'mine' WHERE task_id = :t"), {"t": one_task}
        )
        assert changed.rowcount == 0  # type: ignore[attr-defined]
        session.execute(text("DELETE FROM long_task"))
    with app.db.transaction(brand_id=brand_id) as session:
        assert tasks_seen(session) == 1
    with (
        pytest.raises(DBAPIError, match="row-level security"),
        app.db.transaction(brand_id=brand_id) as session,
    ):
        session.execute(
            text(
                "INSERT INTO long_task (brand_id, kind, title, state, done, total, step, started_by, created_at) "
                "VALUES (:brand, '', '', 'queued', 0, 0, '', '', now())"
            ),
            {"brand": brand_id + ELSEWHERE},
        )


def test_the_brand_is_left_with_the_transaction(app: App, brand_id: int, one_task: int) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        connection = session.connection().connection.driver_connection
    with app.db.engine.connect() as fresh:
        fresh.execute(text("SET ROLE siyu_app"))
        for _ in range(3):  # whichever pooled connection it is
            assert fresh.execute(text("SELECT current_setting('siyu.brand_id', true)")).scalar_one() in (
                None,
                "",
            )
            assert fresh.execute(text("SELECT count(*) FROM long_task")).scalar_one() == 0
        fresh.rollback()
        fresh.execute(text("RESET ROLE"))
    assert connection is not None


def test_a_raised_error_takes_everything_back(app: App, brand_id: int) -> None:
    with pytest.raises(ZeroDivisionError), app.db.transaction(brand_id=brand_id) as session:
        announce_task(session, kind="import", title="orders", actor=SYSTEM, now=NOW)
        _ = 1 / 0
    with app.db.transaction(brand_id=brand_id) as session:
        assert tasks_seen(session) == 0


def test_no_role_of_ours_may_create_or_drop(app: App, brand_id: int) -> None:
    for role in Role:
        for statement in (
            "CREATE TABLE mine (x int)",
            "DROP TABLE long_task",
            "ALTER TABLE inbox DISABLE ROW LEVEL SECURITY",
        ):
            with pytest.raises(DBAPIError), app.db.transaction(brand_id=brand_id, role=role) as session:
                session.execute(text(statement))


def test_the_application_cannot_read_the_inbox(app: App, session: Session) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        session.execute(text("SELECT * FROM inbox"))
    session.rollback()


HARD = [
    None, "", "plain", "comma, and 'quotes' and \"double\"", "two\nlines\r\nand\ttabs", "中文，全角", "100%",
    "%s %(a)s :name", "\\N", "\\.", "NULL", "a\\b", "🙂",
]  # fmt: skip


def staged(session: Session, values: list[tuple[object, ...]], columns: str) -> None:
    session.execute(text(f"CREATE TEMPORARY TABLE staged ({columns}) ON COMMIT DROP"))
    copy_rows(session, table="staged", columns=tuple(c.split()[0] for c in columns.split(", ")), rows=values)


def test_hard_text_survives_copy_in_and_out(session: Session) -> None:
    staged(session, list(enumerate(HARD)), "n bigint, t text")
    table = arrow_of(session, "SELECT n, t FROM staged ORDER BY n", {}, {"n": "int64", "t": "text"})
    assert table["t"].to_pylist() == HARD


def test_every_type_arrives_as_itself_and_null_as_null(session: Session) -> None:
    moment = datetime(2026, 11, 2, 4, 0, 0, 123456, tzinfo=UTC)
    whole = datetime(1999, 12, 31, tzinfo=UTC)
    rows: list[tuple[object, ...]] = [
        (2**62, "x", True, 0.1, moment), (-1, "", False, float("inf"), whole), (None, None, None, None, None),
    ]  # fmt: skip
    staged(session, rows, "i bigint, t text, b boolean, f double precision, m timestamptz")
    kinds = {"i": "int64", "t": "text", "b": "bool", "f": "float64", "m": "moment"}
    table = arrow_of(session, "SELECT * FROM staged", {}, kinds)
    assert [tuple(row.values()) for row in table.to_pylist()] == rows
    assert table.schema.field("m").type == pa.timestamp("us", tz="UTC")


def test_an_empty_answer_has_its_columns(session: Session) -> None:
    table = arrow_of(session, "SELECT 1::bigint AS n WHERE false", {}, {"n": "int64"})
    assert (table.num_rows, table.schema.names) == (0, ["n"])


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30))
def test_a_parameter_is_a_value_whatever_it_holds(session: Session, value: str) -> None:
    table = arrow_of(session, "SELECT :v AS v, 5 % 3 AS m", {"v": value}, {"v": "text", "m": "int64"})
    assert table.to_pylist() == [{"v": value, "m": 2}]


def test_a_million_parameters_of_a_list_are_bound(session: Session) -> None:
    table = arrow_of(
        session, "SELECT n FROM unnest(CAST(:ns AS bigint[])) n", {"ns": list(range(1000))}, {"n": "int64"}
    )
    assert table.num_rows == 1000


def test_a_constraint_speaks_at_once(session: Session, one_task: int) -> None:
    with pytest.raises(IntegrityError, match="ck_long_task_state"):
        session.execute(text("UPDATE long_task SET state = 'finished'"))
    session.rollback()


def test_a_failed_statement_does_not_tell_its_values(session: Session) -> None:
    with pytest.raises(DBAPIError) as failure, session.begin_nested():
        session.execute(text("SELECT :name, 1 / 0"), {"name": "王芳"})
    assert "王芳" not in str(failure.value)
