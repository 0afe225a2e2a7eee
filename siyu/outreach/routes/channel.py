"""The SMS channel: how it is set, and a test of it."""

from typing import Annotated

from fastapi import APIRouter, Depends

from siyu.kernel.clock import utcnow
from siyu.kernel.http import AppDep
from siyu.organisation.access import BrandSession, require
from siyu.organisation.contracts import Caller
from siyu.outreach import api
from siyu.outreach.contracts import FrozenTemplate
from siyu.outreach.schemas import SmsChannel, SmsChannelChanges, TestMessage, TestResult, TestResults

router = APIRouter(prefix="/channels/sms", tags=["channels"])
Reader = Depends(require("channels.read"))
Editor = Annotated[Caller, Depends(require("channels.edit"))]


@router.get("", dependencies=[Reader])
def read_sms_channel(session: BrandSession) -> SmsChannel:
    """How the brand sends SMS; defaults, switched off, until somebody sets it up."""
    return SmsChannel.model_validate(api.channel_settings(session))


@router.patch("")
def update_sms_channel(
    body: SmsChannelChanges, caller: Editor, session: BrandSession, app: AppDep
) -> SmsChannel:
    """The channel is set like this; what is absent stays."""
    changed = api.update_channel(
        session, cipher=app.cipher, **body.model_dump(), actor=caller.actor, now=utcnow()
    )
    return SmsChannel.model_validate(changed)


@router.post("/test")
def test_sms_channel(body: TestMessage, caller: Editor, app: AppDep) -> TestResults:
    """Each number is offered the text with sample values."""
    with app.db.transaction(brand_id=caller.brand.brand_id) as session:
        settings = api.channel_settings(session)
    template = FrozenTemplate(
        text=body.text,
        signature=settings.signature if body.signature is None else body.signature,
        opt_out_line=settings.opt_out_line if body.opt_out_line is None else body.opt_out_line,
    )
    outcomes = api.send_test(
        app, brand_id=caller.brand.brand_id, numbers=body.numbers, template=template, actor=caller.actor,
        now=utcnow(),
    )  # fmt: skip
    return TestResults(items=[TestResult.model_validate(outcome) for outcome in outcomes])
