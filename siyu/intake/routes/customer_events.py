"""The events of one customer over HTTP."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from siyu.intake.queries.events_person import event_titles, events_of_person, names_that_came
from siyu.intake.schemas.events import CustomerEventList, CustomerEventOut
from siyu.kernel.clock import utcnow
from siyu.kernel.facts import FactType
from siyu.kernel.http import AppDep, language_of
from siyu.kernel.parameters import Id, next_moment, read_moment
from siyu.organisation.access import BrandSession, require
from siyu.organisation.contracts import Caller
from siyu.people.api import require_customer

router = APIRouter(prefix="/customers", tags=["events"])
Reader = Annotated[Caller, Depends(require("customers.read"))]
SOON = timedelta(days=2)  # an event may lie some minutes ahead, for clocks differ


@router.get("/{customer_id}/events")
def list_customer_events(
    customer_id: Id,
    request: Request,
    caller: Reader,
    app: AppDep,
    session: BrandSession,
    cursor: Annotated[str | None, Query(max_length=200, description="next_cursor of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> CustomerEventList:
    """What the customer did, as programs told it, newest first; a page ends with a whole moment."""
    require_customer(session, customer_id=customer_id)
    before = utcnow() + SOON if cursor is None else read_moment(cursor)
    types = app.wiring.of(FactType)
    titles = event_titles(session, fact_types=types, language=language_of(request))
    names = names_that_came(session)
    with app.lake.reading() as lake:
        found = events_of_person(
            lake, brand_id=caller.brand.brand_id, customer_id=customer_id, names=names,
            fact_types=types, before=before, limit=limit,
        )  # fmt: skip
    items = [
        CustomerEventOut(
            event=one.event, title=titles.get(one.event, one.event), occurred_at=one.occurred_at, source=one.source,
            properties=one.properties,
        )
        for one in found
    ]  # fmt: skip
    return CustomerEventList(items=items, next_cursor=next_moment([one.occurred_at for one in items], limit))
