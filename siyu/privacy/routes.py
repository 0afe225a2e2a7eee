"""The privacy desk over HTTP: requests, approvals, proofs, retention, keys."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response
from pydantic import StringConstraints

from siyu.kernel.clock import utcnow
from siyu.kernel.http import AppDep
from siyu.kernel.parameters import LARGEST_ID, Id
from siyu.organisation.access import BrandSession, require, require_person
from siyu.organisation.contracts import Caller
from siyu.privacy.actions.exporting import take_everything
from siyu.privacy.actions.keeping import LakeVersions
from siyu.privacy.actions.requests import approve_request, ask_for, refuse_request, resume_request
from siyu.privacy.actions.retention import change_retention
from siyu.privacy.contracts import Keeping
from siyu.privacy.queries.keys import key_status
from siyu.privacy.queries.requests import PAGE_MAX, proof_of, request_info, requests_page
from siyu.privacy.queries.retention import kept_kinds, night_runs
from siyu.privacy.rules.proof import is_whole, proof_page
from siyu.privacy.schemas import (
    KeptKindOut,
    KeyStatusOut,
    NightRunOut,
    ProofOut,
    RefusalIn,
    RequestIn,
    RequestOut,
    RequestPage,
    RetentionIn,
    RetentionOut,
    RotationOut,
)

router = APIRouter(prefix="/privacy", tags=["privacy"])
READ = [Depends(require("privacy.read"))]
Asker = Annotated[Caller, Depends(require("privacy.request"))]
Decider = Annotated[Caller, Depends(require_person("privacy.approve"))]
Keeper = Annotated[Caller, Depends(require("privacy.approve"))]
Before = Annotated[int | None, Query(ge=1, le=LARGEST_ID)]
Limit = Annotated[int, Query(ge=1, le=PAGE_MAX)]


@router.get("/requests", dependencies=READ)
def list_requests(
    session: BrandSession, before_id: Before = None, customer_id: Before = None, limit: Limit = 50
) -> RequestPage:
    """The brand's requests, newest first; of one customer, where asked."""
    items, following = requests_page(session, before_id=before_id, customer_id=customer_id, limit=limit)
    return RequestPage(items=[RequestOut.model_validate(one) for one in items], next_id=following)


@router.post("/requests", status_code=202)
def ask(body: RequestIn, caller: Asker, session: BrandSession) -> RequestOut:
    """Everything about a customer is put together, or a customer is forgotten once whoever must has agreed."""
    asked = ask_for(
        session, kind=body.kind, customer_id=body.customer_id, reason=body.reason, brand=caller.brand,
        actor=caller.actor, now=utcnow(),
    )  # fmt: skip
    return RequestOut.model_validate(asked)


@router.get("/requests/{request_id}", dependencies=READ)
def read_request(request_id: Id, session: BrandSession) -> RequestOut:
    """One request."""
    return RequestOut.model_validate(request_info(session, request_id=request_id))


@router.post("/requests/{request_id}/approve")
def approve(request_id: Id, caller: Decider, session: BrandSession) -> RequestOut:
    """A second person agrees, and the erasure begins."""
    done = approve_request(session, request_id=request_id, actor=caller.actor, now=utcnow())
    return RequestOut.model_validate(done)


@router.post("/requests/{request_id}/refuse")
def refuse(request_id: Id, body: RefusalIn, caller: Decider, session: BrandSession) -> RequestOut:
    """The erasure is not done, and the request says why."""
    done = refuse_request(session, request_id=request_id, note=body.note, actor=caller.actor, now=utcnow())
    return RequestOut.model_validate(done)


@router.post("/requests/{request_id}/resume")
def resume(request_id: Id, caller: Asker, session: BrandSession) -> RequestOut:
    """A request that failed goes on from where it stood."""
    done = resume_request(session, request_id=request_id, actor=caller.actor, now=utcnow())
    return RequestOut.model_validate(done)


@router.get("/requests/{request_id}/proof", dependencies=READ)
def read_proof(request_id: Id, session: BrandSession) -> ProofOut:
    """What was removed where, what stays and why, what was searched for afterwards; no personal data is in it."""
    proof = proof_of(session, request_id=request_id)
    return ProofOut(proof=proof, is_whole=is_whole(proof))


@router.get("/requests/{request_id}/proof.html", dependencies=READ, response_class=Response)
def read_proof_page(request_id: Id, session: BrandSession, language: Literal["zh", "en"] = "zh") -> Response:
    """The same as a page to be read, printed or handed over."""
    content = proof_page(proof_of(session, request_id=request_id), language=language)
    headers = {"Content-Disposition": f'attachment; filename="erasure-{request_id}.html"'}
    return Response(content, media_type="text/html; charset=utf-8", headers=headers)


@router.get("/requests/{request_id}/file", response_class=Response)
def take_file(
    request_id: Id,
    app: AppDep,
    caller: Asker,
    session: BrandSession,
    _reveals: Annotated[Caller, Depends(require("customers.reveal"))],
) -> Response:
    """Everything about the customer as a ZIP, for a day after it was made; each taking stands in the audit log."""
    content = take_everything(
        session,
        home=app.settings.home,
        cipher=app.cipher,
        request_id=request_id,
        actor=caller.actor,
        now=utcnow(),
    )
    headers = {
        "Content-Disposition": f'attachment; filename="customer-{request_id}.zip"',
        "Cache-Control": "no-store",
    }
    return Response(content, media_type="application/zip", headers=headers)


@router.get("/retention")
def read_retention(
    app: AppDep, caller: Annotated[Caller, Depends(require("privacy.read"))], session: BrandSession
) -> RetentionOut:
    """How long things are kept, what tonight would remove, and what the last nights did."""
    kinds = kept_kinds(app, brand_id=caller.brand.brand_id, now=utcnow())
    return RetentionOut(
        kinds=[KeptKindOut.model_validate(one) for one in kinds],
        nights=[NightRunOut.model_validate(one) for one in night_runs(session)],
        lake_days=LakeVersions.days,
    )


@router.put("/retention/{kind}", status_code=204)
def set_retention(
    kind: Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")],
    body: RetentionIn,
    app: AppDep,
    caller: Keeper,
    session: BrandSession,
) -> None:
    """Things of the kind are kept for so many days, from tonight on."""
    keepings = app.wiring.of(Keeping)
    change_retention(session, keepings, kind=kind, days=body.days, actor=caller.actor, now=utcnow())


@router.get("/keys")
def read_keys(app: AppDep, caller: Annotated[Caller, Depends(require("privacy.read"))]) -> KeyStatusOut:
    """Which keys there are, and what of the brand is under an older one. Keys are changed by `siyu key`."""
    status = key_status(app, brand_id=caller.brand.brand_id)
    (brand,) = status.brands
    return KeyStatusOut(
        newest=status.newest, key_id=status.key_id, readable=list(status.readable),
        rotations=[RotationOut.model_validate(one) for one in status.rotations],
        left=dict(brand.left), by_index_alone=brand.by_index_alone, unreadable=brand.unreadable,
    )  # fmt: skip
