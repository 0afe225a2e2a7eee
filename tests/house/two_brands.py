"""A brand with something in every module, all of it marked, so that a word of it is known again anywhere."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import text

from siyu.entrypoints.wiring import JOBS
from siyu.entrypoints.worker import work
from siyu.intake.rules.webhook_signatures import signature_of
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.kernel.clock import utcnow
from siyu.kernel.lake_migrations import migrate_brand
from siyu.organisation.api import create_brand, create_user
from siyu.organisation.rules.permissions import PERMISSIONS
from tests.stories.telling import imports

PASSWORD = "a-long-password-7"
NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
EVERYBODY = {"trait": "orders", "op": ">=", "value": 0}
MAPS = {
    "stores": "columns: {store_key: k, name: n, region: r}",
    "products": "currency: CNY\ncolumns: {product_key: k, name: n, category: c}",
    "customers": "customer_namespace: member_no\ncolumns: {customer_key: k, name: n, phone: p, store_key: s, "
    "consent_sms: c, consent_at: at, joined_at: at}",
    "orders": "grain: order\ncustomer_namespace: member_no\n"
    "columns: {order_key: k, ordered_at: at, amount: a, customer_key: m, store_key: s}",
}


@dataclass(frozen=True)
class Mark:
    """What is in everything a brand has: a word, a rare surname, the start of its numbers, the first of its ids."""

    word: str
    surname: str
    phones: str
    first_id: int

    def phone(self, number: int) -> str:
        return f"{self.phones}{number:05d}"


OURS = Mark("qjia", "龘", "139770", 7_700_000_001)
THEIRS = Mark("qyi", "犇", "136550", 3_300_000_001)


@dataclass
class Tenant:
    """A brand, its owner's browser, a program of its own that may do everything, and what its things are called."""

    mark: Mark
    brand_id: int
    browser: TestClient
    secret: str
    named: dict[str, Any] = field(default_factory=dict)


@contextmanager
def tenant(app: App, api: FastAPI, mark: Mark) -> Iterator[Tenant]:
    """A brand with data in every module, while the block runs."""
    _number_from(app, mark.first_id)
    with app.db.transaction(brand_id=None) as session:
        brand = create_brand(session, code=mark.word, name=f"品牌{mark.word}", actor=SYSTEM, now=NOW)
    migrate_brand(app.lake, brand_id=brand.brand_id, now=NOW)
    with app.db.transaction(brand_id=brand.brand_id) as session:
        create_user(
            session, login=f"owner-{mark.word}", display_name=f"{mark.surname}老板", roles=["owner"],
            password=PASSWORD, must_change_password=False, actor=SYSTEM, now=NOW,
        )  # fmt: skip
    with TestClient(api, raise_server_exceptions=False) as browser:
        sign_in(browser, mark)
        made = Tenant(mark, brand.brand_id, browser, secret="")
        fill(app, made)
        yield made


def sign_in(browser: TestClient, mark: Mark) -> None:
    """The browser is the owner's, also after the session it had was ended."""
    credentials = {"login": f"owner-{mark.word}", "password": PASSWORD}
    answer = browser.post("/api/v1/auth/login", json=credentials)
    assert answer.status_code == 200, answer.text
    browser.headers["X-CSRF-Token"] = answer.json()["csrf_token"]


def fill(app: App, made: Tenant) -> None:
    """The brand has people, keys, files, customers, orders, events, segments, a campaign, messages, reviews."""
    mark, post = made.mark, _poster(made.browser)
    staff = {"login": f"staff-{mark.word}", "display_name": f"{mark.surname}店员", "roles": ["analyst"]}
    made.named["user_id"] = post("/users", staff)["user"]["user_id"]
    shop = {"name": f"门店{mark.word}", "kind": "store", "store_key": f"shop-{mark.word}"}
    post("/org-units", shop)
    provider = {"issuer": f"https://sso.{mark.word}.example", "client_id": mark.word, "title": mark.word}
    assert made.browser.put("/api/v1/brand/sign-on", json={**provider, "enabled": False}).is_success
    key = post("/api-keys", {"source": f"till-{mark.word}", "scopes": list(PERMISSIONS)})
    made.secret, made.named["api_key_id"] = key["secret"], key["key"]["api_key_id"]
    _files(app, made)
    _destination(made, post)
    _events(app, made)
    _customers(made, post)
    _segments_and_campaign(app, made, post)
    _events_at_work(app, made, post)
    _consents(made, post)
    _tags_and_requests(made, post)
    made.named |= newest_ids(app, made.brand_id) | {
        "brand_code": mark.word, "provider": "sandbox", "name": f"seen_{mark.word}",
        "order_key": f"order-{mark.word}-1", "source": f"till-{mark.word}", "brand_id": made.brand_id,
        "kind": "uploads", "trait_name": f"orders_{mark.word}", "fact_name": "order",
    }  # fmt: skip
    made.named["task_id"] = made.named.pop("export_task_id")


def _files(app: App, made: Tenant) -> None:
    mark, at = made.mark, "2026-10-01T10:00:00+08:00"
    people = [
        f"vip-{mark.word}-{n},{mark.surname}{mark.word},{mark.phone(n)},shop-{mark.word},是,{at}"
        for n in (1, 2)
    ]
    twin = f"vip-{mark.word}-3,{mark.surname}三,{mark.phone(1)},shop-{mark.word},是,{at}"
    files = {
        "stores": f"k,n,r\nshop-{mark.word},门店{mark.word},华东{mark.word}",
        "products": f"k,n,c\nsku-{mark.word},商品{mark.word},类目{mark.word}",
        "customers": "\n".join(["k,n,p,s,c,at", *people, twin]),
        "orders": f"k,at,a,m,s\norder-{mark.word}-1,{at},88.00,vip-{mark.word}-1,shop-{mark.word}\n,{at},1,,",
    }
    for kind, content in files.items():
        rules = f"kind: {kind}\nsource: till-{mark.word}\nmax_bad_share: 0.6\n{MAPS[kind]}\n"
        run = imports(made.browser, app, kind=kind, text=content, rules=rules)
        made.named["import_id"] = run["import_id"]  # the last one has rejects
    upload = made.browser.post(
        "/api/v1/imports/uploads", files={"file": ("waiting.csv", b"k,n\n1,2", "text/csv")}
    )
    made.named["upload_id"] = upload.json()["upload_id"]


def _events(app: App, made: Tenant) -> None:
    mark, program = made.mark, {"Authorization": f"Bearer {made.secret}"}
    who = [{"namespace": "member_no", "value": f"vip-{mark.word}-1"}]
    title = {"title_zh": f"事件{mark.word}", "title_en": f"Event {mark.word}", "properties": []}
    assert made.browser.put(f"/api/v1/events/catalogue/seen_{mark.word}", json=title).is_success
    events = [
        {"event": name, "event_id": f"{mark.word}-{name}", "occurred_at": "2026-10-02T10:00:00+08:00",
         "identities": who, "properties": given}
        for name, given in ((f"seen_{mark.word}", {}), ("check_in", {"points": f"much {mark.word}"}))
    ]  # fmt: skip
    sent = made.browser.post("/api/v1/events", json={"events": events}, headers=program)
    assert sent.status_code == 202, sent.text
    work(app, once=True)


def _destination(made: Tenant, post: Any) -> None:
    """A folder with an export; a webhook out that leads nowhere: what happens to customers waits to be sent there."""
    word = made.mark.word
    folder = post("/destinations/folders", {"name": f"目录{word}", "folder": word})["destination_id"]
    order = {"name": f"导出{word}", "content": "facts", "facts": ["order"], "format": "csv"}
    post(f"/destinations/{folder}/exports", order)
    place = {"name": f"去向{word}", "url": f"https://{word}.invalid/in", "facts": ["event"]}
    post("/destinations/webhooks", place)


def _customers(made: Tenant, post: Any) -> None:
    found = post("/customers/search", {"q": f"vip-{made.mark.word}-1"})["items"]
    other = post("/customers/search", {"q": f"vip-{made.mark.word}-2"})["items"]
    made.named["customer_id"] = found[0]["customer_id"]
    made.named["other_customer_id"] = other[0]["customer_id"]


def _segments_and_campaign(app: App, made: Tenant, post: Any) -> None:
    mark = made.mark
    words = {"zh": f"指标{mark.word}", "en": f"Trait {mark.word}"}
    counted = {"aggregate": "count", "fact": "order"}
    post("/traits/own", {"name": f"orders_{mark.word}", "label": words, "definition": counted})
    segment = post(
        "/segments", {"name": f"人群{mark.word}", "description": mark.word, "definition": EVERYBODY}
    )
    asked = post(f"/segments/{segment['segment_id']}/exports", {})
    keys = [mark.phone(1), mark.phone(9)]
    listed = post("/segments/lists", {"name": f"名单{mark.word}", "known_by": "phone", "keys": keys})
    made.named["list_task_id"] = listed["task_id"]
    work(app, once=True)
    channel = {"base_url": "http://127.0.0.1:9", "key": mark.word, "signature": mark.word, "enabled": True,
               "opens": "00:00:00", "closes": "23:59:59"}  # fmt: skip
    assert made.browser.patch("/api/v1/channels/sms", json=channel).is_success
    draft = {
        "name": f"活动{mark.word}",
        "segment_id": segment["segment_id"],
        "template_text": f"您好{mark.word}",
    }
    campaign = post("/campaigns", draft)["campaign_id"]
    post(f"/campaigns/{campaign}/submit", {})
    launch = next(job for job in JOBS if job.name == "campaigns.launch")
    launch.run(app, brand_id=made.brand_id, campaign_id=campaign)
    made.named |= {
        "segment_id": segment["segment_id"],
        "campaign_id": campaign,
        "export_task_id": asked["task_id"],
    }
    words = {"other_customer_id": made.named["other_customer_id"], "reason": f"同一人 {mark.word}"}
    post(f"/customers/{made.named['customer_id']}/merge", words)


def _events_at_work(app: App, made: Tenant, post: Any) -> None:
    """A page key, and a webhook with a body that no event could be made of."""
    mark = made.mark
    site = {"source": f"shop-{mark.word}", "origins": [f"https://{mark.word}.example"]}
    made.named["public_key"] = post("/events/page-keys", site)["public_key"]
    mapping = {"items": "orders", "event": "'order_shipped'", "event_id": "no", "occurred_at": "at",
               "identities": [{"name": "phone", "path": "tel"}]}  # fmt: skip
    hook = post("/events/webhooks", {"source": f"hook-{mark.word}", "secret": PASSWORD, "mapping": mapping})
    made.named["token"] = hook["path"].rpartition("/")[2]
    body, at = json.dumps({"orders": [{"no": mark.word}]}).encode(), str(int(utcnow().timestamp()))
    signed = {"X-Timestamp": at, "X-Signature": f"sha256={signature_of(PASSWORD.encode(), body, at).hex()}"}
    assert made.browser.post(hook["path"], content=body, headers=signed).is_success
    rows = {
        "url": f"postgresql://{mark.word}:x@127.0.0.1:9/{mark.word}",
        "table": mark.word,
        "cursor_column": "at",
    }
    events = {"event": f"seen_{mark.word}", "key_columns": ["no"], "occurred_at": "at"}
    pull = {**rows, "title": mark.word, "kind": "events", "source": mark.word, "event_map": events}
    made.named["pull_id"] = post("/pulls", pull)["pull_id"]
    made.named["pull_run_id"] = post(f"/pulls/{made.named['pull_id']}/run", {})["pull_run_id"]


def _consents(made: Tenant, post: Any) -> None:
    """A text that was agreed to, what a customer said, an address that is not written to."""
    mark, customer_id = made.mark, made.named["customer_id"]
    shown = {
        "code": "join",
        "purpose": "marketing",
        "channels": ["sms"],
        "title": mark.word,
        "body": mark.word,
    }
    post("/consent-texts", shown)
    said = {"purpose": "marketing", "channel": "sms", "granted": True, "evidence": {"form": mark.word}}
    made.browser.post(f"/api/v1/customers/{customer_id}/consents", json=said)
    kept = made.browser.post(
        "/api/v1/suppressions/upload", params={"kind": "opt_out", "dry_run": False}, content=mark.phone(7),
        headers={"Content-Type": "text/plain"},
    )  # fmt: skip
    assert kept.is_success, kept.text


def _tags_and_requests(made: Tenant, post: Any) -> None:
    """A field of the brand's own, a tag that many were given at once, and a request for everything of a customer."""
    word, customer_id = made.mark.word, made.named["customer_id"]
    post("/customer-fields", {"name": f"f_{word}", "kind": "text", "label_zh": word, "label_en": word})
    group = post("/tag-groups", {"name": f"组{word}"})["groups"][0]
    tags = post("/tags", {"tag_group_id": group["tag_group_id"], "name": f"标签{word}"})
    tag = tags["tags"][0]["tag_id"]
    listed = {
        "tag_id": tag,
        "title": word,
        "known_by": "customer_id",
        "content": f"customer\n{customer_id}\n",
    }
    post("/tag-runs", listed)
    post("/privacy/requests", {"kind": "export", "customer_id": customer_id, "reason": f"本人要求 {word}"})


def newest_ids(app: App, brand_id: int) -> dict[str, int]:
    """The newest number of each kind that the brand has, by the name of its column: a new table needs no line here."""
    keys = """
        SELECT a.attname AS key, c.relname AS of_table FROM pg_index i
        JOIN pg_class c ON c.oid = i.indrelid AND c.relnamespace = 'public'::regnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY(i.indkey) AND a.attidentity <> ''
        WHERE i.indisprimary AND c.relname <> 'brand'
          AND EXISTS (SELECT FROM pg_attribute b WHERE b.attrelid = c.oid AND b.attname = 'brand_id')
    """
    found = {}
    with app.db.engine.connect() as owner:
        for key, table in owner.execute(text(keys)).all():
            newest = owner.scalar(
                text(f"SELECT max({key}) FROM {table} WHERE brand_id = :b"), {"b": brand_id}
            )
            if newest is not None:
                found[str(key)] = int(newest)
    return {
        name: number for name, number in found.items() if name not in {"customer_id", "import_id", "user_id"}
    }


def _number_from(app: App, first: int) -> None:
    """Whatever is numbered from now on has numbers that nothing else has."""
    with app.db.engine.begin() as owner:
        query = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND sequencename !~ 'procrastinate'"
        for name in owner.execute(text(query)).scalars().all():
            owner.execute(text(f"SELECT setval('{name}', {first})"))


def _poster(browser: TestClient) -> Any:
    def post(path: str, body: Any) -> Any:
        answer = browser.post(f"/api/v1{path}", json=body)
        assert answer.is_success, f"{path}: {answer.text}"
        return answer.json()

    return post


def everything_of(app: App, brand_id: int) -> dict[str, tuple[int, str]]:
    """How many rows of the brand each table holds and what they come to, but for when somebody was last seen."""
    tables = """
        SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'brand_id'
        WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
          AND c.relname <> 'event_source_day'  -- counts what anybody sends to a public key and is refused
    """
    found = {}
    with app.db.engine.connect() as owner:
        for table in owner.execute(text(tables)).scalars().all():
            row = owner.execute(
                text(f"SELECT count(*), coalesce(md5(string_agg(x, '|' ORDER BY x)), '') FROM (SELECT "
                     f"(to_jsonb(t) - 'last_seen_at' - 'last_used_at')::text AS x FROM {table} t "
                     "WHERE brand_id = :b) r"),
                {"b": brand_id},
            ).one()  # fmt: skip
            found[str(table)] = (int(row[0]), str(row[1]))
    return found
