"""Insight over HTTP: happy, refused, and in both languages."""

import pytest
from fastapi.testclient import TestClient

from siyu.insight.rules.naive import History
from siyu.kernel.app import App
from tests.insight.makers import at, bought, write_facts

pytestmark = pytest.mark.slow


@pytest.fixture
def sold(app: App, brand_id: int) -> None:
    orders = [bought(f"1-{day}", at(f"2026-03-{day:02}"), 10_000) for day in (1, 8, 15, 22, 29)]
    write_facts(app.lake, brand_id, {1: History(orders), 2: History([bought("2", at("2026-03-30"), 500)])})


@pytest.mark.usefixtures("sold")
def test_the_summary_holds_every_stage_class_and_cell(client: TestClient) -> None:
    answer = client.get("/api/v1/insight/summary", params={"as_of": "2026-03-31"})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["customers"], len(body["stages"]), len(body["classes"]), len(body["grid"])) == (2, 5, 8, 25)
    assert sum(cell["customers"] for cell in body["grid"]) == body["thresholds"]["classed"] == 2
    assert body["as_of"] == "2026-03-31T15:59:59.999999Z"


@pytest.mark.usefixtures("sold")
def test_metrics_come_with_their_definition_and_the_days(client: TestClient) -> None:
    body = client.get("/api/v1/insight/metrics", params={"as_of": "2026-03-31", "days": 31}).json()
    values = {entry["metric"]["name"]: entry["value"] for entry in body["metrics"]}
    assert (values["sales"], values["orders"], values["buyers"], values["repurchase_rate"]) == (
        50_500,
        6,
        2,
        0.5,
    )
    assert len(body["days"]) == 31
    assert sum(day["sales_fen"] for day in body["days"]) == 50_500


@pytest.mark.usefixtures("sold")
def test_a_customer_page_says_why(client: TestClient) -> None:
    body = client.get("/api/v1/insight/customers/1", params={"as_of": "2026-03-31"}).json()
    assert body["traits"]["stage"] == "maturity"
    assert body["reason"]["en"] == "5 orders in 365 days, 4 or more"
    assert client.get("/api/v1/insight/customers/77").status_code == 404


def test_a_date_that_is_none_is_refused_with_a_remedy(client: TestClient) -> None:
    answer = client.get("/api/v1/insight/summary", params={"as_of": "soon"})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_input")
    assert "2026-01-31" in answer.json()["detail"]


def test_every_trait_has_words_in_both_languages(client: TestClient) -> None:
    traits = client.get("/api/v1/traits").json()
    assert len(traits) > 30
    for trait in traits:
        assert all(trait[key][language] for key in ("label", "definition") for language in ("zh", "en")), (
            trait
        )


def test_thresholds_are_read_and_replaced(client: TestClient) -> None:
    body = client.get("/api/v1/insight/settings").json()
    body["lifecycle"]["lost_days_over"] = 365
    assert client.put("/api/v1/insight/settings", json=body).json() == body
    body["lifecycle"]["lost_days_over"] = -1
    assert client.put("/api/v1/insight/settings", json=body).json()["code"] == "bad_insight_setting"
