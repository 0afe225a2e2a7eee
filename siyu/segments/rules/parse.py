"""A definition, as JSON brings it, becomes a typed tree, or a refusal that names the place."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from siyu.insight.api import FACT_KEYS, NO_VALUE, operator_of, read_question, value_of
from siyu.insight.contracts import (
    CONDITION_DEPTH_MAX,
    CONDITIONS_MAX,
    VALUES_MAX,
    Condition,
    Misread,
    TraitInfo,
    UnknownName,
)
from siyu.segments.contracts import (
    EVENTS_MAX,
    NESTED_MAX,
    SEQUENCES_MAX,
    TOPS_MAX,
    AllOf,
    AnyOf,
    Happened,
    InSegment,
    Node,
    Not,
    Top,
)
from siyu.segments.errors import BadSegment, UnknownFact
from siyu.segments.rules.book import opened
from siyu.segments.rules.members import KEY, members_of
from siyu.segments.rules.special import segment_of, share_of, top_of, trait_named
from siyu.segments.rules.values import bad

_IN_AND = re.compile(r"\.and\[\d+\]$")
_FORMS = (
    '{"and": […]}, {"or": […]}, {"not": …}, {"trait": …, "op": …, "value": …}, {"event": …, "op": …, "value": …}, '
    '{"sequence": …}, {"first_time": …}, {"segment": 12}, {"share": …}'
)
_SHAPE = (f'Write {_FORMS} or {{"top": …}}.', f'请写 {_FORMS} 或 {{"top": …}}。')


def parse(
    definition: Any,
    *,
    catalogue: Mapping[str, TraitInfo],
    zone: str,
    kinds: Callable[[], Mapping[str, Any]] = dict,
) -> Node:
    """The typed tree of a definition; dates without an offset are the zone's.

    `kinds` says which kinds of fact there are; it is asked when the definition names one.

    One that names segments brings them along (`book.bound`).

    raises  BadSegment, UnknownTrait, UnknownFact
    limits  50 levels, 10 segments inside one another; with the segments it names 1,000 conditions, 10 tops, 50
            conditions on facts, 10 of them sequences or first times, 10,000 list values

    >>> from siyu.insight.contracts import TraitType
    >>> orders = TraitInfo("orders", TraitType.INTEGER, "orders", {"zh": "订单数", "en": "Orders"}, {})
    >>> tree = parse({"trait": "orders", "op": ">=", "value": 2}, catalogue={"orders": orders}, zone="UTC")
    >>> tree.operator.value, tree.value
    ('>=', 2)
    """
    where, book = opened(definition)
    try:
        return _Reader(catalogue, zone, book, kinds).node(where, "$", 1)
    except Misread as found:
        raise BadSegment(**found.details()) from None
    except UnknownName as found:
        raise UnknownFact(**found.details()) from None


class _Reader:
    """Walks a definition, and each segment it names once, counting conditions, tops and list values."""

    def __init__(
        self,
        catalogue: Mapping[str, TraitInfo],
        zone: str,
        book: Mapping[str, Mapping[str, Any]],
        kinds: Callable[[], Mapping[str, Any]],
    ) -> None:
        self._catalogue = catalogue
        self._zone = zone
        self._book = book
        self._kinds = kinds
        self._events = 0
        self._sequences = 0
        self._read: dict[int, Node] = {}
        self._nested = 0
        self._conditions = 0
        self._tops = 0
        self._values = 0

    def node(self, found: Any, path: str, depth: int) -> Node:
        if depth > CONDITION_DEPTH_MAX:
            raise bad(
                path,
                (
                    f"it is nested deeper than {CONDITION_DEPTH_MAX} levels",
                    f"嵌套超过 {CONDITION_DEPTH_MAX} 层",
                ),
                ("Split it into two segments.", "请拆成两个人群。"),
            )
        if not isinstance(found, Mapping):
            raise bad(
                path, (f"a JSON object is needed, not {_kind(found)}", "这里需要一个 JSON 对象"), _SHAPE
            )
        key = next((key for key in ("trait", "segment", *FACT_KEYS) if key in found), None)
        if key is None:
            return self._part(found, path, depth)
        if key == "trait":
            return self._condition(found, path)
        return self._in_segment(found, path) if key == "segment" else self._of_facts(key, found, path)

    def _part(self, found: Mapping[str, Any], path: str, depth: int) -> Node:
        """What has one key alone: a group, its opposite, a share, a top."""
        keys = list(found)
        if len(keys) != 1 or keys[0] not in ("and", "or", "not", "share", "top", KEY):
            said = ", ".join(str(key)[:40] for key in keys[:5]) or "nothing"
            raise bad(path, (f"it holds {said}", f"这里的内容是 {said}"), _SHAPE)
        key = keys[0]
        if key == "not":
            return Not(path, self.node(found["not"], f"{path}.not", depth + 1))
        if key in ("share", "top", KEY):
            return self._special(key, found[key], path)
        return self._group(key, found[key], path, depth)

    def _special(self, key: str, found: Any, path: str) -> Node:
        if key == "top":
            return self._top(found, path)
        self._count_condition(path)
        return share_of(found, path) if key == "share" else members_of(found, path)

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
        return AnyOf(path, parts) if key == "or" else AllOf(path, self._with_rest(listed, parts, path))

    def _with_rest(self, listed: list[Any], parts: tuple[Node, ...], path: str) -> tuple[Node, ...]:
        """The parts of an "and"; the top that is among its rest knows it."""
        places = [i for i, part in enumerate(parts) if isinstance(part, Top) and _among_rest(listed[i])]
        if not places:
            return parts
        if len(places) > 1:
            raise bad(
                f"{parts[places[1]].path}.top.within",
                ("a group has one top among its rest", "一组里只能有一个“组内最高”"),
                (
                    'Put the other into a group of its own, or write "within": "all".',
                    '请把另一个放进单独的组，或写 "within": "all"。',
                ),
            )
        place = places[0]
        rest = AllOf(path, parts[:place] + parts[place + 1 :])
        top = parts[place]
        assert isinstance(top, Top)
        return (*parts[:place], replace(top, rest=rest), *parts[place + 1 :])

    def _top(self, found: Any, path: str) -> Top:
        self._count_condition(path)
        top, among_rest = top_of(found, path, self._catalogue)
        if among_rest and not _IN_AND.search(path):
            raise bad(
                f"{path}.top.within",
                ("there is no rest of a group here", "这里没有可依据的同组条件"),
                (
                    'Put it into an "and" beside other conditions, or write "within": "all".',
                    '请放进“且”组、与其他条件并列，或写 "within": "all"。',
                ),
            )
        self._tops += 1
        if self._tops > TOPS_MAX:
            raise bad(
                path,
                (f"there are more than {TOPS_MAX} tops", f"“最高若干位”超过 {TOPS_MAX} 个"),
                ("Use a threshold of the trait instead.", "请改用指标的数值条件。"),
            )
        return top

    def _in_segment(self, found: Mapping[str, Any], path: str) -> InSegment:
        self._count_condition(path)
        number, inside = segment_of(found, path)
        entry = self._book.get(str(number))
        if entry is None:
            raise no_segment(f"{path}.segment", number)
        name = str(entry["name"])
        if number not in self._read:
            self._nested += 1
            if self._nested > NESTED_MAX:
                raise bad(
                    f"{path}.segment",
                    (
                        f"segments stand more than {NESTED_MAX} deep in one another",
                        f"人群互相引用超过 {NESTED_MAX} 层",
                    ),
                    ("Write the conditions of one of them out.", "请把其中一个人群的条件直接写出来。"),
                )
            self._read[number] = self.node(entry["definition"], f"{path}.segment({name})$", 1)
            self._nested -= 1
        return InSegment(path, number, name, inside, self._read[number])

    def _condition(self, found: Mapping[str, Any], path: str) -> Condition:
        self._count_condition(path)
        unknown = [key for key in found if key not in ("trait", "op", "value")]
        if unknown:
            raise bad(
                f"{path}.{unknown[0]}",
                ("a condition has trait, op and value only", "条件只有 trait、op、value 三项"),
                ("Remove it.", "请删除这一项。"),
            )
        return self._compared(found, path, trait_named(found["trait"], f"{path}.trait", self._catalogue))

    def _compared(self, found: Mapping[str, Any], path: str, trait: TraitInfo) -> Condition:
        operator = operator_of(found.get("op"), trait, f"{path}.op")
        value = value_of(found.get("value", NO_VALUE), operator, trait, f"{path}.value", self._zone)
        self._count_values(value, f"{path}.value")
        return Condition(path, trait, operator, value)

    def _of_facts(self, key: str, found: Mapping[str, Any], path: str) -> Condition | Happened:
        self._count_condition(path)
        allowed = (key, "op", "value") if key == "event" else (key,)
        unknown = [str(other)[:40] for other in found if other not in allowed]
        if unknown:
            listed = ", ".join(allowed)
            raise bad(
                f"{path}.{unknown[0]}",
                (f"a condition of this kind has {listed} only", f"这类条件只有 {listed}"),
                ("Remove it.", "请删除这一项。"),
            )
        self._count_events(key, path)
        trait = read_question(key, found[key], facts=self._kinds(), zone=self._zone, path=path)
        return self._compared(found, path, trait) if key == "event" else Happened(path, trait)

    def _count_events(self, key: str, path: str) -> None:
        self._events += 1
        self._sequences += key != "event"
        if self._events > EVENTS_MAX or self._sequences > SEQUENCES_MAX:
            raise bad(
                path,
                (
                    f"there are more than {EVENTS_MAX} conditions on events, or {SEQUENCES_MAX} of them not aggregates",
                    f"事件条件超过 {EVENTS_MAX} 个，或先后与首次条件超过 {SEQUENCES_MAX} 个",
                ),
                ("Declare traits and ask about those.", "请定义指标，改用指标条件。"),
            )

    def _count_condition(self, path: str) -> None:
        self._conditions += 1
        if self._conditions > CONDITIONS_MAX:
            raise bad(
                path,
                (f"there are more than {CONDITIONS_MAX:,} conditions", f"条件超过 {CONDITIONS_MAX:,} 个"),
                ('Use "in" with a list of values.', "请改用 in 加列表。"),
            )

    def _count_values(self, value: Any, path: str) -> None:
        self._values += len(value) if isinstance(value, tuple) else 0
        if self._values > VALUES_MAX:
            raise bad(
                path,
                (f"the lists hold more than {VALUES_MAX:,} values", f"列表中的值超过 {VALUES_MAX:,} 个"),
                ("Shorten the lists.", "请缩短列表。"),
            )


def refuse_bound(definition: Any) -> None:
    """Returns unless somebody brings the definitions of named segments along: those are the brand's own.

    raises  BadSegment
    """
    where, _ = opened(definition)
    if where is not definition:
        raise bad("$", ("it holds where, segments", "这里的内容是 where, segments"), _SHAPE)


def no_segment(path: str, segment_id: int) -> BadSegment:
    """The refusal of a number that none of the brand's segments has."""
    return bad(
        path,
        (f"there is no segment {segment_id}", f"没有编号为 {segment_id} 的人群"),
        ("GET /api/v1/segments lists all.", "GET /api/v1/segments 列出全部人群。"),
    )


def _among_rest(found: Any) -> bool:
    return bool(found["top"].get("within") == "group")


def _kind(found: Any) -> str:
    return "null" if found is None else type(found).__name__


__all__ = ["BadSegment", "no_segment", "parse", "refuse_bound"]
