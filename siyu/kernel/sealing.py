"""What lies sealed, and how it comes under a new key: every module names its sealed columns and files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sqlalchemy import text
from sqlalchemy.orm import Mapped, Session, mapped_column

from siyu.kernel.app import App
from siyu.kernel.crypto import Cipher
from siyu.kernel.db import Base, Role
from siyu.kernel.errors import SiyuError

ROWS_A_TRANSACTION = 2_000


class KeyBehind(SiyuError):
    """Key {newest} is in use, and this process knows keys up to {known}. Copy the key file here, or restart Siyu."""

    code = "key_behind"
    status = 503
    zh = "密钥 {newest} 已启用，而本进程只有 {known} 及以前的密钥。请把密钥文件复制到这台机器，或重启 Siyu。"


class KeyRotation(Base):
    """A key that came into use, and when nothing was left of the one before."""

    __tablename__ = "key_rotation"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key_id: Mapped[str]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class SealedPart(Protocol):
    """A module that seals something; offered in the wiring.

    `columns`: the sealed columns it answers for, as table.column: a test walks all columns named `*_sealed`.
    """

    name: str
    columns: frozenset[str]

    def left(self, app: App, *, brand_id: int) -> int:
        """How much of the brand's is not under the newest key."""

    def reseal(self, app: App, *, brand_id: int) -> int:
        """Some of it is under the newest key, in one transaction or one file.

        returns  how much; 0 when nothing is left
        """


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column of sealed values: the table's key, and the context with {brand} or a column of the key in it.

    `passing`: rows are shown for a while and never changed; under an older key they go.
    """

    table: str
    column: str
    key: tuple[str, ...]
    context: str
    role: Role = Role.APP
    passing: bool = False


@dataclass(frozen=True)
class SealedColumns:
    """The sealed columns of a module that are found by nothing but their row."""

    name: str
    of: Sequence[SealedColumn]
    columns: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", frozenset(f"{one.table}.{one.column}" for one in self.of))

    def left(self, app: App, *, brand_id: int) -> int:
        """Values under an older key."""
        return sum(left_in(app, column, brand_id=brand_id) for column in self.of)

    def reseal(self, app: App, *, brand_id: int) -> int:
        """The next values of the first column that has any."""
        for column in self.of:
            done = reseal_column(app, column, brand_id=brand_id)
            if done:
                return done
        return 0


def left_in(app: App, column: SealedColumn, *, brand_id: int) -> int:
    """How many values of the column are under an older key."""
    with app.db.transaction(brand_id=brand_id, role=column.role) as session:
        query = text(
            f"SELECT count(*) FROM {column.table} WHERE brand_id = :brand AND {column.column} IS NOT NULL "
            f"AND get_byte({column.column}, 0) <> :newest"
        )
        return session.scalar(query, {"brand": brand_id, "newest": app.cipher.version}) or 0


def reseal_column(app: App, column: SealedColumn, *, brand_id: int) -> int:
    """Up to 2,000 values of the column are under the newest key; who writes one meanwhile is waited for.

    returns  how many
    """
    if column.passing:
        return _let_pass(app, column, brand_id=brand_id)
    listed = ", ".join(column.key)
    with app.db.transaction(brand_id=brand_id, role=column.role) as session:
        rows = session.execute(
            text(
                f"SELECT {listed}, {column.column} FROM {column.table} WHERE brand_id = :brand "
                f"AND {column.column} IS NOT NULL AND get_byte({column.column}, 0) <> :newest "
                f"ORDER BY {listed} LIMIT :most FOR UPDATE"
            ),
            {"brand": brand_id, "newest": app.cipher.version, "most": ROWS_A_TRANSACTION},
        ).all()
        wanted = " AND ".join(f"{name} = :{name}" for name in column.key)
        keys = [dict(zip(column.key, row, strict=False)) for row in rows]
        given = [
            key
            | {"value": resealed(app.cipher, row[-1], column.context.format(**{"brand": brand_id, **key}))}
            for key, row in zip(keys, rows, strict=True)
        ]
        if given:
            session.execute(text(f"UPDATE {column.table} SET {column.column} = :value WHERE {wanted}"), given)
    return len(rows)


def _let_pass(app: App, column: SealedColumn, *, brand_id: int) -> int:
    with app.db.transaction(brand_id=brand_id, role=column.role) as session:
        query = text(
            f"DELETE FROM {column.table} WHERE brand_id = :brand AND get_byte({column.column}, 0) <> :newest "
            "RETURNING brand_id"
        )
        return len(session.execute(query, {"brand": brand_id, "newest": app.cipher.version}).all())


def resealed(cipher: Cipher, sealed: bytes, context: str) -> bytes:
    """The same content under the newest key."""
    return cipher.encrypt_bytes(cipher.decrypt_bytes(bytes(sealed), context=context), context=context)


def require_newest_key(session: Session, cipher: Cipher) -> None:
    """Returns if this process writes with the newest key there is, having looked into the key file again.

    raises  KeyBehind
    """
    cipher.refresh()
    newest = session.scalar(text("SELECT max(version) FROM key_rotation")) or 1
    if newest > cipher.version:
        raise KeyBehind(newest=newest, known=cipher.version)


def left_by_part(app: App, *, brand_id: int) -> Mapping[str, int]:
    """How much of each part is not under the newest key."""
    return {part.name: part.left(app, brand_id=brand_id) for part in app.wiring.of(SealedPart)}
