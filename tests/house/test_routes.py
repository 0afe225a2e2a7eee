"""Every route asks who is there, and no answer says yes before the change is on disk."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import pytest
from fastapi import Depends, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.entrypoints.web import create_api
from siyu.kernel.app import App
from siyu.kernel.http import speak_problem_json
from siyu.organisation import access

# Routes that answer somebody unknown, and why.
PUBLIC = {
    "/healthz": "asked by supervisors",
    "/readyz": "asked by load balancers",
    "/metrics": "numbers of the process, no data of a brand; keep it inside the network",
    "/siyu.js": "the script that the brand's own pages load",
    "/api/v1/collect/{public_key}": "pages send with a public key, from the brand's own sites, and read nothing",
    "/api/v1/auth/login": "how one becomes known",
    "/api/v1/auth/sign-on/offer/{brand_code}": "what the sign-in page of a brand offers",
    "/api/v1/auth/sign-on/start/{brand_code}": "how one becomes known, at the company's provider",
    "/api/v1/auth/sign-on/code": "whom the provider vouched for shows the second factor; told by a sealed cookie",
    "/api/v1/auth/sign-on/back": "where the provider sends the browser; told by state and signature",
    "/api/v1/meta": "what the sign-in page shows: the version, and whether this is the demo",
    "/o/{token}": "the reader of a message refuses further ones; the link is signed",
    "/api/v1/webhooks/in/{brand_id}/{token}": "another system's call, told by its secret address and its signature",
    "/api/v1/webhooks/sms/{provider}/{brand_code}": "a provider's call, told by its signature",
}
# Routes of somebody known that need no permission: they are about oneself.
OWN = ("/api/v1/auth/", "/api/v1/me")
SAFE = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True)
class Reached:
    """One route as requests reach it: with the prefixes of the routers around it."""

    path: str
    methods: frozenset[str]
    dependant: Dependant


def routes() -> list[Reached]:
    """Every route of the API, flat."""
    found = []
    for route in create_api(None).routes:
        contexts = route.effective_route_contexts() if hasattr(route, "effective_route_contexts") else [route]
        found += [
            Reached(one.path, frozenset(one.methods), one.dependant)
            for one in contexts
            if hasattr(one, "dependant")
        ]
    assert len(found) > 20, "FastAPI keeps its routes elsewhere now"
    return found


def asked(dependant: Dependant) -> Iterator[Callable[..., Any]]:
    """Everything a route depends on."""
    for one in dependant.dependencies:
        if one.call is not None:
            yield one.call
        yield from asked(one)


def asks_a_permission(route: Reached) -> bool:
    return any(
        call.__qualname__.startswith(("require.<locals>", "require_key.<locals>"))
        for call in asked(route.dependant)
        if hasattr(call, "__qualname__")
    )


def asks_who(route: Reached) -> bool:
    return access.visit_of in set(asked(route.dependant))


def test_every_route_asks_for_a_permission_or_is_listed_as_public() -> None:
    open_doors = [
        f"{sorted(route.methods)} {route.path}"
        for route in routes()
        if route.path not in PUBLIC
        and not asks_a_permission(route)
        and not (asks_who(route) and route.path.startswith(OWN))
    ]
    assert open_doors == []


def test_no_public_route_is_listed_in_vain() -> None:
    assert set(PUBLIC) <= {route.path for route in routes()}


def test_somebody_unknown_is_turned_away_everywhere(app: App) -> None:
    with TestClient(create_api(app), raise_server_exceptions=False) as stranger:
        for route in routes():
            if route.path in PUBLIC:
                continue
            for method in route.methods - {"HEAD"}:
                path = route.path.replace("{", "").replace("}", "")
                answer = stranger.request(method, path)
                assert answer.status_code == 401, f"{method} {route.path} answers {answer.status_code}"
                assert answer.json()["code"] == "not_signed_in"


def test_a_commit_that_fails_is_not_a_success(app: App, brand_id: int) -> None:
    """A deferred constraint that fails only at commit: the answer must know."""
    api = FastAPI()
    api.state.siyu = app
    speak_problem_json(api)

    def in_brand() -> Iterator[Session]:
        with app.db.transaction(brand_id=brand_id) as session:
            yield session

    @api.post("/break")
    def spoil(session: Annotated[Session, Depends(in_brand, scope="function")]) -> dict[str, bool]:
        session.execute(
            text("CREATE TEMPORARY TABLE twice (x int UNIQUE DEFERRABLE INITIALLY DEFERRED) ON COMMIT DROP")
        )
        session.execute(text("INSERT INTO twice VALUES (1), (1)"))
        return {"done": True}

    with TestClient(api, raise_server_exceptions=False) as browser:
        assert browser.post("/break").status_code == 500


@pytest.mark.parametrize(
    "route", [route for route in routes() if not route.methods <= SAFE], ids=lambda r: r.path
)
def test_every_change_runs_in_a_transaction_that_ends_before_the_answer(route: Reached) -> None:
    late = [
        one
        for one in _all_dependants(route.dependant)
        if one.call is not None and one.call is access.brand_session and one.scope != "function"
    ]
    assert late == []


def _all_dependants(dependant: Dependant) -> Iterator[Dependant]:
    for one in dependant.dependencies:
        yield one
        yield from _all_dependants(one)
