"""Rules by which rejected events are mended by the hundred: each step changes one thing of each event."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec

from siyu.intake.rules.events import Event
from siyu.intake.rules.events_typing import without_personal

STEPS_MAX = 20
_YES = frozenset({"true", "1", "yes", "y", "是"})
_NO = frozenset({"false", "0", "no", "n", "否", ""})


class Mend(StrEnum):
    """What a step does."""

    RENAME_EVENT = "rename_event"
    RENAME_PROPERTY = "rename_property"
    DROP_PROPERTY = "drop_property"
    SET_PROPERTY = "set_property"
    CONVERT_PROPERTY = "convert_property"
    DROP_IDENTITY = "drop_identity"
    SET_VERSION = "set_version"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a mending: `name` is the property or namespace it is about, `value` what it becomes."""

    do: Mend
    name: str = ""
    value: Any = None


def wrong_step(step: Step) -> str | None:
    """Why a step cannot be taken, or None if it can.

    >>> wrong_step(Step(Mend.RENAME_EVENT)), wrong_step(Step(Mend.RENAME_EVENT, value="tea_tasting"))
    ('rename_event needs the new name', None)
    """
    texts = {Mend.RENAME_EVENT: "the new name", Mend.RENAME_PROPERTY: "the new name"}
    if step.do in texts and not (isinstance(step.value, str) and step.value):
        return f"{step.do} needs {texts[step.do]}"
    if step.do not in (Mend.RENAME_EVENT, Mend.SET_VERSION) and not step.name:
        return f"{step.do} needs the name of what it changes"
    if step.do == Mend.CONVERT_PROPERTY and step.value not in ("number", "text", "boolean"):
        return "convert_property makes a number, text or boolean"
    if step.do == Mend.SET_VERSION and not (step.value is None or _is_version(step.value)):
        return "set_version needs a number of 1 or more, or nothing for the newest"
    if step.do == Mend.SET_PROPERTY and without_personal(step.value, step.name) != step.value:
        return "a rule holds no telephone number, mail address or number of an identity card"
    return None


def mended(event: Event, steps: Sequence[Step]) -> Event:
    """The event after the steps, in their order; a step about what the event does not have changes nothing.

    >>> from datetime import UTC, datetime
    >>> event = Event("checkin", "7", datetime(2026, 5, 1, tzinfo=UTC), properties={"Points": "5"})
    >>> steps = (Step(Mend.RENAME_EVENT, value="check_in"), Step(Mend.RENAME_PROPERTY, "Points", "points"),
    ...          Step(Mend.CONVERT_PROPERTY, "points", "number"))
    >>> mended(event, steps).event, mended(event, steps).properties, event.properties
    ('check_in', {'points': 5}, {'Points': '5'})
    """
    changed = msgspec.structs.replace(event, properties=dict(event.properties))
    for step in steps:
        _take(changed, step)
    return changed


def _take(event: Event, step: Step) -> None:
    match step.do:
        case Mend.RENAME_EVENT:
            event.event = step.value
        case Mend.SET_VERSION:
            event.version = step.value
        case Mend.SET_PROPERTY:
            event.properties[step.name] = step.value
        case Mend.DROP_IDENTITY:
            event.identities = [one for one in event.identities if one.namespace != step.name]
        case _ if step.name in event.properties:
            _take_of_property(event, step)


def _take_of_property(event: Event, step: Step) -> None:
    value = event.properties.pop(step.name)
    if step.do == Mend.RENAME_PROPERTY:
        event.properties[step.value] = value
    elif step.do == Mend.CONVERT_PROPERTY:
        event.properties[step.name] = converted(value, step.value)


def converted(value: Any, kind: str) -> Any:
    """The value as number, text or boolean; what cannot be read so stays as it is.

    >>> [converted(value, "number") for value in ("5", " 1,200.50 ", "five", True)]
    [5, 1200.5, 'five', True]
    >>> converted(5, "text"), converted("是", "boolean"), converted("maybe", "boolean")
    ('5', True, 'maybe')
    """
    if kind == "text":
        return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
    if kind == "boolean":
        said = str(value).strip().lower()
        return True if said in _YES else False if said in _NO else value
    return _number(value) if isinstance(value, str) else value


def _number(text: str) -> Any:
    plain = text.strip().replace(",", "")
    for kind in (int, float):
        try:
            found = kind(plain)
        except (ValueError, OverflowError):
            continue
        return found if found == found and abs(found) < 2**63 else text  # noqa: PLR0124 -- NaN is no number
    return text


def _is_version(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 10_000  # noqa: PLR2004 -- as events
