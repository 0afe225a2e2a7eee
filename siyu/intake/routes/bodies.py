"""Bodies of requests that are read as they come and refused once they are too large."""

from fastapi import Request

from siyu.intake.errors.events import EventsBodyTooLarge


async def bounded_body(request: Request, *, limit: int) -> bytes:
    """The body, as long as it is not too large.

    raises  EventsBodyTooLarge
    """
    pieces, taken = [], 0
    async for piece in request.stream():
        taken += len(piece)
        if taken > limit:
            raise EventsBodyTooLarge(limit=limit)
        pieces.append(piece)
    return b"".join(pieces)
