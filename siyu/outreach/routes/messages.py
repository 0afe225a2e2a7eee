"""A customer's messages."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from siyu.kernel.parameters import Id
from siyu.organisation.access import BrandSession, require
from siyu.outreach import api
from siyu.outreach.schemas import MessageLine, MessageList

router = APIRouter(prefix="/messages", tags=["messages"])


@router.get("", dependencies=[Depends(require("customers.read"))])
def list_messages(
    session: BrandSession,
    customer_id: Id,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> MessageList:
    """What was sent to a customer, or why it was not, the latest first."""
    found = api.messages_of_customer(session, customer_id=customer_id, limit=limit)
    return MessageList(items=[MessageLine.model_validate(one) for one in found])
