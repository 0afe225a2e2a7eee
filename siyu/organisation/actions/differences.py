"""What a change really changes, for the audit log."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from siyu.kernel.db import Base


@dataclass(frozen=True, slots=True)
class Difference:
    """The values that changed, before and after; false if none did."""

    before: dict[str, Any]
    after: dict[str, Any]

    def __bool__(self) -> bool:
        return bool(self.after)


def apply_changes(row: Base, wanted: Mapping[str, Any]) -> Difference:
    """The row holds the wanted values; None means "as it was".

    returns  what differs, so that a change to the same values is no change
    """
    given = {name: value for name, value in wanted.items() if value is not None}
    changed = {name: value for name, value in given.items() if getattr(row, name) != value}
    before = {name: getattr(row, name) for name in changed}
    for name, value in changed.items():
        setattr(row, name, value)
    return Difference(before, changed)
