"""What a text file looks like: its encoding, what stands between its fields, and whether it has a header."""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from siyu.intake.contracts import TRIMMED_CHARACTERS, FileFormat, FileOptions
from siyu.intake.errors.files import EncodingUnknown, FileBinary, FileEmpty, HeaderMissing

SNIFFED_BYTES = 1 << 20
WHITESPACE = " "
_DELIMITERS = (",", "\t", ";", "|")
_SNIFFED_LINES = 50
_BAD_SHARE_MAX = 0.02
_CONTROL = bytes(set(range(0x20)) - set(b"\t\n\v\f\r\x1b"))
_CONTROL_SHARE_MAX = 0.02
_LOOKS_LIKE_DATA = re.compile(r"[+-]?[¥$£€]?[0-9][0-9.,:/\- T]*")


@dataclass(frozen=True)
class TextLayout:
    """How the text of one file is to be read; `has_header` says that the names stand in its first line."""

    encoding: str
    delimiter: str
    columns: tuple[str, ...]
    has_header: bool


def text_layout(name: str, head: bytes, options: FileOptions) -> TextLayout:
    """The layout of a file from its first megabyte and from what is known beforehand.

    raises  FileEmpty, FileBinary, EncodingUnknown, HeaderMissing
    """
    if not head.strip():
        raise FileEmpty(path=name)
    encoding = options.encoding or encoding_of(name, head)
    text = _decoded(head, encoding)
    lines = [line for line in text.splitlines()[: _SNIFFED_LINES + 1] if line.strip()]
    if len(head) >= SNIFFED_BYTES and len(lines) > 1:
        lines = lines[:-1]
    delimiter = _delimiter(lines, options)
    if options.header is not None:
        return TextLayout(encoding, delimiter, options.header, has_header=False)
    first = lines[0].split() if delimiter == WHITESPACE else _first_row(text, delimiter)
    if not names_columns(first):
        raise HeaderMissing(path=name, first_line=lines[0][:80], fields=len(first))
    return TextLayout(encoding, delimiter, column_names(first), has_header=True)


def encoding_of(name: str, head: bytes) -> str:
    """The encoding of a file that begins so: UTF-8 (with or without mark), UTF-16 by its mark, or GB18030.

    A few bytes that are no UTF-8 in a file that otherwise is do not make it Chinese national standard: their rows are
    turned away later.

    raises  FileBinary, EncodingUnknown
    """
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    controls = len(head) - len(head.translate(None, _CONTROL))
    if controls > max(len(head) * _CONTROL_SHARE_MAX, 1):
        raise FileBinary(path=name, looks_like="binary data")
    for encoding in ("utf-8", "gb18030"):
        if _bad_share(head, encoding) <= _BAD_SHARE_MAX:
            return encoding
    raise EncodingUnknown(path=name)


def _bad_share(head: bytes, encoding: str) -> float:
    """The share of undecodable bytes among all that are not plain ASCII."""
    try:
        _decoded(head, encoding, errors="strict")
    except UnicodeDecodeError:
        bad = len(re.findall("[\udc80-\udcff]", _decoded(head, encoding)))
        return bad / len(re.findall(rb"[\x80-\xff]", head))
    return 0.0


def _decoded(head: bytes, encoding: str, errors: str = "surrogateescape") -> str:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace" if "16" in encoding else errors)
    return decoder.decode(head, final=len(head) < SNIFFED_BYTES)


def _delimiter(lines: list[str], options: FileOptions) -> str:
    if options.delimiter is not None:
        return options.delimiter
    if options.format is FileFormat.TSV:
        return "\t"
    if options.format is FileFormat.WHITESPACE:
        return WHITESPACE
    return sniffed_delimiter(lines)


def sniffed_delimiter(lines: list[str]) -> str:
    """What stands between the fields: the candidate that most lines hold equally often, else blanks, else a comma.

    >>> sniffed_delimiter(["a;b;c", "1,5;2;3", "2,5;3;4"])
    ';'
    >>> sniffed_delimiter([" id  date amount", " 0001 19970101 11.77"])
    ' '
    """
    best, best_score = ",", 0.0
    for delimiter in _DELIMITERS:
        widths = [len(row) for row in _rows(lines, delimiter)]
        usual = max(set(widths), key=widths.count) if widths else 0
        if usual > 1:
            score = widths.count(usual) / len(widths) + usual / 1_000
            best, best_score = (delimiter, score) if score > best_score else (best, best_score)
    if best_score:
        return best
    widths = [len(line.split()) for line in lines]
    return WHITESPACE if len(set(widths)) == 1 and widths[0] > 1 else ","


def _first_row(text: str, delimiter: str) -> list[str]:
    return next((row for row in _rows(io.StringIO(text, newline=""), delimiter) if any(row)), [])


def _rows(lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    """The rows up to the first that no reader could take."""
    with suppress(csv.Error):
        yield from csv.reader(lines, delimiter=delimiter)


def names_columns(first: list[str]) -> bool:
    """True if a first row may be names: at least one cell is neither empty nor a number or a date.

    >>> names_columns(["id", "2017"]), names_columns(["00004", "19970101", "29.33"])
    (True, False)
    """
    cells = [cell.strip(TRIMMED_CHARACTERS) for cell in first]
    return any(cell and not _LOOKS_LIKE_DATA.fullmatch(cell) for cell in cells)


def column_names(first: list[str]) -> tuple[str, ...]:
    """The names without blanks around them; an empty one is called by its place, a second one of the same name "(2)".

    Names that differ in case alone are the same to the lake, and `_file` and `_line` are taken by ours.

    >>> column_names(["收货地址 ", "", "a", "A", "_file"])
    ('收货地址', 'column 2', 'a', 'A (2)', '_file (2)')
    """
    names: list[str] = []
    taken = ["_file", "_line"]
    for place, cell in enumerate(first, start=1):
        name = cell.strip(TRIMMED_CHARACTERS) or f"column {place}"
        same = sum(1 for other in taken if other == name.lower() or other.startswith(f"{name.lower()} ("))
        names.append(f"{name} ({same + 1})" if same else name)
        taken.append(names[-1].lower())
    return tuple(names)
