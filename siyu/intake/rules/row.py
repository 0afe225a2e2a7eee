"""One row of a file becomes one typed row, or a reject with its reason: the reference for the SQL."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from siyu.intake.contracts import (
    ColumnRule,
    CustomerRow,
    ImportKind,
    ImportMap,
    OrderRow,
    PaidAmountIs,
    ProductRow,
    Reject,
    StoreRow,
    TypedRow,
)
from siyu.intake.rules import cells, reasons
from siyu.intake.rules.fields import Holds, TargetField, mapped_fields, required_cells
from siyu.intake.rules.moments import EARLIEST, EARLIEST_BIRTH_YEAR, moment_of, written_moment

Row = Mapping[str, Any]
_Shape = TypeVar("_Shape", CustomerRow, ProductRow, StoreRow)


class _Refused(Exception):
    """A cell that stops its row."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def interpret_row(
    import_map: ImportMap, row: Row, *, latest: datetime, occurrence: int = 1
) -> TypedRow | Reject:
    """The typed row that a row of text means under a map, or why it means nothing.

    shape    `row` holds the map's source columns as text or None, and `_file` and `_line`; `occurrence`
             counts rows of the same content from 1, and matters only where the file has no order keys;
             nothing after `latest` is believed
    returns  a Reject names the first offending column in the order of the field catalogue
    """
    values: dict[str, Any] = {}
    required = required_cells(import_map)
    for target in mapped_fields(import_map):
        text = cell_text(import_map, import_map.columns[target.name], row)
        try:
            _unless(text is None and target.name in required, reasons.MISSING, text)
            values[target.name] = None if text is None else _typed(import_map, target, text, latest)
        except _Refused as refused:
            return _reject(import_map, target.name, row, refused.code)
    values["content_hash"] = content_hash(import_map, row)
    if import_map.kind is ImportKind.ORDERS:
        return _order(import_map, row, values, occurrence)
    return _other(import_map, values)


def cell_text(import_map: ImportMap, rule: ColumnRule, row: Row) -> str | None:
    """The text a rule finds in a row, trimmed and repaired; None where that is nothing."""
    if rule.constant is not None:
        return rule.constant
    assert rule.column is not None
    text = cells.trimmed(row[rule.column])
    if not text or text in import_map.null_words:
        return None
    return cells.transformed(text, rule.transform) or None


def content_hash(import_map: ImportMap, row: Row) -> str:
    """What the row says in the columns the map reads, as 32 hexadecimal digits: equal rows have equal hashes."""
    content = "\x1f".join(cells.trimmed(row[column]) for column in import_map.source_columns)
    return hashlib.md5(content.encode(), usedforsecurity=False).hexdigest()


def generated_order_key(digest: str, occurrence: int) -> str:
    """The key of an order whose file names none: its content, and which of the equal rows it is.

    >>> generated_order_key("0123456789abcdef0123456789abcdef", 2)
    'row-0123456789abcdef0123-2'
    """
    return f"row-{digest[:20]}-{occurrence}"


def _typed(  # noqa: PLR0911 - one answer for each kind of value
    import_map: ImportMap, target: TargetField, text: str, latest: datetime
) -> Any:
    match target.holds:
        case Holds.KEY | Holds.TEXT:
            length_max = cells.KEY_LENGTH_MAX if target.holds is Holds.KEY else cells.TEXT_LENGTH_MAX
            return _unless(len(text) > length_max, reasons.TOO_LONG, text)
        case Holds.QUANTITY:
            return _number(import_map, text, cells.QUANTITY_DIGITS, cells.QUANTITY_MAX)
        case Holds.MONEY:
            return _number(import_map, text, cells.MONEY_DIGITS, cells.MONEY_MAX)
        case Holds.MOMENT:
            return _moment(import_map, text, latest)
        case Holds.DAY:
            return _day(import_map, text, latest)
        case Holds.CHOICE | Holds.FLAG:
            meaning = cells.meanings_of(target.name, import_map.choices.get(target.name)).get(text)
            _unless(meaning is None, reasons.NOT_A_CHOICE, meaning)
            return meaning if target.holds is Holds.CHOICE else meaning == "yes"
        case Holds.CURRENCY:
            return _unless(re.fullmatch(cells.CURRENCY_CODE, text) is None, reasons.NOT_A_CURRENCY, text)


def _unless(refused: bool, code: str, value: Any) -> Any:  # noqa: FBT001 - reads as a sentence
    if refused:
        raise _Refused(code)
    return value


def _number(import_map: ImportMap, text: str, digits: int, limit: Decimal) -> Decimal:
    value = cells.number_of(text, digits=digits, decimal_comma=import_map.decimal_comma)
    if value is None:
        raise _Refused(reasons.NOT_A_NUMBER)
    _unless(abs(value) >= limit, reasons.TOO_LARGE, value)
    return value


def _moment(import_map: ImportMap, text: str, latest: datetime) -> datetime:
    written = written_moment(text, import_map.dates)
    if written is None:
        raise _Refused(reasons.NOT_A_MOMENT)
    moment = moment_of(written, import_map.time_zone)
    _unless(moment < EARLIEST, reasons.TOO_EARLY, moment)
    _unless(moment > latest, reasons.TOO_LATE, moment)
    return moment


def _day(import_map: ImportMap, text: str, latest: datetime) -> date:
    written = written_moment(text, import_map.dates)
    if written is None:
        raise _Refused(reasons.NOT_A_MOMENT)
    day = written.local.date()
    _unless(day.year < EARLIEST_BIRTH_YEAR, reasons.TOO_EARLY, day)
    _unless(day > latest.astimezone(UTC).date(), reasons.TOO_LATE, day)
    return day


def _order(import_map: ImportMap, row: Row, values: dict[str, Any], occurrence: int) -> OrderRow | Reject:
    currency = values.get("currency") or import_map.currency
    quantity = Decimal(1) if values.get("quantity") is None else values["quantity"]
    exact = _worth(import_map, values, quantity)
    amount = cells.minor_units(exact, currency)
    if abs(amount) >= cells.MINOR_UNITS_MAX:
        return _reject(import_map, _worth_field(import_map), row, reasons.TOO_LARGE)
    key = values.get("order_key") or generated_order_key(values["content_hash"], occurrence)
    is_refund = _is_refund(import_map, key, quantity, exact)
    if is_refund:
        quantity, amount = -abs(quantity), -abs(amount)
    paid_amount = _money(values, "paid_amount", currency)
    refund = abs(_money(values, "refund_amount", currency) or 0)
    is_paid = "paid_at" not in import_map.columns or values["paid_at"] is not None or (paid_amount or 0) > 0
    if paid_amount is None:
        paid = amount if is_paid else 0
    else:
        paid = paid_amount + (refund if import_map.paid_amount_is is PaidAmountIs.NET_OF_REFUNDS else 0)
    customer_key = values.get("customer_key")
    return OrderRow(
        content_hash=values["content_hash"],
        order_key=key,
        ordered_at=values["ordered_at"],
        paid_at=values.get("paid_at"),
        is_paid=is_paid,
        is_refund=is_refund,
        is_cancelled=_is_cancelled(import_map, row),
        product_key=values.get("product_key"),
        product_name=values.get("product_name"),
        category=values.get("category"),
        quantity=quantity,
        unit_price_fen=_money(values, "unit_price", currency),
        amount_fen=amount,
        paid_fen=0 if is_refund else paid,
        refund_fen=-amount if is_refund else refund,
        refunded_at=values.get("refunded_at"),
        coupon_discount_fen=abs(_money(values, "coupon_discount", currency) or 0),
        currency=currency,
        customer_namespace=None if customer_key is None else namespace_of(import_map),
        customer_key=customer_key,
        store_key=values.get("store_key"),
        channel=values.get("channel"),
        province=values.get("province"),
    )


def _worth(import_map: ImportMap, values: dict[str, Any], quantity: Decimal) -> Decimal:
    if "amount" in import_map.columns:
        amount: Decimal = values["amount"]
        return amount
    return cells.EXACT.multiply(quantity, values["unit_price"])


def _worth_field(import_map: ImportMap) -> str:
    return "amount" if "amount" in import_map.columns else "unit_price"


def _money(values: dict[str, Any], name: str, currency: str) -> int | None:
    exact = values.get(name)
    return None if exact is None else cells.minor_units(exact, currency)


def _is_refund(import_map: ImportMap, key: str, quantity: Decimal, amount: Decimal) -> bool:
    rule = import_map.refund_when
    by_key = rule.order_key_prefix is not None and key.startswith(rule.order_key_prefix)
    return by_key or (rule.negative_quantity and quantity < 0) or (rule.negative_amount and amount < 0)


def _is_cancelled(import_map: ImportMap, row: Row) -> bool:
    rule = import_map.cancelled_when
    return rule is not None and cells.trimmed(row[rule.column]) in rule.values


def namespace_of(import_map: ImportMap) -> str:
    """The register in which the file's customer numbers are unique: the map's own word, else its source."""
    return import_map.customer_namespace or import_map.source


def _other(import_map: ImportMap, values: dict[str, Any]) -> CustomerRow | ProductRow | StoreRow:
    if import_map.kind is ImportKind.CUSTOMERS:
        return _filled(CustomerRow, values | {"customer_namespace": namespace_of(import_map)})
    if import_map.kind is ImportKind.STORES:
        return _filled(StoreRow, values)
    price = _money(values, "price", import_map.currency)
    return _filled(ProductRow, values | {"price_fen": price, "currency": import_map.currency})


def _filled(shape: type[_Shape], values: dict[str, Any]) -> _Shape:
    cells_by_name: dict[str, Any] = {field.name: values.get(field.name) for field in fields(shape)}
    return shape(**cells_by_name)


def _reject(import_map: ImportMap, target: str, row: Row, code: str) -> Reject:
    column = import_map.columns[target].column
    value = "" if column is None else cells.trimmed(row[column])
    return Reject(
        file=str(row["_file"]),
        line=int(row["_line"]),
        column=column or target,
        value=value[: cells.SHOWN_LENGTH_MAX],
        reason_code=code,
        reason=reasons.reason_text(code),
    )
