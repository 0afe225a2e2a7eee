"""Whatever is sent to whichever operation of the OpenAPI document, the answer is meant: never a 500."""

import json
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from sqlalchemy import text

from siyu.entrypoints.web import create_api
from siyu.intake.rules.webhook_signatures import signature_of
from siyu.kernel.app import App
from siyu.kernel.clock import utcnow
from tests.entrypoints.answers import MEANT, never_done, said
from tests.house.test_other_brand import BODIES
from tests.house.two_brands import OURS, PASSWORD, Tenant, sign_in, tenant
from tests.house.walking import METHODS, Operation, openapi_document, operations, request_of

EXAMPLES = int(os.environ.get("SIYU_FUZZ_EXAMPLES", "5"))
# Which of how many shares of the operations: a soak sends to one after the other.
PART, PARTS = map(int, os.environ.get("SIYU_FUZZ_PART", "0/1").split("/"))
DOCUMENT = openapi_document()
DESCRIBED: Mapping[str, Operation] = {f"{one.method.upper()} {one.path}": one for one in operations(DOCUMENT)}
# Reading ones first, what takes things away last: the others find what they are asked about.
OPERATIONS = {
    operation.label: operation
    for operation in sorted(
        (found.ok() for found in schemathesis.openapi.from_dict(deepcopy(DOCUMENT)).get_all_operations()),
        key=lambda one: METHODS.index(one.method.lower()),
    )
}
LABELS = list(OPERATIONS)[PART::PARTS]
ANSWERED: defaultdict[str, Counter[int]] = defaultdict(Counter)
ANSWERS = "answers: "
URL_LENGTH_MAX = 60_000  # the client sends no longer one
REFUSED = {401, 403}
EVENTS, COLLECT, WEBHOOK = "/api/v1/events", "/api/v1/collect/", "/api/v1/webhooks/in/"
# Who asks here has no session of ours: a vendor with a signature, a page of somebody else, a machine with a token.
SHUT = {
    "GET /metrics", "POST /api/v1/webhooks/sms/{provider}/{brand_code}", "POST /api/v1/auth/login",
    "POST /api/v1/auth/password", "POST /api/v1/auth/sign-on/code",
}  # fmt: skip
UNLOCK = (
    "UPDATE brand SET second_factor_roles = '{}' WHERE brand_id = :brand",
    "UPDATE app_user SET must_change_password = false, disabled = false WHERE brand_id = :brand",
)


@pytest.fixture(scope="module")
def brand(app: App) -> Iterator[Tenant]:
    """A brand that has something of everything, so that the numbers it is asked with find something."""
    with tenant(app, create_api(app), OURS) as made:
        yield made


def _signed_in(app: App, brand: Tenant) -> None:
    """The owner may work, whatever was switched on, ended or locked by what came before."""
    if brand.browser.get("/api/v1/brand").status_code != 200:
        with app.db.engine.begin() as owner:
            for statement in UNLOCK:
                owner.execute(text(statement), {"brand": brand.brand_id})
        brand.browser.cookies.clear()
        sign_in(brand.browser, OURS)


def _sent(brand: Tenant, wire: requests.PreparedRequest) -> Any:
    """The answer to the request as it would go over the wire, multipart bodies included; each door has its key."""
    assert wire.url is not None
    assert wire.method is not None
    headers, body = dict(wire.headers), wire.body or b""
    path = wire.url.removeprefix("http://testserver")
    if path.partition("?")[0] == EVENTS and wire.method == "POST":
        headers["Authorization"] = f"Bearer {brand.secret}"
    elif path.startswith(COLLECT):
        headers["Origin"] = f"https://{OURS.word}.example"
    elif path.startswith(WEBHOOK):
        at, content = str(int(utcnow().timestamp())), body.encode() if isinstance(body, str) else body
        signature = signature_of(PASSWORD.encode(), content, at).hex()
        headers |= {"X-Timestamp": at, "X-Signature": f"sha256={signature}"}
    return brand.browser.request(wire.method, wire.url, headers=headers, content=body)


def _fitted(case: Any, brand: Tenant, known: Mapping[str, Any], *, generated: int) -> None:
    """The case asks about what there is, and its body fits but for some of its values, those of `generated`'s bits."""
    for given_names in (case.path_parameters, case.query):
        for name in given_names or {}:
            given_names[name] = brand.named.get(name, given_names[name])
    fitting = known.get("json")
    if isinstance(case.body, dict) and isinstance(fitting, dict):
        taken = {
            name: value for n, (name, value) in enumerate(sorted(case.body.items())) if generated >> n & 1
        }
        case.body = {**fitting, **taken}


def _check(label: str, answer: Any, asked: str) -> None:
    ANSWERED[label][answer.status_code] += 1
    assert answer.status_code < 500 or answer.status_code in MEANT, f"{answer.text}\n{asked}"
    if answer.status_code >= 400 and label.partition(" ")[2].startswith("/api/"):
        assert answer.headers["content-type"] == "application/problem+json", answer.text


@pytest.mark.slow
@pytest.mark.parametrize("label", LABELS)
def test_no_request_is_answered_with_500(app: App, brand: Tenant, label: str) -> None:
    operation, described = OPERATIONS[label], DESCRIBED[label]
    _signed_in(app, brand)
    modes = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
    cases = st.one_of([operation.as_strategy(generation_mode=mode) for mode in modes])
    fitting = request_of(DOCUMENT, described, brand.named, BODIES)
    _check(label, _sent(brand, _wire_of(fitting)), str(fitting))

    @settings(
        max_examples=EXAMPLES, phases=[Phase.generate], database=None, suppress_health_check=list(HealthCheck)
    )
    @given(case=cases, fits=st.booleans(), generated=st.integers(0, 2**16))
    def send(case: Any, fits: bool, generated: int) -> None:
        if fits:
            _fitted(case, brand, fitting, generated=generated)
        wire = requests.Request(**case.as_transport_kwargs(base_url="http://testserver")).prepare()
        assume(len(str(wire.url)) <= URL_LENGTH_MAX)
        _check(label, _sent(brand, wire), case.as_curl_command())

    send()


def _wire_of(asked: Mapping[str, Any]) -> requests.PreparedRequest:
    """The same request for `requests`, which calls some things otherwise than the test client does."""
    parts = {
        name: value
        for name, value in asked.items()
        if name in ("method", "params", "json", "files", "headers")
    }
    whole = requests.Request(url=f"http://testserver{asked['url']}", data=asked.get("content"), **parts)
    return whole.prepare()


@pytest.mark.slow
def test_the_requests_went_beyond_the_door(tell: Callable[[str], None]) -> None:
    """A walk that only meets refusals proves nothing."""
    if len(ANSWERED) < len(LABELS):
        pytest.skip("only a part of the operations was asked")
    if PARTS > 1:
        tell(f"{ANSWERS}{json.dumps(ANSWERED)}")
    else:
        tell(said(ANSWERED))
        tell(f"refused everything: {', '.join(never_done(ANSWERED)) or 'none'}")
        total: Counter[int] = sum(ANSWERED.values(), Counter())
        assert sum(count for status, count in total.items() if status < 300) > total.total() / 3
    outside = [label for label, counts in ANSWERED.items() if set(counts) <= REFUSED and label not in SHUT]
    assert outside == [], "nothing came through the door here"
