"""A second factor: RFC 6238's own numbers, asked for at sign-in, good once, slow to guess, required by role."""

import base64
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from siyu.entrypoints.web import create_api
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.kernel.clock import utcnow
from siyu.organisation.actions.second_factor import begin_enrolment, finish_enrolment
from siyu.organisation.contracts import NewSession, UserInfo
from siyu.organisation.errors import SecondFactorNeeded, TooManyAttempts, WrongCredentials, WrongSecondFactor
from siyu.organisation.rules.second_factor import (
    STEP_SECONDS,
    code_of,
    enrolment_uri,
    step_of,
    step_that_fits,
)
from tests.organisation.makers import NOW, PASSWORD, make_session, make_user, try_to_sign_in

SECRET = b"12345678901234567890"
STEP = timedelta(seconds=STEP_SECONDS)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [  # RFC 6238, appendix B, SHA-1
        (59, "94287082"),
        (1_111_111_109, "07081804"),
        (1_111_111_111, "14050471"),
        (1_234_567_890, "89005924"),
        (2_000_000_000, "69279037"),
        (20_000_000_000, "65353130"),
    ],
)
def test_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    assert code_of(SECRET, step_of(datetime.fromtimestamp(seconds, UTC)), digits=8) == code


@pytest.mark.parametrize(
    ("steps_off", "last_step_off", "fits"),
    [
        (0, -9, True),
        (-1, -9, True),  # the phone's clock is half a minute behind
        (1, -9, True),
        (-2, -9, False),
        (2, -9, False),
        (0, 0, False),  # the code was used already
        (-1, 0, False),  # and so are those before it
        (1, 0, True),
    ],
)
def test_a_code_is_near_and_later_than_the_last(steps_off: int, last_step_off: int, fits: bool) -> None:
    here = step_of(NOW)
    code = code_of(SECRET, here + steps_off)
    found = step_that_fits(SECRET, code, last_step=here + last_step_off, now=NOW)
    assert (found is not None) is fits


@given(st.text(max_size=12))
def test_no_other_text_is_a_code(given_text: str) -> None:
    here = step_of(NOW)
    known = {code_of(SECRET, step) for step in range(here - 1, here + 2)}
    assert (step_that_fits(SECRET, given_text, last_step=0, now=NOW) is not None) is (given_text in known)


def test_the_qr_code_holds_brand_login_and_secret() -> None:
    uri = urlsplit(enrolment_uri(SECRET, login="王芳@店", brand="溪栀 & Co"))
    asked = parse_qs(uri.query)
    assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
    assert base64.b32decode(asked["secret"][0]) == SECRET
    assert asked["issuer"] == ["Siyu 溪栀 & Co"]


class Phone:
    """An authenticator app."""

    def __init__(self, secret: str) -> None:
        self.secret = base64.b32decode(secret + "=" * (-len(secret) % 8))

    def code(self, *, at: datetime) -> str:
        return code_of(self.secret, step_of(at))


@pytest.fixture
def enrolled(app: App, brand_id: int) -> tuple[UserInfo, Phone, tuple[str, ...]]:
    with app.db.transaction(brand_id=brand_id) as session:
        user = make_user(session)
        begun = begin_enrolment(session, cipher=app.cipher, user_id=user.user_id, now=NOW)
        phone = Phone(begun.secret)
        codes = finish_enrolment(
            session, cipher=app.cipher, user_id=user.user_id, session_id=0, code=phone.code(at=NOW), actor=SYSTEM,
            now=NOW,
        )  # fmt: skip
    return user, phone, codes


def test_password_and_code_open_a_session_and_the_code_opens_none_again(app: App, enrolled) -> None:
    user, phone, _ = enrolled
    later = NOW + 2 * STEP
    assert isinstance(try_to_sign_in(app, user.login, now=later), SecondFactorNeeded)
    assert isinstance(
        try_to_sign_in(app, user.login, "wrong", code=phone.code(at=later), now=later), WrongCredentials
    )
    code = phone.code(at=later)
    make_session(app, user.login, code=f" {code[:3]} {code[3:]} ", now=later)
    assert isinstance(try_to_sign_in(app, user.login, code=code, now=later), WrongSecondFactor)
    assert isinstance(try_to_sign_in(app, user.login, code=phone.code(at=NOW), now=later), WrongSecondFactor)
    make_session(app, user.login, code=phone.code(at=later + STEP), now=later + STEP)


def test_guessing_codes_becomes_slow(app: App, enrolled) -> None:
    user, phone, _ = enrolled
    later = NOW + 5 * STEP
    for _ in range(5):
        assert isinstance(try_to_sign_in(app, user.login, code="000000", now=later), WrongSecondFactor)
    assert isinstance(try_to_sign_in(app, user.login, code=phone.code(at=later), now=later), TooManyAttempts)


def test_a_recovery_code_opens_once_and_is_not_stored(app: App, enrolled) -> None:
    user, _, codes = enrolled
    assert len(set(codes)) == 10
    make_session(app, user.login, code=codes[3].upper())
    assert isinstance(try_to_sign_in(app, user.login, code=codes[3]), WrongSecondFactor)
    assert isinstance(try_to_sign_in(app, user.login, code=codes[4]), NewSession)
    with app.db.engine.connect() as owner:
        for table in ("recovery_code", "user_totp"):
            kept = str(owner.execute(text(f"SELECT to_jsonb(t)::text FROM {table} t")).scalars().all())
            assert not any(code in kept or code.encode().hex() in kept for code in codes)


Signer = Callable[..., TestClient]


@pytest.fixture
def signer(app: App, brand_id: int) -> Iterator[Signer]:
    """Opens a browser in which somebody is signed in."""
    with ExitStack() as opened:

        def sign_in(login: str, **more: str) -> TestClient:
            browser = opened.enter_context(
                TestClient(create_api(app), raise_server_exceptions=False, client=(f"10.5.0.{brand_id}", 1))
            )
            answer = browser.post("/api/v1/auth/login", json={"login": login, "password": PASSWORD, **more})
            assert answer.status_code == 200, answer.text
            browser.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
            return browser

        yield sign_in


def test_where_the_brand_requires_it_nothing_else_works_before(
    app: App, brand_id: int, client: TestClient, signer: Signer
) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        user = make_user(session, roles=["analyst"])
    browser = signer(user.login)
    assert browser.get("/api/v1/customers/1").status_code == 404
    assert client.patch("/api/v1/brand", json={"second_factor_roles": ["analyst"]}).status_code == 200
    assert browser.get("/api/v1/customers/1").json()["code"] == "second_factor_required"
    assert browser.get("/api/v1/auth/me").json()["user"]["must_enrol_second_factor"] is True
    at = "/api/v1/auth/second-factor"
    assert browser.post(f"{at}/finish", json={"code": "123456"}).json()["code"] == "second_factor_not_begun"
    phone = Phone(browser.post(f"{at}/begin").json()["secret"])
    assert browser.post(f"{at}/finish", json={"code": "1"}).json()["code"] == "wrong_second_factor"
    codes = browser.post(f"{at}/finish", json={"code": phone.code(at=utcnow())}).json()["codes"]
    assert browser.get("/api/v1/customers/1").status_code == 404
    assert browser.get(at).json() == {"enrolled": True, "required": True, "recovery_codes_left": 10}
    assert browser.post(f"{at}/begin").json()["code"] == "second_factor_stands"
    renewed = browser.post(f"{at}/recovery-codes", json={"code": codes[0]}).json()["codes"]
    assert browser.post(f"{at}/remove", json={"code": codes[1]}).json()["code"] == "wrong_second_factor"
    assert browser.post(f"{at}/remove", json={"code": renewed[0]}).status_code == 204
    assert browser.get("/api/v1/customers/1").json()["code"] == "second_factor_required"


def test_an_owner_helps_who_lost_the_phone(app: App, brand_id: int, client: TestClient, enrolled) -> None:
    user, _, _ = enrolled
    listed = client.get("/api/v1/users").json()["items"]
    assert [one["second_factor"] for one in listed if one["user_id"] == user.user_id] == [True]
    at = f"/api/v1/users/{user.user_id}/reset-second-factor"
    assert client.post(at).json()["second_factor"] is False
    make_session(app, user.login)
    actions = [entry["action"] for entry in client.get("/api/v1/audit").json()["items"]]
    assert actions.count("user.second_factor_removed") == 1


def test_sessions_are_listed_and_ended_one_by_one_and_together(
    app: App, brand_id: int, client: TestClient, signer: Signer
) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        user = make_user(session)
    first, second, third = (signer(user.login) for _ in range(3))
    listed = first.get("/api/v1/auth/sessions").json()
    assert listed["total"] == 3
    assert [one["current"] for one in listed["items"]].count(True) == 1
    assert {one["address"] for one in listed["items"]} == {f"10.5.0.{brand_id}"}
    mine = next(
        one["session_id"] for one in second.get("/api/v1/auth/sessions").json()["items"] if one["current"]
    )
    assert first.delete(f"/api/v1/auth/sessions/{mine}").status_code == 204
    assert first.delete(f"/api/v1/auth/sessions/{mine}").status_code == 404
    assert second.get("/api/v1/auth/me").status_code == 401
    assert first.post("/api/v1/auth/sessions/end-others").json() == {"sessions": 1}
    assert third.get("/api/v1/auth/me").status_code == 401
    at = f"/api/v1/users/{user.user_id}/sessions"
    (left,) = client.get(at).json()["items"]
    theirs = client.get("/api/v1/auth/sessions").json()["items"][0]["session_id"]
    assert client.delete(f"{at}/{theirs}").status_code == 404  # a session of somebody else
    assert client.delete(f"{at}/{left['session_id']}").status_code == 204
    assert first.get("/api/v1/auth/me").status_code == 401
    signer(user.login)
    assert client.post(f"{at}/end").json() == {"sessions": 1}
