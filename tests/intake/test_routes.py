"""The import wizard over HTTP: upload, look, preview, import, follow, take back; and who may not."""

from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import column, select, table

from siyu.entrypoints.worker import work
from siyu.intake.routes import forms
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM, AuditEntry
from siyu.organisation.api import create_user
from tests.conftest import PASSWORD
from tests.intake.importing import NOW

CSV = (
    "订单编号,下单时间,商品编码,数量,单价,手机号,会员号\n"
    "A1,2026-05-01 10:00:00,S,2,9.90,13800138000,m1\n"
    "A2,2026-05-02 10:00:00,S,1,9.90,13900139000,m2\n"
    "A3,many,S,1,9.90,,m2\n"
)


def upload(client: TestClient, text: str = CSV, name: str = "../订单.csv") -> Any:
    return client.post("/api/v1/imports/uploads", files={"file": (name, text.encode(), "text/csv")})


def audited(app: App, brand_id: int, action: str) -> list[dict[str, Any]]:
    """What the audit log says of such actions, all of them those of whoever asked."""
    with app.db.transaction(brand_id=brand_id) as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action == action)).all()
        asked = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "import.request").limit(1)
        ).one()
        assert {(one.actor_kind, one.actor_id, one.address) for one in entries} == {
            ("user", asked.actor_id, asked.address)
        }
        return [entry.after or {} for entry in entries]


def guess_of(look: dict[str, Any], kind: str = "orders") -> dict[str, Any]:
    return next(one for one in look["guesses"] if one["kind"] == kind)


def test_a_file_is_uploaded_looked_at_imported_and_taken_back(
    app: App, brand_id: int, client: TestClient
) -> None:
    look = upload(client).json()
    assert (look["file_name"], look["encoding"], look["delimiter"], look["guesses"][0]["kind"]) == (
        "订单.csv", "utf-8", ",", "orders",
    )  # fmt: skip
    assert look["columns"][0] == "订单编号"
    (stored,) = (app.settings.home / "uploads" / str(brand_id) / look["upload_id"]).iterdir()
    assert stored.stat().st_mode & 0o777 == 0o600
    choice = {"upload_id": look["upload_id"], "kind": "orders", "map_text": guess_of(look)["map_text"]}
    seen = client.post("/api/v1/imports/preview", json=choice).json()
    assert (seen["counts"]["rows"], seen["counts"]["orders"], seen["counts"]["rejected"]) == (3, 2, 1)
    assert (seen["rejected"][0]["line"], seen["rejected"][0]["value"]) == (4, "many")
    started = client.post("/api/v1/imports", json={**choice, "max_bad_share": "0.5"})
    assert started.status_code == 202, started.text
    work(app, once=True)
    import_id = started.json()["import_id"]
    done = client.get(f"/api/v1/imports/{import_id}").json()
    assert (done["state"], done["counts"]["order"], done["counts"]["paid_fen"]) == ("done", 2, 2970)
    assert not stored.exists(), "an upload does not outlive its import"
    rejects = client.get(f"/api/v1/imports/{import_id}/rejects")
    assert "A3,many,S" in rejects.text
    assert rejects.headers["content-disposition"].endswith('rejects.csv"')
    (told,) = audited(app, brand_id, "import.finish")
    assert (told["file"], told["rows"], told["order"], told["rejected"]) == ("订单.csv", 3, 2, 1)
    task_id = client.post(f"/api/v1/imports/{import_id}/undo").json()["task_id"]
    with app.db.transaction(brand_id=brand_id) as session:
        jobs = table("procrastinate_jobs", column("args"), column("task_name"))
        arguments = select(jobs.c.args).where(jobs.c.task_name == "intake.undo_import")
        assert session.scalars(arguments).all() == [
            {"brand_id": brand_id, "import_id": import_id, "task_id": task_id}
        ], "nobody's name or address"
    work(app, once=True)
    assert len(audited(app, brand_id, "import.undo")) == 1


def test_an_import_of_too_many_bad_rows_fails_in_words_and_keeps_no_upload(
    app: App, brand_id: int, client: TestClient
) -> None:
    look = upload(client).json()
    (stored,) = (app.settings.home / "uploads" / str(brand_id) / look["upload_id"]).iterdir()
    choice = {"upload_id": look["upload_id"], "kind": "orders", "map_text": guess_of(look)["map_text"]}
    too_bad = client.post("/api/v1/imports", json=choice).json()
    work(app, once=True)
    failed = client.get(f"/api/v1/imports/{too_bad['import_id']}").json()
    assert (failed["state"], failed["error"]["code"], failed["has_rejects"]) == (
        "failed",
        "too_many_bad_rows",
        True,
    )
    assert not stored.exists()
    (told,) = audited(app, brand_id, "import.fail")
    assert (told["file"], told["rows"], told["rejected"], told["why"]) == (
        "订单.csv",
        3,
        1,
        "too_many_bad_rows",
    )


def test_imports_are_listed_by_kind_and_state_a_page_at_a_time(app: App, client: TestClient) -> None:
    ended = []
    for share in ("0.05", "0.5"):
        look = upload(client).json()
        choice = {"upload_id": look["upload_id"], "kind": "orders", "map_text": guess_of(look)["map_text"]}
        asked = client.post("/api/v1/imports", json={**choice, "max_bad_share": share})
        ended.append(asked.json()["import_id"])
        work(app, once=True)
    failed, done = ended
    page = client.get("/api/v1/imports?limit=1").json()
    assert (page["items"][0]["state"], page["total"]) == ("done", 2)
    following = client.get(f"/api/v1/imports?limit=1&cursor={page['next_cursor']}").json()
    assert ([one["import_id"] for one in following["items"]], following["next_cursor"]) == (
        [failed],
        None,
    )
    oldest = client.get("/api/v1/imports?limit=1&sort=created_at").json()
    assert oldest["items"][0]["import_id"] == failed
    for query, found in (
        ("state=failed", [failed]),
        ("state=failed&state=done&kind=orders", [done, failed]),
        ("kind=customers&kind=stores", []),
    ):
        page = client.get(f"/api/v1/imports?{query}").json()
        assert ([one["import_id"] for one in page["items"]], page["total"]) == (found, len(found))
    assert client.get("/api/v1/imports?state=lost").status_code == 422


def test_presets_are_listed_with_their_text(client: TestClient) -> None:
    found = client.get("/api/v1/imports/presets").json()
    assert {"online_retail", "cdnow", "tmall_order_report"} <= {one["name"] for one in found["items"]}
    assert all(one["text"].startswith("#") and one["title"] for one in found["items"])


PEOPLE = (
    "会员号,姓名,手机号,邮箱,生日,备注,紧急联系人姓名\n"
    "M10086,王小明,13800138000,xiaoming@example.com,1990-02-09,电 13900139000,李大华\n"
    "M10087,张美丽,12,meili@example.com,1991-03-08,,赵小红\n"
    ",欧阳锋,13700137000,feng@example.com,1992-04-07,,\n"
    "M10088,陈圆圆,13600136000,yuan@example.com,1993-13-45,,\n"
)
SECRETS = (
    "M10086", "王小明", "13800138000", "xiaoming", "1990-02-09", "13900139000", "李大华", "张美丽", "meili",
    "1991-03-08", "欧阳锋", "1992-04-07", "陈圆圆", "1993-13-45",
)  # fmt: skip


def sign_in_as_developer(app: App, brand_id: int, client: TestClient) -> None:
    """Somebody who may import, but may not see personal data."""
    with app.db.transaction(brand_id=brand_id) as session:
        create_user(
            session, login=f"dev-{brand_id}", display_name="dev", roles=["developer"], password=PASSWORD, actor=SYSTEM,
            now=NOW, must_change_password=False,
        )  # fmt: skip
    answer = client.post("/api/v1/auth/login", json={"login": f"dev-{brand_id}", "password": PASSWORD})
    client.headers["X-CSRF-Token"] = answer.json()["csrf_token"]


def test_phones_are_masked_for_those_who_may_not_see_them(
    app: App, brand_id: int, client: TestClient
) -> None:
    assert upload(client).json()["sample"][0]["手机号"] == "13800138000"
    sign_in_as_developer(app, brand_id, client)
    assert upload(client).json()["sample"][0]["手机号"] == "138****8000"


def test_people_in_a_file_are_masked_by_what_their_columns_hold(
    app: App, brand_id: int, client: TestClient
) -> None:
    sign_in_as_developer(app, brand_id, client)
    answer = upload(client, PEOPLE, "会员.csv")
    look = answer.json()
    assert look["sample"][0]["姓名"] == "王**"
    choice = {"upload_id": look["upload_id"], "kind": "customers"}
    choice["map_text"] = guess_of(look, "customers")["map_text"]
    preview = client.post("/api/v1/imports/preview", json=choice)
    assert (preview.json()["rows"][0]["name"], preview.json()["rows"][0]["birthday"]) == ("王**", "****")
    assert preview.json()["counts"]["rejected"] == 3
    import_id = client.post("/api/v1/imports", json={**choice, "max_bad_share": "1"}).json()["import_id"]
    work(app, once=True)
    rejects = client.get(f"/api/v1/imports/{import_id}/rejects")
    assert len(rejects.text.splitlines()) == 4
    assert rejects.text.removeprefix("\ufeff").startswith(
        "会员号,姓名,手机号,邮箱,生日,备注,紧急联系人姓名,_file,"
    )
    for text in (answer.text, preview.text, rejects.text):
        assert [secret for secret in SECRETS if secret in text] == []
    with app.db.transaction(brand_id=brand_id) as session:
        assert "import.rejects_read" not in session.scalars(select(AuditEntry.action)).all()


def test_whoever_reads_rejects_in_clear_is_in_the_audit_log(
    app: App, brand_id: int, client: TestClient
) -> None:
    look = upload(client, PEOPLE, "会员.csv").json()
    choice = {"upload_id": look["upload_id"], "kind": "customers", "max_bad_share": "1"}
    body = {**choice, "map_text": guess_of(look, "customers")["map_text"]}
    import_id = client.post("/api/v1/imports", json=body).json()["import_id"]
    work(app, once=True)
    at = f"/api/v1/imports/{import_id}/rejects"
    assert "张美丽" not in client.get(at).text
    assert client.post(at, json={"reason": " "}).status_code == 422
    assert "张美丽" in client.post(at, json={"reason": "把号码改对再导入"}).text
    with app.db.transaction(brand_id=brand_id) as session:
        entries = select(AuditEntry).where(AuditEntry.action == "import.rejects_read")
        found = [(entry.subject_id, entry.after) for entry in session.scalars(entries)]
    assert found == [(str(import_id), {"in_clear": True, "reason": "把号码改对再导入"})]
    sign_in_as_developer(app, brand_id, client)
    assert client.post(at, json={"reason": "just looking"}).status_code == 403


def test_a_product_has_a_name_that_is_no_secret(app: App, brand_id: int, client: TestClient) -> None:
    sign_in_as_developer(app, brand_id, client)
    look = upload(client, "商品编码,商品名称,价格\nS1,龙井茶礼盒,99.00\n", "商品.csv").json()
    assert look["sample"][0]["商品名称"] == "龙井茶礼盒"
    choice = {"upload_id": look["upload_id"], "kind": "products"}
    choice["map_text"] = guess_of(look, "products")["map_text"]
    assert client.post("/api/v1/imports/preview", json=choice).json()["rows"][0]["name"] == "龙井茶礼盒"


def test_nobody_uploads_without_permission(app: App, brand_id: int, client: TestClient) -> None:
    with app.db.transaction(brand_id=brand_id) as session:
        create_user(
            session, login=f"analyst-{brand_id}", display_name="a", roles=["analyst"], password=PASSWORD, actor=SYSTEM,
            now=NOW, must_change_password=False,
        )  # fmt: skip
    answer = client.post("/api/v1/auth/login", json={"login": f"analyst-{brand_id}", "password": PASSWORD})
    client.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
    assert (upload(client).status_code, upload(client).json()["code"]) == (403, "not_allowed")
    assert client.post("/api/v1/imports/1/undo").status_code == 403
    assert client.get("/api/v1/imports").status_code == 200
    client.cookies.clear()
    assert upload(client).status_code == 401


def test_what_is_no_table_or_too_large_is_refused_and_not_kept(
    app: App, brand_id: int, client: TestClient, monkeypatch: Any
) -> None:
    folder = app.settings.home / "uploads" / str(brand_id)
    for text, code in (
        ("", "file_empty"),
        ("%PDF-1.7 x", "file_binary"),
        ("1,2\n3,4\n", "file_header_missing"),
    ):
        assert upload(client, text).json()["code"] == code
    assert client.post("/api/v1/imports/uploads", data={"file": "text"}).json()["code"] == "bad_input"
    assert client.post("/api/v1/imports/uploads", json={}).json()["code"] == "bad_input"
    monkeypatch.setattr(forms, "UPLOAD_BYTES_MAX", 1 << 20)
    answer = upload(client, "a,b\n" + "1,2\n" * 300_000)
    assert (answer.status_code, answer.json()["code"]) == (413, "upload_too_large")
    assert not folder.exists() or not list(folder.iterdir())


def test_maps_and_uploads_that_do_not_fit_are_refused(client: TestClient) -> None:
    look = upload(client).json()
    choice = {"upload_id": look["upload_id"], "kind": "orders"}
    preview = "/api/v1/imports/preview"
    cases = [
        (choice, "map_or_preset"),
        ({**choice, "preset": "nothing"}, "import_preset_unknown"),
        ({**choice, "preset": "online_retail"}, "file_columns_missing"),
        ({**choice, "kind": "stores", "map_text": guess_of(look)["map_text"]}, "import_kind_differs"),
        ({**choice, "map_text": "kind: [1"}, "import_map_invalid"),
        ({**choice, "upload_id": "0" * 32, "preset": "cdnow"}, "not_found"),
        ({**choice, "upload_id": "../../etc"}, "malformed"),
    ]
    for body, code in cases:
        assert client.post(preview, json=body).json()["code"] == code
    pounds = guess_of(look)["map_text"].replace("currency: CNY", "currency: GBP")
    assert (
        client.post("/api/v1/imports", json={**choice, "map_text": pounds}).json()["code"]
        == "currency_needs_rate"
    )


def test_a_dry_run_keeps_the_upload_for_the_import(app: App, client: TestClient) -> None:
    look = upload(client).json()
    body = {
        "upload_id": look["upload_id"],
        "kind": "orders",
        "map_text": guess_of(look)["map_text"],
        "max_bad_share": "1",
    }
    for dry_run in (True, False):
        import_id = client.post("/api/v1/imports", json={**body, "dry_run": dry_run}).json()["import_id"]
        work(app, once=True)
        assert client.get(f"/api/v1/imports/{import_id}").json()["state"] == "done"
