"""The rejects of an import as a file: the rows as they were, each with what is wrong, to be mended."""

import csv
import io
from pathlib import Path

from siyu.intake.rules.sql_cells import quoted
from siyu.kernel.crypto import Cipher
from siyu.kernel.lake import LakeCursor

REJECTS_MAX = 1_000_000
REJECTS_CONTEXT = "rejects"
EXTRA_COLUMNS = ("_file", "_line", "_column", "_value", "_reason")


def rejects_text(cursor: LakeCursor, *, columns: tuple[str, ...]) -> str:
    """The rejected rows as CSV: the file's own columns first, so that the mended file has the same map.

    Rows that could not be split into columns have only their place and reason.

    limits  the first million
    """
    chosen = ", ".join(f"s.{quoted(name)}" for name in columns)
    rows = cursor.execute(
        f"SELECT {chosen}, r._file, r._line, r._column, r._value, r._reason FROM rejected r "
        f"LEFT JOIN staged s ON s._file = r._file AND s._line = r._line ORDER BY r._file, r._line LIMIT {REJECTS_MAX}"
    )
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*columns, *EXTRA_COLUMNS])
    while part := rows.fetchmany(10_000):
        writer.writerows(part)
    return text.getvalue()


def keep_rejects(path: Path, *, text: str, cipher: Cipher) -> None:
    """The rejects lie sealed on disk: they may hold personal data."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cipher.encrypt("\ufeff" + text, context=REJECTS_CONTEXT))


def kept_rejects(path: Path, *, cipher: Cipher) -> str:
    """The rejects of an import as CSV with a byte order mark, so that spreadsheets read the Chinese."""
    return cipher.decrypt(path.read_bytes(), context=REJECTS_CONTEXT)
