"""A staged table of text becomes typed rows in one statement of DuckDB: the set-based twin of rules/row.py."""

from datetime import datetime

from siyu.intake.contracts import ImportKind, ImportMap, PaidAmountIs
from siyu.intake.rules import cells, moments, reasons
from siyu.intake.rules.fields import Holds, TargetField, mapped_fields, required_cells
from siyu.intake.rules.row import namespace_of
from siyu.intake.rules.sql_cells import (
    half_even_sql,
    literal,
    number_test_sql,
    text_sql,
    trimmed_sql,
    typed_sql,
)
from siyu.kernel.money import MINOR_DIGITS, minor_digits

_MONEY_OF_ORDERS = ("amount", "unit_price", "paid_amount", "refund_amount", "coupon_discount")


def typed_select(import_map: ImportMap, table_name: str, *, latest: datetime) -> str:
    """The statement that reads a staged table under a map, row for row as `interpret_row` does.

    shape   in: the map's source columns as VARCHAR, `_file` VARCHAR, `_line` BIGINT. Out: `_file`, `_line`,
            the fields of the kind's row in contracts.py in their order (VARCHAR, BIGINT fen, DECIMAL(18,4)
            quantity, BOOLEAN, DATE, TIMESTAMPTZ), and `_reject_column`, `_reject_value`, `_reject_reason`
            (a code), all three NULL in a good row
    limits  the typed columns of a rejected row mean nothing; needs DuckDB's icu extension, which its wheel contains
    """
    sources = {column: f"c{number}" for number, column in enumerate(import_map.source_columns)}
    checks = _checks(import_map, latest)
    steps = [
        f"trimmed AS ({_trimmed(table_name, sources)})",
        f"texts AS ({_texts(import_map, sources)})",
        f"typed AS ({_typed(import_map)})",
    ]
    if import_map.kind is ImportKind.ORDERS:
        steps.append(f"worth AS ({_worth(import_map)})")
        checks.append(
            (_worth_field(import_map), f"abs(m_amount) >= {cells.MINOR_UNITS_MAX:f}", reasons.TOO_LARGE)
        )
        columns, last = _order_columns(import_map, sources), "worth"
    else:
        columns, last = _other_columns(import_map), "typed"
    verdict = " ".join(f"WHEN {test} THEN {number}" for number, (_, test, _) in enumerate(checks, start=1))
    steps.append(f"judged AS (SELECT *, CASE {verdict} ELSE 0 END AS bad FROM {last})")
    if import_map.kind is ImportKind.ORDERS:
        steps.append(f"rounded AS ({_rounded(import_map)})")
    chosen = ", ".join(f"{expression} AS {name}" for name, expression in columns.items())
    return (
        f"WITH {', '.join(steps)} SELECT _file, _line, {chosen}, {_reject_columns(import_map, sources, checks)}"
        f" FROM {'rounded' if import_map.kind is ImportKind.ORDERS else 'judged'}"
    )


def _trimmed(table_name: str, sources: dict[str, str]) -> str:
    chosen = ", ".join(f"{trimmed_sql(column)} AS {name}" for column, name in sources.items())
    return f"SELECT _file, _line, {chosen} FROM {table_name}"


def _texts(import_map: ImportMap, sources: dict[str, str]) -> str:
    digest = f"md5(concat_ws(chr(31), {', '.join(sources.values())}))"
    chosen = [f"{digest} AS content_hash"]
    for target in mapped_fields(import_map):
        rule = import_map.columns[target.name]
        if rule.column is None:
            text = literal(rule.constant or "")
        else:
            text = text_sql(sources[rule.column], import_map.null_words, rule.transform)
        chosen.append(f"{text} AS t_{target.name}")
    return f"SELECT *, {', '.join(chosen)} FROM trimmed"


def _typed(import_map: ImportMap) -> str:
    chosen = [
        f"{typed_sql(import_map, target, f't_{target.name}')} AS x_{target.name}"
        for target in mapped_fields(import_map)
    ]
    return f"SELECT *, {', '.join(chosen)} FROM texts"


def _checks(import_map: ImportMap, latest: datetime) -> list[tuple[str, str, str]]:
    """(field, condition under which a row is turned away, reason), in the order of the field catalogue."""
    required = required_cells(import_map)
    checks: list[tuple[str, str, str]] = []
    for target in mapped_fields(import_map):
        name, text, value = target.name, f"t_{target.name}", f"x_{target.name}"
        if name in required:
            checks.append((name, f"{text} IS NULL", reasons.MISSING))
        checks += [(name, test, code) for test, code in _cell_checks(import_map, target, text, value, latest)]
    return checks


def _cell_checks(  # noqa: PLR0911 - one answer for each kind of value
    import_map: ImportMap, target: TargetField, text: str, value: str, latest: datetime
) -> list[tuple[str, str]]:
    unread = f"{text} IS NOT NULL AND {value} IS NULL"
    match target.holds:
        case Holds.KEY:
            return [(f"length({text}) > {cells.KEY_LENGTH_MAX}", reasons.TOO_LONG)]
        case Holds.TEXT:
            return [(f"length({text}) > {cells.TEXT_LENGTH_MAX}", reasons.TOO_LONG)]
        case Holds.QUANTITY | Holds.MONEY:
            is_number = number_test_sql(import_map, text)
            return [
                (f"{unread} AND NOT {is_number}", reasons.NOT_A_NUMBER),
                (unread, reasons.TOO_LARGE),
            ]
        case Holds.MOMENT:
            return [
                (unread, reasons.NOT_A_MOMENT),
                (f"{value} < TIMESTAMPTZ '{moments.EARLIEST.isoformat()}'", reasons.TOO_EARLY),
                (f"{value} > TIMESTAMPTZ '{latest.isoformat()}'", reasons.TOO_LATE),
            ]
        case Holds.DAY:
            return [
                (unread, reasons.NOT_A_MOMENT),
                (f"year({value}) < {moments.EARLIEST_BIRTH_YEAR}", reasons.TOO_EARLY),
                (f"{value} > DATE '{moments.utc_day(latest)}'", reasons.TOO_LATE),
            ]
        case Holds.CHOICE | Holds.FLAG:
            return [(unread, reasons.NOT_A_CHOICE)]
        case Holds.CURRENCY:
            return [(unread, reasons.NOT_A_CURRENCY)]


def _worth_field(import_map: ImportMap) -> str:
    return "amount" if "amount" in import_map.columns else "unit_price"


def _worth(import_map: ImportMap) -> str:
    """Each money column in exact minor units, and the quantity, which is 1 where nothing is said.

    DECIMAL(20, 6) makes a product of 38 digits, which no quantity and price within bounds overflow.
    """
    factor = _minor_factor(import_map)
    quantity = "coalesce(x_quantity, 1)" if "quantity" in import_map.columns else "1"
    quantity = f"CAST({quantity} AS DECIMAL(18, {cells.QUANTITY_DIGITS}))"
    chosen = [f"{quantity} AS n_quantity"]
    if "amount" not in import_map.columns:
        chosen.append(f"{quantity} * {_wide('unit_price')} * {factor} AS m_amount")
    chosen += [
        f"{_wide(name)} * {factor} AS m_{name}" for name in _MONEY_OF_ORDERS if name in import_map.columns
    ]
    return f"SELECT *, {', '.join(chosen)} FROM typed"


def _wide(name: str) -> str:
    return f"CAST(x_{name} AS DECIMAL(20, {cells.MONEY_DIGITS}))"


def _rounded(import_map: ImportMap) -> str:
    """Each money column in whole minor units."""
    chosen = [
        f"{half_even_sql(f'm_{name}')} AS r_{name}"
        for name in _MONEY_OF_ORDERS
        if name in import_map.columns or name == "amount"
    ]
    return f"SELECT *, {', '.join(chosen)} FROM judged"


def _rounded_cell(import_map: ImportMap, name: str) -> str:
    return f"r_{name}" if name in import_map.columns else "CAST(NULL AS BIGINT)"


def _minor_factor(import_map: ImportMap) -> str:
    default = 10 ** minor_digits(import_map.currency)
    if "currency" not in import_map.columns:
        return f"CAST({default} AS DECIMAL(3, 0))"
    odd = " ".join(f"WHEN '{code}' THEN {10**digits}" for code, digits in MINOR_DIGITS.items())
    currency = f"coalesce(x_currency, {literal(import_map.currency)})"
    return f"CAST(CASE {currency} {odd} ELSE 100 END AS DECIMAL(3, 0))"


def _order_columns(import_map: ImportMap, sources: dict[str, str]) -> dict[str, str]:
    key, is_refund = _order_key(import_map), _is_refund(import_map)
    amount, paid_amount = "r_amount", _rounded_cell(import_map, "paid_amount")
    refund = f"coalesce(abs({_rounded_cell(import_map, 'refund_amount')}), 0)"
    is_paid = (
        f"(x_paid_at IS NOT NULL OR coalesce({paid_amount}, 0) > 0)"
        if "paid_at" in import_map.columns
        else "true"
    )
    gross = (
        f"{paid_amount} + {refund}"
        if import_map.paid_amount_is is PaidAmountIs.NET_OF_REFUNDS
        else paid_amount
    )
    paid = f"coalesce({gross}, CASE WHEN {is_paid} THEN {amount} ELSE 0 END)"
    customer = _cell(import_map, "customer_key")
    namespace = literal(namespace_of(import_map))
    return {
        "content_hash": "content_hash",
        "order_key": key,
        "ordered_at": "x_ordered_at",
        "paid_at": _cell(import_map, "paid_at", "TIMESTAMPTZ"),
        "is_paid": is_paid,
        "is_refund": is_refund,
        "is_cancelled": _is_cancelled(import_map, sources),
        "product_key": _cell(import_map, "product_key"),
        "product_name": _cell(import_map, "product_name"),
        "category": _cell(import_map, "category"),
        "quantity": f"CASE WHEN {is_refund} THEN -abs(n_quantity) ELSE n_quantity END",
        "unit_price_fen": _rounded_cell(import_map, "unit_price"),
        "amount_fen": f"CASE WHEN {is_refund} THEN -abs({amount}) ELSE {amount} END",
        "paid_fen": f"CASE WHEN {is_refund} THEN 0 ELSE {paid} END",
        "refund_fen": f"CASE WHEN {is_refund} THEN abs({amount}) ELSE {refund} END",
        "refunded_at": _cell(import_map, "refunded_at", "TIMESTAMPTZ"),
        "coupon_discount_fen": f"coalesce(abs({_rounded_cell(import_map, 'coupon_discount')}), 0)",
        "currency": f"coalesce({_cell(import_map, 'currency')}, {literal(import_map.currency)})",
        "customer_namespace": f"CASE WHEN {customer} IS NOT NULL THEN {namespace} END",
        "customer_key": customer,
        "store_key": _cell(import_map, "store_key"),
        "channel": _cell(import_map, "channel"),
        "province": _cell(import_map, "province"),
    }


def _order_key(import_map: ImportMap) -> str:
    if "order_key" in import_map.columns:
        return "x_order_key"
    occurrence = "row_number() OVER (PARTITION BY content_hash ORDER BY _file, _line)"
    return f"'row-' || left(content_hash, 20) || '-' || {occurrence}"


def _is_refund(import_map: ImportMap) -> str:
    rule = import_map.refund_when
    tests = []
    if rule.order_key_prefix is not None and "order_key" in import_map.columns:
        tests.append(f"starts_with(x_order_key, {literal(rule.order_key_prefix)})")
    if rule.negative_quantity:
        tests.append("n_quantity < 0")
    if rule.negative_amount:
        tests.append("m_amount < 0")
    return f"({' OR '.join(tests)})" if tests else "false"


def _is_cancelled(import_map: ImportMap, sources: dict[str, str]) -> str:
    rule = import_map.cancelled_when
    if rule is None:
        return "false"
    return f"({sources[rule.column]} IN ({', '.join(literal(value) for value in rule.values)}))"


def _cell(import_map: ImportMap, name: str, kind: str = "VARCHAR") -> str:
    return f"x_{name}" if name in import_map.columns else f"CAST(NULL AS {kind})"


_OTHER_COLUMNS: dict[ImportKind, dict[str, str]] = {
    ImportKind.CUSTOMERS: {
        "customer_namespace": "",
        "customer_key": "VARCHAR",
        "phone": "VARCHAR",
        "name": "VARCHAR",
        "gender": "VARCHAR",
        "birthday": "DATE",
        "email": "VARCHAR",
        "store_key": "VARCHAR",
        "province": "VARCHAR",
        "joined_at": "TIMESTAMPTZ",
        "consent_sms": "BOOLEAN",
        "consent_source": "VARCHAR",
        "consent_at": "TIMESTAMPTZ",
    },
    ImportKind.PRODUCTS: {
        "product_key": "VARCHAR",
        "name": "VARCHAR",
        "category": "VARCHAR",
        "brand": "VARCHAR",
        "price_fen": "",
        "currency": "",
    },
    ImportKind.STORES: {"store_key": "VARCHAR", "name": "VARCHAR", "region": "VARCHAR", "city": "VARCHAR"},
}


def _other_columns(import_map: ImportMap) -> dict[str, str]:
    columns = {"content_hash": "content_hash"}
    for name, kind in _OTHER_COLUMNS[import_map.kind].items():
        if name == "customer_namespace":
            columns[name] = literal(namespace_of(import_map))
        elif name == "currency":
            columns[name] = literal(import_map.currency)
        elif name == "price_fen":
            exact = f"({_wide('price')} * {_minor_factor(import_map)})"
            columns[name] = half_even_sql(exact) if "price" in import_map.columns else "CAST(NULL AS BIGINT)"
        else:
            columns[name] = _cell(import_map, name, kind)
    return columns


def _reject_columns(
    import_map: ImportMap, sources: dict[str, str], checks: list[tuple[str, str, str]]
) -> str:
    names, values, codes = [], [], []
    for number, (target, _, code) in enumerate(checks, start=1):
        column = import_map.columns[target].column
        names.append(f"WHEN {number} THEN {literal(column or target)}")
        shown = "''" if column is None else f"left({sources[column]}, {cells.SHOWN_LENGTH_MAX})"
        values.append(f"WHEN {number} THEN {shown}")
        codes.append(f"WHEN {number} THEN {literal(code)}")
    return (
        f"CASE bad {' '.join(names)} END AS _reject_column, CASE bad {' '.join(values)} END AS _reject_value,"
        f" CASE bad {' '.join(codes)} END AS _reject_reason"
    )
