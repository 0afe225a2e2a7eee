"""A real connection that dies at COMMIT is told apart from one that dies before."""

from collections.abc import Iterator

import psycopg
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import event, text
from sqlalchemy.engine import Connection

from siyu.kernel.app import App
from siyu.kernel.db import Database, Role
from siyu.kernel.http import speak_problem_json


@pytest.fixture
def caller(app: App) -> Iterator[TestClient]:
    """A browser before an API with one route that writes, on connections of its own."""
    db = Database(app.db.url)
    api = FastAPI()
    speak_problem_json(api)

    def end_connection(connection: Connection) -> None:
        number = connection.connection.driver_connection.info.backend_pid  # type: ignore[union-attr]
        with psycopg.connect(app.db.url, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [number])

    @api.post("/write/{when}")
    def write(when: str) -> None:
        with db.transaction(brand_id=None, role=Role.PUMP) as session:
            if when == "before":
                end_connection(session.connection())
            else:
                event.listen(session, "before_commit", lambda _: end_connection(session.connection()))
            if when == "before":
                session.execute(text("SELECT 1"))

    with TestClient(api, raise_server_exceptions=False) as client:
        yield client
    db.close()


ENDS = [("before", "database_gone"), ("at_commit", "outcome_unknown")]


@pytest.mark.parametrize(("when", "code"), ENDS)
def test_whether_a_change_may_have_been_saved_is_known_from_where_it_broke_off(
    caller: TestClient, when: str, code: str
) -> None:
    answer = caller.post(f"/write/{when}")
    assert (answer.status_code, answer.json()["code"]) == (503, code)


def test_a_database_that_was_never_reached_changed_nothing(app: App) -> None:
    db = Database("postgresql://nobody@127.0.0.1:1/none")
    api = FastAPI()
    speak_problem_json(api)

    @api.post("/write")
    def write() -> None:
        with db.transaction(brand_id=None):
            pytest.fail("nothing answers there")

    answer = TestClient(api, raise_server_exceptions=False).post("/write")
    assert (answer.status_code, answer.json()["code"]) == (503, "database_gone")
