"""How far an erasure is: what each part held before, and which parts are through."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from siyu.privacy.contracts import Fate, Holding, Said

Step = Mapping[str, Any]


def noted(steps: Sequence[Step], part: str, found: Iterable[Holding]) -> list[Step]:
    """The steps with what a part held; noted once, it is what the proof will say.

    >>> steps = noted([], "people", [Holding("people.links", Said("关联", "links"), 2, Fate.REMOVED)])
    >>> noted(steps, "people", []) == steps, steps[0]["through"]
    (True, False)
    """
    if any(step["part"] == part for step in steps):
        return list(steps)
    return [*steps, {"part": part, "found": [_row(one) for one in found], "through": False}]


def passed(steps: Sequence[Step], part: str) -> list[Step]:
    """The steps, of which this part's is through."""
    return [{**step, "through": True} if step["part"] == part else step for step in steps]


def is_through(steps: Sequence[Step], part: str) -> bool:
    """Whether the part has forgotten.

    >>> is_through(passed(noted([], "people", []), "people"), "people"), is_through([], "people")
    (True, False)
    """
    return any(step["part"] == part and step["through"] for step in steps)


def fates(steps: Sequence[Step], fate: Fate) -> list[dict[str, Any]]:
    """What was found and met this fate, in the order of the parts; nothing that was not there."""
    return [
        {name: value for name, value in row.items() if name != "fate" and value is not None}
        for step in steps
        for row in step["found"]
        if row["fate"] == fate.value and row["count"]
    ]


def _row(holding: Holding) -> dict[str, Any]:
    return {
        "place": holding.place, "what": _both(holding.what), "count": holding.count, "fate": holding.fate.value,
        "why": None if holding.why is None else _both(holding.why),
    }  # fmt: skip


def _both(said: Said) -> dict[str, str]:
    return {"zh": said.zh, "en": said.en}
