"""Whatever is sent to whichever operation of the OpenAPI document, the answer is meant: never a 500."""

import os
import sys
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
import requests
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from siyu.entrypoints.web import create_api
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.kernel.lake_migrations import migrate_brand
from siyu.organisation.api import create_brand, create_user
from tests.conftest import NOW, PASSWORD
from tests.house.walking import openapi_document
from tests.people.makers import customer_of

EXAMPLES = int(os.environ.get("SIYU_FUZZ_EXAMPLES", "6"))
OPERATIONS = {
    operation.label: operation
    for operation in (
        found.ok()
        for found in schemathesis.openapi.from_dict(deepcopy(openapi_document())).get_all_operations()
    )
}
ANSWERED: Counter[int] = Counter()
# Meant answers above 499: what waits elsewhere is not there, and says so.
MEANT = {503, 507}


@pytest.fixture(scope="module")
def brand(app: App) -> int:
    """A brand that has one of many things, so that small numbers in paths find something."""
    with app.db.transaction(brand_id=None) as session:
        made = create_brand(
            session, code="fuzzed", name="乱数", time_zone="Asia/Shanghai", currency="CNY", actor=SYSTEM, now=NOW
        )  # fmt: skip
    migrate_brand(app.lake, brand_id=made.brand_id, now=NOW)
    return made.brand_id


@pytest.fixture(scope="module")
def server(app: App, brand: int) -> Iterator[TestClient]:
    with TestClient(create_api(app), raise_server_exceptions=False) as browser:
        _sign_in(app, browser, brand, "first")
        api = "/api/v1"
        segment = browser.post(f"{api}/segments", json={"name": "所有人", "definition": {"and": []}})
        assert segment.status_code < 300, segment.text
        browser.post(f"{api}/campaigns", json={"name": "活动", "segment_id": segment.json()["segment_id"]})
        browser.post(f"{api}/api-keys", json={"source": "till", "scopes": ["events.write"]})
        with app.db.transaction(brand_id=brand) as session:
            for number in range(3):
                customer_of(session, app.cipher, f"M{number}", name="王芳", phone=f"1990001000{number}")
        yield browser


def _sign_in(app: App, browser: TestClient, brand_id: int, login: str) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        create_user(
            session, login=login, display_name="店主", roles=["owner"], password=PASSWORD, actor=SYSTEM, now=NOW,
            must_change_password=False,
        )  # fmt: skip
    browser.cookies.clear()
    answer = browser.post("/api/v1/auth/login", json={"login": login, "password": PASSWORD})
    browser.headers["X-CSRF-Token"] = answer.json()["csrf_token"]


def _sent(server: TestClient, case: Any) -> Any:
    """The answer to the request as it would go over the wire, multipart bodies included."""
    wire = requests.Request(**case.as_transport_kwargs(base_url="http://testserver")).prepare()
    assert wire.url is not None
    return server.request(wire.method, wire.url, headers=dict(wire.headers), content=wire.body)


@pytest.mark.slow
@pytest.mark.parametrize("label", OPERATIONS)
def test_no_request_is_answered_with_500(app: App, server: TestClient, brand: int, label: str) -> None:
    operation = OPERATIONS[label]
    if server.get("/api/v1/auth/me").status_code != 200:  # what came before ended the session
        _sign_in(app, server, brand, f"u{list(OPERATIONS).index(label)}")
    modes = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
    cases = st.one_of([operation.as_strategy(generation_mode=mode) for mode in modes])

    @settings(
        max_examples=EXAMPLES, phases=[Phase.generate], database=None, suppress_health_check=list(HealthCheck)
    )
    @given(case=cases, known=st.booleans(), number=st.integers(1, 3))
    def send(case: Any, known: bool, number: int) -> None:
        if known:
            case.path_parameters = dict.fromkeys(case.path_parameters or {}, number)
        answer = _sent(server, case)
        ANSWERED[answer.status_code] += 1
        assert answer.status_code < 500 or answer.status_code in MEANT, (
            f"{answer.text}\n{case.as_curl_command()}"
        )
        if answer.status_code >= 400 and label.partition(" ")[2].startswith("/api/"):
            assert answer.headers["content-type"] == "application/problem+json", answer.text

    send()


def test_the_requests_went_beyond_the_door() -> None:
    """A walk that only meets refusals proves nothing. (`pytest -s` prints what was answered how often.)"""
    total = ANSWERED.total()
    if total < len(OPERATIONS):
        pytest.skip("only a part of the operations was asked")
    sys.stdout.write(
        f"\n{total} requests to {len(OPERATIONS)} operations: {dict(sorted(ANSWERED.items()))}\n"
    )
    assert sum(count for status, count in ANSWERED.items() if status < 300) > total / 5
