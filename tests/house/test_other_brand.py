"""No brand sees another: the whole OpenAPI document, every job and the lake, tried with another brand's numbers."""

import inspect
import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict
from typing import Any

import pytest
from fastapi import FastAPI

from siyu.entrypoints.web import create_api
from siyu.entrypoints.wiring import JOB_NAMES, jobs_of
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.kernel.errors import SiyuError
from siyu.kernel.lake import brand_schema
from tests.house.two_brands import (
    EVERYBODY,
    NOW,
    OURS,
    THEIRS,
    Mark,
    Tenant,
    everything_of,
    newest_ids,
    sign_in,
    tenant,
)
from tests.house.walking import (
    Operation,
    leaks,
    openapi_document,
    operations,
    request_of,
    said_in,
    walk_as,
)

MAPPING = {"items": "orders", "event": "'order_shipped'", "event_id": "no", "occurred_at": "at",
           "identities": [{"name": "phone", "path": "tel"}]}  # fmt: skip
NAMESPACE = {"namespace": "walked", "normaliser": "trimmed", "one_per_customer": True, "strong": False,
             "shareable": False, "sources": None}  # fmt: skip
PULL = {"url": "postgresql://a:b@127.0.0.1:9/walked", "table": "walked", "cursor_column": "at", "title": "walked",
        "kind": "events", "event_map": {"event": "walked", "key_columns": ["no"], "occurred_at": "at"}}  # fmt: skip
DEFINITION = {"definition": EVERYBODY, "name": "walked"}
# Bodies that a schema alone does not tell: what is asked must get as far as looking for the other brand's thing.
BODIES: dict[str, dict[str, Any]] = {
    "login": {"json": {"login": f"owner-{OURS.word}", "password": "not the right one"}},
    "change_password": {"json": {"current": "not the right one", "new": "seven quiet ducks"}},
    "create_user": {"json": {"login": "walked", "display_name": "走", "roles": ["analyst"]}},
    "update_user": {"json": {"roles": ["analyst"]}},
    "create_api_key": {"json": {"source": "walked", "scopes": ["audit.read"]}},
    "test_sms_channel": {"json": {"numbers": [THEIRS.phone(1)], "text": "walked"}},
    "set_sign_on": {"json": {"issuer": "https://sso.example", "client_id": "w", "title": "w", "enabled": False}},
    "send_events": {"json": {"event": "check_in", "event_id": "walked", "occurred_at": "2026-10-02T10:00:00Z",
                             "identities": [{"namespace": "member_no", "value": f"vip-{OURS.word}-1"}]}},
    "upload_suppressions": {"params": {"kind": "opt_out"}, "content": THEIRS.phone(9),
                            "headers": {"Content-Type": "text/plain"}},
    "collect_events": {"content": "{}", "headers": {"Content-Type": "text/plain"}},
    "receive_webhook": {"json": {}},
    "add_page_key": {"json": {"source": "walked", "origins": ["https://walked.example"]}},
    "set_page_key_origins": {"json": {"origins": ["https://walked.example"]}},
    "add_webhook": {"json": {"source": "walked", "secret": "walking by the shop", "mapping": MAPPING}},
    "set_webhook": {"json": {"source": "walked", "enabled": False, "mapping": MAPPING}},
    "try_webhook_mapping": {"json": {"mapping": MAPPING, "body": "{}"}},
    "try_pull": {"json": {"table": "walked", "pull_id": THEIRS.first_id}},
    "add_pull": {"json": PULL},
    "set_pull": {"json": PULL},
    "reveal_import_rejects": {"json": {"reason": "walking by"}},
    "foresee_event_replay": {"json": {}},
    "replay_all_event_rejects": {"json": {}},
    "list_imports": {"params": {"kind": "orders"}},
    "write_customer_down": {"json": {"name": "走", "member_no": "walked"}},
    "add_field": {"json": {"name": "walked", "kind": "text", "label_zh": "走", "label_en": "walked"}},
    "try_namespace": {"json": NAMESPACE},
    "put_namespace": {"json": NAMESPACE},
    "try_limit": {"json": {"identities_max": 60}},
    "put_limit": {"json": {"identities_max": 60}},
    "create_consent_text": {"json": {"code": "walked", "purpose": "marketing", "channels": ["sms"], "title": "w",
                                     "body": "w"}},
    "prove_consent_of_address": {"json": {"address": OURS.phone(1), "reason": "walking by"}},
    "search_suppressions": {"json": {"address": OURS.phone(7)}},
    "add_destination_folder": {"json": {"name": "walked in", "folder": "walked"}},
    "add_destination_bucket": {"json": {"name": "walked on", "bucket": "walked", "access_key": "a", "secret_key": "b"}},
    "add_destination_webhook": {"json": {"name": "walked", "url": "https://walked.invalid/", "facts": ["order"]}},
    "change_destination_webhook": {"json": {"name": "walked", "url": "https://walked.invalid/", "facts": ["order"]}},
    "define_event_name": {"json": {"title_zh": "走", "title_en": "Walked", "properties": []}},
    "create_segment": {"json": DEFINITION},
    "define_own_trait": {"json": {"name": "walked", "label": {"zh": "走", "en": "Walked"},
                                  "definition": {"formula": 1}}},
    "preview_own_trait": {"json": {"definition": {"aggregate": "count", "fact": "order"}}},
    "change_own_trait": {"json": {"version": 1, "definition": {"formula": 2}}},
    "list_property_values": {"params": {"property": "channel"}},
    "make_list": {"json": {"name": "walked list", "known_by": "phone", "keys": [OURS.phone(1)]}},
    "add_edition": {"json": {"known_by": "phone", "keys": [OURS.phone(1)]}},
    "preview_segment": {"json": {"definition": EVERYBODY}},
    "count_reachable": {"json": {"definition": EVERYBODY}},
    "read_overlap": {"params": {"segment_id": [OURS.first_id, OURS.first_id + 1]}},
    "export_overlap": {"params": {"segment_id": [OURS.first_id, OURS.first_id + 1]}},
    "preview_change": {"json": {"definition": EVERYBODY}},
    "edit_segment": {"json": {"version": 1, "name": "walked"}},
    "search_customers": {"json": {"q": OURS.phone(1)}},
    "export_customers": {"json": {"q": f"{OURS.surname}{OURS.word}", "reason": "walking by"}},
}  # fmt: skip
# Operations with another's number in the path that answer all the same, and what they answer.
OWN_ANSWER = {
    "define_event_name": "any brand may define an event of any name for itself",
    "read_event_name": "its own definition of that name, once it was defined by the operation above",
    "retire_event_name": "the same name, of its own",
    "restore_event_name": "the same name, of its own",
    "receive_webhook": "401: a sender's signature is missing, for whichever brand",
    "ask_to_collect": "204: a browser may always ask, and is told of no site",
    "set_retention": "a kind of kept things is Siyu's word: how long its own are kept",
    "read_order_lines": "an order key is the brand's own word: the lines of its own orders, here none",
    "list_property_values": "a kind of fact is Siyu's word: the values that its own facts hold",
    "take_sms_callback": "401: a vendor's signature is missing, for whichever brand",
}
OFF = {  # not there in the brands of this test
    "read_sign_on_offer",
    "start_sign_on",
    "take_consent_proof",
    "read_proof",
    "read_proof_page",
    "take_file",
}
REFUSED = {401, 403, 404}  # 401 only of those in UNKNOWN
UNKNOWN = {
    "login",
    "take_sms_callback",
    "send_events",
    "collect_events",
    "receive_webhook",
}  # no session is taken there
LAST = ("logout",)


@pytest.fixture(scope="module")
def api(app: App) -> FastAPI:
    return create_api(app)


@pytest.fixture(scope="module")
def brands(app: App, api: FastAPI) -> Iterator[tuple[Tenant, Tenant]]:
    with tenant(app, api, OURS) as ours, tenant(app, api, THEIRS) as theirs:
        yield ours, theirs


def signs_of(mark: Mark) -> dict[str, re.Pattern[str]]:
    """How a word of the brand is known, masked or not."""
    return {
        "a word": re.compile(
            f"(?<!seen_){mark.word}", re.IGNORECASE
        ),  # an event's name is anybody's (OWN_ANSWER)
        "a name": re.compile(f"{mark.surname}|\\\\u{ord(mark.surname):04x}"),
        "a phone": re.compile(f"{mark.phones}|{mark.phones[:3]}\\*+\\d{{4}}"),
        "a number": re.compile(rf"(?<!\d){str(mark.first_id)[:4]}\d{{6}}(?!\d)"),
    }


def wrong(operation: Operation, status: int) -> str | None:
    """What is wrong with an answer's status; 422 would mean that nothing was looked for."""
    name = operation.operation_id
    if status >= 500 or status in (405, 422) or (status == 401 and name not in UNKNOWN):
        return f"{name} answers {status}: it is not covered; say in BODIES what it takes"
    if operation.path_names and name not in OWN_ANSWER and status not in REFUSED:
        return f"{name} answers {status} to another brand's {operation.path_names}"
    return None


def walk(brands: tuple[Tenant, Tenant], headers: dict[str, str]) -> tuple[int, list[str]]:
    """Every operation as the other brand: how many were tried, and what was wrong."""
    ours, theirs = brands
    document, signs, faults, tried = openapi_document(), signs_of(OURS), [], 0
    for operation in sorted(operations(document), key=lambda one: one.operation_id in LAST):
        asked = request_of(document, operation, ours.named, BODIES)
        answer = walk_as(theirs.browser, asked, headers)
        found = wrong(operation, answer.status_code)
        faults += [f"{found}: {answer.text[:300]}"] if found else []
        faults += [
            f"{operation.operation_id} leaks {one}" for one in leaks(answer, signs, sent=said_in(asked))
        ]
        tried += 1
    sign_in(theirs.browser, THEIRS)
    return tried, faults


def test_nothing_of_a_brand_is_found_by_another(
    app: App, brands: tuple[Tenant, Tenant], tell: Callable[[str], None]
) -> None:
    ours, theirs = brands
    before = everything_of(app, ours.brand_id)
    as_person, faults = walk(brands, {})
    as_program, more = walk(brands, {"Authorization": f"Bearer {theirs.secret}"})
    assert as_person == as_program == len(operations(openapi_document())) > 90
    jobs, mistakes = walk_jobs(app, brands)
    found = [*faults, *more, *mistakes, *lake_leaks(app, theirs)]
    tell(
        f"other brand: {as_person} operations tried as a person and {as_program} as a program, jobs tried {jobs}, "
        f"leaks {len(found)}"
    )
    assert found == [], "\n".join(found)
    assert everything_of(app, ours.brand_id) == before, "the other brand changed something"


def walk_jobs(app: App, brands: tuple[Tenant, Tenant]) -> tuple[int, list[str]]:
    """Every job, run in the other brand with our numbers: it refuses or finds nothing to do."""
    ours, theirs = brands
    known = ours.named | newest_ids(app, ours.brand_id) | {"export_id": ours.named["task_id"]}
    known |= {
        "proof_id": ours.named["task_id"],
        "reason": "walking by",
        "steps": [],
        "chosen": {},
        "before": NOW.isoformat(),
        "identities_max": 60,
        "list_order": {"upload_id": ours.named["upload_id"], "column": "key", "known_by": "phone"},
        "snapshot_order": {"title": OURS.word, "definition": EVERYBODY, "name": "walked", "as_of": None},
    }
    known |= {
        "identity_ids": [known["identity_id"]], "as_of": None, "actor": asdict(SYSTEM), "policy": NAMESPACE,
    }  # fmt: skip
    faults, tried = [], 0
    for job in (job for module in JOB_NAMES for job in jobs_of(module)):
        given = [
            name
            for name, one in inspect.signature(job.run).parameters.items()
            if one.kind is one.KEYWORD_ONLY
        ]
        if "brand_id" not in given:  # it works for the whole installation, and is handed nothing of anybody
            continue
        wanted = [name for name in given if name != "brand_id"]
        lacking = [name for name in wanted if name not in known]
        faults += [f"{job.name}: nothing of the other brand is called {lacking}"] if lacking else []
        if not lacking:
            _run(job, app, theirs.brand_id, {name: known[name] for name in wanted})
        tried += 1
    return tried, faults


def _run(job: Any, app: App, brand_id: int, arguments: dict[str, Any]) -> None:
    """The job has ended, by a refusal perhaps; any other failure is one of the test's."""
    with suppress(SiyuError):
        job.run(app, brand_id=brand_id, **arguments)


def lake_leaks(app: App, theirs: Tenant) -> list[str]:
    """What of us stands in the other brand's lake, after its people, programs and jobs tried everything."""
    signs, found = signs_of(OURS), []
    with app.lake.reading() as cursor:
        tables = cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = ?",
            [brand_schema(theirs.brand_id).rpartition(".")[2]],
        ).fetchall()
        assert len(tables) > 20
        for (table,) in tables:
            rows = cursor.execute(f'SELECT * FROM {brand_schema(theirs.brand_id)}."{table}"').fetchall()
            said = json.dumps(rows, default=str, ensure_ascii=False)
            found += [f"lake table {table}: {what}" for what, sign in signs.items() if sign.search(said)]
    return found


def test_the_same_walk_by_the_brand_itself_finds_everything(brands: tuple[Tenant, Tenant]) -> None:
    """Otherwise the numbers were wrong, and nothing found would mean nothing."""
    ours, _ = brands
    document, signs, empty, telling = openapi_document(), signs_of(OURS), [], 0
    for operation in operations(document):
        if operation.method != "get":
            continue
        answer = walk_as(ours.browser, request_of(document, operation, ours.named, BODIES), {})
        if operation.path_names and operation.operation_id not in OFF and answer.status_code != 200:
            empty.append(f"{operation.operation_id} answers {answer.status_code}: {answer.text[:200]}")
        telling += any(True for _ in leaks(answer, signs, sent=""))
    assert empty == []
    assert telling > 25
