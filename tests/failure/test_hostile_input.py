"""What is sent in bad faith, at every door: it is taken or refused in words, and the next honest request is served."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from siyu.entrypoints.web import create_api, openapi_document
from siyu.intake.actions.imports import run_import
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.kernel.facts import FactType
from siyu.kernel.lake_migrations import migrate_brand
from siyu.organisation.api import create_api_key, create_brand
from siyu.organisation.rules.permissions import PERMISSIONS
from tests.failure.hostile import BILLION, BODIES, EXTREMES, request_with
from tests.house.walking import operations
from tests.intake.eventing import carry, event, in_lake, put, rejected, volume, waiting
from tests.intake.importing import MAP, NOW, announce, clock, line, totals, write_csv
from tests.intake.test_event_pages import SITE, page_key
from tests.intake.test_webhooks import MAPPING, webhook

DOCUMENT = openapi_document()
OPERATIONS = operations(DOCUMENT)
# An answer above 499 that is meant: what waits elsewhere is not there, and says so.
MEANT = {503}
KINDS = {
    "BIGINT": BILLION, "INTEGER": BILLION, "DOUBLE": BILLION, "BOOLEAN": True, "VARCHAR": "9" * 30,
    "DATE": "9999-12-31", "TIMESTAMPTZ": "9999-12-31T23:59:59Z",
}  # fmt: skip


@pytest.fixture(scope="module")
def program(app: App) -> Iterator[TestClient]:
    """A program that may do everything in a brand of its own."""
    with app.db.transaction(brand_id=None) as session:
        brand_id = create_brand(session, code="hostile", name="恶意", actor=SYSTEM, now=NOW).brand_id
    migrate_brand(app.lake, brand_id=brand_id, now=NOW)
    with app.db.transaction(brand_id=brand_id) as session:
        _, key = (  # the first is the one that is revoked as number 1
            create_api_key(
                session, source=source, scopes=list(PERMISSIONS), held=frozenset(PERMISSIONS), actor=SYSTEM, now=NOW
            )
            for source in ("first", "hostile")
        )  # fmt: skip
    with TestClient(create_api(app), raise_server_exceptions=False) as http:
        http.headers["Authorization"] = f"Bearer {key.secret}"
        yield http


def fault_of(answer: Any, what: str) -> list[str]:
    """What is wrong with the answer."""
    wrong = answer.status_code >= 500 and answer.status_code not in MEANT
    return [f"{what}: {answer.status_code} {answer.text[:300]}"] if wrong else []


@pytest.mark.slow
@pytest.mark.parametrize("what", BODIES)
def test_a_body_that_is_none_is_refused_by_every_operation(program: TestClient, what: str) -> None:
    faults = []
    for operation in OPERATIONS:
        if "requestBody" in operation.described:
            answer = program.request(
                operation.method.upper(), operation.path.replace("{", "").replace("}", ""), content=BODIES[what],
                headers={"Content-Type": "application/json"},
            )  # fmt: skip
            faults += fault_of(answer, operation.operation_id)
    assert faults == []
    assert program.get("/api/v1/brand").status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize("what", EXTREMES)
def test_every_value_at_its_extreme_is_taken_or_refused(program: TestClient, what: str) -> None:
    faults = []
    for operation in OPERATIONS:
        answer = program.request(**request_with(DOCUMENT, operation, EXTREMES[what]))
        faults += fault_of(answer, operation.operation_id)
    assert faults == []
    assert program.get("/api/v1/brand").status_code == 200


@pytest.mark.parametrize("what", BODIES)
def test_pages_and_webhooks_are_doors_for_anybody(app: App, client: TestClient, what: str) -> None:
    body, key = BODIES[what], page_key(client)["public_key"]
    path = webhook(client, signature="none", secret=None, mapping=MAPPING)["path"]
    with TestClient(create_api(app), raise_server_exceptions=False) as stranger:
        page = stranger.post(f"/api/v1/collect/{key}", content=body, headers={"Origin": SITE})
        assert 400 <= page.status_code < 500, page.text
        told = stranger.post(path, content=body)
        assert told.status_code < 500, told.text  # it may be kept, to be mapped again
    carry(app)
    assert waiting(app) == 0


def test_events_at_every_limit_come_to_rest_and_hold_up_no_other(app: App, brand_id: int) -> None:
    sent = []
    for number in (BILLION, -BILLION, 2**62, -(2**63)):
        for one in app.wiring.of(FactType):
            if one.open:
                values = {**KINDS, "BIGINT": number, "INTEGER": number, "DOUBLE": float(number)}
                given = {name: values[kind] for name, kind in one.columns.items() if name != "more"}
                sent.append(event(f"{one.name}{number}", one.name, properties=given))
    for start in range(0, len(sent), 50):
        put(app, brand_id, *sent[start : start + 50], event(f"honest{start}"))
    carry(app)
    assert waiting(app) == 0
    assert sum(volume(app, brand_id).values()) + len(rejected(app, brand_id)) == len(sent) + -(
        -len(sent) // 50
    )
    assert len(in_lake(app, brand_id)) >= -(-len(sent) // 50), "the honest ones are there"


CELLS = {
    "qty": ["1000000000", "-1000000000", "9" * 400, "1e999", "NaN", "٣", "\0"],
    "price": ["1000000000", "9" * 30, "-1", "1e400", "inf", "0x10"],
    "at": ["9999-12-31 23:59:59", "10000-01-01", "0000-00-00", "2099-01-01 00:00:00", "\0", "9" * 50],
    "who": ["\0", "9" * 10_000, "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")],
}


def test_a_file_with_every_cell_at_its_limit_brings_its_honest_rows(
    app: App, brand_id: int, tmp_path: Path
) -> None:
    rows = [
        line(f"{name}{n}", **{name: cell}) for name, cells in CELLS.items() for n, cell in enumerate(cells)
    ]
    rows += [line(f"good{n}") for n in range(5)]
    path = write_csv(tmp_path / "hostile.csv", rows)
    import_id = announce(app, brand_id, path, MAP.format(source="till"), max_bad_share=Decimal(1))
    run_import(app, brand_id=brand_id, import_id=import_id, clock=clock)
    found = totals(app, brand_id)
    assert {f"good{n}" for n in range(5)} <= found["orders"].keys()
    assert "at0" not in found["orders"], "the year 9999 has not been yet"
