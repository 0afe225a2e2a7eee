"""A source of which suddenly much is rejected is spoken of, once a day."""

from datetime import timedelta

from sqlalchemy import insert
from sqlalchemy.orm import Session

from siyu.intake.models import EventSourceDay
from siyu.intake.queries.watching import rejects_rising
from siyu.kernel.db import brand_of
from tests.intake.importing import NOW


def day_of(session: Session, source: str, days_ago: int, rejected: int) -> None:
    session.execute(
        insert(EventSourceDay).values(
            brand_id=brand_of(session), source=source, day=NOW.date() - timedelta(days=days_ago), events=1_000,
            rejected=rejected, refused=0, last_rejected_event="order", last_rejected_reason="", last_refused_code="",
        )
    )  # fmt: skip


def test_what_rises_is_told(session: Session) -> None:
    for source, today, before in (("till", 25, 0), ("site", 80, 200), ("app", 400, 200), ("old", 0, 50)):
        day_of(session, source, 0, today)
        for days_ago in range(1, 8):
            day_of(session, source, days_ago, before // 7)
    day_of(session, "gone", 9, 5_000)  # long ago, and nothing since
    told = {news.facts["source"]: news for news in rejects_rising(session, now=NOW)}
    assert set(told) == {"till", "app"}
    assert told["app"].facts == {"source": "app", "rejected": 400, "event": "order"}
    assert told["till"].key == f"rejects/till/{NOW.date()}"
