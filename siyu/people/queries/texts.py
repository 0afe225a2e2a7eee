"""The texts by which a brand asks for consent: every version, the newest first."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from siyu.kernel.db import brand_of
from siyu.kernel.errors import NotFound
from siyu.people.models import ConsentText
from siyu.people.rules.chain import SealedText

TEXTS_MAX = 1_000


def consent_texts(session: Session) -> list[ConsentText]:
    """All versions of all texts, by code and then the newest first.

    limits  1,000
    """
    mine = select(ConsentText).where(ConsentText.brand_id == brand_of(session))
    return list(session.scalars(mine.order_by(ConsentText.code, ConsentText.version.desc()).limit(TEXTS_MAX)))


def shown_text(session: Session, *, consent_text_id: int) -> SealedText:
    """A version, as it is part of an entry.

    raises  NotFound
    """
    row = session.get(ConsentText, consent_text_id)
    if row is None:
        raise NotFound(what="consent text", key=consent_text_id)
    return sealed_text(row)


def sealed_text(row: ConsentText) -> SealedText:
    """A row of texts as the rules know it."""
    return SealedText(
        row.code, row.version, row.purpose, tuple(row.channels), row.language, row.title, row.body
    )
