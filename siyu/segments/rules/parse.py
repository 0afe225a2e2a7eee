"""A definition, as JSON brings it, becomes a typed tree, or a refusal that names the place."""

import difflib
from collections.abc import Mapping
from typing import Any

from siyu.insight.contracts import TraitInfo
from siyu.segments.contracts import (
    CONDITIONS_MAX,
    DEPTH_MAX,
    OPERATORS,
    VALUES_MAX,
    AllOf,
    AnyOf,
    Condition,
    Node,
    Not,
    Operator,
)
from siyu.segments.errors import BadSegment, UnknownTrait
from siyu.segments.rules.values import NO_VALUE, bad, value_of

_SHAPE = 'Write {"and": […]}, {"or": […]}, {"not": …} or {"trait": …, "op": …, "value": …}.'
_SHAPE_ZH = '请写 {"and": […]}、{"or": […]}、{"not": …} 或 {"trait": …, "op": …, "value": …}。'


def parse(definition: Any, *, catalogue: Mapping[str, TraitInfo], zone: str) -> Node:
    """The typed tree of a definition; dates without an offset are the zone's.

    raises  BadSegment, UnknownTrait
    limits  50 levels, 1,000 conditions, 10,000 list values

    >>> from siyu.insight.contracts import TraitType
    >>> orders = TraitInfo("orders", TraitType.INTEGER, "orders", {"zh": "订单数", "en": "Orders"}, {})
    >>> tree = parse({"trait": "orders", "op": ">=", "value": 2}, catalogue={"orders": orders}, zone="UTC")
    >>> tree.operator.value, tree.value
    ('>=', 2)
    """
    return _Reader(catalogue, zone).node(definition, "$", 1)


class _Reader:
    """Walks a definition once, counting conditions and list values."""

    def __init__(self, catalogue: Mapping[str, TraitInfo], zone: str) -> None:
        self._catalogue = catalogue
        self._zone = zone
        self._conditions = 0
        self._values = 0

    def node(self, found: Any, path: str, depth: int) -> Node:
        if depth > DEPTH_MAX:
            raise bad(
                path,
                (f"it is nested deeper than {DEPTH_MAX} levels", f"嵌套超过 {DEPTH_MAX} 层"),
                ("Split it into two segments.", "请拆成两个人群。"),
            )
        if not isinstance(found, Mapping):
            raise bad(
                path,
                (f"a JSON object is needed, not {_kind(found)}", "这里需要一个 JSON 对象"),
                (_SHAPE, _SHAPE_ZH),
            )
        if "trait" in found:
            return self._condition(found, path)
        keys = list(found)
        if len(keys) != 1 or keys[0] not in ("and", "or", "not"):
            said = ", ".join(map(str, keys[:5])) or "nothing"
            raise bad(path, (f"it holds {said}", f"这里的内容是 {said}"), (_SHAPE, _SHAPE_ZH))
        if keys[0] == "not":
            return Not(path, self.node(found["not"], f"{path}.not", depth + 1))
        return self._group(keys[0], found[keys[0]], path, depth)

    def _group(self, key: str, listed: Any, path: str, depth: int) -> Node:
        if not isinstance(listed, list):
            raise bad(
                f"{path}.{key}",
                (f'"{key}" needs a list', f'"{key}" 需要一个列表'),
                (f'Write {{"{key}": [ … ]}}.', f'请写 {{"{key}": [ … ]}}。'),
            )
        if key == "or" and not listed:
            raise bad(
                f"{path}.or",
                ("an empty list of alternatives holds for nobody", "“或”里没有任何条件，没有人符合"),
                ("Add a condition or remove the group.", "请添加条件或删除该组。"),
            )
        parts = tuple(self.node(part, f"{path}.{key}[{i}]", depth + 1) for i, part in enumerate(listed))
        return AllOf(path, parts) if key == "and" else AnyOf(path, parts)

    def _condition(self, found: Mapping[str, Any], path: str) -> Condition:
        self._conditions += 1
        if self._conditions > CONDITIONS_MAX:
            raise bad(
                path,
                (f"there are more than {CONDITIONS_MAX:,} conditions", f"条件超过 {CONDITIONS_MAX:,} 个"),
                ('Use "in" with a list of values.', "请改用 in 加列表。"),
            )
        unknown = [key for key in found if key not in ("trait", "op", "value")]
        if unknown:
            raise bad(
                f"{path}.{unknown[0]}",
                ("a condition has trait, op and value only", "条件只有 trait、op、value 三项"),
                ("Remove it.", "请删除这一项。"),
            )
        trait = self._trait(found["trait"], f"{path}.trait")
        operator = _operator(found.get("op"), trait, f"{path}.op")
        value = value_of(found.get("value", NO_VALUE), operator, trait, f"{path}.value", self._zone)
        self._count_values(value, f"{path}.value")
        return Condition(path, trait, operator, value)

    def _trait(self, name: Any, path: str) -> TraitInfo:
        if not isinstance(name, str) or name not in self._catalogue:
            near = difflib.get_close_matches(str(name)[:100], list(self._catalogue), n=3, cutoff=0.5)
            listed = ", ".join(near)
            raise UnknownTrait(
                trait=str(name)[:100],
                path=path,
                guess=f" Did you mean {listed}?" if near else "",
                guess_zh=f"你是想写 {listed} 吗？" if near else "",
            )
        return self._catalogue[name]

    def _count_values(self, value: Any, path: str) -> None:
        self._values += len(value) if isinstance(value, tuple) else 0
        if self._values > VALUES_MAX:
            raise bad(
                path,
                (f"the lists hold more than {VALUES_MAX:,} values", f"列表中的值超过 {VALUES_MAX:,} 个"),
                ("Shorten the lists.", "请缩短列表。"),
            )


def _operator(found: Any, trait: TraitInfo, path: str) -> Operator:
    allowed = [operator.value for operator in OPERATORS[trait.type]]
    if not isinstance(found, str) or found not in allowed:
        listed = " ".join(allowed)
        raise bad(
            path,
            (
                f"{trait.name} ({trait.type}) cannot be asked {str(found)[:40]!r}",
                f"{trait.name} 不支持 {str(found)[:40]}",
            ),
            (f"Use one of: {listed}.", f"可用的有：{listed}。"),
        )
    return Operator(found)


def _kind(found: Any) -> str:
    return "null" if found is None else type(found).__name__


__all__ = ["BadSegment", "parse"]
