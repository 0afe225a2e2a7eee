"""A file that is nothing but a list of customers: which column names them, and by what they are known."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from siyu.intake.contracts import FileFormat, FileOptions, ImportKind
from siyu.intake.errors.files import ColumnsMissing, HeaderMissing
from siyu.intake.readers.batches import LINE_COLUMN
from siyu.intake.readers.sealed import AnyFile
from siyu.intake.readers.source import Source, open_source, sample_rows
from siyu.intake.rules.guessing import guess_map, register_named
from siyu.intake.rules.masking import guessed_personal, masked_cell, masked_row
from siyu.people.api import normal_phone
from siyu.people.errors import BadPhone

LOOKED_AT_ROWS = 100
SHOWN_ROWS = 10
BATCH_ROWS = 50_000
COLUMNS_MAX = 100
PHONE, EMAIL, MEMBER_NO = "phone", "email", "member_no"
_PHONES_SHARE_MIN = 0.8


@dataclass(frozen=True, slots=True)
class ListLook:
    """What is seen of a list: its columns, masked rows, and which column probably names customers by what."""

    file_name: str
    bytes: int
    format: FileFormat
    columns: tuple[str, ...]
    sample: tuple[dict[str, str | None], ...]
    column: str
    known_by: str


def look_at_list(path: AnyFile) -> ListLook:
    """The beginning of a list, masked as for somebody who may not see personal data.

    raises  what open_source raises, but for HeaderMissing
    """
    source = open_list(path)
    rows = sample_rows(source, LOOKED_AT_ROWS)
    guessed = guess_map(ImportKind.CUSTOMERS, source.columns, rows)
    targets = {guess.target: guess.column for guess in guessed.guesses}
    column, known_by = _known_by(targets, source.columns, rows)
    personal = {one: target for target, one in targets.items() if target != "customer_key"}
    personal = guessed_personal(source.columns, ()) | personal | {column: "customer_key"}
    shown = tuple(
        masked_row({one: row[one] for one in source.columns}, personal) for row in rows[:SHOWN_ROWS]
    )
    return ListLook(
        path.name, source.bytes_total, source.format, source.columns, shown, column, known_by
    )  # fmt: skip


def open_list(path: AnyFile) -> Source:
    """The list, its layout found by looking at it; columns without names are called by their place.

    raises  what open_source raises, but for HeaderMissing
    """
    options = FileOptions(batch_rows=BATCH_ROWS)
    try:
        return open_source(path, options)
    except HeaderMissing as missing:
        names = tuple(f"column {place}" for place in range(1, int(missing.details["fields"]) + 1))
        return open_source(path, replace(options, header=names))


def listed_values(source: Source, column: str) -> Iterator[list[tuple[int, str]]]:
    """The cells of a column that hold something, with their lines, in batches of bounded size; a bad line as empty.

    raises  ColumnsMissing; FileDamaged, HeadersDiffer in mid-stream
    """
    if column not in source.columns:
        found = ", ".join(source.columns[:COLUMNS_MAX])
        raise ColumnsMissing(path=source.path.name, missing=column, nearest="", found=found)
    for batch in source.batches():
        cells = zip(batch.rows[LINE_COLUMN].to_pylist(), batch.rows[column].to_pylist(), strict=True)
        yield [
            *((line, cell.strip()) for line, cell in cells if cell and cell.strip()),
            *((bad.line, "") for bad in batch.rejects),
        ]


def masked_key(value: str, known_by: str) -> str:
    """A value that names a customer, as those see it who may not see personal data; our own numbers are none.

    >>> masked_key("138-0013-8000", "phone"), masked_key("17", "customer_id")
    ('138****8000', '17')
    """
    return value[:20] if known_by == "customer_id" else masked_cell(value[:200], "customer_key")


def _known_by(
    targets: dict[str, str], columns: Sequence[str], rows: Sequence[dict[str, str | None]]
) -> tuple[str, str]:
    if "phone" in targets:
        return targets["phone"], PHONE
    if "email" in targets:
        return targets["email"], EMAIL
    column = targets.get("customer_key", columns[0])
    texts = [text for row in rows if (text := (row[column] or "").strip())]
    phones = sum(1 for text in texts if _is_phone(text))
    if texts and phones >= _PHONES_SHARE_MIN * len(texts):
        return column, PHONE
    return column, register_named(column) or MEMBER_NO


def _is_phone(text: str) -> bool:
    try:
        return len(normal_phone(text)) > len("+8610000")
    except BadPhone:
        return False
