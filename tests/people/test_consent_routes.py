"""Consent over HTTP: texts, words, verification and proofs, for those who may."""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from siyu.kernel.app import App
from siyu.people.actions.seal import seal_consents
from siyu.people.actions.verify import run_verification
from tests.people.makers import NOW, customer_of

TEXT = {
    "code": "join", "purpose": "marketing", "channels": ["sms"], "title": "会员须知", "body": "同意接收短信营销。",
}  # fmt: skip


@pytest.fixture
def who(app: App, brand_id: int) -> int:
    with app.db.transaction(brand_id=brand_id) as session:
        return customer_of(session, app.cipher, name="王芳", phone="13800138000")


@pytest.fixture
def agreed(client: TestClient, who: int) -> int:
    """The customer agreed to a text, with evidence."""
    shown = client.post("/api/v1/consent-texts", json=TEXT).json()
    answer = client.post(
        f"/api/v1/customers/{who}/consents",
        json={"purpose": "marketing", "channel": "sms", "granted": True, "source": "pos",
              "consent_text_id": shown["consent_text_id"], "evidence": {"store": "S7", "ip": "203.0.113.7"}},
    )  # fmt: skip
    assert answer.json()["added"] == 1, answer.text
    assert answer.json()["reach"][0]["reachable"] is True
    return who


def test_a_yes_needs_the_text_that_was_shown(client: TestClient, who: int) -> None:
    said = {"purpose": "marketing", "channel": "sms", "granted": True}
    answer = client.post(f"/api/v1/customers/{who}/consents", json=said)
    assert (answer.status_code, answer.json()["code"]) == (422, "consent_needs_text")
    answer = client.post(f"/api/v1/customers/{who}/consents", json={**said, "consent_text_id": 10**9})
    assert answer.status_code == 404
    assert (
        client.post("/api/v1/customers/999999999/consents", json={**said, "granted": False}).status_code
        == 404
    )


def test_a_no_is_as_easy_and_holds_at_once(client: TestClient, agreed: int) -> None:
    said = {"purpose": "marketing", "channel": "sms", "granted": False}
    first = client.post(f"/api/v1/customers/{agreed}/consents", json=said).json()
    assert (first["added"], first["reach"][0]["reachable"]) == (1, False)
    assert client.post(f"/api/v1/customers/{agreed}/consents", json=said).json()["added"] == 0
    page = client.get(f"/api/v1/customers/{agreed}").json()
    assert [one["granted"] for one in page["consents"]] == [False, True]
    assert page["consents"][1]["text_title"] == "会员须知"
    marketing = [one for one in page["standings"] if (one["purpose"], one["channel"]) == ("marketing", "sms")]
    assert (marketing[0]["said"], marketing[0]["allowed"]) == (True, False)


def test_a_text_has_versions(client: TestClient) -> None:
    assert client.post("/api/v1/consent-texts", json=TEXT).json()["version"] == 1
    assert client.post("/api/v1/consent-texts", json=TEXT).json()["code"] == "consent_text_taken"
    assert client.post("/api/v1/consent-texts", json={**TEXT, "after_version": 1}).json()["version"] == 2
    listed = client.get("/api/v1/consent-texts").json()["items"]
    assert [one["version"] for one in listed] == [2, 1]


def test_the_chain_is_verified_by_a_task(client: TestClient, app: App, brand_id: int, agreed: int) -> None:
    assert agreed
    assert client.get("/api/v1/consent-chain").json()["waiting"] == 1
    seal_consents(app.db, brand_id=brand_id, now=NOW)
    chain = client.get("/api/v1/consent-chain").json()
    assert (chain["seals"], chain["entries"], chain["waiting"]) == (1, 1, 0)
    task_id = client.post("/api/v1/consent-chain/verifications").json()["task_id"]
    run_verification(app, brand_id=brand_id, task_id=task_id, now=NOW)
    task = client.get(f"/api/v1/tasks/{task_id}").json()
    assert (task["state"], task["result"]["intact"]) == ("done", True)
    assert chain["head"] == f"1:{task['result']['head']}"


def test_a_proof_is_read_by_people_and_recomputed_by_strangers(
    client: TestClient, app: App, brand_id: int, agreed: int, tmp_path: Path
) -> None:
    seal_consents(app.db, brand_id=brand_id, now=NOW)
    assert client.post(f"/api/v1/customers/{agreed}/consent-proof", json={"reason": ""}).status_code == 422
    asked = {"address": "138 0013 8000", "reason": "工信部核查 2026-11"}
    answer = client.post("/api/v1/consent-proofs", json=asked)
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        page, proof = archive.read("proof.html").decode(), json.loads(archive.read("proof.json"))
        archive.extract("check.py", tmp_path)
    for said in ("王芳", "+8613800138000", "同意接收短信营销。", "工信部核查 2026-11", "203.0.113.7"):
        assert said in page
    assert proof["entries"][0]["evidence"]["state"] == "kept"
    (tmp_path / "proof.zip").write_bytes(answer.content)
    checked = _check(tmp_path)
    assert checked.returncode == 0, checked.stdout
    assert "All of it holds: 1 entries (0 not sealed yet), 1 seals." in checked.stdout
    assert client.get("/api/v1/consent-chain").json()["head"] in checked.stdout
    log = client.get("/api/v1/audit", params={"action": "consent.proved"}).json()["items"]
    assert log[0]["after"]["number"] == proof["mark"]["number"]


@pytest.mark.parametrize(
    ("part", "of", "becomes"),
    [("entries", '"pos"', '"web"'), ("entries", "203.0.113.7", "203.0.113.8"), ("texts", "短信营销", "任何营销"),
     ("seals", '"entries": 1', '"entries": 2')],
)  # fmt: skip
def test_a_proof_that_was_changed_is_found_out(
    client: TestClient, app: App, brand_id: int, agreed: int, tmp_path: Path, part: str, of: str, becomes: str
) -> None:
    seal_consents(app.db, brand_id=brand_id, now=NOW)
    answer = client.post(f"/api/v1/customers/{agreed}/consent-proof", json={"reason": "inspection"})
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        proof = json.loads(archive.read("proof.json"))
        archive.extract("check.py", tmp_path)
    told = json.dumps(proof[part], ensure_ascii=False)
    spoiled = told.replace(of.replace('"', '\\"') if part == "entries" and of == '"pos"' else of,
                           becomes.replace('"', '\\"') if part == "entries" and of == '"pos"' else becomes)  # fmt: skip
    assert spoiled != told
    proof[part] = json.loads(spoiled)
    with zipfile.ZipFile(tmp_path / "proof.zip", "w") as archive:
        archive.writestr("proof.json", json.dumps(proof, ensure_ascii=False))
    assert _check(tmp_path).returncode == 1


def _check(folder: Path) -> "subprocess.CompletedProcess[str]":
    """What the program in the bundle says, without any of ours to import."""
    return subprocess.run(
        [sys.executable, "-I", "check.py", "proof.zip"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
