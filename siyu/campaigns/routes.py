"""HTTP of campaigns: drafts, checks, agreement, stopping, results."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.responses import StreamingResponse

from siyu.campaigns.actions import agreeing, drafting, ending, exporting, proving, shelving, testing
from siyu.campaigns.contracts import (
    CampaignInfo,
    CampaignResults,
    CampaignState,
    Check,
    Exclusion,
    RecipientState,
)
from siyu.campaigns.queries import campaigns, checking, results
from siyu.campaigns.schemas import (
    AsOf,
    CampaignChanges,
    CampaignIn,
    CampaignList,
    CopyName,
    Cursor,
    PageLimit,
    PreviewAsked,
    PreviewLimit,
    PreviewList,
    ProofAsked,
    ProofRequest,
    RecipientExport,
    RecipientList,
    Rejection,
    TestSend,
    TestSent,
    VariableList,
    id_of,
)
from siyu.insight.api import moment_of
from siyu.kernel.clock import utcnow
from siyu.kernel.http import AppDep
from siyu.kernel.parameters import Id
from siyu.organisation.access import BrandSession, require
from siyu.organisation.contracts import Caller
from siyu.organisation.errors import NotAllowed
from siyu.outreach.api import all_variables
from siyu.outreach.contracts import VariableSource
from siyu.people.api import RequestCounts, request_counts

router = APIRouter(prefix="/campaigns", tags=["campaigns"])
REVEAL = "customers.reveal"
Reader = Annotated[Caller, Depends(require("campaigns.read"))]
Editor = Annotated[Caller, Depends(require("campaigns.edit"))]
Sender = Annotated[Caller, Depends(require("campaigns.send"))]
Approver = Annotated[Caller, Depends(require("campaigns.approve"))]
Prover = Annotated[Caller, Depends(require("consents.prove"))]
Exporter = Annotated[Caller, Depends(require("customers.export"))]


@router.get("", dependencies=[Depends(require("campaigns.read"))])
def list_campaigns(
    session: BrandSession,
    state: CampaignState | None = None,
    cursor: Cursor = None,
    limit: PageLimit = 50,
) -> CampaignList:
    """A page of campaigns, newest first."""
    page = campaigns.campaigns_page(session, before_id=id_of(cursor), state=state, limit=limit)
    return CampaignList.of(page)


@router.post("", status_code=201)
def create_campaign(body: CampaignIn, caller: Editor, session: BrandSession) -> CampaignInfo:
    """A draft exists."""
    return drafting.create_campaign(
        session, draft=body.draft(), brand=caller.brand, actor=caller.actor, now=utcnow()
    )


@router.get("/variables", dependencies=[Depends(require("campaigns.read"))])
def list_variables(app: AppDep) -> VariableList:
    """The names that a text may use."""
    found = all_variables(app.wiring.of(VariableSource))
    return VariableList.model_validate({"items": found}, from_attributes=True)


@router.get("/{campaign_id}", dependencies=[Depends(require("campaigns.read"))])
def read_campaign(campaign_id: Id, session: BrandSession) -> CampaignInfo:
    """One campaign."""
    return campaigns.campaign_by_id(session, campaign_id=campaign_id)


@router.patch("/{campaign_id}")
def update_campaign(
    campaign_id: Id, body: CampaignChanges, caller: Editor, session: BrandSession
) -> CampaignInfo:
    """The draft says this; what is absent stays."""
    return drafting.edit_campaign(
        session, campaign_id=campaign_id, changes=body.model_dump(exclude_unset=True), brand=caller.brand,
        actor=caller.actor, now=utcnow(),
    )  # fmt: skip


@router.delete("/{campaign_id}", status_code=204)
def delete_campaign(campaign_id: Id, caller: Editor, session: BrandSession) -> None:
    """The draft is gone."""
    shelving.delete_campaign(session, campaign_id=campaign_id, actor=caller.actor, now=utcnow())


@router.post("/{campaign_id}/copy", status_code=201)
def copy_campaign(campaign_id: Id, body: CopyName, caller: Editor, session: BrandSession) -> CampaignInfo:
    """A new draft that says the same, without a time."""
    return shelving.copy_campaign(
        session, campaign_id=campaign_id, name=body.name, brand=caller.brand, actor=caller.actor, now=utcnow()
    )


@router.post("/{campaign_id}/check", dependencies=[Depends(require("campaigns.read"))])
def check_campaign(campaign_id: Id, app: AppDep, session: BrandSession) -> Check:
    """What sending it now would mean: faults, audience, exclusions by reason, cost."""
    return checking.check_campaign(session, app=app, campaign_id=campaign_id, now=utcnow())


@router.post("/{campaign_id}/preview")
def preview_campaign(
    campaign_id: Id, caller: Reader, app: AppDep, session: BrandSession, limit: PreviewLimit = 5,
    body: PreviewAsked | None = None,
) -> PreviewList:  # fmt: skip
    """The text on real customers who would get it; names are masked unless somebody who may reveal gives a reason."""
    reason = "" if body is None else body.reason
    if reason and REVEAL not in caller.permissions:
        raise NotAllowed(permission=REVEAL)
    now = utcnow()
    found = checking.preview_campaign(
        session, app=app, campaign_id=campaign_id, limit=limit, reveal=bool(reason), now=now
    )
    if reason:
        exporting.record_preview(session, campaign_id=campaign_id, reason=reason, actor=caller.actor, now=now)
    return PreviewList.model_validate({"items": found}, from_attributes=True)


@router.post("/{campaign_id}/test")
def test_campaign(campaign_id: Id, body: TestSend, caller: Sender, app: AppDep) -> TestSent:
    """The text goes to these numbers, as a customer would read it only for whoever may see names."""
    if body.customer_id is not None and REVEAL not in caller.permissions:
        raise NotAllowed(permission=REVEAL)
    outcomes = testing.send_campaign_test(
        app, brand_id=caller.brand.brand_id, campaign_id=campaign_id, numbers=body.numbers,
        customer_id=body.customer_id, actor=caller.actor, now=utcnow(),
    )  # fmt: skip
    return TestSent(items=outcomes)


@router.post("/{campaign_id}/submit")
def submit_campaign(campaign_id: Id, caller: Sender, app: AppDep, session: BrandSession) -> CampaignInfo:
    """It is frozen; it waits for a second person where the brand asks for one, else it is scheduled."""
    return agreeing.submit_campaign(
        session, campaign_id=campaign_id, brand=caller.brand, sources=app.wiring.of(VariableSource),
        actor=caller.actor, now=utcnow(),
    )  # fmt: skip


@router.post("/{campaign_id}/approve")
def approve_campaign(campaign_id: Id, caller: Approver, session: BrandSession) -> CampaignInfo:
    """It is scheduled."""
    return agreeing.approve_campaign(
        session, campaign_id=campaign_id, brand=caller.brand, actor=caller.actor, now=utcnow()
    )


@router.post("/{campaign_id}/reject")
def reject_campaign(
    campaign_id: Id, body: Rejection, caller: Approver, session: BrandSession
) -> CampaignInfo:
    """It is a draft again, with the reason beside it."""
    return agreeing.reject_campaign(
        session, campaign_id=campaign_id, note=body.note, actor=caller.actor, now=utcnow()
    )


@router.post("/{campaign_id}/stop")
def stop_campaign(campaign_id: Id, caller: Sender, session: BrandSession) -> CampaignInfo:
    """Nothing more of it is sent."""
    return ending.stop_campaign(session, campaign_id=campaign_id, actor=caller.actor, now=utcnow())


@router.get("/{campaign_id}/results")
def read_results(
    campaign_id: Id, caller: Reader, app: AppDep, session: BrandSession, as_of: AsOf = None
) -> CampaignResults:
    """Exclusions, funnel, returns with intervals, sample-ratio check, as of a moment."""
    moment = moment_of(as_of, caller.brand.time_zone) if as_of else utcnow()
    with app.lake.transaction() as cursor:
        return results.results_of(
            session, cursor=cursor, campaign_id=campaign_id, brand=caller.brand, as_of=moment
        )


@router.get("/{campaign_id}/consent-answers", dependencies=[Depends(require("campaigns.read"))])
def read_consent_answers(campaign_id: Id, session: BrandSession) -> RequestCounts:
    """How many were asked for consent, and what they answered; no answer until the set time is a refusal."""
    campaigns.campaign_by_id(session, campaign_id=campaign_id)  # an unknown one is refused
    return request_counts(session, campaign_id=campaign_id, now=utcnow())


@router.get("/{campaign_id}/recipients", dependencies=[Depends(require("campaigns.read"))])
def list_recipients(
    campaign_id: Id,
    session: BrandSession,
    state: RecipientState | None = None,
    reason: Exclusion | None = None,
    cursor: Cursor = None,
    limit: PageLimit = 50,
) -> RecipientList:
    """What was decided about each customer of its segment."""
    campaigns.campaign_by_id(session, campaign_id=campaign_id)  # an unknown one is refused
    page = campaigns.recipients_page(
        session, campaign_id=campaign_id, state=state, reason=reason, after_id=id_of(cursor), limit=limit
    )
    return RecipientList.of(page)


@router.post(
    "/{campaign_id}/recipients/export",
    response_class=Response,
    dependencies=[Depends(require("campaigns.read"))],
)
def export_recipients(
    campaign_id: Id, body: RecipientExport, caller: Exporter, app: AppDep, session: BrandSession
) -> Response:
    """Every customer with arm, state and reason as CSV, masked unless somebody who may reveal gives a reason."""
    if body.reason and REVEAL not in caller.permissions:
        raise NotAllowed(permission=REVEAL)
    content = exporting.export_recipients(
        session, cipher=app.cipher, campaign_id=campaign_id, state=body.state, exclusion=body.exclusion,
        reason=body.reason, actor=caller.actor, now=utcnow(),
    )  # fmt: skip
    headers = {"Content-Disposition": f'attachment; filename="campaign-{campaign_id}-recipients.csv"'}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


@router.post(
    "/{campaign_id}/consent-proofs", status_code=202, dependencies=[Depends(require("campaigns.read"))]
)
def request_consent_proof(
    campaign_id: Id, body: ProofRequest, caller: Prover, session: BrandSession
) -> ProofAsked:
    """A task writes a bundle: every recipient with the entry of consent that allowed the message."""
    task_id = proving.request_proof(
        session, campaign_id=campaign_id, reason=body.reason, actor=caller.actor, now=utcnow()
    )
    return ProofAsked(task_id=task_id)


@router.get("/consent-proofs/{task_id}", response_class=StreamingResponse)
def take_consent_proof(task_id: Id, caller: Prover, app: AppDep, session: BrandSession) -> StreamingResponse:
    """The bundle of a finished task; it is kept for a day."""
    pieces, name = proving.take_proof(
        session, home=app.settings.home, cipher=app.cipher, task_id=task_id, actor=caller.actor, now=utcnow()
    )
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(pieces, media_type="application/zip", headers=headers)
