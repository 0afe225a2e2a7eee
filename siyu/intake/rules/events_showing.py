"""What people see of events that arrive: which of many, and nothing that is personal."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from siyu.intake.rules.events import Event
from siyu.intake.rules.events_typing import HIDDEN, without_personal

SHOWN_OF_BATCH = 100
SHOWN_OF_KIND = 5

# Names by which programs call what belongs to a person; the value of such a property is never shown.
WHOSE = re.compile(
    r"(?i)(?:(?:real|full|nick|user|customer|member|buyer|receiver|contact|first|last)_?)?name|receiver|contact|"
    r"(?:receiver_?|home_?)?addr(?:ess)?|birth(?:day|date)|id_?card|mobile|phone|tel|e?mail|"
    r"姓名|昵称|收货人|联系人|(?:收货)?地址|生日|身份证号?|手机号?|电话|邮箱"
)


def chosen_to_show(events: Sequence[tuple[str, str]]) -> list[int]:
    """The positions of the events that are shown of a batch: the last ones, few of each source and name.

    `events`: source and name of each in the order of arrival.

    >>> chosen_to_show([("till", "check_in")] * 7 + [("shop", "page_view")])
    [2, 3, 4, 5, 6, 7]
    """
    taken: dict[tuple[str, str], int] = {}
    chosen: list[int] = []
    for position in range(len(events) - 1, -1, -1):
        count = taken.get(events[position], 0)
        if count < SHOWN_OF_KIND:
            taken[events[position]] = count + 1
            chosen.append(position)
            if len(chosen) == SHOWN_OF_BATCH:
                break
    return chosen[::-1]


def shown_properties(properties: Mapping[str, Any], personal: Collection[str] = ()) -> dict[str, Any]:
    """The properties with everything personal hidden: by definition, by name, by what the values look like.

    >>> shown_properties({"name": "王芳", "cups": 3, "note": "call 13800138000", "guest": "李雷"}, {"guest"})
    {'name': '***', 'cups': 3, 'note': 'call ***', 'guest': '***'}
    """
    return {
        name: HIDDEN if name in personal or WHOSE.fullmatch(name) else without_personal(value, name)
        for name, value in properties.items()
    }


def shown_detail(event: Event, personal: Collection[str], mask: Callable[[str], str]) -> dict[str, Any]:
    """An event as the live stream keeps it: identities masked, properties without what is personal."""
    return {
        "identities": [{"namespace": one.namespace, "value": mask(one.value)} for one in event.identities],
        "properties": shown_properties(event.properties, personal),
        "version": event.version,
    }
