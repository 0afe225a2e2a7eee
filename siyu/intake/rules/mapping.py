"""An import map as people write it becomes an ImportMap, or a refusal that names the field and the remedy."""

import difflib
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from siyu.intake.contracts import (
    NULL_WORDS,
    TRIMMED_CHARACTERS,
    CancelledRule,
    ColumnRule,
    FileFormat,
    FileOptions,
    Grain,
    ImportKind,
    ImportMap,
    PaidAmountIs,
    RefundRule,
    Transform,
)
from siyu.intake.errors.files import MapInvalid
from siyu.intake.rules import cells, moments
from siyu.intake.rules.fields import FIELDS, Holds, field_of

_KEYS = (
    "title", "kind", "source", "grain", "time_zone", "currency", "customer_namespace", "columns", "dates",
    "decimal_comma", "null_words", "max_bad_share", "paid_amount_is", "refund_when", "cancelled_when", "choices",
    "file",
)  # fmt: skip
_ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "gbk", "gb18030", "big5", "latin-1", "cp1252", "shift_jis")
_ENTRIES_MAX = 200
_Word = TypeVar("_Word", bound=StrEnum)


def parse_map(data: object, *, name: str) -> ImportMap:
    """The map that a parsed YAML document describes.

    raises  MapInvalid, naming the map, the field, what is wrong and how to mend it

    >>> parse_map({"kind": "stores", "source": "erp", "columns": {"store_key": "门店编号"}}, name="m").source_columns
    ('门店编号',)
    """
    reader = _Reader(name, "")
    top = reader.mapping("the map", data, _KEYS)
    kind = reader.word("kind", top.get("kind"), ImportKind)
    columns = _columns(reader, kind, top.get("columns"))
    import_map = ImportMap(
        kind=kind,
        source=reader.text("source", top.get("source")),
        columns=columns,
        title=reader.text("title", top.get("title", name)),
        grain=reader.word("grain", top.get("grain", "line"), Grain),
        time_zone=_time_zone(reader, top.get("time_zone", "Asia/Shanghai")),
        currency=_currency(reader, top.get("currency", "CNY")),
        customer_namespace=reader.optional_text("customer_namespace", top.get("customer_namespace")),
        dates=_dates(reader, top.get("dates", [])),
        decimal_comma=reader.flag("decimal_comma", top.get("decimal_comma", False)),
        null_words=reader.texts("null_words", top.get("null_words", list(NULL_WORDS))),
        max_bad_share=_share(reader, top.get("max_bad_share", "0.01")),
        paid_amount_is=reader.word("paid_amount_is", top.get("paid_amount_is", "gross"), PaidAmountIs),
        refund_when=_refund_when(reader, top.get("refund_when", {})),
        cancelled_when=_cancelled_when(reader, top.get("cancelled_when")),
        choices=_choices(reader, kind, top.get("choices", {})),
        file=_file(reader, top.get("file", {})),
    )
    _check_whole(reader, import_map)
    return import_map


class _Reader:
    """Reads one value at a time and refuses in the words of the map."""

    def __init__(self, name: str, path: str) -> None:
        self._name, self._path = name, path

    def refuse(self, field: str, why: str, remedy: str) -> MapInvalid:
        return MapInvalid(map=self._name, field=f"{self._path}{field}", why=why, remedy=remedy)

    def inside(self, field: str) -> "_Reader":
        return _Reader(self._name, f"{self._path}{field}.")

    def mapping(self, field: str, value: object, known: Collection[str]) -> Mapping[str, Any]:
        if not isinstance(value, Mapping):
            raise self.refuse(
                field, "must be a block of `name: value` lines", f"Known names: {', '.join(known)}."
            )
        for key in value:
            self.known(str(key), known)
        return value

    def known(self, key: str, known: Collection[str]) -> None:
        if key in known:
            return
        near = difflib.get_close_matches(key, list(known), n=1, cutoff=0.5)
        remedy = f"Did you mean {near[0]}?" if near else f"Known names: {', '.join(known)}."
        raise self.refuse(key, "is not a name that a map knows", remedy)

    def text(self, field: str, value: object) -> str:
        if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
            raise self.refuse(field, "must be a text that is not empty", "Write it in quotes if in doubt.")
        return str(value)

    def optional_text(self, field: str, value: object) -> str | None:
        return None if value is None else self.text(field, value)

    def texts(self, field: str, value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or len(value) > _ENTRIES_MAX:
            raise self.refuse(field, "must be a list", 'Write ["a", "b"].')
        return tuple(self.text(field, item) for item in value)

    def flag(self, field: str, value: object) -> bool:
        if not isinstance(value, bool):
            raise self.refuse(
                field, f"must be true or false, not {value!r}", "Write true or false, without quotes."
            )
        return value

    def word(self, field: str, value: object, kind: type[_Word]) -> _Word:
        words = [word.value for word in kind]
        if value not in words:
            raise self.refuse(
                field, f"must be one of {', '.join(words)}, not {value!r}", "Choose one of these."
            )
        return kind(value)


def _columns(reader: _Reader, kind: ImportKind, value: object) -> dict[str, ColumnRule]:
    names = [target.name for target in FIELDS[kind]]
    block = reader.mapping("columns", value, names) if isinstance(value, Mapping) else None
    if not block:
        raise reader.refuse(
            "columns", "must say which column fills which field", f"Fields: {', '.join(names)}."
        )
    inside = reader.inside("columns")
    return {name: _column(inside, name, block[name]) for name in names if name in block}


def _column(reader: _Reader, field: str, value: object) -> ColumnRule:
    if not isinstance(value, Mapping):
        return ColumnRule(column=reader.text(field, value).strip(TRIMMED_CHARACTERS))
    inside = reader.inside(field)
    block = inside.mapping(field, value, ("column", "constant", "transform"))
    if ("column" in block) == ("constant" in block):
        raise reader.refuse(
            field, "needs either column or constant", "Write {column: NAME} or {constant: VALUE}."
        )
    transform = block.get("transform")
    column = inside.optional_text("column", block.get("column"))
    return ColumnRule(
        column=None if column is None else column.strip(TRIMMED_CHARACTERS),
        constant=inside.optional_text("constant", block.get("constant")),
        transform=None if transform is None else inside.word("transform", transform, Transform),
    )


def _time_zone(reader: _Reader, value: object) -> str:
    zone = reader.text("time_zone", value)
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        remedy = "Write a name such as Asia/Shanghai or Europe/London."
        raise reader.refuse("time_zone", f"{zone} is not a time zone", remedy) from error
    return zone


def _currency(reader: _Reader, value: object) -> str:
    currency = reader.text("currency", value)
    if len(currency) != len("CNY") or not currency.isascii() or not currency.isupper():
        raise reader.refuse(
            "currency", f"{currency} is not a currency", "Write three capital letters such as CNY."
        )
    return currency


def _dates(reader: _Reader, value: object) -> tuple[str, ...]:
    formats = reader.texts("dates", value)
    for date_format in formats:
        try:
            moments.format_pattern(date_format)
        except moments.FormatNotUnderstood as error:
            known = ", ".join(f"%{letter}" for letter in moments.DIRECTIVES)
            remedy = f"Use {known}, each once, %m and %d always."
            raise reader.refuse("dates", f"{date_format} is not a date format", remedy) from error
    return formats


def _share(reader: _Reader, value: object) -> Decimal:
    try:
        share = Decimal(str(value))
    except InvalidOperation:
        share = Decimal(-1)
    if not 0 <= share <= 1:
        raise reader.refuse(
            "max_bad_share", f"{value!r} is not a share", "Write a number from 0 to 1, such as 0.01."
        )
    return share


def _refund_when(reader: _Reader, value: object) -> RefundRule:
    inside = reader.inside("refund_when")
    block = inside.mapping("refund_when", value, ("order_key_prefix", "negative_quantity", "negative_amount"))
    return RefundRule(
        order_key_prefix=inside.optional_text("order_key_prefix", block.get("order_key_prefix")),
        negative_quantity=inside.flag("negative_quantity", block.get("negative_quantity", False)),
        negative_amount=inside.flag("negative_amount", block.get("negative_amount", False)),
    )


def _cancelled_when(reader: _Reader, value: object) -> CancelledRule | None:
    if value is None:
        return None
    inside = reader.inside("cancelled_when")
    block = inside.mapping("cancelled_when", value, ("column", "values"))
    values = inside.texts("values", block.get("values"))
    if not values:
        raise inside.refuse("values", "names no word", "List the words that mean cancelled.")
    return CancelledRule(inside.text("column", block.get("column")).strip(TRIMMED_CHARACTERS), values)


def _choices(reader: _Reader, kind: ImportKind, value: object) -> dict[str, dict[str, str]]:
    names = [target.name for target in FIELDS[kind] if target.holds in (Holds.CHOICE, Holds.FLAG)]
    inside = reader.inside("choices")
    block = inside.mapping("choices", value, names)
    return {name: _meanings(inside, name, words) for name, words in block.items()}


def _meanings(reader: _Reader, field: str, value: object) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise reader.refuse(field, "must say what each word means", 'Write {"0": female, "1": male}.')
    allowed = cells.allowed_meanings(field)
    # YAML 1.1 reads a bare yes or no as true or false; here they are words.
    words = {
        str(word): {True: "yes", False: "no"}.get(meaning, str(meaning)) for word, meaning in value.items()
    }
    for word, meaning in words.items():
        if meaning not in allowed:
            raise reader.refuse(
                field, f"{word} cannot mean {meaning!r}", f"It may mean {', '.join(allowed)}."
            )
    return words


def _file(reader: _Reader, value: object) -> FileOptions:
    inside = reader.inside("file")
    block = inside.mapping("file", value, ("format", "delimiter", "encoding", "sheet", "header"))
    checks: dict[str, Callable[[], Any]] = {
        "format": lambda: inside.word("format", block["format"], FileFormat),
        "delimiter": lambda: _delimiter(inside, block["delimiter"]),
        "encoding": lambda: _encoding(inside, block["encoding"]),
        "sheet": lambda: inside.text("sheet", block["sheet"]),
        "header": lambda: inside.texts("header", block["header"]),
    }
    return FileOptions(**{field: checks[field]() for field in block})


def _delimiter(reader: _Reader, value: object) -> str:
    if not isinstance(value, str) or len(value) != 1:
        raise reader.refuse("delimiter", f"{value!r} is not one character", 'Write ",", ";", "\\t" or "|".')
    return value


def _encoding(reader: _Reader, value: object) -> str:
    encoding = reader.text("encoding", value).lower()
    reader.known(encoding, _ENCODINGS)
    return encoding


def _check_whole(reader: _Reader, import_map: ImportMap) -> None:
    """What no single entry can tell: that the rows can be understood."""
    for target in FIELDS[import_map.kind]:
        if target.required and target.name not in import_map.columns:
            inside = reader.inside("columns")
            raise inside.refuse(
                target.name, f"is missing ({target.what})", f"Say which column holds it: {target.name}: …"
            )
    if import_map.kind is ImportKind.ORDERS and not {"amount", "unit_price"} & import_map.columns.keys():
        raise reader.refuse(
            "columns", "nothing says what a row is worth", "Fill amount, or unit_price and quantity."
        )
    if not import_map.source_columns:
        raise reader.refuse("columns", "no field comes from the file", "Fill at least one from a column.")
    for name, rule in import_map.columns.items():
        holds = field_of(import_map.kind, name).holds
        if rule.constant is not None and holds not in (
            Holds.KEY,
            Holds.TEXT,
            Holds.CURRENCY,
            Holds.FLAG,
            Holds.CHOICE,
        ):
            remedy = "Only texts, keys and choices may be constant; take this from a column."
            raise reader.inside("columns").refuse(name, "cannot be a constant", remedy)
    header = import_map.file.header
    absent = (
        [] if header is None else [column for column in import_map.source_columns if column not in header]
    )
    if absent:
        remedy = "Use the same names in columns: and in file: header:."
        raise reader.refuse("file.header", f"does not name {', '.join(absent)}", remedy)
