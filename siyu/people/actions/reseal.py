"""People under a new key: values, their indexes, and what else hangs on an index, a set at a time."""

from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from siyu.kernel.app import App
from siyu.kernel.crypto import Cipher
from siyu.kernel.sealing import ROWS_A_TRANSACTION, resealed
from siyu.people.actions.regroup import lock_links
from siyu.people.actions.reindex import reindex
from siyu.people.actions.stage import stage
from siyu.people.rules.identities import seal_context

OLD_IDENTITIES = """
    SELECT identity_id, namespace, value_index, value_sealed FROM customer_identity
    WHERE brand_id = :brand AND get_byte(value_sealed, 0) <> :newest ORDER BY identity_id LIMIT :most
"""
OLD_CUSTOMERS = """
    SELECT customer_id AS number, 0::bigint AS batch_id, name_sealed, birthday_sealed, content_hash,
           NULL::bytea AS written_hash
    FROM customer WHERE brand_id = :brand AND (
        (name_sealed IS NOT NULL AND get_byte(name_sealed, 0) <> :newest)
        OR (birthday_sealed IS NOT NULL AND get_byte(birthday_sealed, 0) <> :newest)
        OR (content_hash IS NOT NULL AND get_byte(content_hash, 0) <> :newest))
    ORDER BY customer_id LIMIT :most FOR UPDATE
"""
OLD_EARLIER = """
    SELECT customer_id AS number, batch_id, name_sealed, birthday_sealed, content_hash, written_hash
    FROM customer_before_import WHERE brand_id = :brand AND (
        (name_sealed IS NOT NULL AND get_byte(name_sealed, 0) <> :newest)
        OR (birthday_sealed IS NOT NULL AND get_byte(birthday_sealed, 0) <> :newest)
        OR get_byte(written_hash, 0) <> :newest
        OR (content_hash IS NOT NULL AND get_byte(content_hash, 0) <> :newest))
    ORDER BY customer_id, batch_id LIMIT :most FOR UPDATE
"""
WRITE_CUSTOMERS = """
    UPDATE customer c SET name_sealed = s.name_sealed, name_index = s.name_index, birthday_sealed = s.birthday_sealed,
        content_hash = s.content_hash
    FROM staged_resealed s WHERE c.customer_id = s.number
"""
WRITE_EARLIER = """
    UPDATE customer_before_import c SET name_sealed = s.name_sealed, name_index = s.name_index,
        birthday_sealed = s.birthday_sealed, content_hash = s.content_hash, written_hash = s.written_hash
    FROM staged_resealed s WHERE c.customer_id = s.number AND c.batch_id = s.batch_id
"""
PROFILE_COLUMNS = (
    "number bigint, batch_id bigint, name_sealed bytea, name_index bytea, birthday_sealed bytea, content_hash bytea, "
    "written_hash bytea"
)


class PeopleSealed:
    """Identities, profiles and earlier profiles."""

    name = "people"
    columns = frozenset(
        {
            "customer_identity.value_sealed", "customer.name_sealed", "customer.birthday_sealed",
            "customer_before_import.name_sealed", "customer_before_import.birthday_sealed",
        }
    )  # fmt: skip

    def left(self, app: App, *, brand_id: int) -> int:
        """Rows with anything under an older key."""
        with app.db.transaction(brand_id=brand_id) as session:
            given = _given(app, brand_id)
            return sum(
                session.scalar(text(f"SELECT count(*) FROM ({_whole(query)}) q"), given) or 0
                for query in (OLD_IDENTITIES, OLD_CUSTOMERS, OLD_EARLIER)
            )

    def reseal(self, app: App, *, brand_id: int) -> int:
        """The next identities; when there are none, profiles; then earlier profiles. Nobody changes links meanwhile."""
        with app.db.transaction(brand_id=brand_id) as session:
            lock_links(session)
            return (
                _identities(session, app, brand_id)
                or _profiles(session, app, brand_id, OLD_CUSTOMERS, WRITE_CUSTOMERS)
                or _profiles(session, app, brand_id, OLD_EARLIER, WRITE_EARLIER)
            )


def _identities(session: Session, app: App, brand_id: int) -> int:
    rows = session.execute(text(OLD_IDENTITIES), _given(app, brand_id)).all()
    reindex(session, app.cipher, rows)
    return len(rows)


def _profiles(session: Session, app: App, brand_id: int, query: str, write: str) -> int:
    rows = session.execute(text(query), _given(app, brand_id)).all()
    if rows:
        stage(
            session, "staged_resealed", PROFILE_COLUMNS, [_profile(row, app.cipher, brand_id) for row in rows]
        )
        session.execute(text(write))
    return len(rows)


def _profile(row: Row[Any], cipher: Cipher, brand_id: int) -> tuple[object, ...]:
    context = seal_context(brand_id)
    name = cipher.decrypt(bytes(row.name_sealed), context=context) if row.name_sealed else None
    return (
        row.number, row.batch_id,
        cipher.encrypt(name, context=context) if name is not None else None,
        cipher.blind_index(name, context=f"{brand_id}/name") if name is not None else None,
        resealed(cipher, row.birthday_sealed, context) if row.birthday_sealed else None,
        _digest(row.content_hash, cipher), _digest(row.written_hash, cipher),
    )  # fmt: skip


def _digest(old: bytes | None, cipher: Cipher) -> bytes | None:
    """The digest of a profile under the newest key: equal where it was equal, so that undoing an import still works.

    What a file says is digested anew, so that the same file says once more what it said before the change.
    """
    if old is None or old[0] == cipher.version:
        return None if old is None else bytes(old)
    return bytes((cipher.version,)) + cipher.blind_index(bytes(old).hex(), context="content/rotated")


def _given(app: App, brand_id: int) -> dict[str, object]:
    return {"brand": brand_id, "newest": app.cipher.version, "most": ROWS_A_TRANSACTION}


def _whole(query: str) -> str:
    return query.replace("LIMIT :most FOR UPDATE", "").replace("LIMIT :most", "")


SEALED_PARTS = (PeopleSealed(),)
