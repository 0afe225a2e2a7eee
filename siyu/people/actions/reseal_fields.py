"""Personal fields under a new key: their values and the indexes they are found by, a set at a time."""

from sqlalchemy import text

from siyu.kernel.app import App
from siyu.kernel.sealing import ROWS_A_TRANSACTION
from siyu.people.actions.stage import stage
from siyu.people.queries.fields import index_context
from siyu.people.rules.fields import compared
from siyu.people.rules.identities import seal_context

OLD = """
    SELECT customer_id, field, value_sealed, value_index FROM customer_field
    WHERE brand_id = :brand AND value_sealed IS NOT NULL AND get_byte(value_sealed, 0) <> :newest
    ORDER BY customer_id, field LIMIT :most FOR UPDATE
"""
COUNT_OLD = """
    SELECT count(*) FROM customer_field
    WHERE brand_id = :brand AND value_sealed IS NOT NULL AND get_byte(value_sealed, 0) <> :newest
"""
WRITE = """
    UPDATE customer_field f SET value_sealed = s.value_sealed, value_index = s.value_index
    FROM staged_field s WHERE f.customer_id = s.customer_id AND f.field = s.field
"""


class FieldsSealed:
    """What personal fields of the brand hold."""

    name = "customer_fields"
    columns = frozenset({"customer_field.value_sealed"})

    def left(self, app: App, *, brand_id: int) -> int:
        """Values under an older key."""
        with app.db.transaction(brand_id=brand_id) as session:
            given = {"brand": brand_id, "newest": app.cipher.version}
            return session.scalar(text(COUNT_OLD), given) or 0

    def reseal(self, app: App, *, brand_id: int) -> int:
        """The next values are under the newest key, and found by it."""
        context = seal_context(brand_id)
        with app.db.transaction(brand_id=brand_id) as session:
            given = {"brand": brand_id, "newest": app.cipher.version, "most": ROWS_A_TRANSACTION}
            rows = session.execute(text(OLD), given).all()
            staged = []
            for row in rows:
                value = app.cipher.decrypt(bytes(row.value_sealed), context=context)
                place = index_context(brand_id, row.field)
                index = app.cipher.blind_index(compared(value), context=place) if row.value_index else None
                staged.append((row.customer_id, row.field, app.cipher.encrypt(value, context=context), index))
            if staged:
                columns = "customer_id bigint, field text, value_sealed bytea, value_index bytea"
                stage(session, "staged_field", columns, staged)
                session.execute(text(WRITE))
            return len(rows)


SEALED_PARTS = (FieldsSealed(),)
