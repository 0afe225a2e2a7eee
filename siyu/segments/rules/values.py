"""How segments refuse what stands at a place of a definition."""

from siyu.insight.contracts import Pair
from siyu.segments.errors import BadSegment


def bad(path: str, why: Pair, remedy: Pair) -> BadSegment:
    """The refusal of what stands at `path`, in English and Chinese."""
    return BadSegment(path=path, why=why[0], why_zh=why[1], remedy=remedy[0], remedy_zh=remedy[1])
