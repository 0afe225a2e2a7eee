"""A condition on facts, as JSON brings it, becomes a trait of its own, or a finding that names the place."""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from siyu.insight.contracts import FactTrait, Misread, TraitType, UnknownName
from siyu.insight.rules.conditions.parse import kind_said
from siyu.insight.rules.declared.parse import (
    DAYS_MAX,
    fact_of,
    read_definition,
    refuse_others,
    where_of,
    whole_of,
    window_of,
)
from siyu.insight.rules.declared.resolve import unit_of
from siyu.insight.rules.declared.tree import NOTHING, Aggregated, Calendar, FactInfo, Rolling
from siyu.insight.rules.events.tree import HOURS_OF_DAY, FirstTime, Followed, Question, Step, Which
from siyu.insight.rules.events.words import question_said

EVENT, SEQUENCE, FIRST_TIME = "event", "sequence", "first_time"
FACT_KEYS = (EVENT, SEQUENCE, FIRST_TIME)
NAME_PREFIX = "facts:"

_SEQUENCE = '{"first": {"fact": "cart_changed"}, "not_then": {"fact": "order"}, "within": {"days": 3}}'
_SHAPES = {
    EVENT: (
        'Write {"event": {"aggregate": "count", "fact": "order"}, "op": ">=", "value": 2}.',
        '请写 {"event": {"aggregate": "count", "fact": "order"}, "op": ">=", "value": 2}。',
    ),
    SEQUENCE: (
        f'Write {{"sequence": {_SEQUENCE}}}.',
        f'请写 {{"sequence": {_SEQUENCE}}}。',
    ),
    FIRST_TIME: (
        'Write {"first_time": {"fact": "order", "window": {"days": 30}}}.',
        '请写 {"first_time": {"fact": "order", "window": {"days": 30}}}。',
    ),
}


def read_question(key: str, found: Any, *, facts: Mapping[str, FactInfo], zone: str, path: str) -> FactTrait:
    """The trait that `{key: found}` asks about; `path` is where that object stands. Equal questions have equal names.

    raises  Misread, UnknownName
    limits  conditions as in segments; windows and gaps of 36,500 days

    >>> from siyu.insight.rules.declared.facts import facts_offered
    >>> tea = facts_offered((), {"tea_tasting": ("品茶", "tea tastings", {"cups": "BIGINT"})})
    >>> asked = {"aggregate": "count", "fact": "tea_tasting", "window": {"days": 30}}
    >>> read_question("event", asked, facts=tea, zone="UTC", path="$").label["en"]
    'number of tea tastings in the last 30 days'
    """
    here = f"{path}.{key}"
    if not isinstance(found, Mapping):
        raise Misread(
            here, (f"a JSON object is needed, not {kind_said(found)}", "这里需要一个 JSON 对象"), _SHAPES[key]
        )
    try:
        tree = _READ[key](found, facts, zone)
    except Misread as wrong:
        raise Misread(here + wrong.path.removeprefix("$"), wrong.why, wrong.remedy) from None
    except UnknownName as wrong:
        raise UnknownName(here + wrong.path.removeprefix("$"), wrong.name, wrong.near) from None
    written = json.dumps([key, found], sort_keys=True, ensure_ascii=False)
    number = hashlib.md5(written.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()[:16]
    label = {language: question_said(tree, language, zone=zone) for language in ("zh", "en")}
    if not isinstance(tree, Aggregated):
        return FactTrait(NAME_PREFIX + number, TraitType.MOMENT, "", label, label, tree=tree)
    nothing = NOTHING.get(tree.measure)
    return FactTrait(
        NAME_PREFIX + number, tree.type, unit_of(tree), label, label, otherwise=nothing, tree=tree
    )


def _aggregate(found: Mapping[str, Any], facts: Mapping[str, FactInfo], zone: str) -> Question:
    if "aggregate" not in found:
        raise Misread("$.aggregate", ("it is missing", "缺少这一项"), _SHAPES[EVENT])
    tree = read_definition(found, facts=facts, known={}, zone=zone)
    assert isinstance(tree, Aggregated), "it has an aggregate"
    return tree


def _sequence(found: Mapping[str, Any], facts: Mapping[str, FactInfo], zone: str) -> Question:
    refuse_others(found, ("first", "then", "not_then", "within", "which", "window"))
    if "first" not in found or ("then" in found) == ("not_then" in found):
        raise Misread(
            "$",
            ('"first" and one of "then" and "not_then" are needed', "需要 first，以及 then 与 not_then 之一"),
            _SHAPES[SEQUENCE],
        )
    following = "then" if "then" in found else "not_then"
    first = _step(found["first"], facts, zone, "$.first")
    then = _step(found[following], facts, zone, f"$.{following}")
    hours = None if found.get("within") is None else _hours(found["within"])
    which = _which(found.get("which", Which.ANY.value))
    return Followed(first, then, hours, following == "then", which, _plain_window(found, facts, zone))


def _first_time(found: Mapping[str, Any], facts: Mapping[str, FactInfo], zone: str) -> Question:
    refuse_others(found, ("fact", "where", "window"))
    fact = fact_of(found.get("fact"), facts, "$.fact")
    window = _plain_window(found, facts, zone)
    if window is None:
        raise Misread(
            "$.window",
            ("a first time needs a window that it lies in", "“首次”需要一个时间窗"),
            _SHAPES[FIRST_TIME],
        )
    return FirstTime(Step(fact, where_of(found.get("where"), fact, zone, "$.where")), window)


def _step(found: Any, facts: Mapping[str, FactInfo], zone: str, path: str) -> Step:
    if not isinstance(found, Mapping):
        raise Misread(
            path,
            (f"a JSON object is needed, not {kind_said(found)}", "这里需要一个 JSON 对象"),
            ('Write {"fact": "order", "where": …}.', '请写 {"fact": "order", "where": …}。'),
        )
    other = next((key for key in found if key not in ("fact", "where")), None)
    if other is not None:
        raise Misread(
            f"{path}.{str(other)[:40]}",
            ("a step has fact and where only", "每一步只有 fact、where 两项"),
            ("Remove it.", "请删除这一项。"),
        )
    fact = fact_of(found.get("fact"), facts, f"{path}.fact")
    return Step(fact, where_of(found.get("where"), fact, zone, f"{path}.where"))


def _hours(found: Any) -> int:
    keys = set(found) if isinstance(found, Mapping) else set()
    if keys == {"days"}:
        return whole_of(found["days"], "$.within.days", 1, DAYS_MAX) * HOURS_OF_DAY
    if keys == {"hours"}:
        return whole_of(found["hours"], "$.within.hours", 1, DAYS_MAX * HOURS_OF_DAY)
    raise Misread(
        "$.within",
        ("it is no length of time", "这不是一段时长"),
        (
            'Write {"days": 3} or {"hours": 2}; nothing for however long.',
            '请写 {"days": 3} 或 {"hours": 2}；不限时长则不写。',
        ),
    )


def _which(found: Any) -> Which:
    listed = [one.value for one in Which]
    if not isinstance(found, str) or found not in listed:
        said = ", ".join(listed)
        raise Misread(
            "$.which",
            (f"{str(found)[:40]!r} is not possible here", f"这里不能写 {str(found)[:40]}"),
            (f"Use one of: {said}.", f"可用的有：{said}。"),
        )
    return Which(found)


def _plain_window(
    found: Mapping[str, Any], facts: Mapping[str, FactInfo], zone: str
) -> Rolling | Calendar | None:
    window = window_of(found.get("window"), facts, zone)
    if window is None or isinstance(window, Rolling | Calendar):
        return window
    raise Misread(
        "$.window",
        ("it cannot begin with a fact here", "这里的时间窗不能从某个事实开始"),
        ('Write {"days": 30} or {"calendar": "month"}.', '请写 {"days": 30} 或 {"calendar": "month"}。'),
    )


_READ: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, FactInfo], str], Question]] = {
    EVENT: _aggregate,
    SEQUENCE: _sequence,
    FIRST_TIME: _first_time,
}
