"""The import target for orders: typed rows of a file become orders, lines and refunds in the lake, once."""

from datetime import datetime
from typing import Any

import pyarrow as pa

from siyu.commerce.actions import order_checks, order_sql
from siyu.intake.api import forget_people
from siyu.intake.contracts import Grain, ImportKind, Loading
from siyu.kernel.facts import rows_lock
from siyu.kernel.lake import LakeCursor, atomic, brand_schema, rows_of
from siyu.people.api import count_added, resolve_customers

FACT_TABLES = ('"order"', "order_line", "refund", "order_placed")
WHO = pa.schema(
    [("customer_namespace", pa.string()), ("customer_key", pa.string()),
     ("customer_id", pa.int64()), ("identity_id", pa.int64())]
)  # fmt: skip


class OrdersTarget:
    """Takes order files. An order row in the lake is the summary of its lines; lines and refunds are facts."""

    kind = ImportKind.ORDERS
    facts = frozenset({"order", "order_line", "refund", "order_placed"})

    def check(self, loading: Loading) -> None:
        """Rows that contradict each other, or the order they name, are set apart."""
        order_checks.other_currencies(loading)
        order_checks.several_customers(loading)
        if loading.import_map.grain is Grain.ORDER:
            order_checks.repeated_rows(loading)
            order_checks.contradicting_rows(loading)
            order_checks.changed_orders(loading)
            order_checks.shrunken_refunds(loading)

    def load(self, loading: Loading) -> dict[str, Any]:
        """Orders, lines, refunds and unpaid orders that the lake did not know stand in it.

        effects  customers for keys nobody knew; one lake transaction with the batch's number
        """
        cursor = loading.cursor
        known, added, erased = _who(loading)
        for statement in order_sql.prepare(loading):
            cursor.execute(statement)
        (counts,) = rows_of(cursor, order_sql.counts(loading))
        counts |= {"customers": known, "customers_added": added, "needs_batches": _needed(cursor)}
        counts |= {"customers_erased": erased} if erased else {}
        cursor.execute("DROP TABLE keyed")
        loading.keep(counts)
        with loading.app.db.beside(rows_lock(loading.brand_id)) as held, atomic(cursor, held):
            for statement in order_sql.write(loading):
                cursor.execute(statement)
            cursor.execute(
                f"INSERT INTO {brand_schema(loading.brand_id)}.batch VALUES (?, ?, ?)",
                [loading.batch_id, loading.now, sum(counts[name] for name in self.facts)],
            )
        return counts

    def unload(self, loading: Loading) -> dict[str, Any]:
        """The batch's facts are gone, summaries it replaced are back, customers only it knew are forgotten."""
        cursor, schema = loading.cursor, brand_schema(loading.brand_id)
        counts = {
            table.strip('"'): _rows_in(cursor, f"{schema}.{table}", loading.batch_id) for table in FACT_TABLES
        }
        with loading.app.db.alone(rows_lock(loading.brand_id)) as held, atomic(cursor, held):
            for statement in order_sql.remove(schema, loading.batch_id):
                cursor.execute(statement)
            loading.keep(counts)
        counts["customers"] = forget_people(loading)
        return counts


def _who(loading: Loading) -> tuple[int, int, int]:
    """The temporary table `who` says whom each customer key stands for; orders of the erased are anonymous sales.

    returns  how many customers the file names, how many of them nobody knew, how many keys were of erased people
    """
    named = loading.cursor.execute(
        "SELECT customer_namespace, customer_key, min(ordered_at) FROM typed "
        "WHERE customer_key IS NOT NULL GROUP BY ALL"
    ).fetchall()
    by_namespace: dict[str, dict[str, datetime]] = {}
    for namespace, key, first_seen in named:
        by_namespace.setdefault(namespace, {})[key] = first_seen
    found: list[tuple[str, str, int, int]] = []
    with loading.app.db.transaction(brand_id=loading.brand_id) as session:
        for namespace, first_seen in by_namespace.items():
            resolved = resolve_customers(
                session, cipher=loading.app.cipher, namespace=namespace, first_seen=first_seen,
                source=loading.import_map.source, batch_id=loading.batch_id, now=loading.now,
            )  # fmt: skip
            found += [(namespace, key, who.customer_id, who.identity_id) for key, who in resolved.items()]
        added = count_added(session, batch_id=loading.batch_id)
    columns = zip(*found, strict=True) if found else ((), (), (), ())
    table = pa.table(
        [pa.array(column, field.type) for column, field in zip(columns, WHO, strict=True)], schema=WHO
    )
    loading.cursor.register("who_rows", table)
    loading.cursor.execute("CREATE OR REPLACE TEMP TABLE who AS SELECT * FROM who_rows")
    loading.cursor.unregister("who_rows")
    return len({row[2] for row in found}), added, len(named) - len(found)


def _needed(cursor: LakeCursor) -> list[int]:
    """Earlier batches that hold rows this file repeats: they cannot be undone while this one stands."""
    return [row[0] for row in cursor.execute("SELECT batch_id FROM met_batches ORDER BY 1").fetchall()]


def _rows_in(cursor: LakeCursor, table: str, batch_id: int) -> int:
    row = cursor.execute(f"SELECT count(*) FROM {table} WHERE batch_id = ?", [batch_id]).fetchone()
    return int(row[0]) if row else 0
