"""What `siyu doctor` finds: each thing looked at, well or not, and how to mend it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from siyu.kernel.errors import SiyuError


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: well or not, what was seen, and how to mend it."""

    part: str
    well: bool
    seen: str
    remedy: str = ""

    def line(self) -> str:
        """The finding for a terminal."""
        mark = "[green]ok  [/green]" if self.well else "[red]BAD [/red]"
        return f"{mark} {self.part}: {self.seen}" + (f"\n     → {self.remedy}" if self.remedy else "")

    def as_json(self) -> dict[str, Any]:
        """The finding for a program."""
        return {"part": self.part, "well": self.well, "seen": self.seen, "remedy": self.remedy}


class Unwell(Exception):
    """Something was seen that needs mending: what was seen, and the remedy after a semicolon."""


def tried(part: str, look: Callable[[], str]) -> Finding:
    """What `look` saw; whatever it raises is a finding too, so that one fault never hides the others."""
    try:
        return Finding(part, well=True, seen=look())
    except SiyuError as refusal:
        return Finding(part, well=False, seen=refusal.message)
    except Unwell as unwell:
        seen, _, remedy = str(unwell).partition("; ")
        return Finding(part, well=False, seen=seen, remedy=remedy)
    except Exception as failure:  # noqa: BLE001 -- it is told as a finding
        return Finding(part, well=False, seen=said(failure), remedy="mend what is found above first")


def said(failure: Exception) -> str:
    """The kind of a failure and the first line of what it says."""
    return f"{type(failure).__name__}: {(str(failure).splitlines() or ['no reason given'])[0]}"
