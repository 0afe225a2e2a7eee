"""A map as the YAML text that people save and edit, each guessed column with how sure the guess is."""

from typing import Any

import yaml

from siyu.intake.contracts import ColumnRule, FieldGuess, GuessedMap, ImportKind, ImportMap


def guess_text(guessed: GuessedMap) -> str:
    """The YAML of a guessed map, ready to be saved: it says what is missing and which columns nobody claimed."""
    by_field = {guess.target: guess for guess in guessed.guesses}
    lines = [map_text(guessed.map, by_field).rstrip()]
    if guessed.missing_fields:
        lines.append(f"# Missing, add under columns: {', '.join(guessed.missing_fields)}")
    if guessed.unused_columns:
        lines.append(
            f"# Columns of the file that are not used: {', '.join(map(_plain, guessed.unused_columns))}"
        )
    return "\n".join(lines) + "\n"


def map_text(import_map: ImportMap, guesses: dict[str, FieldGuess] | None = None) -> str:
    """The YAML that parse_map reads back as this map; what is as always is left out.

    >>> print(map_text(ImportMap(ImportKind.STORES, "erp", {"store_key": ColumnRule("门店编号")}, title="t")), end="")
    title: t
    kind: stores
    source: erp
    columns:
      store_key: 门店编号
    """
    top: dict[str, Any] = {
        "title": import_map.title or import_map.source,
        "kind": import_map.kind.value,
        "source": import_map.source,
    }
    if import_map.kind is ImportKind.ORDERS:
        top |= {"grain": import_map.grain.value, "paid_amount_is": import_map.paid_amount_is.value}
        top["refund_when"] = _refund_when(import_map)
    if import_map.kind in (ImportKind.ORDERS, ImportKind.CUSTOMERS):
        top["time_zone"] = import_map.time_zone
        top["customer_namespace"] = import_map.customer_namespace
    if import_map.kind in (ImportKind.ORDERS, ImportKind.PRODUCTS):
        top["currency"] = import_map.currency
    top["dates"] = list(import_map.dates) or None
    lines = [f"{name}: {_inline(value)}" for name, value in top.items() if value is not None]
    return "\n".join([*lines, "columns:", *_columns(import_map, guesses or {})]) + "\n"


def _columns(import_map: ImportMap, guesses: dict[str, FieldGuess]) -> list[str]:
    lines = []
    for name, rule in import_map.columns.items():
        guess = guesses.get(name)
        why = f"  # {guess.confidence:.0%}: {_plain(guess.because)}" if guess else ""
        lines.append(f"  {name}: {_inline(_rule(rule))}{why}")
    return lines


def _rule(rule: ColumnRule) -> Any:
    if rule.column is not None and rule.transform is None:
        return rule.column
    written = {"column": rule.column, "constant": rule.constant, "transform": rule.transform}
    return {name: str(value) for name, value in written.items() if value is not None}


def _refund_when(import_map: ImportMap) -> dict[str, Any] | None:
    rule = import_map.refund_when
    found: dict[str, Any] = {"order_key_prefix": rule.order_key_prefix} if rule.order_key_prefix else {}
    if rule.negative_quantity:
        found["negative_quantity"] = True
    if rule.negative_amount:
        found["negative_amount"] = True
    return found or None


def _inline(value: Any) -> str:
    text = yaml.safe_dump(value, allow_unicode=True, default_flow_style=True, sort_keys=False, width=10**6)
    return text.removesuffix("...\n").strip()


def _plain(text: str) -> str:
    return " ".join(text.split())
