"""Organisation over HTTP: happy, refused, not allowed."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, nullcontext
from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import event, update

from siyu.entrypoints.web import create_api
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.kernel.clock import utcnow
from siyu.kernel.longwork import Progress, announce_task
from siyu.organisation.models import WebSession
from tests.organisation.makers import NOW, PASSWORD, make_brand, make_key, make_user

Visitor = Callable[..., TestClient]
OURS = tuple(
    f"/api/v1/{name}"
    for name in ("auth", "brand", "users", "org-units", "permissions", "api-keys", "audit", "tasks")
)
SIGN_ON = tuple(
    f"/api/v1/auth/sign-on/{name}" for name in ("offer", "start", "back", "code")
)  # before anybody is known
LOGIN, ME, USERS, KEYS = "/api/v1/auth/login", "/api/v1/auth/me", "/api/v1/users", "/api/v1/api-keys"


@pytest.fixture
def api(app: App) -> FastAPI:
    return create_api(app)


@pytest.fixture
def visitor(app: App, api: FastAPI, brand_id: int) -> Iterator[Visitor]:
    """Opens browsers: `visitor()` is nobody's, `visitor("analyst")` is signed in as a new person."""
    with ExitStack() as opened:

        def open_browser(*roles: str, **changes: object) -> TestClient:
            client = TestClient(api, raise_server_exceptions=False, client=(f"10.9.0.{brand_id}", 50_000))
            opened.enter_context(client)
            if roles:
                with app.db.transaction(brand_id=brand_id) as session:
                    user = make_user(session, roles=roles, **changes)
                answer = client.post(LOGIN, json={"login": user.login, "password": PASSWORD})
                assert answer.status_code == 200, answer.text
                client.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
            return client

        yield open_browser


def refusal(answer) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, answer.json()["code"]


def test_signing_in_gives_the_person_the_brand_and_an_unreadable_cookie(
    visitor: Visitor, app: App, brand_id: int
) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        login = make_user(session, roles=["analyst"]).login
    answer = visitor().post(LOGIN, json={"login": login.upper(), "password": PASSWORD})
    body, cookie = answer.json(), answer.headers["set-cookie"]
    assert body["user"].keys() == {
        "user_id", "login", "display_name", "roles", "permissions", "must_change_password", "language",
        "sees_whole_brand", "second_factor", "must_enrol_second_factor",
    }  # fmt: skip
    assert (body["user"]["login"], body["user"]["roles"]) == (login, ["analyst"])
    assert "segments.edit" in body["user"]["permissions"]
    assert body["brand"].items() >= {
        "brand_id": brand_id, "currency": "CNY", "demo": False, "needs_approval": False,
        "default_holdout_basis_points": 1_000,
    }.items()  # fmt: skip
    assert cookie.startswith("siyu_session=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie


def test_the_cookie_is_for_https_alone_where_siyu_is_served_so(app: App, brand_id: int) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        login = make_user(session).login
    served = replace(app, settings=replace(app.settings, public_url="https://siyu.example.com"))
    with TestClient(create_api(served), base_url="https://siyu.example.com") as client:
        answer = client.post(LOGIN, json={"login": login, "password": PASSWORD})
    assert "Secure" in answer.headers["set-cookie"]


def test_me_is_the_same_answer_again(visitor: Visitor) -> None:
    person = visitor("owner")
    body = person.get(ME).json()
    assert body["csrf_token"] == person.headers["X-CSRF-Token"]
    assert body["user"]["roles"] == ["owner"]


@pytest.mark.parametrize(("language", "said"), [("zh-CN", "账号或密码有误"), ("en", "is wrong")])
def test_a_wrong_password_is_told_in_the_readers_language(visitor: Visitor, language: str, said: str) -> None:
    answer = visitor().post(
        LOGIN, json={"login": "nobody", "password": "wrong"}, headers={"Accept-Language": language}
    )
    assert refusal(answer) == (401, "wrong_credentials")
    assert said in answer.json()["detail"]


def test_after_too_many_failures_the_answer_says_how_long_to_wait(visitor: Visitor, brand_id: int) -> None:
    client = visitor()
    attempts = [
        client.post(LOGIN, json={"login": f"guessed-{brand_id}", "password": "wrong"}) for _ in range(6)
    ]
    assert [one.status_code for one in attempts] == [401] * 5 + [429]
    assert 28 <= int(attempts[-1].headers["Retry-After"]) <= 30


@pytest.mark.parametrize(
    "body", [{}, {"login": "x"}, {"login": "x", "password": "y", "more": 1}, {"login": "", "password": ""}]
)
def test_a_malformed_sign_in_is_refused(visitor: Visitor, body: dict[str, object]) -> None:
    assert refusal(visitor().post(LOGIN, json=body)) == (422, "malformed")


def test_after_signing_out_the_cookie_opens_nothing(visitor: Visitor) -> None:
    person = visitor("owner")
    kept = person.cookies["siyu_session"]
    assert person.post("/api/v1/auth/logout").status_code == 204
    assert "siyu_session" not in person.cookies
    person.cookies.set("siyu_session", kept)
    assert refusal(person.get(ME)) == (401, "not_signed_in")


def test_a_session_that_was_idle_for_half_a_day_has_ended(visitor: Visitor, app: App, brand_id: int) -> None:
    person = visitor("owner")
    with app.db.transaction(brand_id=brand_id) as session:
        session.execute(update(WebSession).values(last_seen_at=utcnow() - timedelta(hours=12)))
    assert refusal(person.get(ME)) == (401, "not_signed_in")


@pytest.mark.parametrize("token", [None, "", "guessed", "令牌".encode()])
def test_a_change_without_the_sessions_token_is_refused(visitor: Visitor, token: str | bytes | None) -> None:
    person = visitor("owner")
    del person.headers["X-CSRF-Token"]
    headers = {} if token is None else {"X-CSRF-Token": token}
    assert refusal(person.patch("/api/v1/brand", json={"name": "x"}, headers=headers)) == (
        403,
        "csrf_refused",
    )
    assert person.get("/api/v1/brand").json()["name"] != "x"


def test_who_has_a_password_of_somebody_elses_must_change_it_first(visitor: Visitor) -> None:
    person = visitor("owner", must_change_password=True)
    assert refusal(person.get(USERS)) == (403, "password_change_required")
    assert refusal(person.patch("/api/v1/brand", json={})) == (403, "password_change_required")
    assert person.get(ME).json()["user"]["must_change_password"] is True
    change = {"current": PASSWORD, "new": "another eight ducks"}
    assert person.post("/api/v1/auth/password", json=change).status_code == 204
    assert person.get(USERS).status_code == 200


def test_a_key_may_do_what_its_scopes_say_without_a_csrf_token(visitor: Visitor) -> None:
    owner, program = visitor("owner"), visitor()
    made = owner.post(KEYS, json={"source": "till", "scopes": ["users.read", "keys.edit"]})
    assert made.status_code == 201
    program.headers["Authorization"] = f"Bearer {made.json()['secret']}"
    assert program.get(USERS).status_code == 200
    assert refusal(program.get("/api/v1/audit")) == (403, "not_allowed")
    assert refusal(program.get(ME)) == (403, "people_only")
    revoked = owner.delete(f"{KEYS}/{made.json()['key']['api_key_id']}")
    assert revoked.json()["revoked_at"] is not None
    assert refusal(program.get(USERS)) == (401, "not_signed_in")


def test_a_program_gives_nobody_rights_not_even_itself(visitor: Visitor, brand_id: int) -> None:
    owner, program = visitor("owner"), visitor()
    new = {"login": f"other-{brand_id}", "display_name": "x", "roles": ["analyst"]}
    user_id = owner.post(USERS, json=new).json()["user"]["user_id"]
    made = owner.post(KEYS, json={"source": "hr", "scopes": ["users.read", "users.edit", "keys.edit"]}).json()
    program.headers["Authorization"] = f"Bearer {made['secret']}"
    refused = [
        program.post(USERS, json={"login": "third", "display_name": "x", "roles": ["owner"]}),
        program.patch(f"{USERS}/{user_id}", json={"roles": ["owner"]}),
        program.post(f"{USERS}/{user_id}/reset-password"),
        program.post(KEYS, json={"source": "hr-2", "scopes": ["users.read"]}),
    ]
    assert [refusal(answer) for answer in refused] == [(403, "people_only")] * len(refused)
    assert program.post(f"{USERS}/{user_id}/disable").status_code == 200  # whoever leaves is shut out at once
    assert refusal(program.post(f"{USERS}/{user_id}/enable")) == (403, "people_only")
    assert program.get(f"{USERS}/{user_id}").json()["roles"] == ["analyst"]
    assert program.delete(f"{KEYS}/{made['key']['api_key_id']}").status_code == 200


def test_a_person_gives_a_key_no_more_than_they_hold(visitor: Visitor) -> None:
    answer = visitor("developer").post(KEYS, json={"source": "till", "scopes": ["users.edit"]})
    assert refusal(answer) == (403, "scope_not_yours")


@pytest.mark.parametrize("authorization", ["Bearer siyu_0_guessed", "Bearer", "Basic b3duZXI6eA==", ""])
def test_a_bad_authorization_is_not_saved_by_a_good_cookie(visitor: Visitor, authorization: str) -> None:
    answer = visitor("owner").get(ME, headers={"Authorization": authorization})
    assert refusal(answer) == (401, "not_signed_in")


@pytest.mark.parametrize(
    ("role", "method", "path", "permission"),
    [
        ("operator", "GET", "/users", "users.read"),
        ("operator", "PATCH", "/brand", "settings.edit"),
        ("operator", "GET", "/audit", "audit.read"),
        ("operator", "GET", "/api-keys", "keys.read"),
        ("analyst", "POST", "/users", "users.edit"),
        ("analyst", "POST", "/users/1/reset-password", "users.edit"),
        ("analyst", "POST", "/users/1/disable", "users.edit"),
        ("analyst", "POST", "/api-keys", "keys.edit"),
        ("analyst", "POST", "/tasks/1/cancel", "tasks.cancel"),
        ("developer", "PATCH", "/users/1", "users.edit"),
    ],
)
def test_not_allowed_names_the_permission(
    visitor: Visitor, role: str, method: str, path: str, permission: str
) -> None:
    bodies = {
        "/users": {"login": "xx", "display_name": "x", "roles": ["owner"]},
        "/api-keys": {"source": "x", "scopes": ["x"]},
    }
    answer = visitor(role).request(method, f"/api/v1{path}", json=bodies.get(path, {}))
    assert refusal(answer) == (403, "not_allowed")
    assert permission in answer.json()["detail"]


def test_nobody_gets_nothing(api: FastAPI, visitor: Visitor) -> None:
    client = visitor()
    for path, methods in api.openapi()["paths"].items():
        if path.startswith(OURS) and path != LOGIN and not path.startswith(SIGN_ON):
            for method in methods:
                assert client.request(method, re.sub(r"{\w+}", "1", path)).status_code == 401, path


def test_people_are_added_changed_shut_out_and_let_in(visitor: Visitor, brand_id: int) -> None:
    owner, newcomer = visitor("owner"), visitor()
    login = f"new-{brand_id}"
    new = owner.post(USERS, json={"login": login, "display_name": "新人", "roles": ["analyst"]}).json()
    one = f"{USERS}/{new['user']['user_id']}"
    sign_in = {"login": login, "password": new["one_time_password"]}
    assert newcomer.post(LOGIN, json=sign_in).json()["user"]["must_change_password"] is True
    changed = owner.patch(
        one, json={"display_name": "老人", "roles": ["operator", "analyst"], "language": "en"}
    ).json()
    assert (changed["display_name"], changed["roles"], changed["language"]) == (
        "老人",
        ["operator", "analyst"],
        "en",
    )
    assert owner.get(one).json() == changed
    assert owner.post(f"{one}/disable").json()["disabled"] is True
    assert refusal(newcomer.get(ME)) == (401, "not_signed_in")
    assert owner.post(f"{one}/enable").json()["disabled"] is False
    reset = owner.post(f"{one}/reset-password").json()["one_time_password"]
    assert newcomer.post(LOGIN, json={**sign_in, "password": reset}).status_code == 200
    assert owner.get(USERS).json()["total"] == 2


def test_refusals_of_people_say_why(visitor: Visitor) -> None:
    owner = visitor("owner")
    me = owner.get(ME).json()["user"]
    new = {"login": me["login"], "display_name": "x", "roles": ["analyst"]}
    assert refusal(owner.post(USERS, json=new)) == (409, "login_taken")
    assert refusal(owner.post(USERS, json={**new, "login": "two words"})) == (422, "bad_login")
    assert refusal(owner.post(USERS, json={**new, "login": "fresh-1", "roles": []})) == (422, "role_missing")
    assert refusal(owner.post(USERS, json={**new, "login": "nul\0", "roles": ["owner"]})) == (
        422,
        "malformed",
    )
    assert refusal(owner.post(f"{USERS}/{me['user_id']}/disable")) == (409, "last_owner")
    assert refusal(owner.patch(f"{USERS}/{me['user_id']}", json={"roles": ["analyst"]})) == (
        409,
        "last_owner",
    )
    assert refusal(owner.get(f"{USERS}/987654321")) == (404, "not_found")
    assert refusal(owner.get(f"{USERS}/{2**63}")) == (422, "malformed")


def test_people_of_another_brand_are_not_there(app: App, visitor: Visitor) -> None:
    with app.db.transaction(brand_id=None) as session:
        make_brand(session)
        stranger, key = make_user(session), make_key(session).key
    owner = visitor("owner")
    assert refusal(owner.get(f"{USERS}/{stranger.user_id}")) == (404, "not_found")
    assert refusal(owner.post(f"{USERS}/{stranger.user_id}/disable")) == (404, "not_found")
    assert refusal(owner.delete(f"{KEYS}/{key.api_key_id}")) == (404, "not_found")


def test_the_brand_is_described_by_its_owner(visitor: Visitor) -> None:
    owner = visitor("owner")
    answer = owner.patch(
        "/api/v1/brand", json={"name": " 好茶 ", "time_zone": "Asia/Tokyo", "needs_approval": True}
    )
    assert (
        answer.json().items() >= {"name": "好茶", "time_zone": "Asia/Tokyo", "needs_approval": True}.items()
    )
    assert owner.get("/api/v1/brand").json() == answer.json()
    assert refusal(owner.patch("/api/v1/brand", json={"time_zone": "Mars/Olympus"})) == (
        422,
        "unknown_time_zone",
    )
    assert refusal(owner.patch("/api/v1/brand", json={"margin_basis_points": 10_001})) == (422, "malformed")
    assert refusal(owner.patch("/api/v1/brand", json={"currency": "GBP"})) == (422, "malformed")


def test_the_audit_log_is_read_page_by_page_and_filtered(visitor: Visitor) -> None:
    owner = visitor("owner")
    for number in range(4):
        owner.patch("/api/v1/brand", json={"name": f"name {number}"})
    login = owner.get(ME).json()["user"]["login"]
    query: dict[str, object] = {"subject_type": "brand", "actor": login, "limit": 3}
    first = owner.get("/api/v1/audit", params=query).json()
    assert [line["after"]["name"] for line in first["items"]] == ["name 3", "name 2", "name 1"]
    assert first["items"][0]["address"].startswith("10.9.0.")
    last = owner.get("/api/v1/audit", params={**query, "before_id": first["next_cursor"]}).json()
    assert [line["after"]["name"] for line in last["items"]] == ["name 0"]
    assert last["next_cursor"] is None
    assert owner.get("/api/v1/audit", params={"actor": "nobody"}).json()["items"] == []


def test_a_long_task_is_seen_and_cancelled(app: App, brand_id: int, visitor: Visitor) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        task_id = announce_task(session, kind="import", title="订单", actor=SYSTEM, now=NOW)
    operator = visitor("operator")
    listed = operator.get("/api/v1/tasks").json()["items"]
    assert [(task["task_id"], task["state"]) for task in listed] == [(task_id, "queued")]
    cancelled = operator.post(f"/api/v1/tasks/{task_id}/cancel").json()
    assert cancelled["cancel_wanted_by"] == operator.get(ME).json()["user"]["login"]
    assert operator.get(f"/api/v1/tasks/{task_id}").json() == cancelled
    assert refusal(operator.post("/api/v1/tasks/987654321/cancel")) == (404, "not_found")


def test_long_tasks_are_filtered_by_state_and_kind_page_by_page(
    app: App, brand_id: int, visitor: Visitor
) -> None:
    made: dict[int, tuple[str, str]] = {}
    with app.db.transaction(brand_id=brand_id) as session:
        for kind, state in (("import", "done"), ("import", "failed"), ("undo", "done"), ("import", "queued")):
            for _ in range(2):
                task_id = announce_task(session, kind=kind, title="t", actor=SYSTEM, now=NOW)
                Progress(lambda: nullcontext(session), task_id).end(state, now=NOW)
                made[task_id] = (kind, state)
    operator = visitor("operator")

    def listed(**query: str | int | list[str]) -> list[int]:
        found: list[int] = []
        while True:
            page = operator.get("/api/v1/tasks", params={"limit": 1, **query}).json()
            found += [task["task_id"] for task in page["items"]]
            if page["next_cursor"] is None:
                return found
            query["before_id"] = page["next_cursor"]

    def those(wanted: Callable[[str, str], bool]) -> list[int]:
        return [one for one, said in reversed(made.items()) if wanted(*said)]

    assert listed(kind="import") == those(lambda kind, _: kind == "import")
    assert listed(state=["failed", "queued"]) == those(lambda _, state: state != "done")
    assert listed(kind="import", state="done") == those(
        lambda kind, state: (kind, state) == ("import", "done")
    )
    assert refusal(operator.get("/api/v1/tasks", params={"state": "asleep"})) == (422, "malformed")
    assert refusal(operator.get("/api/v1/tasks", params={"kind": "Import; --"})) == (422, "malformed")


def test_a_demo_shows_its_logins_and_others_show_none(api: FastAPI, visitor: Visitor) -> None:
    assert visitor().get("/api/v1/meta").json().items() >= {"demo": False, "demo_logins": []}.items()
    api.state.demo_logins = [{"login": "owner", "password": "a-demo-password", "role": "owner"}]
    shown = visitor().get("/api/v1/meta").json()
    assert (shown["demo"], shown["demo_logins"]) == (True, api.state.demo_logins)


@pytest.mark.parametrize("path", [USERS, KEYS, "/api/v1/audit", "/api/v1/tasks"])
def test_a_list_takes_one_statement_however_long_it_is(
    app: App, brand_id: int, visitor: Visitor, path: str
) -> None:
    owner = visitor("owner")
    with app.db.transaction(brand_id=brand_id) as session:
        for _ in range(5):
            make_user(session)
            make_key(session)
    statements: list[str] = []

    def note(*given: object) -> None:
        statements.append(str(given[2]))

    event.listen(app.db.engine, "before_cursor_execute", note)
    try:
        assert owner.get(path).status_code == 200
    finally:
        event.remove(app.db.engine, "before_cursor_execute", note)
    # Two transactions that enter their role, the look at the session, and the list.
    assert len(statements) == 4, statements
