"""Pulls from other databases: which addresses are taken, how a cursor is written down, and what a late row is."""

import hashlib
from collections import deque
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from urllib.parse import parse_qsl, urlsplit

from siyu.intake.contracts import CursorValue
from siyu.intake.errors.pulls import CursorUnfit, DatabaseAddressUnfit, QueryUnfit

DRIVERS = {
    "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg", "mysql": "mysql+pymysql",
    "mariadb": "mysql+pymysql",
}  # fmt: skip
OPTIONS = ("sslmode", "charset")  # others may name files of this machine, or another host
TAIL_ROWS_MAX = 100_000
DIGEST_BYTES = 16
FAILURES_MAX = 5
DAY_SECONDS = 86_400
QUERY_BEGINS = ("select", "with")


class RunState(StrEnum):
    """How far a run is; its import, if it became one, has states of its own."""

    READING = "reading"
    IMPORTING = "importing"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNDONE = "undone"


class PausedBecause(StrEnum):
    """Why a pull does not run by itself."""

    NOTHING = ""
    ASKED = "asked"
    FAILURES = "failures"
    UNDONE = "undone"


OPEN_RUNS = (RunState.READING, RunState.IMPORTING)


def checked_address(url: str) -> str:
    """The address of a database over the network, as it will be sealed.

    A host that is missing or a path would be a socket of this machine: our own database, perhaps, past its fence.

    raises  DatabaseAddressUnfit, which never holds the password

    >>> checked_address(" postgresql://ann:s3@db.example.com/shop?sslmode=require ")
    'postgresql://ann:s3@db.example.com/shop?sslmode=require'
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        _port, options = parts.port, parse_qsl(parts.query, strict_parsing=bool(parts.query))
    except ValueError as wrong:
        raise DatabaseAddressUnfit(why="it cannot be read") from wrong
    if parts.scheme not in DRIVERS:
        raise DatabaseAddressUnfit(
            why=f"it begins with none of {', '.join(f'{name}://' for name in DRIVERS)}"
        )
    if not parts.hostname or "/" in parts.hostname or "%" in parts.hostname or "," in parts.hostname:
        raise DatabaseAddressUnfit(why="it names no host")
    if not parts.path.strip("/") or parts.fragment:
        raise DatabaseAddressUnfit(why="it names no database, or has a # that should be %23")
    unknown = [name for name, _ in options if name not in OPTIONS]
    if unknown:
        raise DatabaseAddressUnfit(why=f"the option {unknown[0]} is not taken; known: {', '.join(OPTIONS)}")
    return url


def shown_address(url: str) -> str:
    """What people see of an address: neither user nor password.

    >>> shown_address("postgresql://ann:s3@db.example.com:5433/shop?sslmode=require")
    'postgresql://db.example.com:5433/shop'
    """
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname}{port}{parts.path}"


def check_rows(*, table: str, query: str) -> None:
    """Returns if one of them is given, and the query is one SELECT. That it only reads is seen to by the connection.

    raises  QueryUnfit

    >>> check_rows(table="", query="WITH a AS (SELECT 1) SELECT * FROM a")
    """
    if bool(table) == bool(query):
        raise QueryUnfit(why="a table or a query is needed, and not both")
    if query and not query.strip().lower().startswith(QUERY_BEGINS):
        raise QueryUnfit(why="the query does not begin with SELECT or WITH")
    if ";" in query:
        raise QueryUnfit(why="there is a semicolon")
    if "\0" in table + query:
        raise QueryUnfit(why="there is a NUL character")


def cursor_text(value: CursorValue) -> str:
    """A value of a cursor as it is kept; `cursor_of` reads it back.

    >>> cursor_text(datetime(2026, 5, 1, 10, 30)), cursor_text(date(2026, 5, 1)), cursor_text(Decimal("7.50"))
    ('2026-05-01T10:30:00', '2026-05-01', '7.50')
    """
    return value.isoformat() if isinstance(value, date) else str(value)


def cursor_of(text: str | None) -> CursorValue | None:
    """The value that was kept.

    >>> cursor_of("17"), cursor_of("7.50"), cursor_of("2026-05-01"), cursor_of(None)
    (17, Decimal('7.50'), datetime.date(2026, 5, 1), None)
    """
    if text is None:
        return None
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return Decimal(text)
    except InvalidOperation:
        return date.fromisoformat(text) if len(text) == len("2026-05-01") else datetime.fromisoformat(text)


def checked_cursor(value: object, *, column: str) -> CursorValue:
    """The value, if one can go on from it.

    raises  CursorUnfit
    """
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, int | Decimal | date) and not isinstance(value, bool):
        return value
    raise CursorUnfit(column=column, why=f"it holds {type(value).__name__}, neither a time nor a number")


def lagged(value: CursorValue | None, lag: int) -> CursorValue | None:
    """Where the next run begins: that much before the newest row, so that rows written late are seen.

    units  lag in seconds (of a date: whole days, rounded up), or in units of a number

    >>> lagged(100, 10), lagged(datetime(2026, 5, 1, 10, 0), 90), lagged(date(2026, 5, 2), 3600), lagged(None, 5)
    (90, datetime.datetime(2026, 5, 1, 9, 58, 30), datetime.date(2026, 5, 1), None)
    """
    if value is None or not lag:
        return value
    if isinstance(value, datetime):
        return value - timedelta(seconds=lag)
    if isinstance(value, date):
        return value - timedelta(days=-(-lag // DAY_SECONDS))
    return value - lag


def next_run_at(now: datetime, *, every_minutes: int | None, is_more: bool = False) -> datetime | None:
    """When the pull runs again by itself: at once while there is more than a run takes, else by its schedule.

    >>> next_run_at(datetime(2026, 5, 1, 10, 0), every_minutes=15)
    datetime.datetime(2026, 5, 1, 10, 15)
    >>> next_run_at(datetime(2026, 5, 1, 10, 0), every_minutes=None) is None
    True
    """
    if is_more:
        return now
    return None if every_minutes is None else now + timedelta(minutes=every_minutes)


class Tail:
    """The rows that the next run will read again, each known by a keyed digest: those not older than the lag allows.

    What comes again unchanged is left out, so that imports do not lean on one another; what changed is a new row.

    limits  100,000 rows; of more nothing is remembered, and the import finds out what it knows

    >>> tail = Tail(lag=1, key=b"k")
    >>> tail.add([1, 2, 3], [tail.digest_of(row) for row in "abc"])
    >>> tail.digest_of("b") in known_rows(tail.kept()), tail.digest_of("a") in known_rows(tail.kept()), tail.newest
    (True, False, 3)
    """

    def __init__(self, lag: int, key: bytes) -> None:
        self.newest: CursorValue | None = None
        self._lag, self._key = lag, key
        self._rows: deque[tuple[CursorValue, bytes]] = deque()
        self._is_whole = True

    def digest_of(self, row: str) -> bytes:
        """What a row is known by; without the key it tells nothing of what the row holds."""
        return hashlib.blake2b(
            row.encode("utf-8", "replace"), digest_size=DIGEST_BYTES, key=self._key
        ).digest()

    def bound(self, newest: CursorValue) -> CursorValue:
        """The oldest value that still belongs to it, once this is the newest."""
        found = lagged(newest, self._lag)
        assert found is not None, "the newest is a value"
        return found

    def add(self, values: Sequence[CursorValue], digests: Iterable[bytes]) -> None:
        """Rows in the order of the cursor are known; those that are too old now are forgotten."""
        if not values:
            return
        self.newest = values[-1]
        oldest = self.bound(self.newest)
        while self._rows and self._rows[0][0] < oldest:  # type: ignore[operator]  # one column, one type
            self._rows.popleft()
        found = zip(values, digests, strict=True)
        self._rows.extend(one for one in found if one[0] >= oldest)  # type: ignore[operator]  # one column, one type
        if len(self._rows) > TAIL_ROWS_MAX:
            self._rows.clear()
            self._is_whole = False

    def kept(self) -> bytes:
        """The digests one after the other; empty if they are too many to be remembered."""
        return b"".join(sorted(digest for _, digest in self._rows)) if self._is_whole else b""


def known_rows(kept: bytes) -> frozenset[bytes]:
    """The digests that were kept.

    >>> len(known_rows(bytes(32)[:16] + b"x" * 16))
    2
    """
    return frozenset(kept[start : start + DIGEST_BYTES] for start in range(0, len(kept), DIGEST_BYTES))
