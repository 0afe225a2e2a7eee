"""A first customer file that is loaded whole ends as one that is taken record by record, whatever its rows share."""

import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from siyu.intake.actions import customers
from siyu.intake.actions.imports import run_import
from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.kernel.lake_migrations import migrate_brand
from siyu.kernel.longwork import Cancelled, ask_to_cancel
from siyu.organisation.api import create_brand
from siyu.people.rules.identities import seal_context
from tests.intake.importing import announce, clock, write_csv

NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
COLUMNS = ("number", "name", "phone", "email", "joined")
MAP = """
title: members
kind: customers
source: crm
time_zone: Asia/Shanghai
customer_namespace: member_no
columns: {customer_key: number, name: name, phone: phone, email: email, joined_at: joined}
"""


def rows() -> list[dict[str, str]]:
    """Keys, phones and e-mails, some of them in two rows or three, and written in every way."""
    chance = random.Random(5)  # noqa: S311 -- the same rows each time
    phones = [
        "13800138{:03d}",
        "+86 138-0013-8{:03d}",
        "8613800138{:03d}",
        "(021) 6234 5{:03d}",
        "１３８00138{:03d}",
    ]
    made = []
    for number in range(200):
        key, phone, email = number, number, number
        match number % 10:
            case 1:
                phone = number - 1
            case 2:
                key = number - 1
            case 3:
                email = number - 1
        made.append(
            {
                "number": f"会员{key}" if key % 7 == 0 else f"A{key}", "name": chance.choice(["王芳", "Ann", ""]),
                "phone": chance.choice(phones).format(phone) if number % 4 else "",
                "email": f"{chance.choice(['ann', 'ANN'])}{email}@example.com" if number % 3 else "",
                "joined": chance.choice(["", "2025-03-01 10:00:00"]),
            }
        )  # fmt: skip
    return made


def imported(app: App, code: str, file: Path) -> tuple[dict[str, Any], int]:
    """The counts of the import of this file into a new brand, and the brand."""
    with app.db.transaction(brand_id=None) as session:
        brand = create_brand(
            session, code=code, name=code, time_zone="Asia/Shanghai", currency="CNY", actor=SYSTEM, now=NOW
        )
    migrate_brand(app.lake, brand_id=brand.brand_id, now=NOW)
    import_id = announce(app, brand.brand_id, file, MAP)
    return run_import(app, brand_id=brand.brand_id, import_id=import_id, clock=clock), brand.brand_id


def people(app: App, brand_id: int) -> tuple[set[Any], set[Any]]:
    """Who is one customer with whom, with the name, and what waits for a person."""

    def opened(sealed: Any) -> str:
        return app.cipher.decrypt(bytes(sealed), context=seal_context(brand_id)) if sealed else ""

    with app.db.transaction(brand_id=brand_id) as session:
        held: dict[int, set[tuple[str, str]]] = {}
        value: dict[int, str] = {}
        names: dict[int, str] = {}
        for row in session.execute(
            text("""SELECT i.identity_id, i.customer_id, i.namespace, i.value_sealed, c.name_sealed, c.known_at
                    FROM customer_identity i JOIN customer c USING (customer_id)""")
        ):
            value[row.identity_id] = opened(row.value_sealed)
            held.setdefault(row.customer_id, set()).add((row.namespace, value[row.identity_id]))
            names[row.customer_id] = f"{opened(row.name_sealed)} {row.known_at}"
        waiting = session.execute(text("SELECT left_id, right_id, reason FROM identity_review"))
        return (
            {(frozenset(values), names[who]) for who, values in held.items()},
            {(frozenset({value[left], value.get(right, "")}), reason) for left, right, reason in waiting},
        )


def test_whole_or_record_by_record_people_are_the_same(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write_csv(tmp_path / "members.csv", rows(), COLUMNS)
    loaded: list[int] = []
    told = customers.load_customers
    monkeypatch.setattr(customers, "LOAD_ROWS_MIN", 1)
    monkeypatch.setattr(
        customers, "load_customers", lambda *a, **k: loaded.append(told(*a, **k)) or loaded[-1]
    )
    counts, whole = imported(app, "whole", file)
    assert 60 < loaded[0] < counts["customers_added"]
    monkeypatch.setattr(customers, "LOAD_ROWS_MIN", 10**9)
    expected, by_record = imported(app, "by-record", file)
    assert counts == expected
    assert people(app, whole) == people(app, by_record)


def test_a_load_that_is_cancelled_leaves_the_brand_empty(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write_csv(tmp_path / "members.csv", rows(), COLUMNS)
    monkeypatch.setattr(customers, "LOAD_ROWS_MIN", 1)
    parts = customers.apart

    def asked(cursor: Any) -> Any:
        yield from parts(cursor)
        with app.db.transaction(brand_id=seen[0]) as session:
            task_id = session.scalar(text("SELECT max(task_id) FROM long_task"))
            ask_to_cancel(session, task_id=task_id, actor=SYSTEM)
        yield next(iter(parts(cursor)))

    seen: list[int] = []
    monkeypatch.setattr(customers, "apart", asked)
    made = customers.may_load
    monkeypatch.setattr(
        customers,
        "may_load",
        lambda session, **given: seen.append(session.info["brand_id"]) or made(session, **given),
    )
    with pytest.raises(Cancelled):
        imported(app, "cancelled", file)
    assert people(app, seen[0]) == (set(), set())
