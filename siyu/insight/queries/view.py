"""What is needed to compute a brand's traits, gathered from organisation, people and the brand's settings."""

import pyarrow as pa
from sqlalchemy.orm import Session

from siyu.insight.contracts import BrandView, InsightSettings, TraitSource
from siyu.insight.models import InsightSetting
from siyu.insight.rules.settings import settings_from
from siyu.kernel.db import brand_of
from siyu.organisation.api import brand_info
from siyu.people.api import known_customers


def brand_view(session: Session, *, sources: tuple[TraitSource, ...] = ()) -> BrandView:
    """The session's brand as insight sees it; `sources` are the other modules that offer traits."""
    brand_id = brand_of(session)
    return BrandView(
        brand_id=brand_id,
        time_zone=brand_info(session, brand_id=brand_id).time_zone,
        known=known_customers(session).select(["customer_id", "known_at", "joined_at"]),
        settings=insight_settings(session),
        sources=sources,
    )


def insight_settings(session: Session) -> InsightSettings:
    """The thresholds of the session's brand; the defaults where nobody set any."""
    row = session.get(InsightSetting, brand_of(session))
    return settings_from(row.settings if row is not None else None)


def members_of(brand: BrandView) -> pa.Table:
    """Today's members.

    shape  customer_id
    """
    joined = brand.known.filter(brand.known["joined_at"].is_valid())
    table: pa.Table = joined.select(["customer_id"])
    return table
