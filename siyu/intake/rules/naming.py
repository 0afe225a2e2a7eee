"""Events and rows without a person: whom they name is taken out, what happened stays."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

ERASED = "[erased]"


def without_person(
    event: dict[str, Any], *, is_theirs: Callable[[str, str], bool], says: Callable[[str], bool]
) -> tuple[dict[str, Any], bool]:
    """An event as it was sent, without the person: identities of theirs are left out, texts that name them a mark.

    returns  the event, and whether anything was changed

    >>> sent = {"event": "search", "identities": [{"namespace": "phone", "value": "1"}], "properties": {"query": "x1"}}
    >>> theirs = {"is_theirs": lambda space, value: value == "1", "says": lambda text: "1" in text}
    >>> cleaned, changed = without_person(sent, **theirs)
    >>> cleaned["identities"], cleaned["properties"], changed
    ([], {'query': '[erased]'}, True)
    """
    identities = event.get("identities") or []
    left = [one for one in identities if not is_theirs(one["namespace"], one["value"])]
    properties = _marked(event.get("properties") or {}, says)
    changed = len(left) != len(identities) or properties != (event.get("properties") or {})
    return {**event, "identities": left, "properties": properties}, changed


def rows_without(
    rows: Iterable[Sequence[str]], *, says: Callable[[str], bool]
) -> tuple[list[Sequence[str]], int]:
    """The rows none of whose cells names the person, and how many did.

    >>> rows_without([["A1", "138"], ["A2", "139"]], says=lambda text: text == "138")
    ([['A2', '139']], 1)
    """
    kept, dropped = [], 0
    for row in rows:
        if any(says(cell) for cell in row):
            dropped += 1
        else:
            kept.append(row)
    return kept, dropped


def byte_forms(needles: Collection[str]) -> tuple[bytes, ...]:
    """The needles as they may stand in a file: in UTF-8 (digits are the same in GBK) and in UTF-16, digits in groups.

    >>> b"138 0013 8000" in byte_forms(["13800138000"])
    True
    """
    forms = set()
    for needle in needles:
        ways = {needle}
        if needle.isdigit() and len(needle) == 11:  # noqa: PLR2004 -- a Chinese mobile number
            ways |= {between.join((needle[:3], needle[3:7], needle[7:])) for between in (" ", "-")}
        for way in ways:
            forms |= {way.encode(), way.encode("gb18030"), way.encode("utf-16-le"), way.encode("utf-16-be")}
    return tuple(sorted(forms))


def _marked(value: Any, says: Callable[[str], bool]) -> Any:
    if isinstance(value, dict):
        return {name: _marked(one, says) for name, one in value.items()}
    if isinstance(value, list):
        return [_marked(one, says) for one in value]
    return ERASED if isinstance(value, str) and says(value) else value
