"""A first map for a file nobody described: headers by their synonyms, values by their looks."""

import re
from collections.abc import Sequence
from dataclasses import replace

from siyu.intake.contracts import (
    ColumnRule,
    FieldGuess,
    Grain,
    GuessedMap,
    ImportKind,
    ImportMap,
    RefundRule,
    Transform,
)
from siyu.intake.rules import cells
from siyu.intake.rules.fields import FIELDS, Holds, TargetField, required_cells
from siyu.intake.rules.moments import written_moment

GUESSED_FORMATS = (
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d",
    "%Y%m%d",
    "%Y年%m月%d日",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y.%m.%d",
    "%Y%m%d%H%M%S",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y",
    "%m/%d/%Y %I:%M %p",
    "%d.%m.%Y",
    "%d.%m.%Y %H:%M",
)
CONFIDENCE_MIN = 0.4
_EXACT, _CONTAINED = 0.9, 0.6
_FITTING, _UNFIT = 0.1, 0.3
_READ_SHARE_MIN = 0.9
_PHONE = re.compile(r"(\+?86)?1[3-9][0-9]{9}(\.0)?")
_INTEGER_WITH_POINT = re.compile(cells.INTEGER_WITH_POINT)
# Files whose headers say whose number it is speak of the same people; the first that fits counts. Nicknames are
# not ours: a buyer's name on a market place is known there alone.
_REGISTERS = (
    (("买家", "会员名", "buyer", "nick"), None),
    (("openid",), "openid"),
    (("会员", "卡号", "member"), "member_no"),
    (("客户", "customer", "client"), "customer_no"),
)
_CONTAINED_LENGTH_MIN = 3
_CONTAINED_CHINESE_MIN = 2

Sample = Sequence[dict[str, str | None]]


def guess_map(
    kind: ImportKind,
    header: Sequence[str],
    sample: Sample,
    *,
    source: str = "file",
    time_zone: str = "Asia/Shanghai",
) -> GuessedMap:
    """A map to start from: each column fills at most one field, the surest first; formats of dates found by trying.

    shape  `sample` holds some rows as {column: text}; confidence runs from 0 to 1, and below 0.4 nothing is guessed
    """
    texts = {column: _filled(column, sample) for column in header}
    formats = _formats(texts)
    found = [guess for target in FIELDS[kind] for guess in _guesses(target, texts, formats)]
    taken: dict[str, FieldGuess] = {}
    for guess in sorted(found, key=lambda guess: -guess.confidence):
        if guess.target not in taken and guess.column not in {other.column for other in taken.values()}:
            taken[guess.target] = guess
    if kind is ImportKind.ORDERS and "paid_amount" in taken and not {"amount", "unit_price"} & taken.keys():
        taken["amount"] = replace(taken.pop("paid_amount"), target="amount")  # the only worth a row has
    ordered = tuple(taken[target.name] for target in FIELDS[kind] if target.name in taken)
    guessed = ImportMap(
        kind=kind,
        source=source,
        columns={guess.target: _rule(guess, texts[guess.column]) for guess in ordered},
        title=source,
        grain=Grain.LINE if "product_key" in taken or "quantity" in taken else Grain.ORDER,
        time_zone=time_zone,
        customer_namespace=register_named(taken["customer_key"].column) if "customer_key" in taken else None,
        dates=formats,
        refund_when=RefundRule(None, negative_quantity=True, negative_amount=True),
    )
    used = {guess.column for guess in ordered}
    return GuessedMap(
        guessed, ordered, tuple(column for column in header if column not in used), _missing(guessed)
    )


def register_named(column: str) -> str | None:
    """The register that a customer column's header speaks of; None where the number is the file's own.

    >>> register_named("会员号"), register_named("Customer ID"), register_named("买家会员名"), register_named("id")
    ('member_no', 'customer_no', None, None)
    """
    core = header_core(column)
    return next((register for words, register in _REGISTERS if any(word in core for word in words)), None)


def _missing(guessed: ImportMap) -> tuple[str, ...]:
    missing = sorted(required_cells(guessed) - guessed.columns.keys())
    worthless = guessed.kind is ImportKind.ORDERS and not {"amount", "unit_price"} & guessed.columns.keys()
    return (*missing, "amount") if worthless else tuple(missing)


def _filled(column: str, sample: Sample) -> list[str]:
    texts = (cells.trimmed(row.get(column)) for row in sample)
    return [text for text in texts if text and text not in ImportMap.null_words]


def header_core(name: str) -> str:
    """A header without case, blanks and punctuation, so that spellings meet.

    >>> header_core(" Customer_ID "), header_core("订单付款时间 "), header_core("实付金额(元)")
    ('customerid', '订单付款时间', '实付金额元')
    """
    return re.sub(r"[\W_]", "", name).lower()


def sureness_by_name(target: TargetField, column: str) -> float:
    """How sure a column's header alone makes us that it holds the field: 0 to 1."""
    return _by_name(target, header_core(column))[0]


def _guesses(target: TargetField, texts: dict[str, list[str]], formats: tuple[str, ...]) -> list[FieldGuess]:
    guesses = []
    for column, values in texts.items():
        confidence, because = _by_name(target, header_core(column))
        fits = _fits(target, values, formats)
        if confidence and fits is not None:
            confidence += _FITTING * fits - _UNFIT * (1 - fits)
        if target.name == "phone" and values and all(_PHONE.fullmatch(value) for value in values):
            confidence, because = max(confidence, _EXACT), because or "the values are mobile numbers"
        if confidence >= CONFIDENCE_MIN:
            guesses.append(FieldGuess(target.name, column, round(min(confidence, 1.0), 2), because))
    return guesses


def _by_name(target: TargetField, core: str) -> tuple[float, str]:
    """How sure the header alone makes us; synonyms that come earlier in the catalogue weigh a little more."""
    if core in target.names:
        return _EXACT - 0.002 * target.names.index(core), f"the column is called {core}"
    for name in target.names:
        shortest = _CONTAINED_LENGTH_MIN if name.isascii() else _CONTAINED_CHINESE_MIN
        if len(name) > shortest - 1 and name in core:
            return _CONTAINED * max(len(name) / len(core), 0.75), f"the column's name contains {name}"
    return 0.0, ""


def _fits(target: TargetField, values: list[str], formats: tuple[str, ...]) -> float | None:
    """The share of the values that are what the field holds; None where any text will do."""
    if not values:
        return None
    match target.holds:
        case Holds.QUANTITY | Holds.MONEY:
            good = [cells.number_of(value, digits=cells.MONEY_DIGITS) is not None for value in values]
        case Holds.MOMENT | Holds.DAY:
            good = [written_moment(value, formats) is not None for value in values]
        case Holds.CHOICE | Holds.FLAG:
            good = [value in cells.meanings_of(target.name, None) for value in values]
        case Holds.CURRENCY:
            good = [re.fullmatch(cells.CURRENCY_CODE, value) is not None for value in values]
        case Holds.KEY | Holds.TEXT:
            return None
    return sum(good) / len(good)


def _formats(texts: dict[str, list[str]]) -> tuple[str, ...]:
    """The format that reads most values of each column that looks like dates and that ISO does not read.

    A few cells that are no dates hide none: they will be turned away, each with its reason.
    """
    formats: list[str] = []
    for column, values in texts.items():
        if not values or not _may_be_dates(column, values):
            continue
        best = max(GUESSED_FORMATS, key=lambda candidate: _read_share(values, (candidate,)))
        share = _read_share(values, (best,))
        if share >= _READ_SHARE_MIN and share > _read_share(values, tuple(formats)):
            formats.append(best)
    return tuple(formats)


def _may_be_dates(column: str, values: list[str]) -> bool:
    if all(value.isdigit() for value in values):
        core = header_core(column)
        return any(word in core for word in ("date", "day", "birth", "time", "日", "时间"))
    dated = [value for value in values if re.search(r"[0-9][/.\-年][0-9]", value)]
    return len(dated) >= _READ_SHARE_MIN * len(values)


def _read_share(values: list[str], formats: tuple[str, ...]) -> float:
    return sum(written_moment(value, formats) is not None for value in values) / len(values)


def _rule(guess: FieldGuess, values: list[str]) -> ColumnRule:
    spreadsheet_numbers = bool(values) and all(_INTEGER_WITH_POINT.fullmatch(value) for value in values)
    if guess.target.endswith("_key") and spreadsheet_numbers:
        return ColumnRule(guess.column, transform=Transform.INTEGER_TEXT)
    return ColumnRule(guess.column)
