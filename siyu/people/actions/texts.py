"""The words by which a brand asks are written down, a version at a time."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from siyu.kernel.audit import Actor, record
from siyu.kernel.db import brand_of
from siyu.people.contracts import ConsentChannel, Purpose
from siyu.people.errors import ConsentChannelUnfit, ConsentTextTaken
from siyu.people.models import ConsentText
from siyu.people.rules.consents import asked_of


def add_consent_text(
    session: Session,
    *,
    code: str,
    after_version: int,
    purpose: Purpose,
    channels: Sequence[ConsentChannel],
    language: str,
    title: str,
    body: str,
    actor: Actor,
    now: datetime,
) -> ConsentText:
    """A further version of a text stands; what people agreed to before names the version they saw.

    `after_version`: the newest version its author knew, 0 for a new text.

    raises   ConsentChannelUnfit, ConsentTextTaken
    effects  audit consent_text.added
    """
    fitting = asked_of(purpose)
    for channel in channels:
        if channel not in fitting:
            known = ", ".join(one.value for one in fitting)
            raise ConsentChannelUnfit(purpose=purpose.value, channel=channel.value, known=known)
    mine = select(func.max(ConsentText.version)).where(
        ConsentText.brand_id == brand_of(session), ConsentText.code == code
    )
    newest = session.scalar(mine) or 0
    if newest != after_version:
        raise ConsentTextTaken(code=code, version=newest)
    wanted = sorted({channel.value for channel in channels})
    added = session.scalars(
        insert(ConsentText)
        .values(
            brand_id=brand_of(session), code=code, version=newest + 1, purpose=purpose.value, channels=wanted,
            language=language, title=title, body=body, created_by=actor.label, created_at=now,
        )
        .on_conflict_do_nothing(constraint="uq_consent_text_version")
        .returning(ConsentText)
    ).first()  # fmt: skip
    if added is None:
        raise ConsentTextTaken(code=code, version=newest + 1)
    record(
        session, actor=actor, action="consent_text.added", subject=("consent_text", added.consent_text_id),
        after={"code": code, "version": added.version, "purpose": purpose.value, "channels": wanted}, now=now,
    )  # fmt: skip
    return added


def file_text(
    session: Session,
    *,
    code: str,
    purpose: Purpose,
    channels: Sequence[ConsentChannel],
    title: str,
    body: str,
    actor: Actor,
    now: datetime,
) -> int:
    """The words stand as the newest version of their text; the same words again are the version that stands.

    returns  the version's number
    raises   ConsentChannelUnfit, ConsentTextTaken
    effects  audit consent_text.added where the words are new
    """
    mine = select(ConsentText).where(ConsentText.brand_id == brand_of(session), ConsentText.code == code)
    newest = session.scalar(mine.order_by(ConsentText.version.desc()).limit(1))
    if newest is not None and newest.body == body:
        return newest.consent_text_id
    added = add_consent_text(
        session, code=code, after_version=newest.version if newest else 0, purpose=purpose, channels=channels,
        language="zh", title=title, body=body, actor=actor, now=now,
    )  # fmt: skip
    return added.consent_text_id
