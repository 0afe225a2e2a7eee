"""Consent over HTTP: what a customer said, the texts they saw, the seals over it all."""

from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session

from siyu.kernel.clock import utcnow
from siyu.kernel.http import AppDep
from siyu.kernel.parameters import Id
from siyu.organisation.access import BrandSession, require
from siyu.organisation.contracts import Caller
from siyu.people.actions.agreeing import agree, refuse
from siyu.people.actions.texts import add_consent_text
from siyu.people.actions.verify import request_verification
from siyu.people.contracts import ConsentWord
from siyu.people.queries.consents import reach_of, standings_of
from siyu.people.queries.ledger import chain_stands
from siyu.people.queries.texts import consent_texts
from siyu.people.schemas import (
    ChainOut,
    ConsentIn,
    ConsentTaken,
    ConsentTextIn,
    ConsentTextList,
    ConsentTextOut,
    ReachOut,
    StandingOut,
    TaskAsked,
)

router = APIRouter(tags=["consent"])
Reads = Depends(require("customers.read"))
Editor = Annotated[Caller, Depends(require("consents.edit"))]


@router.post("/customers/{customer_id}/consents")
def record_consent(
    app: AppDep, caller: Editor, session: BrandSession, customer_id: Id, body: ConsentIn
) -> ConsentTaken:
    """What the customer said is on record and holds at once; the same said again changes nothing."""
    now = utcnow()
    word = ConsentWord(
        customer_id=customer_id, purpose=body.purpose, channel=body.channel, granted=body.granted,
        source=body.source, said_at=body.said_at or now, consent_text_id=body.consent_text_id,
        evidence=body.evidence,
    )  # fmt: skip
    take = agree if body.granted else refuse
    added = take(session, cipher=app.cipher, word=word, actor=caller.actor, now=now)
    return ConsentTaken(added=len(added), **_stands(session, customer_id))


def _stands(session: Session, customer_id: int) -> dict[str, list[StandingOut] | list[ReachOut]]:
    now = utcnow()
    standings = standings_of(session, customer_id=customer_id, now=now)
    return {
        "standings": [StandingOut.model_validate(one) for one in standings],
        "reach": [
            ReachOut.model_validate(one) for one in reach_of(session, customer_id=customer_id, now=now)
        ],
    }


@router.get("/consent-texts", dependencies=[Reads])
def list_consent_texts(session: BrandSession) -> ConsentTextList:
    """Every version of every text by which the brand asks."""
    return ConsentTextList(items=[ConsentTextOut.model_validate(one) for one in consent_texts(session)])


@router.post("/consent-texts", status_code=201)
def create_consent_text(caller: Editor, session: BrandSession, body: ConsentTextIn) -> ConsentTextOut:
    """A further version of a text; what was agreed to before names the version that was seen."""
    added = add_consent_text(session, **body.model_dump(), actor=caller.actor, now=utcnow())
    return ConsentTextOut.model_validate(added)


@router.get("/consent-chain", dependencies=[Reads])
def read_consent_chain(session: BrandSession) -> ChainOut:
    """How far the ledger is sealed."""
    return ChainOut.model_validate(chain_stands(session))


@router.post("/consent-chain/verifications", status_code=202)
def verify_consent_chain(caller: Editor, session: BrandSession) -> TaskAsked:
    """A task makes every seal anew from the entries and compares; its result says whether they hold."""
    return TaskAsked(task_id=request_verification(session, actor=caller.actor, now=utcnow()))
