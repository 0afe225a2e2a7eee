"""The import target for customers: typed rows become people, with phone, name, store and consent."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
from sqlalchemy.orm import Session

from siyu.intake.actions.customers_apart import BARE_MOBILE, apart, keep_entangled
from siyu.intake.actions.staging import count_of, reject
from siyu.intake.contracts import ImportKind, Loading
from siyu.intake.rules.row import namespace_of
from siyu.intake.rules.sql_cells import literal
from siyu.kernel.facts import rows_lock
from siyu.kernel.lake import LakeCursor, atomic, brand_schema
from siyu.people.api import (
    analyze_people,
    forget_import,
    load_customers,
    may_load,
    normal_phone,
    save_customers,
    touched_by,
)
from siyu.people.contracts import CustomerRecord, MergePart, SaveOutcome
from siyu.people.errors import BadPhone

CHUNK_ROWS = 50_000
LOAD_ROWS_MIN = 100_000
FACT_TABLES = ('"order"', "refund", "order_placed", "message_event", "experiment_assigned", "consent_changed")
FIELDS = (
    "_file", "_line", "customer_namespace", "customer_key", "name", "phone", "email", "gender", "birthday", "province",
    "store_key", "joined_at", "consent_sms", "consent_source", "consent_at",
)  # fmt: skip


class CustomersTarget:
    """Takes customer files into people; the lake only learns that the batch was there."""

    kind = ImportKind.CUSTOMERS
    facts = frozenset({"customer_saved"})

    def check(self, loading: Loading) -> None:
        """Rows whose phone is no telephone number are set apart."""
        phones = loading.cursor.execute(
            f"SELECT DISTINCT phone FROM typed WHERE phone IS NOT NULL AND NOT regexp_matches(phone, '{BARE_MOBILE}')"
        )
        bad: list[str] = []
        while part := phones.fetchmany(CHUNK_ROWS):
            bad += [phone for (phone,) in part if not _is_phone(phone)]
        loading.cursor.register("bad_phone_rows", pa.table({"phone": pa.array(bad, pa.string())}))
        loading.cursor.execute("CREATE OR REPLACE TEMP TABLE bad_phone AS SELECT phone FROM bad_phone_rows")
        loading.cursor.unregister("bad_phone_rows")
        column = loading.import_map.columns.get("phone")
        reject(
            loading.cursor,
            where="phone IN (SELECT phone FROM bad_phone)",
            column=literal(column.column if column and column.column else "phone"),
            value="phone",
            code="'bad_phone'",
            reason="'This is not a telephone number. Correct it, or leave the cell empty.'",
        )

    def load(self, loading: Loading) -> dict[str, Any]:
        """People are known as the rows say; a phone that another customer holds is told among the counts.

        effects  one PostgreSQL transaction for all rows, then the batch's row in the lake
        """
        totals = {
            "customers_added": 0,
            "customers_changed": 0,
            "customers_unchanged": 0,
            "phone_conflicts": 0,
        }
        rows = count_of(loading.cursor, "typed")
        with loading.app.db.transaction(brand_id=loading.brand_id) as session:
            totals["customers_added"] += _load_apart(session, loading, rows)
            for records in _records(loading.cursor, loading):
                outcome = save_customers(
                    session, cipher=loading.app.cipher, records=records, source=loading.import_map.source,
                    batch_id=loading.batch_id, now=loading.now, parts=loading.app.wiring.of(MergePart),
                )  # fmt: skip
                _add(totals, outcome)
        analyze_people(loading.app.db)
        counts = {**totals, "customer_saved": totals["customers_added"] + totals["customers_changed"]}
        loading.keep(counts)
        with loading.app.db.beside(rows_lock(loading.brand_id)) as held, atomic(loading.cursor, held):
            loading.cursor.execute(
                f"INSERT INTO {brand_schema(loading.brand_id)}.batch VALUES (?, ?, ?)",
                [loading.batch_id, loading.now, rows],
            )
        return counts

    def unload(self, loading: Loading) -> dict[str, Any]:
        """Customers that only this file knew are forgotten, unless facts speak of them; profiles are as before."""
        schema = brand_schema(loading.brand_id)
        with loading.app.db.alone(rows_lock(loading.brand_id)) as held, atomic(loading.cursor, held):
            loading.cursor.execute(f"DELETE FROM {schema}.batch WHERE batch_id = {loading.batch_id}")
            loading.keep({})
        return {"customers": forget_people(loading)}


def forget_people(loading: Loading) -> int:
    """Customers and identities that only this batch knew are gone, unless facts speak of them; profiles are as before.

    returns  how many customers were removed
    limits   looks only for those whom the batch touched: nothing to do where it touched nobody
    """
    with loading.app.db.transaction(brand_id=loading.brand_id) as session:
        touched = touched_by(session, batch_id=loading.batch_id)
        keep, identities = _spoken_of(loading.cursor, brand_id=loading.brand_id, among=touched)
        return forget_import(
            session, batch_id=loading.batch_id, keep=keep, keep_identities=identities, now=loading.now,
            parts=loading.app.wiring.of(MergePart),
        )  # fmt: skip


def _load_apart(session: Session, loading: Loading, rows: int) -> int:
    """Where a large file is the first a brand has, rows that share nothing with another are customers at once.

    returns  how many they were; the others are left in `typed`
    """
    app, source, namespace = loading.app, loading.import_map.source, namespace_of(loading.import_map)
    if rows < LOAD_ROWS_MIN or not may_load(session, cipher=app.cipher, namespace=namespace, source=source):
        return 0

    def told() -> Iterator[pa.Table]:
        done = 0
        for part in apart(loading.cursor):
            loading.tell(done, rows)
            yield part
            done += part.num_rows

    loaded = load_customers(
        session, cipher=app.cipher, parts=told(), namespace=namespace, source=source, batch_id=loading.batch_id,
        now=loading.now,
    )  # fmt: skip
    keep_entangled(loading.cursor)
    return loaded


def _spoken_of(
    cursor: LakeCursor, *, brand_id: int, among: pa.Table
) -> tuple[dict[int, int | None], set[int]]:
    """Those of the customers that facts speak of, each with the earliest batch that does, and by which identities."""
    if not among.num_rows:
        return {}, set()
    cursor.register("touched_customer", among)
    parts = " UNION ALL ".join(
        f"SELECT customer_id, identity_id, batch_id FROM {brand_schema(brand_id)}.{table} "
        "WHERE customer_id IN (SELECT customer_id FROM touched_customer)"
        for table in FACT_TABLES
    )
    rows = cursor.execute(
        f"SELECT customer_id, identity_id, min(batch_id) FROM ({parts}) GROUP BY ALL"
    ).fetchall()
    cursor.unregister("touched_customer")
    keep: dict[int, int | None] = {}
    for customer_id, _, batch_id in rows:
        keep[customer_id] = min(batch_id, keep.get(customer_id) or batch_id)
    return keep, {identity_id for _, identity_id, _ in rows if identity_id is not None}


def _records(cursor: LakeCursor, loading: Loading) -> Iterator[list[CustomerRecord]]:
    rows = cursor.execute(f"SELECT {', '.join(FIELDS)} FROM typed ORDER BY _file, _line")
    while part := rows.fetchmany(CHUNK_ROWS):
        yield [_record(dict(zip(FIELDS, row, strict=True)), loading) for row in part]


def _record(row: dict[str, Any], loading: Loading) -> CustomerRecord:
    return CustomerRecord(
        namespace=row["customer_namespace"],
        external_key=row["customer_key"],
        known_at=row["joined_at"] or loading.now,
        name=row["name"],
        phone=row["phone"],
        email=row["email"],
        gender=row["gender"],
        birthday=row["birthday"],
        province=row["province"],
        store_key=row["store_key"],
        joined_at=row["joined_at"],
        sms_consent=row["consent_sms"],
        consent_source=row["consent_source"],
        consent_at=row["consent_at"],
    )


def _add(totals: dict[str, int], outcome: SaveOutcome) -> None:
    totals["customers_added"] += outcome.added
    totals["customers_changed"] += outcome.changed
    totals["customers_unchanged"] += outcome.unchanged
    totals["phone_conflicts"] += len(outcome.phone_conflicts)
    if outcome.erased:
        totals["customers_erased"] = totals.get("customers_erased", 0) + outcome.erased


def _is_phone(text: str) -> bool:
    try:
        normal_phone(text)
    except BadPhone:
        return False
    return True
