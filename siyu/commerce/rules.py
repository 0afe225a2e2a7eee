"""Pure decisions of commerce: where a page of a timeline ends."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from siyu.kernel.errors import BadInput

JUST_AFTER = timedelta(microseconds=1)  # a page begins before its cursor


def next_moment(moments: Sequence[datetime], limit: int, left_out: datetime | None = None) -> str | None:
    """The cursor behind a page of moments, newest first; None if the page is not full and nothing was left out.

    `left_out`: nothing that happened up to this moment was looked at.

    >>> second, first = datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    >>> next_moment([second, first], 2)
    '2026-01-01T00:00:00+00:00'
    >>> next_moment([second], 2) is None
    True
    >>> next_moment([second], 2, first)
    '2026-01-01T00:00:00.000001+00:00'
    """
    if len(moments) >= limit:
        return moments[-1].astimezone(UTC).isoformat()
    return None if left_out is None else (left_out + JUST_AFTER).astimezone(UTC).isoformat()


def first_moments(rows: Sequence[dict[str, Any]], limit: int) -> list[dict[str, Any]]:
    """The newest rows of several lists, each complete as far as it goes; what shares the last moment stays.

    >>> rows = [{"occurred_at": datetime(2026, 1, day, tzinfo=UTC), "fact": fact} for day, fact in
    ...         ((1, "order"), (3, "order"), (3, "page_view"), (2, "search"))]
    >>> [row["fact"] for row in first_moments(rows, 1)]
    ['order', 'page_view']
    """
    newest = sorted(rows, key=lambda row: row["fact"])
    newest.sort(key=lambda row: row["occurred_at"], reverse=True)
    if len(newest) <= limit:
        return newest
    last = newest[limit - 1]["occurred_at"]
    return [row for row in newest if row["occurred_at"] >= last]


def read_moment(cursor: str) -> datetime:
    """The moment a cursor stands for.

    raises  BadInput

    >>> read_moment("2026-01-01T00:00:00+00:00").year
    2026
    """
    moment = None
    with suppress(ValueError):
        moment = datetime.fromisoformat(cursor)
    if moment is None or moment.tzinfo is None:
        raise BadInput(
            what="cursor",
            why=f"{cursor!r} is no cursor",
            remedy="Take next_cursor of the page before.",
        )
    return moment
