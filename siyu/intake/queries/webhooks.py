"""Reads of webhooks: the addresses with what came to them, and the bodies that wait to be mapped again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from siyu.intake.models import EventWebhook, EventWebhookBody
from siyu.intake.rules.webhook_mapping import EventMapping
from siyu.kernel.db import brand_of
from siyu.kernel.errors import NotFound

WEBHOOKS_MAX = 200
BODIES_MAX = 100


@dataclass(frozen=True, slots=True)
class Received:
    """What a webhook brought, as far as its bodies are still kept."""

    bodies: int = 0
    failed: int = 0
    last_received_at: datetime | None = None


def webhooks(session: Session) -> list[EventWebhook]:
    """The brand's webhooks, the newest first.

    limits  200
    """
    query = select(EventWebhook).order_by(EventWebhook.webhook_id.desc()).limit(WEBHOOKS_MAX)
    return list(session.scalars(query))


def received(session: Session) -> dict[int, Received]:
    """What each webhook brought, by its number."""
    rows = session.execute(
        select(
            EventWebhookBody.webhook_id,
            func.count().label("bodies"),
            func.count().filter(EventWebhookBody.state == "failed").label("failed"),
            func.max(EventWebhookBody.received_at).label("last"),
        )
        .where(EventWebhookBody.brand_id == brand_of(session))
        .group_by(EventWebhookBody.webhook_id)
    )
    return {row.webhook_id: Received(row.bodies, row.failed, row.last) for row in rows}


def webhook_by_id(session: Session, *, webhook_id: int, locked: bool = False) -> EventWebhook:
    """One webhook.

    raises  NotFound
    """
    found = session.get(EventWebhook, webhook_id, with_for_update=locked or None)
    if found is None:
        raise NotFound(what="webhook", key=webhook_id)
    return found


def bodies(session: Session, *, webhook_id: int, state: str | None) -> list[EventWebhookBody]:
    """The newest bodies of a webhook.

    limits  100
    """
    query = select(EventWebhookBody).where(
        EventWebhookBody.brand_id == brand_of(session), EventWebhookBody.webhook_id == webhook_id
    )
    if state is not None:
        query = query.where(EventWebhookBody.state == state)
    return list(session.scalars(query.order_by(EventWebhookBody.body_id.desc()).limit(BODIES_MAX)))


def body_by_id(session: Session, *, body_id: int) -> EventWebhookBody:
    """One body.

    raises  NotFound
    """
    found = session.get(EventWebhookBody, body_id)
    if found is None:
        raise NotFound(what="webhook body", key=body_id)
    return found


def mapping_from(stored: Mapping[str, Any]) -> EventMapping:
    """A mapping as it was stored."""
    identities, properties = (
        tuple((one[0], one[1]) for one in stored[name]) for name in ("identities", "properties")
    )
    return EventMapping(**{**stored, "identities": identities, "properties": properties})
