"""The import targets for products and stores: the newest file wins, and can be taken back."""

from typing import Any, ClassVar

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.intake.contracts import ImportKind, Loading
from siyu.kernel.db import copy_rows
from siyu.kernel.facts import rows_lock
from siyu.kernel.lake import atomic, brand_schema

# Who wrote on top of this import took its values for what was before; now that is what was before this one.
REMEMBER_EARLIER = """
    UPDATE master_before_import n SET before = b.before FROM master_before_import b
    WHERE b.brand_id = :brand AND b.batch_id = :batch AND b.kind = :kind
      AND n.brand_id = :brand AND n.kind = :kind AND n.master_key = b.master_key AND n.batch_id <> :batch
      AND CAST(n.before ->> 'batch_id' AS bigint) = :batch
"""


class _MasterTarget:
    """One table of master data: its key, and its columns by the names that typed rows have."""

    kind: ImportKind
    table: str
    key: str
    columns: ClassVar[dict[str, str]]
    types: str
    facts = frozenset[str]()

    def check(self, loading: Loading) -> None:
        """A key in several rows is fine: the last row counts."""

    def load(self, loading: Loading) -> dict[str, Any]:
        """The table says what the file says; what was there before is kept for an undo.

        effects  one PostgreSQL transaction, then the batch's row in the lake
        """
        rows = loading.cursor.execute(
            f"SELECT {self.key}, {', '.join(self.columns)} FROM (SELECT *, row_number() OVER (PARTITION BY {self.key} "
            "ORDER BY _file DESC, _line DESC) AS n FROM typed) WHERE n = 1"
        ).fetchall()
        with loading.app.db.transaction(brand_id=loading.brand_id) as session:
            counts = self._write(session, loading, rows)
        loading.keep(counts)
        with loading.app.db.beside(rows_lock(loading.brand_id)) as held, atomic(loading.cursor, held):
            loading.cursor.execute(
                f"INSERT INTO {brand_schema(loading.brand_id)}.batch VALUES (?, ?, ?)",
                [loading.batch_id, loading.now, len(rows)],
            )
        return counts

    def unload(self, loading: Loading) -> dict[str, Any]:
        """What the file added is gone, what it changed is as before, unless a later file changed it again."""
        parameters = {"brand": loading.brand_id, "batch": loading.batch_id, "kind": self.kind.value}
        chosen = ", ".join(self.columns.values())
        with loading.app.db.transaction(brand_id=loading.brand_id) as session:
            removed = session.execute(
                text(f"DELETE FROM {self.table} t USING master_before_import b WHERE {self._matches()} "
                     f"AND b.before IS NULL RETURNING t.{self.key}"), parameters
            ).all()  # fmt: skip
            restored = session.execute(
                text(f"UPDATE {self.table} t SET ({chosen}, batch_id) = (SELECT {chosen}, batch_id FROM "
                     f"jsonb_populate_record(NULL::{self.table}, b.before)) FROM master_before_import b "
                     f"WHERE {self._matches()} RETURNING t.{self.key}"), parameters
            ).all()  # fmt: skip
            session.execute(text(REMEMBER_EARLIER), parameters)
            session.execute(
                text(
                    "DELETE FROM master_before_import WHERE brand_id = :brand AND batch_id = :batch AND kind = :kind"
                ),
                parameters,
            )
            loading.keep({})
        with loading.app.db.alone(rows_lock(loading.brand_id)) as held, atomic(loading.cursor, held):
            loading.cursor.execute(
                f"DELETE FROM {brand_schema(loading.brand_id)}.batch WHERE batch_id = {loading.batch_id}"
            )
        return {"removed": len(removed), "restored": len(restored)}

    def _matches(self) -> str:
        return (
            f"b.brand_id = :brand AND b.batch_id = :batch AND b.kind = :kind AND t.brand_id = :brand "
            f"AND t.{self.key} = b.master_key AND t.batch_id = :batch"
        )

    def _write(self, session: Session, loading: Loading, rows: list[tuple[Any, ...]]) -> dict[str, Any]:
        parameters = {
            "brand": loading.brand_id, "batch": loading.batch_id, "kind": self.kind.value, "now": loading.now,
        }  # fmt: skip
        session.execute(
            text(f"CREATE TEMPORARY TABLE staged_master ({self.key} text, {self.types}) ON COMMIT DROP")
        )
        copy_rows(session, table="staged_master", columns=(self.key, *self.columns.values()), rows=rows)
        chosen = list(self.columns.values())
        differs = " OR ".join(f"t.{name} IS DISTINCT FROM s.{name}" for name in chosen)
        session.execute(
            text(f"""
                INSERT INTO master_before_import (brand_id, batch_id, kind, master_key, before)
                SELECT :brand, :batch, :kind, s.{self.key}, CASE WHEN t.{self.key} IS NOT NULL THEN to_jsonb(t) END
                FROM staged_master s LEFT JOIN {self.table} t ON t.brand_id = :brand AND t.{self.key} = s.{self.key}
                WHERE t.{self.key} IS NULL OR {differs}
                ON CONFLICT DO NOTHING"""),
            parameters,
        )
        session.execute(
            text(f"""
                INSERT INTO {self.table} AS t (brand_id, {self.key}, {', '.join(chosen)}, batch_id, updated_at)
                SELECT :brand, s.{self.key}, {', '.join(f's.{name}' for name in chosen)}, :batch, :now
                FROM staged_master s
                ON CONFLICT (brand_id, {self.key}) DO UPDATE SET
                    {', '.join(f'{name} = excluded.{name}' for name in chosen)},
                    batch_id = excluded.batch_id, updated_at = excluded.updated_at
                WHERE {differs.replace('s.', 'excluded.')}"""),
            parameters,
        )  # fmt: skip
        return self._counts(session, parameters, len(rows))

    def _counts(self, session: Session, parameters: dict[str, Any], rows: int) -> dict[str, Any]:
        """Counted from what was kept for the undo: right also when the import was struck down and runs again."""
        added, changed = session.execute(
            text(
                "SELECT count(*) FILTER (WHERE before IS NULL), count(before) FROM master_before_import "
                "WHERE brand_id = :brand AND batch_id = :batch AND kind = :kind"
            ),
            parameters,
        ).one()
        name = self.kind.value
        return {
            f"{name}_added": added,
            f"{name}_changed": changed,
            f"{name}_unchanged": rows - added - changed,
        }


class ProductsTarget(_MasterTarget):
    """Takes product files."""

    kind = ImportKind.PRODUCTS
    table, key = "product", "product_key"
    columns: ClassVar[dict[str, str]] = {
        "name": "name",
        "category": "category",
        "brand": "maker",
        "price_fen": "price_fen",
    }
    types = "name text, category text, maker text, price_fen bigint"


class StoresTarget(_MasterTarget):
    """Takes store files."""

    kind = ImportKind.STORES
    table, key = "store", "store_key"
    columns: ClassVar[dict[str, str]] = {"name": "name", "region": "region", "city": "city"}
    types = "name text, region text, city text"
