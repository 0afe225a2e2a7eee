"""Every few minutes each module is asked what its people should hear of; here also: keys that expire soon."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from siyu.kernel.app import App
from siyu.kernel.logs import logger
from siyu.kernel.notices import News, Watch, notify
from siyu.organisation.models import ApiKey
from siyu.organisation.rules.keys import EXPIRY_TOLD_BEFORE, days_told_before

log = logger(__name__)
KEYS_LOOKED_AT_MAX = 1_000


def look_around(app: App, *, brand_id: int, now: datetime) -> int:
    """The brand's people are told what is new; a watch that fails is logged and keeps no other from being asked.

    returns  how many pieces of news there were
    """
    told = 0
    for watch in app.wiring.of(Watch):
        try:
            with app.db.transaction(brand_id=brand_id) as session:
                told += sum(notify(session, news=news, now=now) for news in watch.look(session, now=now))
        except Exception as failure:  # one module's trouble must not silence the others
            log.warning("a watch failed", watch=watch.name, error=type(failure).__name__, exc_info=failure)
    return told


def keys_expiring(session: Session, *, now: datetime) -> Iterator[News]:
    """API keys that open nothing in two weeks' time; told then, and again two days before."""
    query = (
        select(ApiKey)
        .where(
            ApiKey.revoked_at.is_(None),
            ApiKey.expires_at > now,
            ApiKey.expires_at <= now + max(EXPIRY_TOLD_BEFORE),
        )
        .limit(KEYS_LOOKED_AT_MAX)
    )
    for key in session.scalars(query):
        assert key.expires_at is not None, "asked for above"
        days = days_told_before(key.expires_at, now=now)
        yield News(
            "key_expiring", f"api_key/{key.api_key_id}/{key.expires_at:%Y-%m-%d}/{days}", "warning",
            ("api_key", key.api_key_id),
            {"source": key.source, "prefix": key.prefix, "expires_at": key.expires_at.isoformat()},
            permission="keys.edit",
        )  # fmt: skip


WATCHES = (Watch("organisation.keys", keys_expiring),)
