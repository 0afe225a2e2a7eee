"""Erasing on any mixture of people equals a naive reference, table by table and row by row."""

import itertools
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.app import App
from siyu.kernel.audit import SYSTEM
from siyu.organisation.api import create_brand
from siyu.people.api import erase_person, merge_customers, save_customers, whole_person
from siyu.people.contracts import CustomerRecord
from tests.privacy.makers import EARLIER, NOW

TABLES = {
    "customer": "customer_id", "customer_identity": "identity_id", "identity_edge": "edge_id",
    "identity_edge_retraction": "edge_id", "identity_review": "review_id",
    "customer_before_import": "batch_id, customer_id", "consent_entry": "consent_entry_id",
    "suppression": "channel, address_index, kind", "erased_identity": "namespace, value_index",
}  # fmt: skip
GONE = (
    "name_sealed", "name_index", "gender", "birthday_sealed", "birth_month_day", "province", "store_key", "joined_at",
    "content_hash", "root_identity_id", "added_by_batch",
)  # fmt: skip
_brands = itertools.count(1)

Dump = dict[str, list[dict[str, Any]]]
records = st.lists(
    st.builds(
        CustomerRecord,
        namespace=st.sampled_from(["member_no", "taobao_id"]),
        external_key=st.sampled_from(["K00001", "K00002", "K00003", "K00004", "K00005"]),
        known_at=st.just(EARLIER),
        name=st.sampled_from([None, "王芳", "李雷"]),
        phone=st.sampled_from([None, "13900000001", "13900000002", "13900000003"]),
        email=st.sampled_from([None, "a@example.com", "b@example.com"]),
        gender=st.sampled_from([None, "female"]),
        joined_at=st.sampled_from([None, EARLIER]),
        sms_consent=st.sampled_from([None, True, False]),
    ),
    min_size=1,
    max_size=8,
)


def dumped(session: Session) -> Dump:
    return {
        table: [
            dict(row) for row in session.execute(text(f"SELECT * FROM {table} ORDER BY {key}")).mappings()
        ]
        for table, key in TABLES.items()
    }


def naive(before: Dump, customer_id: int) -> Dump:
    """What is left, row by row, as the decision says it."""
    head = next(
        row["merged_into"] or customer_id for row in before["customer"] if row["customer_id"] == customer_id
    )
    ours = {
        row["customer_id"] for row in before["customer"] if head in (row["customer_id"], row["merged_into"])
    }
    theirs = [row for row in before["customer_identity"] if row["customer_id"] in ours]
    held = {row["identity_id"] for row in theirs}
    links = [row for row in before["identity_edge"] if held.isdisjoint((row["left_id"], row["right_id"]))]
    after = dict(before)
    after["customer"] = [
        {**row, **dict.fromkeys(GONE), "erased_at": NOW, "updated_at": NOW}
        if row["customer_id"] in ours
        else row
        for row in before["customer"]
    ]
    after["customer_identity"] = [
        row for row in before["customer_identity"] if row["identity_id"] not in held
    ]
    after["identity_edge"] = links
    standing = {row["edge_id"] for row in links}
    after["identity_edge_retraction"] = [
        r for r in before["identity_edge_retraction"] if r["edge_id"] in standing
    ]
    after["identity_review"] = [
        r for r in before["identity_review"] if held.isdisjoint((r["left_id"], r["right_id"]))
    ]
    after["customer_before_import"] = [
        r for r in before["customer_before_import"] if r["customer_id"] not in ours
    ]
    after["erased_identity"] = sorted(
        (
            {
                "brand_id": row["brand_id"],
                "namespace": row["namespace"],
                "value_index": row["value_index"],
                "erased_at": NOW,
            }
            for row in theirs
        ),
        key=lambda row: (row["namespace"], bytes(row["value_index"])),
    )
    return after


def silenced(dump: Dump) -> list[tuple[bytes, str]]:
    return sorted((bytes(row["address_index"]), row["kind"]) for row in dump["suppression"])


CHOICE = st.integers(0, 9)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    files=st.lists(records, min_size=1, max_size=3),
    merges=st.lists(st.tuples(CHOICE, CHOICE), max_size=3),
    whom=st.integers(0, 99),
)
def test_erasing_equals_the_naive_reference(
    app: App, files: list[list[CustomerRecord]], merges: list[tuple[int, int]], whom: int
) -> None:
    with app.db.transaction(brand_id=None) as session:
        brand = create_brand(
            session,
            code=f"fuzz-{next(_brands)}",
            name="f",
            time_zone="Asia/Shanghai",
            currency="CNY",
            actor=SYSTEM,
            now=NOW,
        )
    with app.db.transaction(brand_id=brand.brand_id) as session:
        for batch_id, file in enumerate(files, start=1):
            save_customers(
                session, cipher=app.cipher, records=file, source="crm", batch_id=batch_id, now=EARLIER
            )
        ids = session.scalars(text("SELECT customer_id FROM customer ORDER BY 1")).all()
        for left, right in merges:
            one, other = ids[left % len(ids)], ids[right % len(ids)]
            merge_customers(session, one, other, actor=SYSTEM, reason="same", now=EARLIER)
        before = dumped(session)
        chosen = ids[whom % len(ids)]
        person = whole_person(session, cipher=app.cipher, customer_id=chosen)
        erase_person(session, customer_ids=person.customer_ids, now=NOW)
        after = dumped(session)
        expected = naive(before, chosen)
        phones = {
            bytes(row["value_index"])
            for row in before["customer_identity"]
            if row["namespace"] == "phone"
            and row["customer_id"] in person.customer_ids
            and not row["quarantined"]
        }
        for table in set(TABLES) - {"suppression"}:
            assert after[table] == expected[table], table
        assert silenced(after) == sorted({*silenced(before), *((index, "opt_out") for index in phones)})
        erase_person(session, customer_ids=person.customer_ids, now=NOW)
        assert dumped(session) == after
