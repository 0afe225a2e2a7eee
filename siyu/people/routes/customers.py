"""Customers over HTTP: who somebody is, masked; revealed with a reason; and the wish to be left alone."""

from typing import Annotated

from fastapi import APIRouter, Depends

from siyu.kernel.clock import utcnow
from siyu.kernel.http import AppDep
from siyu.kernel.parameters import Id
from siyu.organisation.access import BrandSession, require
from siyu.organisation.contracts import Caller
from siyu.people.actions.care import opt_out, reveal_profile
from siyu.people.queries.consents import consents_of, reach_of, standings_of
from siyu.people.queries.customers import profile_of
from siyu.people.schemas import (
    ConsentOut,
    CustomerOut,
    OptOutRequest,
    ProfileOut,
    ReachOut,
    RevealRequest,
    StandingOut,
)

router = APIRouter(tags=["customers"])


@router.get("/customers/{customer_id}", dependencies=[Depends(require("customers.read"))])
def read_customer(app: AppDep, session: BrandSession, customer_id: Id) -> CustomerOut:
    """One customer, with name and numbers masked."""
    profile = profile_of(session, cipher=app.cipher, customer_id=customer_id)
    return CustomerOut(
        profile=ProfileOut.model_validate(profile),
        consents=[ConsentOut.model_validate(one) for one in consents_of(session, customer_id=customer_id)],
        standings=[
            StandingOut.model_validate(one)
            for one in standings_of(session, customer_id=customer_id, now=utcnow())
        ],
        reach=[
            ReachOut.model_validate(one) for one in reach_of(session, customer_id=customer_id, now=utcnow())
        ],
    )


@router.post("/customers/{customer_id}/reveal")
def reveal_customer(
    app: AppDep,
    caller: Annotated[Caller, Depends(require("customers.reveal"))],
    session: BrandSession,
    customer_id: Id,
    body: RevealRequest,
) -> ProfileOut:
    """Name and numbers in clear, once; who looked and why stands in the audit log."""
    profile = reveal_profile(
        session,
        cipher=app.cipher,
        customer_id=customer_id,
        reason=body.reason,
        actor=caller.actor,
        now=utcnow(),
    )
    return ProfileOut.model_validate(profile)


@router.post("/customers/{customer_id}/opt-out", status_code=204)
def opt_customer_out(
    app: AppDep,
    caller: Annotated[Caller, Depends(require("campaigns.send"))],
    session: BrandSession,
    customer_id: Id,
    body: OptOutRequest,
) -> None:
    """The customer is not written to on this channel any more, at once."""
    opt_out(
        session,
        cipher=app.cipher,
        customer_id=customer_id,
        channel=body.channel,
        reason=body.reason,
        actor=caller.actor,
        now=utcnow(),
    )
