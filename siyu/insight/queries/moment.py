"""Opens what every question of insight needs: a steady view of the lake, the brand, and the moment asked for."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from siyu.insight.contracts import BrandView
from siyu.insight.queries.events import trait_sources
from siyu.insight.queries.traits import default_as_of
from siyu.insight.queries.view import brand_view
from siyu.kernel.app import App
from siyu.kernel.clock import parse_moment
from siyu.kernel.db import brand_of, stores_of
from siyu.kernel.errors import BadInput
from siyu.kernel.lake import LakeCursor
from siyu.people.api import customers_seen


@contextmanager
def reading(
    app: App, session: Session, *, as_of: str | None, now: datetime
) -> Iterator[tuple[LakeCursor, BrandView, datetime]]:
    """A lake cursor that sees one state until the block ends, the session's brand, and the moment.

    Without `as_of` the moment is that of the newest refresh, to be shown beside the answer. A session for some stores
    is answered about their customers alone.

    raises  BadInput if `as_of` is neither a date nor a moment
    """
    with _view(app, session) as brand, app.lake.transaction() as cursor:
        if as_of is None:
            yield cursor, brand, default_as_of(cursor, brand, now=now)
        else:
            yield cursor, brand, moment_of(as_of, brand.time_zone)


@contextmanager
def _view(app: App, session: Session) -> Iterator[BrandView]:
    """The brand, read whole even for somebody who sees a part: stages and classes are held against all customers."""
    if stores_of(session) is None:
        yield brand_view(session, sources=trait_sources(app, session))
        return
    with app.db.transaction(brand_id=brand_of(session)) as whole:
        yield replace(brand_view(whole, sources=trait_sources(app, whole)), within=customers_seen(session))


def moment_of(text: str, zone: str) -> datetime:
    """The moment a person wrote.

    raises  BadInput
    """
    try:
        return parse_moment(text, zone)
    except (ValueError, OverflowError):
        raise BadInput(
            what=f"as_of {text!r}",
            why="it is neither a date nor a moment",
            remedy="Write 2026-01-31 or 2026-01-31T18:00:00+08:00.",
        ) from None
