"""Stored members as a condition: how it is written, read, and said; what a list does to the members there are."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from siyu.segments.contracts import Bringing, EditionMode, EditionPlace, EditionSource, Members
from siyu.segments.rules.book import ID_MAX
from siyu.segments.rules.values import bad

KEY = "members"
_PARTS = ("segment", "edition", "source", "title", "at")
_SHAPE = (
    "Siyu writes it: copy it whole from GET /api/v1/segments/{segment_id}.",
    "该条件由系统生成：请从 GET /api/v1/segments/{segment_id} 完整复制。",
)
_SAID = {
    ("zh", EditionSource.FILE): "在名单中（第 {edition} 版，{at} 按文件“{title}”更新）",
    ("zh", EditionSource.HAND): "在名单中（第 {edition} 版，{at} 由 {title} 手工更新）",
    ("zh", EditionSource.SNAPSHOT): "在“{title}”于 {at} 的快照中",
    ("en", EditionSource.FILE): "is on the list (edition {edition}, updated {at} by file “{title}”)",
    ("en", EditionSource.HAND): "is on the list (edition {edition}, updated {at} by hand by {title})",
    ("en", EditionSource.SNAPSHOT): "is in the snapshot of “{title}” as of {at}",
}
_BECAUSE = {
    ("zh", EditionSource.FILE): "，自 {at} 起，因文件“{title}”",
    ("zh", EditionSource.HAND): "，自 {at} 起，由 {title} 手工加入",
    ("zh", EditionSource.SNAPSHOT): "，快照生成于 {at}",
    ("en", EditionSource.FILE): ", in since {at} by file “{title}”",
    ("en", EditionSource.HAND): ", in since {at} by hand by {title}",
    ("en", EditionSource.SNAPSHOT): ", the snapshot was made {at}",
}


def members_leaf(
    segment_id: int, edition: int, source: EditionSource, title: str, at: datetime
) -> dict[str, Any]:
    """The definition of a segment whose members are stored: those of one edition, which never change."""
    said = {"segment": segment_id, "edition": edition, "source": source.value, "title": title}
    return {KEY: {**said, "at": at.isoformat()}}


def members_of(found: Any, path: str) -> Members:
    """The stored members of `{"members": …}`; `path` is where that stands.

    raises  BadSegment
    """
    parts = found if isinstance(found, Mapping) else {}
    try:
        number, edition = parts["segment"], parts["edition"]
        usable = all(type(one) is int and 0 < one <= ID_MAX for one in (number, edition))
        if usable and set(parts) == set(_PARTS) and isinstance(parts["title"], str):
            source = EditionSource(parts["source"])
            return Members(path, number, edition, source, parts["title"], datetime.fromisoformat(parts["at"]))
    except (KeyError, TypeError, ValueError):
        pass
    raise no_edition(f"{path}.{KEY}")


def no_edition(path: str) -> Exception:
    """The refusal of what names no edition of a segment of the brand."""
    return bad(path, ("there are no such stored members", "没有这样的固定成员"), _SHAPE)


def leaves_in(definition: Any) -> Iterator[tuple[str, Any]]:
    """Where a definition asks for stored members, and what stands there; what is no definition asks for none.

    >>> list(leaves_in({"not": {"members": {"edition": 1}}}))
    [('$.not', {'edition': 1})]
    """
    waiting: list[tuple[str, Any]] = [("$", definition)]
    while waiting:
        path, found = waiting.pop()
        if not isinstance(found, Mapping):
            continue
        if KEY in found:
            yield path, found[KEY]
        for key in ("and", "or"):
            if isinstance(found.get(key), list):
                waiting += reversed([(f"{path}.{key}[{i}]", part) for i, part in enumerate(found[key])])
        if "not" in found:
            waiting.append((f"{path}.not", found["not"]))


def member_column(place: EditionPlace) -> str:
    """The column beside traits that says by which edition a customer is a stored member; unknown: is none."""
    return f"member_{place[0]}_{place[1]}"


def members_said(node: Members, language: str, *, zone: str) -> str:
    """The condition in words."""
    at = _minute(node.at, zone)
    return _SAID[language, node.source].format(title=node.title, edition=node.edition, at=at)


def because(found: Bringing | None, language: str, *, zone: str) -> str:
    """By what, and since when, somebody is a member; nothing of who is none."""
    if found is None:
        return ""
    return _BECAUSE[language, found.source].format(title=found.title, at=_minute(found.made_at, zone))


def after_list(
    stored: Sequence[int], listed: AbstractSet[int], persons: Mapping[int, int], mode: EditionMode
) -> set[int]:
    """The numbers that are members after a list: what the set-based statements say, of one at a time.

    `persons`: whom a number counts as, if as another. Who stays keeps the number that was stored; of the new ones the
    person's number is stored.

    >>> sorted(after_list([5, 6], {3, 7}, {5: 3}, EditionMode.REPLACE))
    [5, 7]
    """

    def person(number: int) -> int:
        return persons.get(number, number)

    wanted = {person(one) for one in listed}
    if mode is EditionMode.REMOVE:
        return {one for one in stored if person(one) not in wanted}
    staying = {one for one in stored if mode is EditionMode.ADD or person(one) in wanted}
    return staying | (wanted - {person(one) for one in stored})


def _minute(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
