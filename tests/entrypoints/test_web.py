"""The server's own answers: health, readiness, numbers, and the console's pages."""

import dataclasses
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from siyu.entrypoints.web import BODY_BYTES_MAX, create_api
from siyu.kernel.app import App


@pytest.fixture
def console(tmp_path: Path) -> Path:
    """A console of two files, and a secret beside it."""
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<title>思屿</title>")
    (folder / "assets" / "app-1a2b.js").write_text("1")
    (tmp_path / "secret.key").write_text("secret")
    return folder


@pytest.fixture
def visitor(app: App, console: Path) -> TestClient:
    """Somebody at this machine who did not sign in."""
    api = create_api(app, console=console)
    return TestClient(api, raise_server_exceptions=False, client=("127.0.0.1", 50_000))


def test_a_living_server_is_alive_and_ready(visitor: TestClient) -> None:
    assert visitor.get("/healthz").text == "ok"
    ready = visitor.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"database": True, "lake": True})


def test_a_server_whose_database_is_gone_is_alive_but_not_ready(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(**_: object) -> None:
        raise OSError

    monkeypatch.setattr(type(app.db), "transaction", gone)
    visitor = TestClient(create_api(app), raise_server_exceptions=False)
    assert visitor.get("/healthz").status_code == 200
    assert visitor.get("/readyz").status_code == 503


def test_requests_are_counted_by_route_and_not_by_address(visitor: TestClient) -> None:
    visitor.get("/healthz")
    numbers = visitor.get("/metrics").text
    assert 'siyu_http_requests_total{method="GET",route="/healthz",status="200"}' in numbers


def test_methods_that_callers_invent_make_no_labels(visitor: TestClient) -> None:
    for number in range(3):
        visitor.request(f"BREW{number}", "/healthz")
    numbers = visitor.get("/metrics").text
    assert 'method="other"' in numbers
    assert "BREW" not in numbers


STRANGERS = [
    ("10.1.2.3", {}),  # another machine
    ("127.0.0.1", {"X-Forwarded-For": "10.1.2.3"}),  # another machine, through a proxy on this one
    ("127.0.0.1", {"Forwarded": "for=10.1.2.3"}),
    ("a-name", {}),  # no address at all
]


@pytest.mark.parametrize(("host", "headers"), STRANGERS)
def test_metrics_are_for_this_machine(app: App, host: str, headers: dict[str, str]) -> None:
    stranger = TestClient(create_api(app), raise_server_exceptions=False, client=(host, 1))
    answer = stranger.get("/metrics", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "metrics_not_for_you")


TOKENS = [("Bearer t0ken", 200), ("Bearer other", 403), ("t0ken", 403), ("Bearer \u00e9", 403), ("", 403)]


@pytest.mark.parametrize(("shown", "status"), TOKENS)
def test_a_token_opens_metrics_from_anywhere_and_closes_them_to_all_others(
    app: App, shown: str, status: int
) -> None:
    guarded = dataclasses.replace(app, settings=dataclasses.replace(app.settings, metrics_token="t0ken"))
    for host in ("10.1.2.3", "127.0.0.1"):
        caller = TestClient(create_api(guarded), raise_server_exceptions=False, client=(host, 1))
        answer = caller.get("/metrics", headers={b"Authorization": shown.encode()})
        assert answer.status_code == status


@pytest.mark.parametrize("path", ["/", "/customers/17", "/segments?stage=active"])
def test_any_page_of_the_console_is_its_index(visitor: TestClient, path: str) -> None:
    answer = visitor.get(path)
    assert (answer.status_code, answer.text) == (200, "<title>思屿</title>")
    assert answer.headers["Cache-Control"] == "no-cache"


def test_built_files_are_kept_by_browsers(visitor: TestClient) -> None:
    assert "immutable" in visitor.get("/assets/app-1a2b.js").headers["Cache-Control"]


ESCAPES = [
    "/../secret.key",
    "/%2e%2e/secret.key",
    "/assets/..%2f..%2fsecret.key",
    "/..%5csecret.key",
    "//etc/passwd",
]


@pytest.mark.parametrize("path", ESCAPES)
def test_no_file_outside_the_console_is_served(visitor: TestClient, path: str) -> None:
    answer = visitor.get(path)
    assert "secret" not in answer.text
    assert "root:" not in answer.text


def test_an_api_route_nobody_made_is_a_problem_and_no_page(visitor: TestClient) -> None:
    answer = visitor.get("/api/v1/nonsense")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_a_body_beyond_all_reason_is_refused_before_anybody_is_known(visitor: TestClient) -> None:
    for body in (
        b"x" * (BODY_BYTES_MAX + 1),
        iter([b"x" * 1_000_000] * 9),
    ):  # with its length told, and without
        answer = visitor.post(
            "/api/v1/auth/login", content=body, headers={"Content-Type": "application/json"}
        )
        assert answer.status_code == 413


def test_a_file_may_be_larger_than_other_bodies(client: TestClient) -> None:
    rows = b"order,at\n" + b"A1,2026-05-01\n" * (BODY_BYTES_MAX // 14 + 1)
    answer = client.post("/api/v1/imports/uploads", files={"file": ("orders.csv", rows)})
    assert answer.status_code == 201


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/segments/{id}",
        "/api/v1/segments/{id}/export",
        "/api/v1/segments/1/explain/{id}",
        "/api/v1/insight/customers/{id}",
    ],
)
def test_a_number_no_row_can_have_is_malformed_input(client: TestClient, path: str) -> None:
    assert client.get(path.format(id=10**30)).status_code == 422


def test_the_api_describes_itself_without_pages_from_elsewhere(client: TestClient) -> None:
    assert client.get("/api/openapi.json").status_code == 200
    assert client.get("/api/docs").status_code == 404
