"""Proofs of consent over HTTP: one bundle about one person, for whoever may ask for it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlalchemy.orm import Session

from siyu.kernel.app import App
from siyu.kernel.clock import utcnow
from siyu.kernel.http import AppDep
from siyu.kernel.parameters import Id
from siyu.organisation.access import BrandSession, require
from siyu.organisation.contracts import Caller
from siyu.people.actions.proof import prove_customer
from siyu.people.queries.customers import holder_of
from siyu.people.schemas import AddressProofRequest, ProofRequest

router = APIRouter(tags=["consent"])
Prover = Annotated[Caller, Depends(require("consents.prove"))]


@router.post("/customers/{customer_id}/consent-proof", response_class=Response)
def prove_consent(
    app: AppDep, caller: Prover, session: BrandSession, customer_id: Id, body: ProofRequest
) -> Response:
    """Everything the customer said of consent as a ZIP: a page, JSON, and a program that checks it."""
    return _bundle(session, app, caller, customer_id, body.reason)


@router.post("/consent-proofs", response_class=Response)
def prove_consent_of_address(
    app: AppDep, caller: Prover, session: BrandSession, body: AddressProofRequest
) -> Response:
    """The same about whoever holds a phone number or an e-mail address."""
    customer_id = holder_of(session, cipher=app.cipher, address=body.address)
    return _bundle(session, app, caller, customer_id, body.reason)


def _bundle(session: Session, app: App, caller: Caller, customer_id: int, reason: str) -> Response:
    proof = prove_customer(
        session, cipher=app.cipher, brand={"code": caller.brand.code, "name": caller.brand.name},
        customer_id=customer_id, reason=reason, actor=caller.actor, now=utcnow(),
    )  # fmt: skip
    headers = {"Content-Disposition": f'attachment; filename="consent-proof-{proof.mark.number}.zip"'}
    return Response(proof.content, media_type="application/zip", headers=headers)
