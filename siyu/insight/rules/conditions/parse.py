"""Conditions, as JSON brings them, become a typed tree, or a finding that names the place."""

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from siyu.insight.contracts import (
    CONDITION_DEPTH_MAX,
    CONDITIONS_MAX,
    OPERATORS,
    VALUES_MAX,
    AllOf,
    AnyOf,
    Condition,
    FactTrait,
    Misread,
    Node,
    Not,
    Operator,
    Pair,
    TraitInfo,
    UnknownName,
)
from siyu.insight.rules.conditions.values import NO_VALUE, value_of

NAME_SHOWN_MAX = 100


def read_conditions(
    definition: Any, *, key: str, known: Mapping[str, TraitInfo], zone: str, path: str = "$"
) -> Node:
    """The typed tree of conditions; dates without an offset are the zone's.

    `key`: the word for what is asked about ("trait", "property"); `known`: what may stand there. `path`: where in a
    larger definition the conditions stand.

    raises  Misread, UnknownName
    limits  50 levels, 1,000 conditions, 10,000 list values

    >>> from siyu.insight.contracts import TraitType
    >>> orders = TraitInfo("orders", TraitType.INTEGER, "orders", {"zh": "订单数", "en": "Orders"}, {})
    >>> asked = {"trait": "orders", "op": ">=", "value": 2}
    >>> tree = read_conditions(asked, key="trait", known={"orders": orders}, zone="UTC")
    >>> tree.operator.value, tree.value
    ('>=', 2)
    """
    return _Reader(key, known, zone).node(definition, path, 1)


def nearest(name: Any, known: Iterable[str]) -> tuple[str, ...]:
    """Up to three known names that are spelt much like this one.

    >>> nearest("order", ["orders", "stage"])
    ('orders',)
    """
    return tuple(difflib.get_close_matches(str(name)[:NAME_SHOWN_MAX], list(known), n=3, cutoff=0.5))


def kind_said(found: Any) -> str:
    """What JSON calls a value that is not what was needed.

    >>> kind_said(None), kind_said([])
    ('null', 'list')
    """
    return "null" if found is None else type(found).__name__


class _Reader:
    """Walks a definition once, counting conditions and list values."""

    def __init__(self, key: str, known: Mapping[str, TraitInfo], zone: str) -> None:
        self._key = key
        self._known = known
        self._zone = zone
        self._conditions = 0
        self._values = 0

    def node(self, found: Any, path: str, depth: int) -> Node:
        if depth > CONDITION_DEPTH_MAX:
            raise Misread(
                path,
                (
                    f"it is nested deeper than {CONDITION_DEPTH_MAX} levels",
                    f"嵌套超过 {CONDITION_DEPTH_MAX} 层",
                ),
                ("Split it into two.", "请拆成两个。"),
            )
        if not isinstance(found, Mapping):
            raise Misread(
                path,
                (f"a JSON object is needed, not {kind_said(found)}", "这里需要一个 JSON 对象"),
                self._shape(),
            )
        if self._key in found:
            return self._condition(found, path)
        keys = list(found)
        if len(keys) != 1 or keys[0] not in ("and", "or", "not"):
            said = ", ".join(map(str, keys[:5])) or "nothing"
            raise Misread(path, (f"it holds {said}", f"这里的内容是 {said}"), self._shape())
        if keys[0] == "not":
            return Not(path, self.node(found["not"], f"{path}.not", depth + 1))
        return self._group(keys[0], found[keys[0]], path, depth)

    def _group(self, key: str, listed: Any, path: str, depth: int) -> Node:
        if not isinstance(listed, list):
            raise Misread(
                f"{path}.{key}",
                (f'"{key}" needs a list', f'"{key}" 需要一个列表'),
                (f'Write {{"{key}": [ … ]}}.', f'请写 {{"{key}": [ … ]}}。'),
            )
        if key == "or" and not listed:
            raise Misread(
                f"{path}.or",
                ("an empty list of alternatives holds for nobody", "“或”里没有任何条件，没有人符合"),
                ("Add a condition or remove the group.", "请添加条件或删除该组。"),
            )
        parts = tuple(self.node(part, f"{path}.{key}[{i}]", depth + 1) for i, part in enumerate(listed))
        return AllOf(path, parts) if key == "and" else AnyOf(path, parts)

    def _condition(self, found: Mapping[str, Any], path: str) -> Condition:
        self._conditions += 1
        if self._conditions > CONDITIONS_MAX:
            raise Misread(
                path,
                (f"there are more than {CONDITIONS_MAX:,} conditions", f"条件超过 {CONDITIONS_MAX:,} 个"),
                ('Use "in" with a list of values.', "请改用 in 加列表。"),
            )
        unknown = [key for key in found if key not in (self._key, "op", "value")]
        if unknown:
            raise Misread(
                f"{path}.{unknown[0]}",
                (f"a condition has {self._key}, op and value only", f"条件只有 {self._key}、op、value 三项"),
                ("Remove it.", "请删除这一项。"),
            )
        trait = self._named(found[self._key], f"{path}.{self._key}")
        operator = operator_of(found.get("op"), trait, f"{path}.op")
        value = value_of(found.get("value", NO_VALUE), operator, trait, f"{path}.value", self._zone)
        self._count_values(value, f"{path}.value")
        return Condition(path, trait, operator, value)

    def _named(self, name: Any, path: str) -> TraitInfo:
        if not isinstance(name, str) or name not in self._known:
            raise UnknownName(path, str(name)[:NAME_SHOWN_MAX], nearest(name, self._known))
        return self._known[name]

    def _shape(self) -> Pair:
        one = f'{{"{self._key}": …, "op": …, "value": …}}'
        return (
            f'Write {{"and": […]}}, {{"or": […]}}, {{"not": …}} or {one}.',
            f'请写 {{"and": […]}}、{{"or": […]}}、{{"not": …}} 或 {one}。',
        )

    def _count_values(self, value: Any, path: str) -> None:
        self._values += len(value) if isinstance(value, tuple) else 0
        if self._values > VALUES_MAX:
            raise Misread(
                path,
                (f"the lists hold more than {VALUES_MAX:,} values", f"列表中的值超过 {VALUES_MAX:,} 个"),
                ("Shorten the lists.", "请缩短列表。"),
            )


def operator_of(found: Any, trait: TraitInfo, path: str) -> Operator:
    """The operator that was written, if the type of what is asked about takes it.

    raises  Misread
    """
    allowed = [operator.value for operator in OPERATORS[trait.type]]
    if not isinstance(found, str) or found not in allowed:
        listed = " ".join(allowed)
        nameless = isinstance(trait, FactTrait)
        en, zh = (trait.label["en"], trait.label["zh"]) if nameless else (trait.name, trait.name)
        raise Misread(
            path,
            (
                f"{en} ({trait.type}) cannot be asked {str(found)[:40]!r}",
                f"{zh} 不支持 {str(found)[:40]}",
            ),
            (f"Use one of: {listed}.", f"可用的有：{listed}。"),
        )
    return Operator(found)
