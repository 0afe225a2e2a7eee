"""From an order file to an honestly measured campaign: import, segment, campaign, sandbox, receipts, later orders."""

from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from siyu.entrypoints.worker import work
from siyu.kernel.app import App
from siyu.kernel.clock import utcnow
from tests.stories.telling import KEY, imports, until

CUSTOMERS = 40
REFUSED = 4
ORDERS_MAP = """
kind: orders
source: till
grain: order
columns: {order_key: order, ordered_at: at, amount: amount, customer_key: member}
customer_namespace: member_no
"""
CUSTOMERS_MAP = """
kind: customers
source: members
columns: {customer_key: member, phone: phone, name: name, consent_sms: consent, consent_at: since}
customer_namespace: member_no
"""


def order_lines(rows: list[tuple[str, datetime, int]]) -> str:
    return "\n".join(
        ["order,at,amount,member", *(f"{m}-{at:%s},{at.isoformat()},{fen / 100},{m}" for m, at, fen in rows)]
    )


@pytest.mark.slow
def test_from_an_order_file_to_an_honest_result(client: TestClient, served: App, sandbox_url: str) -> None:
    now = utcnow().replace(microsecond=0)
    people = [f"m{number}" for number in range(CUSTOMERS)]
    before = [(who, now - timedelta(days=40), 10_000) for who in people]
    imports(client, served, kind="orders", text=order_lines(before), rules=ORDERS_MAP)
    members = ["member,phone,name,consent,since"]
    for number, who in enumerate(people):
        consent = "no" if number < REFUSED else "yes"
        members.append(f"{who},138{number:08d},客{number},{consent},{(now - timedelta(days=30)).isoformat()}")
    imports(client, served, kind="customers", text="\n".join(members), rules=CUSTOMERS_MAP)
    channel = {
        "base_url": sandbox_url, "key": KEY, "signature": "思屿", "enabled": True, "opens": "00:00:00",
        "closes": "23:59:59", "price_centifen": 450,
    }  # fmt: skip
    assert client.patch("/api/v1/channels/sms", json=channel).status_code == 200

    definition = {"trait": "orders", "op": ">=", "value": 1}
    segment = client.post("/api/v1/segments", json={"name": "买过", "definition": definition})
    assert segment.status_code == 201, segment.text
    draft = client.post(
        "/api/v1/campaigns",
        json={
            "name": "新品", "segment_id": segment.json()["segment_id"], "holdout_basis_points": 3_000,
            "template_text": "{{ name | default: '会员' }}您好，新品到店。", "window_days": 1,
        },
    )  # fmt: skip
    url = f"/api/v1/campaigns/{draft.json()['campaign_id']}"
    check = client.post(f"{url}/check").json()
    assert check["ready"], check
    assert check["headcount"]["exclusions"] == [{"reason": "consent_missing", "customers": REFUSED}]
    assert client.post(f"{url}/submit").json()["state"] == "scheduled"
    work(served, once=True)

    treated = client.get(url).json()["treated_count"]
    assert 0 < treated < CUSTOMERS - REFUSED
    until(lambda: client.get(f"{url}/results").json()["messages"]["delivered"] == treated)
    work(served, once=True)
    assert client.get(url).json()["state"] == "sent"

    launched = datetime.fromisoformat(client.get(url).json()["launched_at"])
    later = [(who, launched + timedelta(hours=1), 20_000) for who in people[REFUSED:]]
    imports(client, served, kind="orders", text=order_lines(later), rules=ORDERS_MAP)

    as_of = (launched + timedelta(days=2)).isoformat()
    found = client.get(f"{url}/results", params={"as_of": as_of}).json()
    steps = {step["step"]: step["customers"] for step in found["funnel"]}
    assert steps == {
        "audience": CUSTOMERS, "eligible": CUSTOMERS - REFUSED, "treated": treated, "accepted": treated,
        "delivered": treated, "failed": 0, "opted_out": 0, "buyers": treated,
    }  # fmt: skip
    assert found["final"]
    assert found["sample_ratio"]["passed"]
    assert found["cost_fen"] == round(treated * 4.5)
    # Everybody bought the same, held out or not: the touched return shines, the incremental one is all loss.
    assert found["returned"]["touched"] > 0
    assert found["returned"]["incremental"] == -1.0
