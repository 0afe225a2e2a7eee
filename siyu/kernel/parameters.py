"""What requests name things by, in paths, queries and bodies: numbers, and the moment a page of a timeline ended at."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field

from siyu.kernel.errors import BadInput

LARGEST_ID = 2**63 - 1

Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]


def next_moment(moments: Sequence[datetime], limit: int) -> str | None:
    """The cursor behind a page of moments, newest first; None if the page is not full.

    >>> next_moment([datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)], 2)
    '2026-01-01T00:00:00+00:00'
    >>> next_moment([datetime(2026, 1, 2, tzinfo=UTC)], 2) is None
    True
    """
    return moments[-1].astimezone(UTC).isoformat() if len(moments) >= limit else None


def read_moment(cursor: str) -> datetime:
    """The moment a cursor stands for.

    raises  BadInput

    >>> read_moment("2026-01-01T00:00:00+00:00").year
    2026
    """
    try:
        moment = datetime.fromisoformat(cursor)
    except ValueError as error:
        moment = datetime.min  # noqa: DTZ901 -- refused below for having no zone
        del error
    if moment.tzinfo is None:
        raise BadInput(
            what="cursor",
            why=f"{cursor!r} is no cursor",
            remedy="Take next_cursor of the page before.",
        )
    return moment
