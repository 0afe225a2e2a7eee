"""The demo, served in a folder of its own, with something under every kind of seal."""

import base64
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text

from siyu.kernel.app import App
from siyu.kernel.clock import utcnow
from siyu.kernel.lake import brand_schema
from siyu.kernel.sealing import SealedColumns, SealedPart
from siyu.kernel.settings import Settings
from siyu.organisation.api import only_brand
from siyu.organisation.rules.second_factor import code_of, step_of
from siyu.people.api import find_customers, profiles_of
from tests.demo.makers import free_ports

OWNER, COLLEAGUE, PASSWORD = "lin", "zhou", "tea-and-pastry"
SIYU = Path(sys.executable).with_name("siyu")
START_SECONDS_MAX = 600
SEALED = """
    SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND a.attname LIKE '%\\_sealed'
      AND NOT a.attisdropped
    ORDER BY 1, 2
"""
Sums = Mapping[str, tuple[int, int]]
Words = dict[str, str]
BUYERS = """
    SELECT customer_id FROM {schema}."order" WHERE customer_id IS NOT NULL
    GROUP BY 1 HAVING count(*) > 5 ORDER BY count(*) DESC, 1 LIMIT 200
"""


@dataclass(frozen=True)
class Home:
    """A home that is served."""

    settings: Settings

    @property
    def environment(self) -> dict[str, str]:
        """What commands of this home are given."""
        ours = {
            "SIYU_HOME": str(self.settings.home), "SIYU_PORT": str(self.settings.port),
            "SIYU_SANDBOX_PORT": str(self.settings.sandbox_port), "SIYU_LOG_LEVEL": "WARNING",
        }  # fmt: skip
        return {**{name: value for name, value in os.environ.items() if not name.startswith("SIYU_")}, **ours}

    def siyu(self, *words: str | Path) -> str:
        """What the command says; it must end well."""
        done = subprocess.run(
            [SIYU, *map(str, words)], env=self.environment, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"siyu {' '.join(map(str, words))}: {done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def signed_in(self, login: str, **more: str) -> httpx.Client:
        """A browser in which somebody is signed in."""
        http = httpx.Client(base_url=f"{self.settings.address}/api/v1", timeout=60, trust_env=False)
        answer = http.post("/auth/login", json={"login": login, "password": PASSWORD, **more})
        assert answer.is_success, answer.text
        http.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
        return http


@contextmanager
def served_demo(folder: Path) -> Iterator[Home]:
    """`siyu demo` runs in the folder while the block does."""
    port, sandbox_port = free_ports(2)
    given = {"SIYU_HOME": str(folder), "SIYU_PORT": str(port), "SIYU_SANDBOX_PORT": str(sandbox_port)}
    home = Home(Settings.from_environment(given))
    folder.mkdir(exist_ok=True)
    with (folder.parent / "demo.log").open("w") as log:
        process = subprocess.Popen([SIYU, "demo"], env=home.environment, stdout=log, stderr=log)
        try:
            _wait(home, process)
            yield home
        finally:
            process.terminate()
            process.wait(60)


def _wait(home: Home, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < end:
        assert process.poll() is None, "the demo ended before it was served"
        try:
            if httpx.get(f"{home.settings.address}/readyz", trust_env=False).is_success:
                return
        except httpx.HTTPError:
            time.sleep(0.5)
    raise TimeoutError(f"the demo is not served after {START_SECONDS_MAX} s")


def post(http: httpx.Client, path: str, body: Any = None, *, method: str = "POST") -> Any:
    """The answer, which must be a good one."""
    answer = http.request(method, path, json=body)
    assert answer.is_success, f"{method} {path}: {answer.text}"
    return answer.json() if answer.content else None


def furnish(home: Home, owner: httpx.Client) -> bytes:
    """Something lies under every kind of seal that the demo has nothing of; the secret of the colleague's app."""
    at = utcnow().isoformat()
    hook = {"name": "CRM", "url": "https://crm.example.com/in", "facts": ["order"]}
    made = post(owner, "/destinations/webhooks", hook)["destination"]["destination_id"]
    post(owner, f"/destinations/{made}/secret")  # the former one signs for a day more
    post(
        owner,
        "/destinations/buckets",
        {"name": "仓库", "bucket": "siyu", "access_key": "a", "secret_key": "b"},
    )
    provider = {"issuer": "https://sso.example.com", "client_id": "siyu", "client_secret": "a secret of the provider",
                "title": "SSO", "enabled": False}  # fmt: skip
    post(owner, "/brand/sign-on", provider, method="PUT")
    rows = {
        "url": "postgresql://reader:a-password@127.0.0.1:9/erp",
        "table": "members",
        "cursor_column": "changed",
    }
    events = {"event": "joined", "key_columns": ["no"], "occurred_at": "at"}
    post(
        owner,
        "/pulls",
        {**rows, "title": "ERP", "kind": "events", "source": "erp", "event_map": events, "enabled": False},
    )
    mapping = {"items": "orders", "event": "'order_shipped'", "event_id": "no", "occurred_at": "at",
               "identities": [{"name": "phone", "path": "tel"}]}  # fmt: skip
    post(owner, "/events/webhooks", {"source": "erp", "secret": "seven quiet ducks", "mapping": mapping})
    field = {"name": "nickname", "kind": "text", "label_zh": "昵称", "label_en": "Nickname", "personal": True}
    post(owner, "/customer-fields", field)
    who = post(
        owner, "/customers", {"name": "孟听雨", "phone": "19900009999", "fields": {"nickname": "小雨"}}
    )
    shown = post(owner, "/consent-texts", {"code": "proof", "purpose": "marketing", "channels": ["sms"],
                                           "title": "短信", "body": "同意接收短信。"})  # fmt: skip
    said = {"purpose": "marketing", "channel": "sms", "granted": True, "said_at": at, "evidence": {"form": "纸质"},
            "consent_text_id": shown["consent_text_id"]}  # fmt: skip
    post(owner, f"/customers/{who['customer_id']}/consents", said)
    with closing(home.signed_in(COLLEAGUE)) as colleague:
        begun = post(colleague, "/auth/second-factor/begin")
        secret = base64.b32decode(begun["secret"] + "=" * (-len(begun["secret"]) % 8))
        post(colleague, "/auth/second-factor/finish", {"code": code_of(secret, step_of(utcnow()))})
    return secret


def sales_of(app: App, brand_id: int, customer_ids: tuple[int, ...] | None = None) -> Sums:
    """Rows and fen of what was bought and given back; of some customers alone, where they are named."""
    schema = brand_schema(brand_id)
    of_whom = "" if customer_ids is None else f"WHERE customer_id IN ({', '.join(map(str, customer_ids))})"
    found: dict[str, tuple[int, int]] = {}
    with app.lake.reading() as cursor:
        for table, fen in (("order", "paid_fen"), ("order_line", "amount_fen"), ("refund", "amount_fen")):
            row = cursor.execute(
                f'SELECT count(*), coalesce(sum({fen}), 0)::BIGINT FROM {schema}."{table}" {of_whom}'
            ).fetchone()
            assert row is not None
            found[table] = (int(row[0]), int(row[1]))
    return found


def sealed_columns(app: App) -> dict[str, dict[int, int]]:
    """Every sealed column of the database: how many values lie under which key."""
    found = {}
    with app.db.engine.connect() as owner:
        for table, column in owner.execute(text(SEALED)).all():
            query = (
                f"SELECT get_byte({column}, 0), count(*) FROM {table} WHERE {column} IS NOT NULL GROUP BY 1"
            )
            rows = owner.execute(text(query)).all()
            found[f"{table}.{column}"] = {int(version): int(count) for version, count in rows}
    return found


def opened_values(app: App, brand_id: int) -> int:
    """How many values of the columns that are found by their row alone open now; each of them was tried.

    raises  WrongKey
    """
    tried = 0
    for part in app.wiring.of(SealedPart):
        for column in part.of if isinstance(part, SealedColumns) else ():
            listed = ", ".join(column.key)
            with app.db.transaction(brand_id=brand_id, role=column.role) as session:
                query = (
                    f"SELECT {listed}, {column.column} FROM {column.table} WHERE {column.column} IS NOT NULL"
                )
                for row in session.execute(text(query)).all():
                    named = {"brand": brand_id, **dict(zip(column.key, row, strict=False))}
                    app.cipher.decrypt_bytes(bytes(row[-1]), context=column.context.format(**named))
                    tried += 1
    return tried


def say(what: str, seen: str) -> None:
    """One line of the proof."""
    sys.stdout.write(f"{what:<12}{seen}\n")
    sys.stdout.flush()


def brand_of_home(app: App) -> int:
    """The demo's brand."""
    with app.db.transaction(brand_id=None) as session:
        return only_brand(session).brand_id


def somebody(app: App, brand_id: int) -> tuple[int, Words]:
    """One of the best customers whose name, phone and member number are known, and these."""
    with app.lake.reading() as cursor:
        buyers = [row[0] for row in cursor.execute(BUYERS.format(schema=brand_schema(brand_id))).fetchall()]
    with app.db.transaction(brand_id=brand_id) as session:
        profiles = profiles_of(session, cipher=app.cipher, customer_ids=buyers, reveal=True)
    for number in buyers:
        profile = profiles[number]
        known = {one.namespace: one.value for one in profile.identities}
        if profile.name and {"phone", "member_no"} <= set(known):
            return number, {name: known[name] for name in ("phone", "member_no", "email") if name in known}
    raise AssertionError("nobody of the demo has a phone and a member number")


def found_by(app: App, brand_id: int, words: Words) -> dict[str, int]:
    """How many customers each of the words finds."""
    with app.db.transaction(brand_id=brand_id) as session:
        return {
            name: len(find_customers(session, cipher=app.cipher, wanted=word)) for name, word in words.items()
        }
