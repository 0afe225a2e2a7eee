"""How stories are told: a file is uploaded and imported over HTTP, and something is waited for."""

import time
from typing import Any

from fastapi.testclient import TestClient

from siyu.entrypoints.worker import work
from siyu.kernel.app import App

KEY = "story-key"


def imports(
    client: TestClient, served: App, *, kind: str, text: str, rules: str | None = None
) -> dict[str, Any]:
    """The file is imported by these rules, or by those that the upload suggests; returns the import."""
    upload = client.post(
        "/api/v1/imports/uploads", files={"file": (f"{kind}.csv", text.encode(), "text/csv")}
    )
    assert upload.status_code == 201, upload.text
    suggested = {guess["kind"]: guess["map_text"] for guess in upload.json()["guesses"]}
    order = {"upload_id": upload.json()["upload_id"], "kind": kind, "map_text": rules or suggested[kind]}
    started = client.post("/api/v1/imports", json=order)
    assert started.status_code == 202, started.text
    work(served, once=True)
    run: dict[str, Any] = client.get(f"/api/v1/imports/{started.json()['import_id']}").json()
    assert (run["state"], run["error"]) == ("done", None)
    return run


def until(happened: Any) -> Any:
    end = time.monotonic() + 30
    while not (found := happened()):
        assert time.monotonic() < end, "it did not happen in 30 seconds"
        time.sleep(0.1)
    return found
