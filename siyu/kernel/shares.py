"""A place of a unit on [0, 1) by a salted hash: the same in Python, PostgreSQL and DuckDB, and without a memory."""

from hashlib import md5

_HEX_DIGITS = 8
_STEPS = 2**32


def unit_share(salt: str, unit_id: int | str) -> float:
    """The place of a unit on [0, 1): the same every time, unrelated under another salt.

    returns  the first 32 bits of md5 of "salt:unit_id", over 2**32: exact as a double, here and in SQL
    source   unit_share_postgresql and unit_share_duckdb compute the same number; docs/decisions/0016

    >>> unit_share("spring", 42)
    0.5256087523885071
    """
    digest = md5(f"{salt}:{unit_id}".encode(), usedforsecurity=False).hexdigest()
    return int(digest[:_HEX_DIGITS], 16) / _STEPS


def unit_share_postgresql(salt_sql: str, unit_sql: str) -> str:
    """A PostgreSQL expression of type double precision that equals `unit_share`.

    units   both arguments are SQL expressions (a column, a bind such as ":salt"), never values from outside
    limits  the database's encoding must be UTF-8 for text outside ASCII

    >>> unit_share_postgresql(":salt", "customer_id")
    "(('x' || substr(md5(:salt || ':' || CAST(customer_id AS text)), 1, 8))::bit(32)::bigint / 4294967296::float8)"
    """
    hashed = f"md5({salt_sql} || ':' || CAST({unit_sql} AS text))"
    return f"(('x' || substr({hashed}, 1, {_HEX_DIGITS}))::bit(32)::bigint / {_STEPS}::float8)"


def unit_share_duckdb(salt_sql: str, unit_sql: str) -> str:
    """A DuckDB expression of type DOUBLE that equals `unit_share`.

    units  as in unit_share_postgresql

    >>> unit_share_duckdb("$salt", "customer_id")
    "(CAST('0x' || substr(md5($salt || ':' || CAST(customer_id AS VARCHAR)), 1, 8) AS BIGINT) / 4294967296::DOUBLE)"
    """
    hashed = f"md5({salt_sql} || ':' || CAST({unit_sql} AS VARCHAR))"
    return f"(CAST('0x' || substr({hashed}, 1, {_HEX_DIGITS}) AS BIGINT) / {_STEPS}::DOUBLE)"
