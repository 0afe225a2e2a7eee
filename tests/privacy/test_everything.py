"""Everything about one customer: from every part, readable, sealed, for a day; and no table is forgotten."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import text

from siyu.kernel.app import App
from siyu.kernel.errors import NotFound
from siyu.organisation.api import brand_info
from siyu.people.api import whole_person
from siyu.privacy.actions.erasing import parts_of
from siyu.privacy.actions.exporting import everything_path, run_everything, take_everything
from siyu.privacy.actions.parts.facts import tables_of
from siyu.privacy.api import ask_for
from siyu.privacy.contracts import Person, RequestKind
from tests.privacy.makers import LIN, NOW, OTHER_PHONE, PHONE, clock, everywhere, rows


def exported(app: App, brand_id: int, customer_id: int) -> int:
    with app.db.transaction(brand_id=brand_id) as session:
        asked = ask_for(
            session, kind=RequestKind.EXPORT, customer_id=customer_id, reason="asked in the shop",
            brand=brand_info(session, brand_id=brand_id), actor=LIN, now=NOW,
        )  # fmt: skip
    assert asked.task_id
    run_everything(app, brand_id=brand_id, request_id=asked.request_id, task_id=asked.task_id, clock=clock)
    return asked.request_id


def test_everything_of_the_person_and_nothing_of_another(app: App, brand_id: int) -> None:
    two = everywhere(app, brand_id, app.settings.home)
    request_id = exported(app, brand_id, two.card)
    with app.db.transaction(brand_id=brand_id) as session:
        content = take_everything(
            session, home=app.settings.home, cipher=app.cipher, request_id=request_id, actor=LIN, now=NOW
        )
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert file.namelist() == ["关于您的全部信息.html", "everything.html", "everything.json"]
        pages = [file.read(name).decode() for name in file.namelist()]
    for page in pages:
        assert PHONE in page
        assert OTHER_PHONE not in page
        assert "CARD-0002" in page
    held = json.loads(pages[2])["holds"]
    assert {one["order_key"] for one in held["facts"]["order"]} == {"O-1", "O-3"}
    assert [len(held[part][sheet]) for part, sheet in (
        ("people", "identities"), ("people", "consents"), ("outreach", "messages"), ("facts", "search"),
        ("intake", "event_rejects"), ("intake", "import_rejects"), ("audit", "requests"),
    )] == [4, 1, 1, 1, 1, 1, 1]  # fmt: skip
    said = rows(
        app, brand_id, "SELECT action FROM audit_entry WHERE action LIKE 'privacy.%' ORDER BY audit_entry_id"
    )
    assert [one["action"] for one in said] == [
        "privacy.requested",
        "privacy.exported",
        "privacy.export_taken",
    ]
    sealed = everything_path(app.settings.home, brand_id=brand_id, request_id=request_id)
    assert sealed.stat().st_mode & 0o777 == 0o600
    assert PHONE.encode() not in sealed.read_bytes()
    with app.db.transaction(brand_id=brand_id) as session, pytest.raises(NotFound):
        take_everything(
            session, home=app.settings.home, cipher=app.cipher, request_id=request_id, actor=LIN,
            now=NOW + timedelta(days=1),
        )  # fmt: skip


def test_every_table_with_a_customer_is_exported_or_says_why_not(app: App, brand_id: int) -> None:
    """A new table fails here until its module's PersonPart names its sheet, or the reason why it is in none."""
    told = {table: said for part in parts_of(app) for table, said in part.tables.items()}
    query = """
        SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'customer_id'
        WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
    """
    with app.db.engine.connect() as connection:
        tables = set(connection.execute(text(query)).scalars())
    assert tables == set(told)
    two = everywhere(app, brand_id, app.settings.home)
    person = _person(app, brand_id, two.fang)
    sheets = {sheet.name for part in parts_of(app) for sheet in part.export(app, person)}
    assert {said for said in told.values() if not said.startswith("- ")} <= sheets
    assert all(len(said) > 10 for said in told.values() if said.startswith("-"))
    with app.lake.reading() as cursor:
        assert {"order", "event", "trait", "trait_history", "order_replaced"} <= set(
            tables_of(cursor, brand_id)
        )


def _person(app: App, brand_id: int, customer_id: int) -> Person:
    with app.db.transaction(brand_id=brand_id) as session:
        whole = whole_person(session, cipher=app.cipher, customer_id=customer_id)
    return Person(brand_id, whole.customer_ids, whole.identity_ids, whole.values, whole.names)
