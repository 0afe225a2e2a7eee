"""A brand's thresholds are changed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from siyu.insight.contracts import InsightSettings
from siyu.insight.models import InsightSetting
from siyu.insight.rules.settings import settings_as_json, settings_from
from siyu.kernel.audit import Actor, record
from siyu.kernel.db import brand_of


def change_settings(
    session: Session, *, settings: Mapping[str, Any], actor: Actor, now: datetime
) -> InsightSettings:
    """The brand's lifecycle and RFM thresholds are these; what is left out has its default.

    The next refresh uses them; numbers as of other dates use them at once.

    raises   BadInsightSetting
    effects  one row in insight_setting; an audit entry if something changed
    """
    wanted = settings_from(settings)
    row = session.get(InsightSetting, brand_of(session), with_for_update=True)
    before = settings_as_json(settings_from(row.settings if row is not None else None))
    after = settings_as_json(wanted)
    if before == after:
        return wanted
    if row is None:
        row = InsightSetting(brand_id=brand_of(session))
        session.add(row)
    row.settings, row.updated_by, row.updated_at = after, actor.label, now
    record(
        session,
        actor=actor,
        action="insight.settings_changed",
        subject=("insight_setting", brand_of(session)),
        before=before,
        after=after,
        now=now,
    )
    return wanted
