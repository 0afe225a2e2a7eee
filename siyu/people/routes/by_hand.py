"""Customers by hand over HTTP: written down, corrected; and the fields that the brand added."""

from typing import Annotated

from fastapi import APIRouter, Depends

from siyu.kernel.clock import utcnow
from siyu.kernel.facts import Subscription
from siyu.kernel.http import AppDep
from siyu.kernel.parameters import Id
from siyu.organisation.access import BrandSession, require
from siyu.organisation.contracts import Caller
from siyu.people.actions.by_hand import create_customer, edit_customer, revision_of
from siyu.people.actions.fields import change_field, define_field
from siyu.people.actions.follow import tell_subscribers
from siyu.people.contracts import MergePart
from siyu.people.queries.fields import FieldVersion, field_versions, held_fields, open_fields
from siyu.people.rules.fields import FieldDefinition
from siyu.people.schemas.by_hand import CustomerCardOut, CustomerEdit, CustomerIn, CustomerMade

router = APIRouter(tags=["customers"])
Reads = Depends(require("customers.read"))
Editor = Annotated[Caller, Depends(require("customers.edit"))]
Definer = Annotated[Caller, Depends(require("settings.edit"))]


@router.post("/customers", status_code=201)
def write_customer_down(app: AppDep, caller: Editor, session: BrandSession, body: CustomerIn) -> CustomerMade:
    """A customer whom nobody knew is known; one who is known already is refused with their number."""
    now = utcnow()
    customer_id = create_customer(
        session, cipher=app.cipher, written=body.written(), actor=caller.actor, now=now,
        parts=app.wiring.of(MergePart),
    )  # fmt: skip
    tell_subscribers(session, customers=1, subscriptions=app.wiring.of(Subscription), now=now)
    return CustomerMade(customer_id=customer_id)


@router.get("/customers/{customer_id}/card", dependencies=[Reads])
def read_card(app: AppDep, session: BrandSession, customer_id: Id) -> CustomerCardOut:
    """The brand's fields of one customer, personal ones masked, and the revision that an edit must name."""
    revision = revision_of(session, customer_id=customer_id)
    held = held_fields(session, cipher=app.cipher, customer_id=customer_id)
    definitions = list(open_fields(session).values())
    return CustomerCardOut(customer_id=customer_id, revision=revision, definitions=definitions, held=held)


@router.patch("/customers/{customer_id}", status_code=204)
def correct_customer(
    app: AppDep, caller: Editor, session: BrandSession, customer_id: Id, body: CustomerEdit
) -> None:
    """What is sent changes, null clears, the rest stays."""
    edit_customer(
        session, cipher=app.cipher, customer_id=customer_id, revision=body.revision, written=body.written(),
        actor=caller.actor, now=utcnow(), parts=app.wiring.of(MergePart),
    )  # fmt: skip


@router.get("/customer-fields", dependencies=[Reads])
def list_fields(session: BrandSession) -> list[FieldVersion]:
    """The fields that the brand added, as they are defined now; archived ones last."""
    return field_versions(session)


@router.post("/customer-fields", status_code=201)
def add_field(caller: Definer, session: BrandSession, body: FieldDefinition) -> FieldVersion:
    """The brand has a new field."""
    return define_field(session, field=body, actor=caller.actor, now=utcnow())


@router.put("/customer-fields")
def redefine_field(caller: Definer, session: BrandSession, body: FieldDefinition) -> FieldVersion:
    """The field of this name is like this from now on, at its next version."""
    return change_field(session, field=body, actor=caller.actor, now=utcnow())
