"""Where vendors post receipts and replies: no session, the signature over the raw body says who speaks."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from siyu.kernel.clock import utcnow
from siyu.kernel.errors import NotFound
from siyu.kernel.http import AppDep
from siyu.organisation.api import brand_by_code
from siyu.outreach.api import take_callback
from siyu.outreach.errors import CallbackMalformed, ReceiptNotAuthentic
from siyu.outreach.gateways.providers import SIGNATURE_HEADERS
from siyu.outreach.schemas import CallbackTaken

router = APIRouter(prefix="/webhooks/sms", tags=["webhooks"])
BODY_BYTES_MAX = 2_000_000


async def raw_body(request: Request) -> bytes:
    """The body as it was signed, byte for byte.

    raises  CallbackMalformed if it is larger than any vendor's post
    """
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > BODY_BYTES_MAX:
            raise CallbackMalformed(why=f"more than {BODY_BYTES_MAX} bytes")
    return bytes(body)


@router.post("/{provider}/{brand_code}")
def take_sms_callback(
    provider: str, brand_code: str, request: Request, body: Annotated[bytes, Depends(raw_body)], app: AppDep
) -> CallbackTaken:
    """Receipts and replies of a vendor are kept; the same post again changes nothing."""
    signature = request.headers.get(SIGNATURE_HEADERS.get(provider, ""))
    try:
        with app.db.transaction(brand_id=None) as session:
            brand = brand_by_code(session, code=brand_code)
    except NotFound as unknown:
        raise ReceiptNotAuthentic from unknown  # strangers do not learn which brands there are
    with app.db.transaction(brand_id=brand.brand_id) as session:
        counts = take_callback(
            session, cipher=app.cipher, provider=provider, body=body, signature=signature, now=utcnow()
        )
    return CallbackTaken.model_validate(counts)
