"""Whether a text names a person: by a number or address that is theirs alone, in any of the ways it is written."""

import re
from collections.abc import Iterable, Sequence

LENGTH_MIN = 5  # a shorter key is part of too many other words
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[ \t\-().\u3000]{1,2}(?=\d)")
_PHONE = re.compile(r"\+86(1[3-9]\d{9})")


def needles_of(values: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """What to look for: each value in small letters, a Chinese mobile number without its +86; too short ones left out.

    >>> needles_of([("phone", "+8613800138000"), ("email", "Ann@Example.com"), ("member_no", "A1")])
    ('13800138000', 'ann@example.com')
    """
    found = set()
    for _, value in values:
        mobile = _PHONE.fullmatch(value)
        needle = mobile.group(1) if mobile else value.removeprefix("+").lower()
        if len(needle) >= LENGTH_MIN:
            found.add(needle)
    return tuple(sorted(found))


def too_short(values: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The namespaces of values that no text is searched for.

    >>> too_short([("member_no", "A1"), ("phone", "+8613800138000")])
    ('member_no',)
    """
    return tuple(sorted({space for space, value in values if not needles_of([(space, value)])}))


def mentions(text: str, needles: Sequence[str]) -> bool:
    """Whether one of the needles stands in the text as a whole word, however its digits are spaced.

    >>> mentions("请回电 138-0013-8000，谢谢", ("13800138000",)), mentions("订单 9138001380001", ("13800138000",))
    (True, False)
    """
    plain = _BETWEEN_DIGITS.sub("", text.lower())
    low = text.lower()
    return any(_stands_in(needle, plain) or _stands_in(needle, low) for needle in needles)


def _stands_in(needle: str, text: str) -> bool:
    """As a word of its own: not inside a longer number or a longer latin word; 86, +86 or 0086 may stand before it."""
    start = text.find(needle)
    while start >= 0:
        before = text[:start].removesuffix("86").removesuffix("00").removesuffix("+")
        after = text[start + len(needle) :]
        if not (_continues(before[-1:], needle[0]) or _continues(after[:1], needle[-1])):
            return True
        start = text.find(needle, start + 1)
    return False


def _continues(neighbour: str, edge: str) -> bool:
    return neighbour.isascii() and neighbour.isalnum() and edge.isalnum() and bool(neighbour)
