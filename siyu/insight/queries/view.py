"""What is needed to compute a brand's traits, gathered from organisation, people and the brand's settings."""

from collections.abc import Iterator
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from sqlalchemy.orm import Session

from siyu.insight.contracts import AnySource, BrandView, InsightSettings
from siyu.insight.frames.facts import KNOWN
from siyu.insight.models import InsightSetting
from siyu.insight.queries.people_traits import people_sources
from siyu.insight.rules.settings import settings_from
from siyu.kernel.db import arrow_chunks, brand_of
from siyu.kernel.lake import LakeCursor, hold_chunks
from siyu.organisation.api import brand_info
from siyu.people.api import known_customer_chunks, known_customers_mark

KNOWN_TABLE = "known_customer"
SEEN_TABLE = "seen_customer"


class KnownInSession:
    """Whom the session's brand knows, read when somebody asks; the mark once.

    limits  the session's transaction must be open still
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._mark: str | None = None

    def chunks(self) -> Iterator[pa.Table]:
        """Arrow tables of customer_id, known_at, joined_at."""
        self.mark()  # taken first: who becomes known in between makes traits look old, never wrongly fresh
        return known_customer_chunks(self._open())

    def mark(self) -> str:
        """A text that is equal as long as the table is the same."""
        if self._mark is None:
            self._mark = known_customers_mark(self._open())
        return self._mark

    def _open(self) -> Session:
        assert self._session.in_transaction(), "the session that this view of a brand reads from is closed"
        return self._session


class StateInSession:
    """What is kept of the session's brand, read when somebody asks.

    limits  the session's transaction must be open still, and is used for nothing else before the last chunk
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def chunks(self, query: str, parameters: dict[str, Any], columns: dict[str, str]) -> Iterator[pa.Table]:
        """The rows of a statement as Arrow tables."""
        assert self._session.in_transaction(), "the session that this view of a brand reads from is closed"
        return arrow_chunks(self._session, query, parameters, columns)


def brand_view(session: Session, *, sources: tuple[AnySource, ...] = ()) -> BrandView:
    """The session's brand as insight sees it; `sources` are the modules above that offer traits beside people.

    limits  customers are read when traits are computed, from this session: keep its transaction open until then
    """
    brand_id = brand_of(session)
    return BrandView(
        brand_id=brand_id,
        time_zone=brand_info(session, brand_id=brand_id).time_zone,
        known=KnownInSession(session),
        settings=insight_settings(session),
        sources=(*sources, *people_sources(session)),
        state=StateInSession(session),
    )


def insight_settings(session: Session) -> InsightSettings:
    """The thresholds of the session's brand; the defaults where nobody set any."""
    row = session.get(InsightSetting, brand_of(session))
    return settings_from(row.settings if row is not None else None)


def seen(cursor: LakeCursor, brand: BrandView, traits: ir.Table) -> ir.Table:
    """The traits of the customers whom the view is about: of all, unless it is narrowed.

    effects  a temporary table of the cursor, if it is
    """
    if brand.within is None:
        return traits
    hold_chunks(cursor, SEEN_TABLE, "customer_id BIGINT", [brand.within], select="customer_id")
    return traits.semi_join(ibis.table({"customer_id": "int64"}, name=SEEN_TABLE), "customer_id")


def load_known(cursor: LakeCursor, brand: BrandView) -> ir.Table:
    """Whom the brand knows stands in a temporary table of this cursor, brought there a chunk at a time.

    shape  customer_id, known_at, joined_at
    """
    columns = "customer_id BIGINT, known_at TIMESTAMPTZ, joined_at TIMESTAMPTZ"
    hold_chunks(cursor, KNOWN_TABLE, columns, brand.known.chunks(), select="customer_id, known_at, joined_at")
    return ibis.table(KNOWN, name=KNOWN_TABLE)
