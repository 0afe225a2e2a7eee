"""Whatever goes wrong leaves as problem+json, in the reader's language, with a request id and safe headers."""

import errno
from collections.abc import Iterator

import psycopg
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client import REGISTRY
from pydantic import BaseModel
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from siyu.kernel.errors import NotFound, SiyuError
from siyu.kernel.http import speak_problem_json
from siyu.kernel.lake import LakeFailure


class TooManyTries(SiyuError):
    """Too many tries."""

    code = "test_throttled"
    status = 429
    zh = "尝试次数过多。"


class Order(BaseModel):
    """A body."""

    quantity: int


def broken(statement: str | None) -> OperationalError:
    """A connection that broke in a statement, or outside any: at COMMIT."""
    return OperationalError(statement, None, psycopg.OperationalError("gone"), connection_invalidated=True)


REFUSALS: dict[str, Exception] = {
    "missing": NotFound(what="segment", key=17),
    "throttled": TooManyTries(retry_after_seconds=30),
    "bug": ValueError("password=hunter2"),
    "database": OperationalError("SELECT secret", {}, Exception("gone")),
    "commit": broken(None),
    "statement": broken("UPDATE secret"),
    "crowd": PoolTimeout("QueuePool limit of size 5 overflow 10 reached"),
    "closed under us": InterfaceError(None, None, psycopg.InterfaceError("the connection is closed")),
    "closed while copying": psycopg.InterfaceError("the connection is closed"),
    "misused": InterfaceError(None, None, psycopg.InterfaceError("cursor has no result")),
    "connections": OperationalError(None, None, psycopg.errors.TooManyConnections("secret")),
    "disk": OSError(errno.ENOSPC, "No space left on device", "/secret"),
    "tables": OperationalError("INSERT secret", {}, psycopg.errors.DiskFull("secret")),
    "nul": DataError("INSERT secret", {}, psycopg.errors.UntranslatableCharacter("secret")),
    "nul in a parameter": psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes"),
    "value": DataError("INSERT secret", {}, psycopg.errors.NumericValueOutOfRange("secret")),
    "system": OSError(errno.EACCES, "secret"),
    "copying": psycopg.errors.AdminShutdown("secret"),
    "disk of the lake": LakeFailure("IO Error: Could not write to secret: No space left on device"),
    "lake": LakeFailure("Binder Error: secret"),
}


@pytest.fixture
def caller() -> Iterator[TestClient]:
    """A browser before an API whose routes go wrong in every way."""
    api = FastAPI()
    speak_problem_json(api)

    @api.post("/fail/{how}")
    @api.get("/fail/{how}")
    def fail(how: str) -> None:
        raise REFUSALS[how]

    @api.post("/orders")
    def take(order: Order) -> Order:
        return order

    with TestClient(api, raise_server_exceptions=False) as client:
        yield client


ANSWERS = [
    ("missing", 404, "not_found"),
    ("throttled", 429, "test_throttled"),
    ("bug", 500, "internal"),
    ("database", 503, "database_gone"),
    ("commit", 503, "database_gone"),  # whoever only reads has changed nothing
    ("crowd", 503, "server_busy"),
    ("connections", 503, "server_busy"),
    ("closed under us", 503, "database_gone"),
    ("closed while copying", 503, "database_gone"),
    ("misused", 500, "internal"),
    ("disk", 507, "server_disk_full"),
    ("tables", 507, "server_disk_full"),
    ("disk of the lake", 507, "server_disk_full"),
    ("lake", 500, "internal"),
    ("copying", 503, "database_gone"),  # in mid-transaction, outside of any statement of the engine
    ("nul", 422, "unstorable_text"),
    ("nul in a parameter", 422, "unstorable_text"),
    ("value", 500, "internal"),  # whatever else PostgreSQL refuses should have been refused before
    ("system", 500, "internal"),
]


@pytest.mark.parametrize(("how", "status", "code"), ANSWERS)
def test_every_failure_is_problem_json_with_a_request_id(
    caller: TestClient, how: str, status: int, code: str
) -> None:
    answer = caller.get(f"/fail/{how}")
    assert (answer.status_code, answer.json()["code"], answer.json()["status"]) == (status, code, status)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["request_id"]
    assert "hunter2" not in answer.text
    assert "secret" not in answer.text


def test_the_request_id_of_the_body_is_that_of_the_header(caller: TestClient) -> None:
    answer = caller.get("/fail/missing")
    assert answer.json()["request_id"] == answer.headers["X-Request-ID"]
    assert caller.get("/fail/missing").headers["X-Request-ID"] != answer.headers["X-Request-ID"]


def test_a_change_that_broke_off_while_it_was_saved_is_not_said_to_be_undone(caller: TestClient) -> None:
    answer = caller.post("/fail/commit").json()
    assert (answer["status"], answer["code"]) == (503, "outcome_unknown")
    assert "没有任何改动" not in answer["detail"]
    assert caller.post("/fail/statement").json()["code"] == "database_gone"


def test_a_refusal_says_when_to_come_back(caller: TestClient) -> None:
    assert caller.get("/fail/throttled").headers["Retry-After"] == "30"
    assert caller.get("/fail/database").headers["Retry-After"] == "2"
    assert caller.get("/fail/crowd").headers["Retry-After"] == "5"
    assert "Retry-After" not in caller.post("/fail/commit").headers, "looking comes before trying again"


LANGUAGES = [
    (None, "没有找到"),
    ("zh-CN,zh;q=0.9", "没有找到"),
    ("en-GB,en;q=0.8", "There is no"),
    ("fr", "没有找到"),
]


@pytest.mark.parametrize(("wanted", "said"), LANGUAGES)
def test_a_refusal_speaks_the_readers_language(caller: TestClient, wanted: str | None, said: str) -> None:
    headers = {"Accept-Language": wanted} if wanted else {}
    assert caller.get("/fail/missing", headers=headers).json()["detail"].startswith(said)


def test_malformed_input_names_the_field(caller: TestClient) -> None:
    answer = caller.post("/orders", json={"quantity": "many"})
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
    assert [problem["field"] for problem in answer.json()["errors"]] == ["body.quantity"]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[]"])
def test_a_body_that_is_no_json_is_malformed_not_a_failure(caller: TestClient, body: bytes) -> None:
    answer = caller.post("/orders", content=body, headers={"Content-Type": "application/json"})
    assert 400 <= answer.status_code < 500
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_route_nobody_made_is_a_problem_too(caller: TestClient) -> None:
    answer = caller.get("/nowhere")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert caller.delete("/orders").status_code == 405


@pytest.mark.parametrize("path", ["/fail/missing", "/fail/bug", "/nowhere"])
def test_every_answer_carries_safe_headers(caller: TestClient, path: str) -> None:
    headers = caller.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert headers["X-Request-ID"]


def test_a_failure_is_counted_like_any_answer(caller: TestClient) -> None:
    def failures() -> float:
        value = REGISTRY.get_sample_value(
            "siyu_http_requests_total", {"method": "GET", "route": "/fail/{how}", "status": "500"}
        )
        return value or 0.0

    before = failures()
    caller.get("/fail/bug")
    assert failures() == before + 1
