"""`python -m bench.people`: customers by the million from Parquet, a stream on top of them, and finding them again.

Options: --customers N (200,000), --stream N (100,000), --facts N (0: orders and events of theirs in the lake before
their pages are opened), --folder DIR (where the home lies while it runs; needs about 1.9 kB a customer and 40 bytes a
fact), --lake-memory (DuckDB's limit, 3GB). Everything it made is removed at the end.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import numpy as np
from fastapi.testclient import TestClient
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from sqlalchemy import text
from sqlalchemy.orm import Session

from bench.home import fresh_home, import_file
from bench.machine import wait_until_idle
from bench.synthetic import made_facts
from bench.watching import cost_watched
from siyu.entrypoints.web import create_api
from siyu.insight.api import refresh
from siyu.intake.actions.compacting import compact_lake
from siyu.kernel.app import App
from siyu.kernel.audit import COMMAND_LINE
from siyu.kernel.clock import utcnow
from siyu.kernel.facts import open_batch
from siyu.organisation.api import create_user
from siyu.organisation.contracts import BrandInfo
from siyu.people.api import find_customers, profiles_of, resolve_claims
from siyu.people.contracts import IdentityClaim
from siyu.people.rules.wholesale import components

NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
ASKED = 200
LISTED = 40
REVIEWS = "/api/v1/identity-reviews?limit=50&state=open"
T = TypeVar("T")
PASSWORD = "a bench is no secret"  # noqa: S105 -- of a home that is thrown away
MAP = """
title: Members
kind: customers
source: crm
time_zone: Asia/Shanghai
customer_namespace: member_no
columns:
  customer_key: member_no
  name: name
  phone: phone
  email: email
  gender: gender
  birthday: birthday
  province: province
  store_key: store
  joined_at: joined_at
"""
# Each has a number and a phone, two in nine an e-mail: 40 M identities of 18 M. One in 500 gives the phone of another.
ROWS = """
    SELECT printf('M%010d', i) AS member_no,
           list_extract(['王','李','张','刘','陈','杨','赵','黄','周','吴'], 1 + i % 10)
               || list_extract(['芳','伟','敏','静','强','磊','洋','艳','勇','杰'], 1 + (i // 10) % 10)
               || list_extract(['','华','明','丽'], 1 + (i // 100) % 4) AS name,
           printf('13%09d', CASE WHEN i % 500 = 499 THEN i - 7 ELSE i END) AS phone,
           CASE WHEN i % 9 < 2 THEN 'member' || i || '@example.com' END AS email,
           CASE i % 3 WHEN 0 THEN 'female' WHEN 1 THEN 'male' END AS gender,
           CASE WHEN i % 5 < 2 THEN DATE '1960-01-01' + CAST(i % 16000 AS INTEGER) END AS birthday,
           list_extract(['上海','浙江','江苏','广东','四川'], 1 + i % 5) AS province,
           printf('S%04d', i * 7919 % 3000) AS store,
           TIMESTAMPTZ '2019-01-01 00:00:00+00' + to_seconds(i * 8363 % 220000000) AS joined_at
    FROM range(?) r(i)
"""


def main() -> None:
    """The figures on standard output."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--customers", type=int, default=200_000)
    parser.add_argument("--stream", type=int, default=100_000)
    parser.add_argument("--facts", type=int, default=0)
    parser.add_argument("--folder", type=Path, default=None)
    parser.add_argument("--lake-memory", default="3GB")
    options = parser.parse_args()
    for line in lines(
        customers=options.customers,
        stream=options.stream,
        facts=options.facts,
        folder=options.folder,
        lake_memory=options.lake_memory,
    ):
        print(line, flush=True)


def lines(
    *,
    customers: int = 200_000,
    stream: int = 20_000,
    facts: int = 0,
    folder: Path | None = None,
    lake_memory: str = "3GB",
) -> Iterator[str]:
    """The rows of the table, one after the other."""
    yield resolving(1_000_000)
    with (
        tempfile.TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as place,
        fresh_home(currency="CNY", zone="Asia/Shanghai", folder=Path(place), lake_memory=lake_memory) as (
            app,
            brand,
        ),
    ):
        file = Path(place) / "customers.parquet"
        made_file(file, customers)
        yield loading(app, brand, file, customers)
        file.unlink()
        yield from streaming(app, brand, customers, stream)
        if facts:
            yield from happening(app, brand, customers, facts)
        yield from finding(app, brand, customers)


def made_file(path: Path, customers: int) -> None:
    """The customers lie in a Parquet file."""
    with duckdb.connect() as connection:
        connection.execute("SET memory_limit = '1GB'")
        connection.execute(f"COPY ({ROWS.replace('?', str(customers))}) TO '{path}' (FORMAT parquet)")


def loading(app: App, brand: BrandInfo, file: Path, customers: int) -> str:
    """The file is imported as by `siyu import customers`; memory is this process and PostgreSQL together."""
    quiet = wait_until_idle()
    with cost_watched(app.settings.home) as cost:
        counts = import_file(app, brand, file, map_text=MAP)
    with app.db.engine.connect() as connection:
        identities = connection.scalar(text("SELECT count(*) FROM customer_identity"))
        size = connection.scalar(text("SELECT pg_database_size(current_database())"))
    assert counts["customers_added"] == customers, counts
    return (
        f"load             {customers:,} customers, {identities:,} identities from Parquet: {cost.seconds:,.1f} s "
        f"({customers / cost.seconds:,.0f}/s; {cost.processor / customers * 1e6:.0f} µs of CPU each), peak "
        f"{cost.memory}, {size / customers:,.0f} bytes each on disk; "
        f"{'QUIET' if quiet else 'BUSY'}; 18 M in ≤ 15 min, ≤ 8 GB"
    )


def streaming(app: App, brand: BrandInfo, customers: int, stream: int) -> Iterator[str]:
    """Claims on top: known, new, joining and refused ones mixed; then people of whom everything was said before.

    The first claims on a large home read pages that nobody read before; the same people once more, of whom another
    source says the same, tell what the claims cost where the machine's memory holds these pages.
    """
    chance = random.Random(7)  # noqa: S311 -- the same stream each time
    _resolve(app, brand, [_claim(number, ("taobao_id", f"T{number}")) for number in range(stream // 12 + 1)])
    usual = [chance.randrange(customers) for _ in range(stream)]
    first = mixed(customers, stream, chance)
    for name, claims, goal in (
        ("stream, mixed", first, "100,000 in ≤ 20 s"),
        ("stream, warm", [_of_another_source(claim) for claim in first], "the same people, from another source"),
        ("stream, said", [_known(number, who) for number, who in enumerate(usual)], "a source's first word of each"),
        ("stream, known", [_known(-number, who) for number, who in enumerate(usual)], "the usual event"),
    ):  # fmt: skip
        quiet = wait_until_idle()
        with cost_watched(app.settings.home) as cost:
            _resolve(app, brand, claims)
        yield (
            f"{name:<16} {len(claims):,} claims on {customers:,} customers: {cost.seconds:.1f} s, "
            f"{cost.processor / len(claims) * 1e6:.0f} µs of CPU each; {'QUIET' if quiet else 'BUSY'}; {goal}"
        )


def mixed(customers: int, stream: int, chance: random.Random) -> list[IdentityClaim]:
    """Of a hundred claims 60 of known people, 15 that add an identity, 10 of new people, 8 that join two, 5 refused, 2
    of a device alone.
    """
    claims = []
    for number in range(stream):
        who, kind = chance.randrange(customers - 1), number % 100
        phone, member = ("phone", f"13{who:09d}"), ("member_no", f"M{who:010d}")
        if kind < 60:
            values = (member, phone)
        elif kind < 75:
            values = (phone, ("unionid", f"u{number}"))
        elif kind < 85:
            values = (("phone", f"15{number:09d}"), ("unionid", f"n{number}"))
        elif kind < 93:
            values = (("taobao_id", f"T{number // 12}"), phone)
        elif kind < 98:
            values = (member, ("phone", f"13{who + 1:09d}"))
        else:
            values = (("device", f"d{number}"),)
        claims.append(_claim(number, *values))
    return claims


def happening(app: App, brand: BrandInfo, customers: int, facts: int) -> Iterator[str]:
    """Orders, three in thirteen, and other events stand in the lake, its files merged as the worker does at night."""
    with app.db.transaction(brand_id=brand.brand_id) as session:
        first = session.scalar(text("SELECT min(customer_id) FROM customer"))
    begun, orders = time.perf_counter(), facts * 3 // 13
    made = made_facts(
        app, brand_id=brand.brand_id, first=first, customers=customers, orders=orders, events=facts - orders,
        until=utcnow(),
    )  # fmt: skip
    tables = "; ".join(made)
    merged = compact_lake(app, brand_id=brand.brand_id)
    yield f"facts            {tables}; {merged} merges; {time.perf_counter() - begun:,.0f} s"


def finding(app: App, brand: BrandInfo, customers: int) -> Iterator[str]:
    """By phone and by number, masked; a customer's page with its five parts, and pages of lists, over the API."""
    chance = random.Random(11)  # noqa: S311 -- the same questions each time
    some = [chance.randrange(customers // 500) * 500 + chance.randrange(490) for _ in range(ASKED)]
    with app.db.transaction(brand_id=brand.brand_id) as session:
        ids = _some_ids(session, chance)

    def find(wanted: str) -> None:
        with app.db.transaction(brand_id=brand.brand_id) as session:
            found = find_customers(session, cipher=app.cipher, wanted=wanted)
            assert profiles_of(session, cipher=app.cipher, customer_ids=found), wanted

    yield _percentiles("find, phone", 100, find, [f"13{one:09d}" for one in some])
    yield _percentiles("find, number", 100, find, [f"M{one:010d}" for one in some])
    with _signed_in(app, brand) as client:
        ask = partial(_asked, client)

        def page(customer_id: int) -> None:
            for part in ("", "/card", "/identities", "/tags", "/timeline"):
                ask("GET", f"/api/v1/customers/{customer_id}{part}")

        yield _percentiles("customer page", 150, page, ids)
        yield _percentiles(
            "review page",
            200,
            _turning(lambda at: ask("GET", f"{REVIEWS}&after={at or 0}"), "next_after"),
            some,
        )
        begun = time.perf_counter()
        refresh(app, brand_id=brand.brand_id, as_of=utcnow(), now=utcnow())
        yield f"traits           of all customers refreshed in {time.perf_counter() - begun:,.1f} s"
        search = partial(ask, "POST", "/api/v1/customers/search")
        yield _percentiles(
            "list, by phone", 100, lambda one: search(json={"q": f"13{one:09d}"}), some[:LISTED]
        )
        for name, asked in (("by cursor", {}), ("of a stage", {"stage": ["lost"]})):
            turned = _turning(lambda at, asked=asked: search(json={"limit": 50, "cursor": at, **asked}))
            yield _percentiles(f"list, {name}", 200, turned, some[:LISTED])


def _asked(client: TestClient, method: str, path: str, **given: Any) -> Any:
    answer = client.request(method, path, **given)
    assert answer.status_code == 200, answer.text
    return answer.json()


def _turning(page: Callable[[Any], Any], name: str = "next_cursor") -> Callable[[object], None]:
    """Each call asks for the page after the last one."""
    at: list[Any] = [None]

    def following(_: object) -> None:
        at[0] = page(at[0])[name]

    return following


def resolving(links: int) -> str:
    """The groups of random links by `components` and by SciPy, which must be the same."""
    chance = np.random.default_rng(3)
    nodes = links * 3 // 2
    left, right = chance.integers(0, nodes, links), chance.integers(0, nodes, links)
    begun = time.perf_counter()
    ours = components(nodes, left, right)
    spent = time.perf_counter() - begun
    begun = time.perf_counter()
    graph = coo_matrix((np.ones(links, np.int8), (left, right)), shape=(nodes, nodes))
    count, theirs = connected_components(graph, directed=False)
    floor = time.perf_counter() - begun
    _, first = np.unique(theirs, return_index=True)
    assert count == len(first)
    assert np.array_equal(first[theirs], ours), "the groups differ"
    return (
        f"resolve          {links:,} links of {nodes:,}: {count:,} groups, the same as SciPy's; "
        f"{spent:.3f} s, SciPy {floor:.3f} s, {spent / floor:.1f}×"
    )


def _percentiles(name: str, goal: int, call: Callable[[T], None], asked: Sequence[T]) -> str:
    """The first call is not counted: it opens what the others find open. Processor time is of this process alone."""
    call(asked[0])
    spent, before = [], time.process_time()
    for one in asked:
        begun = time.perf_counter()
        call(one)
        spent.append((time.perf_counter() - begun) * 1000)
    cpu = (time.process_time() - before) * 1000 / len(asked)
    last = statistics.quantiles(spent, n=20)[-1]
    return (
        f"{name:<16} p50 {statistics.median(spent):,.0f} ms, p95 {last:,.0f} ms of {len(spent)}, "
        f"{cpu:,.0f} ms of CPU each; ≤ {goal} ms"
    )


def _claim(number: int, *values: tuple[str, str]) -> IdentityClaim:
    return IdentityClaim(values, "bench", authenticated=True, said_at=utcnow(), event_id=f"e{number}")


def _known(number: int, who: int) -> IdentityClaim:
    return _claim(number, ("member_no", f"M{who:010d}"), ("phone", f"13{who:09d}"))


def _of_another_source(claim: IdentityClaim) -> IdentityClaim:
    """The same people; the values that were new then are others now."""
    again = tuple(
        (namespace, f"{value}-again" if namespace in ("unionid", "device") else value)
        for namespace, value in claim.identities
    )
    return replace(claim, source="bench-again", identities=again)


def _resolve(app: App, brand: BrandInfo, claims: Sequence[IdentityClaim]) -> None:
    with app.db.transaction(brand_id=brand.brand_id) as session:
        batch_id = open_batch(session, origin="bench", now=NOW)
        found = resolve_claims(session, cipher=app.cipher, claims=claims, batch_id=batch_id, now=NOW)
        assert len(found) == len(claims)


def _some_ids(session: Session, chance: random.Random) -> list[int]:
    last = session.scalar(text("SELECT max(customer_id) FROM customer"))
    asked = {"ids": [chance.randrange(1, last) for _ in range(3 * ASKED)]}
    found = session.scalars(
        text("SELECT customer_id FROM customer WHERE customer_id = ANY(:ids)"), asked
    ).all()
    return list(found)[:ASKED]


@contextmanager
def _signed_in(app: App, brand: BrandInfo) -> Iterator[TestClient]:
    with app.db.transaction(brand_id=brand.brand_id) as session:
        create_user(
            session, login="bench", display_name="bench", roles=["owner"], password=PASSWORD, actor=COMMAND_LINE,
            now=utcnow(), must_change_password=False,
        )  # fmt: skip
    with TestClient(create_api(app)) as client:
        answer = client.post("/api/v1/auth/login", json={"login": "bench", "password": PASSWORD})
        client.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
        yield client


if __name__ == "__main__":
    main()
