"""Insight over HTTP: the brand at a glance, the traits there are, one customer's story, the thresholds."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from siyu.insight.actions.refresh_task import request_refresh
from siyu.insight.actions.settings import change_settings
from siyu.insight.contracts import CLASS_LABELS, STAGE_LABELS, TraitSource
from siyu.insight.queries.history import history_of, reason_of
from siyu.insight.queries.home import metrics_of
from siyu.insight.queries.moment import reading
from siyu.insight.queries.people_traits import people_sources
from siyu.insight.queries.summary import summary
from siyu.insight.queries.traits import catalogue, traits_of
from siyu.insight.queries.view import insight_settings
from siyu.insight.schemas import (
    CustomerInsight,
    InsightSettingsBody,
    MetricsOut,
    RefreshStarted,
    SummaryOut,
    TraitOut,
)
from siyu.kernel.clock import utcnow
from siyu.kernel.http import AppDep
from siyu.kernel.parameters import Id
from siyu.organisation.access import BrandSession, require
from siyu.organisation.contracts import Caller

router = APIRouter(tags=["insight"])
AsOf = Annotated[
    str | None, Query(description="ISO date (its end, in the brand's zone) or moment; newest if absent")
]


@router.get("/insight/summary", dependencies=[Depends(require("analytics.read"))])
def read_summary(app: AppDep, session: BrandSession, as_of: AsOf = None) -> SummaryOut:
    """Stages, RFM classes with their thresholds, and the 5 × 5 grid of R and F, as of a moment."""
    with reading(app, session, as_of=as_of, now=utcnow()) as (cursor, brand, moment):
        found = summary(cursor, brand, moment)
    return SummaryOut.model_validate(
        asdict(found) | {"stage_labels": STAGE_LABELS, "class_labels": CLASS_LABELS}
    )


@router.get("/insight/metrics", dependencies=[Depends(require("analytics.read"))])
def read_metrics(
    app: AppDep,
    session: BrandSession,
    days: Annotated[int, Query(ge=1, le=1100)] = 30,
    as_of: AsOf = None,
) -> MetricsOut:
    """Sales, orders, buyers, rates: the last so many days beside the days before, and each day."""
    with reading(app, session, as_of=as_of, now=utcnow()) as (cursor, brand, moment):
        return MetricsOut.model_validate(metrics_of(cursor, brand, days=days, as_of=moment))


@router.get("/traits", dependencies=[Depends(require("segments.read"))])
def list_traits(app: AppDep, session: BrandSession) -> list[TraitOut]:
    """Every trait that segments can ask for, the brand's own fields and tags among them."""
    found = catalogue((*app.wiring.of(TraitSource), *people_sources(session)))
    return [TraitOut.model_validate(info) for info in found.values()]


@router.get("/insight/customers/{customer_id}", dependencies=[Depends(require("customers.read"))])
def read_customer_insight(
    app: AppDep, session: BrandSession, customer_id: Id, as_of: AsOf = None
) -> CustomerInsight:
    """One customer's traits, why this stage, and how it came about."""
    with reading(app, session, as_of=as_of, now=utcnow()) as (cursor, brand, moment):
        traits = traits_of(cursor, brand, customer_id=customer_id, as_of=moment)
        history = history_of(cursor, brand_id=brand.brand_id, customer_id=customer_id)
    return CustomerInsight.model_validate(
        {
            "customer_id": customer_id,
            "as_of": moment,
            "traits": traits,
            "reason": asdict(reason_of(traits)),
            "history": history,
        }
    )


@router.get("/insight/settings", dependencies=[Depends(require("settings.read"))])
def read_settings(session: BrandSession) -> InsightSettingsBody:
    """The thresholds of the brand's stages and classes."""
    return InsightSettingsBody.model_validate(insight_settings(session))


@router.put("/insight/settings")
def replace_settings(
    body: InsightSettingsBody,
    caller: Annotated[Caller, Depends(require("settings.edit"))],
    session: BrandSession,
) -> InsightSettingsBody:
    """The thresholds are these from the next refresh on; what is left out has its default."""
    changed = change_settings(session, settings=body.model_dump(), actor=caller.actor, now=utcnow())
    return InsightSettingsBody.model_validate(changed)


@router.post("/insight/refresh", status_code=202)
def start_refresh(
    caller: Annotated[Caller, Depends(require("segments.edit"))], session: BrandSession
) -> RefreshStarted:
    """A worker computes all traits as of now; the task centre shows how far it is."""
    return RefreshStarted(task_id=request_refresh(session, actor=caller.actor, now=utcnow()))
