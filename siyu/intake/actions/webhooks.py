"""Webhooks in: an address is made, a body is kept and becomes events, and what failed is mapped again."""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from siyu.intake.actions.events_accept import ENVELOPE_COLUMNS, packed_events
from siyu.intake.errors.events import (
    WebhookMappingInvalid,
    WebhookOff,
    WebhookSecretMissing,
    WebhookSignatureWrong,
    WebhookTooOld,
)
from siyu.intake.models import EventWebhook, EventWebhookBody
from siyu.intake.queries.webhooks import mapping_from, webhook_by_id
from siyu.intake.rules.events import check_events, read_events
from siyu.intake.rules.webhook_mapping import (
    LIMITS,
    NOT_JSON,
    EventMapping,
    Unmappable,
    body_digest,
    check_mapping,
    mapped,
)
from siyu.intake.rules.webhook_signatures import is_recent, is_signed
from siyu.kernel.audit import Actor, record
from siyu.kernel.crypto import Cipher
from siyu.kernel.db import brand_of, copy_rows
from siyu.kernel.errors import NotFound, SiyuError

TOKEN_BYTES = 24
HMAC, NONE = "hmac_sha256", "none"
MAPPED_KEPT, FAILED_KEPT = timedelta(days=7), timedelta(days=30)
AGAIN_MAX = 1_000


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """How a webhook is told from a forgery, and how its bodies are read."""

    source: str
    mapping: EventMapping
    signature: str = HMAC
    signature_header: str = "X-Signature"
    timestamp_header: str = "X-Timestamp"
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Delivery:
    """What reached the address; names of headers are found in any case."""

    body: bytes
    headers: Mapping[str, str]


def create_webhook(
    session: Session, *, cipher: Cipher, settings: WebhookSettings, secret: str | None, actor: Actor, now: datetime
) -> EventWebhook:  # fmt: skip
    """The brand has one more address for webhooks; whoever signs with the secret may send to it.

    raises   WebhookMappingInvalid, WebhookSecretMissing
    effects  one row in event_webhook; audit event_webhook.created
    """
    settings = _checked(settings)
    if settings.signature == HMAC and not secret:
        raise WebhookSecretMissing
    brand_id, token = brand_of(session), secrets.token_urlsafe(TOKEN_BYTES)
    webhook = EventWebhook(
        brand_id=brand_id, token_digest=_digest(token),
        token_sealed=cipher.encrypt(token, context=token_context(brand_id)),
        secret_sealed=cipher.encrypt(secret, context=secret_context(brand_id)) if secret else None,
        created_by=actor.label, created_at=now, updated_at=now, **_columns(settings),
    )  # fmt: skip
    session.add(webhook)
    session.flush()
    record(
        session, actor=actor, action="event_webhook.created", subject=("event_webhook", webhook.webhook_id),
        after={"source": settings.source, "signature": settings.signature}, now=now,
    )  # fmt: skip
    return webhook


def change_webhook(
    session: Session, *, cipher: Cipher, webhook_id: int, settings: WebhookSettings, secret: str | None, actor: Actor,
    now: datetime,
) -> EventWebhook:  # fmt: skip
    """The webhook is told and read as said from now on; without a new secret the old one stays.

    raises   NotFound, WebhookMappingInvalid, WebhookSecretMissing
    effects  audit event_webhook.changed, without the secret
    """
    settings = _checked(settings)
    webhook = webhook_by_id(session, webhook_id=webhook_id, locked=True)
    if settings.signature == HMAC and not secret and webhook.secret_sealed is None:
        raise WebhookSecretMissing
    wanted = _columns(settings)
    before = {
        name: getattr(webhook, name) for name, value in wanted.items() if getattr(webhook, name) != value
    }
    if secret:
        webhook.secret_sealed = cipher.encrypt(secret, context=secret_context(brand_of(session)))
    if not before and not secret:
        return webhook
    for name in before:
        setattr(webhook, name, wanted[name])
    webhook.updated_at = now
    record(
        session, actor=actor, action="event_webhook.changed", subject=("event_webhook", webhook_id),
        before=before, after={name: wanted[name] for name in before} | ({"secret": "***"} if secret else {}), now=now,
    )  # fmt: skip
    return webhook


def receive_delivery(
    session: Session, *, cipher: Cipher, token: str, delivery: Delivery, now: datetime
) -> EventWebhookBody:
    """The body is kept, sealed, and its events are on their way; one that cannot be read waits to be mapped again.

    raises   NotFound, WebhookOff, WebhookSignatureWrong, WebhookTooOld
    effects  one row in event_webhook_body, perhaps one in event_envelope
    """
    webhook = session.scalar(select(EventWebhook).where(EventWebhook.token_digest == _digest(token)))
    if webhook is None:
        raise NotFound(what="webhook", key="…")
    if not webhook.enabled:
        raise WebhookOff(source=webhook.source)
    _check_signature(webhook, cipher, delivery, now)
    body = EventWebhookBody(
        brand_id=webhook.brand_id, webhook_id=webhook.webhook_id, received_at=now, body_bytes=len(delivery.body),
        body_sealed=cipher.encrypt_bytes(delivery.body, context=body_context(webhook.brand_id)), state="failed",
        events=0, problem="", problem_part="",
    )  # fmt: skip
    session.add(body)
    _take(session, cipher, webhook, body, delivery.body, now)
    return body


def map_again(
    session: Session, *, cipher: Cipher, webhook_id: int, body_ids: Sequence[int], actor: Actor, now: datetime
) -> tuple[int, int]:
    """Failed bodies are read by the present mapping: the chosen ones, or all. An event that was taken counts once.

    returns  how many gave events now, and how many still fail; at most 1,000 a call
    raises   NotFound
    effects  rows in event_envelope; audit event_webhook.replayed
    """
    webhook = webhook_by_id(session, webhook_id=webhook_id)
    query = select(EventWebhookBody).where(
        EventWebhookBody.webhook_id == webhook_id, EventWebhookBody.state == "failed"
    )
    if body_ids:
        query = query.where(EventWebhookBody.body_id.in_(body_ids))
    bodies = session.scalars(
        query.order_by(EventWebhookBody.body_id).limit(AGAIN_MAX).with_for_update(skip_locked=True)
    ).all()
    context = body_context(brand_of(session))
    for body in bodies:
        _take(
            session,
            cipher,
            webhook,
            body,
            cipher.decrypt_bytes(bytes(body.body_sealed), context=context),
            now,
        )
    good = sum(body.state == "mapped" for body in bodies)
    if bodies:
        record(
            session, actor=actor, action="event_webhook.replayed", subject=("event_webhook", webhook_id),
            after={"entries": len(bodies), "done": good}, now=now,
        )  # fmt: skip
    return good, len(bodies) - good


def events_from(body: bytes, mapping: EventMapping, *, now: datetime) -> bytes:
    """The events of a body, as they would be sent to the event endpoint.

    raises  Unmappable
    """
    try:
        whole = json.loads(body)
    except (ValueError, RecursionError) as wrong:
        raise Unmappable(NOT_JSON, "") from wrong
    found = {"events": mapped(whole, mapping, digest=body_digest(body), now=now)}
    try:
        content = msgspec.json.encode(found)
        if found["events"]:
            check_events(read_events(content), body=content, now=now)
    except (SiyuError, ValueError, OverflowError) as wrong:
        raise Unmappable(LIMITS, wrong.code if isinstance(wrong, SiyuError) else "properties") from wrong
    return content if found["events"] else b""


def forget_bodies(session: Session, *, now: datetime) -> int:
    """Bodies that gave their events are gone after seven days, failed ones after thirty.

    returns  how many
    """
    old = EventWebhookBody.received_at < now - MAPPED_KEPT
    done = delete(EventWebhookBody).where(old, EventWebhookBody.state != "failed")
    failed = delete(EventWebhookBody).where(EventWebhookBody.received_at < now - FAILED_KEPT)
    return sum(len(session.scalars(one.returning(EventWebhookBody.body_id)).all()) for one in (done, failed))


def token_context(brand_id: int) -> str:
    """What the secret parts of a brand's addresses are sealed for."""
    return f"intake/webhook/token/{brand_id}"


def secret_context(brand_id: int) -> str:
    """What the signing secrets of a brand's webhooks are sealed for."""
    return f"intake/webhook/secret/{brand_id}"


def body_context(brand_id: int) -> str:
    """What the bodies of a brand's webhooks are sealed for."""
    return f"intake/webhook/body/{brand_id}"


def _take(
    session: Session,
    cipher: Cipher,
    webhook: EventWebhook,
    body: EventWebhookBody,
    content: bytes,
    now: datetime,
) -> None:
    mapping = mapping_from(webhook.mapping)
    if webhook.signature == NONE:
        mapping = replace(mapping, authenticated=False)
    try:
        events = events_from(content, mapping, now=body.received_at)
    except Unmappable as why:
        body.state, body.problem, body.problem_part = "failed", why.reason, why.part[:100]
        return
    body.state, body.problem, body.problem_part, body.events = "mapped", "", "", 0
    if events:
        body.events = len(read_events(events))
        sealed = packed_events(events, cipher=cipher, brand_id=webhook.brand_id)
        row = (webhook.brand_id, webhook.source, body.events, len(events), now, sealed)
        copy_rows(session, table="event_envelope", columns=ENVELOPE_COLUMNS, rows=[row])


def _check_signature(webhook: EventWebhook, cipher: Cipher, delivery: Delivery, now: datetime) -> None:
    if webhook.signature == NONE:
        return
    assert webhook.secret_sealed is not None, "a signed webhook has its secret"
    secret = cipher.decrypt(bytes(webhook.secret_sealed), context=secret_context(webhook.brand_id))
    timestamp = delivery.headers.get(webhook.timestamp_header, "") if webhook.timestamp_header else None
    signature = delivery.headers.get(webhook.signature_header, "")
    if not is_signed(secret.encode(), delivery.body, timestamp=timestamp, signature=signature):
        raise WebhookSignatureWrong(source=webhook.source)
    if timestamp is not None and not is_recent(timestamp, now=now):
        raise WebhookTooOld(source=webhook.source)


def _digest(token: str) -> bytes:
    """The secret part has 192 random bits, for which a plain digest is enough."""
    return hashlib.sha256(token.encode()).digest()


def _checked(settings: WebhookSettings) -> WebhookSettings:
    wrong = check_mapping(settings.mapping)
    if wrong is not None:
        raise WebhookMappingInvalid(part=wrong[0], why=wrong[1])
    return settings


def _columns(settings: WebhookSettings) -> dict[str, Any]:
    mapping = asdict(settings.mapping)
    mapping["identities"] = [list(one) for one in settings.mapping.identities]
    mapping["properties"] = [list(one) for one in settings.mapping.properties]
    return {
        "source": settings.source, "signature": settings.signature, "signature_header": settings.signature_header,
        "timestamp_header": settings.timestamp_header, "enabled": settings.enabled, "mapping": mapping,
    }  # fmt: skip
