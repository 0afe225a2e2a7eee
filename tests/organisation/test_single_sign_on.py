"""Signing in at the company's own provider: who is let in, who is not, and why."""

import base64
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import jwt
import pytest
from fastapi.testclient import TestClient

from siyu.entrypoints.web import create_api
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.kernel.clock import utcnow
from siyu.organisation.actions.second_factor import begin_enrolment, finish_enrolment
from siyu.organisation.actions.users import disable_user
from siyu.organisation.api import brand_info
from siyu.organisation.errors import BadIssuer
from siyu.organisation.rules.second_factor import STEP_SECONDS, code_of, step_of
from siyu.organisation.rules.single_sign_on import checked_issuer
from tests.organisation.makers import NOW, PASSWORD, make_brand, make_user
from tests.organisation.openid import CLIENT_ID, SECRET, STRANGER, Provider, openid_provider

ME, START, BACK = "/api/v1/auth/me", "/api/v1/auth/sign-on/start", "/api/v1/auth/sign-on/back"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with openid_provider() as running:
        yield running


@pytest.fixture
def code(app: App, brand_id: int) -> str:
    with app.db.transaction(brand_id=brand_id) as session:
        return brand_info(session, brand_id=brand_id).code


@pytest.fixture
def browser(app: App, brand_id: int) -> Iterator[TestClient]:
    with TestClient(
        create_api(app),
        raise_server_exceptions=False,
        follow_redirects=False,
        client=(f"10.6.0.{brand_id}", 1),
    ) as opened:
        yield opened


def set_up(client: TestClient, provider: Provider, **changes: Any) -> Any:
    body = {"issuer": provider.issuer, "client_id": CLIENT_ID, "client_secret": SECRET, "title": "企业账号",
            "enabled": True, **changes}  # fmt: skip
    answer = client.put("/api/v1/brand/sign-on", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def staff(app: App, brand_id: int, client: TestClient, subject: str = "u-1001") -> Any:
    """A person whom the owner linked."""
    with app.db.transaction(brand_id=brand_id) as session:
        user = make_user(session, roles=["operator"])
    answer = client.put(f"/api/v1/users/{user.user_id}/subject", json={"subject": subject})
    assert answer.status_code == 204, answer.text
    return user


def back_with(browser: TestClient, provider: Provider, brand_code: str, **changes: str) -> str:
    """Where the browser ends after the whole way."""
    sent = browser.get(f"{START}/{brand_code}")
    assert sent.status_code == 302, sent.text
    brought = provider.agree(sent.headers["location"]) | changes
    return str(browser.get(BACK, params=brought).headers["location"])


def test_a_linked_person_is_signed_in_by_subject(
    app: App, brand_id: int, client: TestClient, browser: TestClient, provider: Provider, code: str
) -> None:
    shown = set_up(client, provider)
    assert shown["redirect_uri"].endswith(BACK)
    assert SECRET not in str(shown)
    user = staff(app, brand_id, client)
    assert browser.get(f"/api/v1/auth/sign-on/offer/{code}").json() == {"title": "企业账号"}
    assert back_with(browser, provider, code) == "/"
    assert browser.get(ME).json()["user"]["login"] == user.login
    actions = [entry["action"] for entry in client.get("/api/v1/audit").json()["items"]]
    assert {"brand.sign_on_set", "user.linked", "session.opened"} <= set(actions)
    assert SECRET not in client.get("/api/v1/audit").text


def test_who_has_a_second_factor_is_asked_for_it_unless_the_provider_did(
    app: App, brand_id: int, client: TestClient, browser: TestClient, provider: Provider, code: str
) -> None:
    set_up(client, provider)
    user = staff(app, brand_id, client)
    with app.db.transaction(brand_id=brand_id) as session:
        begun = begin_enrolment(session, cipher=app.cipher, user_id=user.user_id, now=utcnow())
        secret = base64.b32decode(begun.secret + "=" * (-len(begun.secret) % 8))
        first = code_of(secret, step_of(utcnow() - timedelta(seconds=STEP_SECONDS)))
        _, *recovery = finish_enrolment(
            session, cipher=app.cipher, user_id=user.user_id, session_id=0, code=first, actor=SYSTEM, now=utcnow()
        )  # fmt: skip
    at = "/api/v1/auth/sign-on/code"
    assert (
        browser.post(at, json={"code": recovery[0]}).json()["code"] == "sign_on_refused"
    )  # nobody vouched yet
    assert back_with(browser, provider, code) == "/login?second_factor=true"
    assert browser.get(ME).status_code == 401  # halfway is not in
    assert browser.post(at, json={"code": "000000"}).json()["code"] == "wrong_second_factor"
    assert browser.post(at, json={"code": recovery[0]}).status_code == 204
    assert browser.get(ME).json()["user"]["login"] == user.login
    browser.cookies.clear()
    provider.claims = {"amr": ["pwd", "mfa"]}
    assert back_with(browser, provider, code) == "/"
    browser.cookies.clear()
    provider.claims = {"amr": "mfa"}  # not a list: says nothing
    assert back_with(browser, provider, code) == "/login?second_factor=true"
    assert set_up(client, provider, asks_second_factor=False)["asks_second_factor"] is False
    assert back_with(browser, provider, code) == "/"


@pytest.mark.parametrize(
    ("bent", "brought", "refused"),
    [
        # Somebody whom nobody linked, whatever e-mail the provider writes beside it.
        ({"subject": "u-9999"}, {}, "subject_unknown"),
        ({"claims": {"sub": None}}, {}, "sign_on_refused"),
        # A token of another provider, for another program, of another sign-in, of another time.
        ({"claims": {"iss": "https://evil.example"}}, {}, "sign_on_refused"),
        ({"claims": {"aud": "other"}}, {}, "sign_on_refused"),
        ({"claims": {"aud": [CLIENT_ID, "other"], "azp": "other"}}, {}, "sign_on_refused"),
        ({"claims": {"nonce": "another"}}, {}, "sign_on_refused"),
        ({"claims": {"exp": 1_000}}, {}, "sign_on_refused"),
        ({"claims": {"exp": "soon"}}, {}, "sign_on_refused"),
        ({"claims": {"iat": 9_999_999_999}}, {}, "sign_on_refused"),
        # A forged signature, an unsigned token, one signed with the public key as a secret, no token.
        ({"signed_by": STRANGER}, {}, "sign_on_refused"),
        ({"token": jwt.encode({"sub": "u-1001"}, "", algorithm="none")}, {}, "sign_on_refused"),
        ({"token": jwt.encode({"sub": "u-1001"}, "k" * 32, algorithm="HS256", headers={"kid": "one"})}, {},
         "sign_on_refused"),
        ({"token": "no.token"}, {}, "sign_on_refused"),
        # An answer to another sign-in, a made-up code, the person's refusal.
        ({}, {"state": "another"}, "sign_on_refused"),
        ({}, {"code": "made-up"}, "sign_on_refused"),
        ({}, {"error": "access_denied"}, "sign_on_refused"),
    ],
)  # fmt: skip
def test_nobody_else_is_let_in(
    app: App, brand_id: int, client: TestClient, browser: TestClient, provider: Provider, code: str,
    bent: dict[str, Any], brought: dict[str, str], refused: str,
) -> None:  # fmt: skip
    set_up(client, provider)
    staff(app, brand_id, client)
    for name, value in bent.items():
        setattr(provider, name, value)
    assert back_with(browser, provider, code, **brought) == f"/login?refused={refused}"
    assert browser.get(ME).status_code == 401


def test_an_answer_is_good_once_and_for_the_browser_that_asked(
    app: App, brand_id: int, client: TestClient, browser: TestClient, provider: Provider, code: str
) -> None:
    set_up(client, provider)
    staff(app, brand_id, client)
    url = browser.get(f"{START}/{code}").headers["location"]
    brought = provider.agree(url)
    with TestClient(create_api(app), follow_redirects=False) as other:
        assert other.get(BACK, params=brought).headers["location"] == "/login?refused=sign_on_refused"
    assert browser.get(BACK, params=brought).headers["location"] == "/"
    browser.cookies.delete("siyu_session")
    assert browser.get(BACK, params=brought).headers["location"] == "/login?refused=sign_on_refused"
    assert "code_verifier" not in url


def test_who_is_shut_out_or_of_another_brand_is_not_let_in(
    app: App, brand_id: int, client: TestClient, browser: TestClient, provider: Provider, code: str
) -> None:
    set_up(client, provider)
    user = staff(app, brand_id, client)
    with app.db.transaction(brand_id=None) as session:
        other = make_brand(session)
    assert browser.get(f"{START}/{other.code}").json()["code"] == "no_sign_on"
    assert browser.get(f"{START}/nowhere").json()["code"] == "no_sign_on"
    with app.db.transaction(brand_id=brand_id) as session:
        disable_user(session, user_id=user.user_id, actor=SYSTEM, now=NOW)
    assert back_with(browser, provider, code) == "/login?refused=subject_unknown"
    set_up(client, provider, enabled=False)
    assert browser.get(f"/api/v1/auth/sign-on/offer/{code}").status_code == 404


def test_a_person_links_and_unlinks_themselves(
    app: App, brand_id: int, client: TestClient, browser: TestClient, provider: Provider, code: str
) -> None:
    set_up(client, provider)
    with app.db.transaction(brand_id=brand_id) as session:
        user = make_user(session)
    signed_in = browser.post("/api/v1/auth/login", json={"login": user.login, "password": PASSWORD})
    browser.headers["X-CSRF-Token"] = signed_in.json()["csrf_token"]
    url = browser.post("/api/v1/auth/sign-on/link").json()["url"]
    assert (
        browser.get(BACK, params=provider.agree(url)).headers["location"] == "/account/security?linked=true"
    )
    browser.cookies.delete("siyu_session")
    assert back_with(browser, provider, code) == "/"
    browser.headers["X-CSRF-Token"] = browser.get(ME).json()["csrf_token"]
    taken = client.post("/api/v1/auth/sign-on/link").json()["url"]
    answer = client.get(BACK, params=provider.agree(taken), follow_redirects=False)
    assert answer.headers["location"] == "/login?refused=subject_taken"
    assert browser.delete("/api/v1/auth/sign-on/link").status_code == 204
    assert back_with(browser, provider, code) == "/login?refused=subject_unknown"


def test_a_provider_that_misleads_or_is_gone_is_told_so(
    client: TestClient, browser: TestClient, provider: Provider, code: str
) -> None:
    set_up(client, provider)
    provider.found = {"issuer": "https://evil.example"}
    assert browser.get(f"{START}/{code}").json()["code"] == "sign_on_refused"
    provider.found = {"token_endpoint": "http://evil.example/token"}
    assert browser.get(f"{START}/{code}").json()["code"] == "sign_on_refused"
    set_up(client, provider, issuer="http://127.0.0.1:9")
    assert browser.get(f"{START}/{code}").json()["code"] == "sign_on_unreachable"


@pytest.mark.parametrize(
    "url",
    ["http://sso.example.com", "ftp://sso.example.com", "https://", "https://a:b@sso.example.com",
     "https://sso.example.com/?a=1", "sso.example.com", "javascript:alert(1)"],
)  # fmt: skip
def test_an_issuer_is_an_https_address(url: str) -> None:
    with pytest.raises(BadIssuer):
        checked_issuer(url)
