"""Insight over HTTP: the brand at a glance, the traits there are, one customer's story, the thresholds."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlalchemy.orm import Session

from siyu.insight.actions import declared as declaring
from siyu.insight.actions.refresh_task import request_refresh
from siyu.insight.actions.settings import change_settings
from siyu.insight.contracts import CLASS_LABELS, STAGE_LABELS, TraitUser
from siyu.insight.queries import declared
from siyu.insight.queries.declared_preview import preview_trait, with_names
from siyu.insight.queries.declared_shown import (
    facts_shown,
    own_trait,
    own_traits,
    preview_shown,
    versions_shown,
)
from siyu.insight.queries.history import history_of, reason_of
from siyu.insight.queries.home import metrics_of
from siyu.insight.queries.listing import every_trait, users_by_trait
from siyu.insight.queries.moment import reading
from siyu.insight.queries.property_values import property_of, values_held
from siyu.insight.queries.summary import summary
from siyu.insight.queries.traits import traits_of
from siyu.insight.queries.view import insight_settings
from siyu.insight.schemas import (
    CustomerInsight,
    FactOut,
    InsightSettingsBody,
    MetricsOut,
    OwnTraitEdit,
    OwnTraitIn,
    OwnTraitOut,
    OwnTraitTrial,
    OwnTraitVersions,
    RefreshStarted,
    SummaryOut,
    TraitOut,
    TraitPreviewOut,
    TraitUsesOut,
    TraitVersionOut,
    ValuesOut,
)
from siyu.kernel.app import App
from siyu.kernel.clock import utcnow
from siyu.kernel.http import AppDep
from siyu.kernel.parameters import Id
from siyu.organisation.access import BrandSession, require
from siyu.organisation.contracts import Caller

router = APIRouter(tags=["insight"])
traits_router = APIRouter(prefix="/traits", tags=["insight"])
READ = [Depends(require("segments.read"))]
Editor = Annotated[Caller, Depends(require("segments.edit"))]
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
    return [TraitOut.model_validate(one) for one in every_trait(app, session)]


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


@traits_router.get("/facts", dependencies=READ)
def list_trait_facts(app: AppDep, session: BrandSession) -> list[FactOut]:
    """The facts that a trait of the brand's own may be over, with their properties."""
    ground = declared.ground_of(app, session)
    return [FactOut.model_validate(one) for one in facts_shown(ground)]


@traits_router.get("/facts/{fact_name}/values", dependencies=READ)
def list_property_values(
    fact_name: str,
    property_name: Annotated[str, Query(alias="property", max_length=64)],
    app: AppDep,
    session: BrandSession,
    as_of: AsOf = None,
) -> ValuesOut:
    """The commonest values of a text property of a fact, to choose from when a condition is written."""
    of = property_of(declared.ground_of(app, session), fact=fact_name, name=property_name)
    with reading(app, session, as_of=as_of, now=utcnow()) as (cursor, brand, moment):
        found = values_held(cursor, brand, of, as_of=moment)
    return ValuesOut.model_validate(found)


@traits_router.get("/uses", dependencies=READ)
def list_trait_uses(app: AppDep, session: BrandSession) -> list[TraitUsesOut]:
    """The traits that something names, built in or the brand's own, with the traits and segments that do."""
    found = users_by_trait(session, app.wiring.of(TraitUser))
    return [TraitUsesOut.model_validate({"name": name, "used_by": uses}) for name, uses in found.items()]


@traits_router.get("/own", dependencies=READ)
def list_own_traits(app: AppDep, session: BrandSession) -> list[OwnTraitOut]:
    """The traits that the brand declared itself, with what they use and what uses them."""
    ground = declared.ground_of(app, session)
    found = own_traits(session, ground, app.wiring.of(TraitUser))
    return [OwnTraitOut.model_validate(one) for one in found]


@traits_router.post("/own", status_code=201)
def define_own_trait(body: OwnTraitIn, app: AppDep, caller: Editor, session: BrandSession) -> OwnTraitOut:
    """A new trait at version 1, usable in segments at once."""
    declaring.define_trait(
        session, ground=declared.ground_of(app, session), name=body.name, label=body.label.model_dump(),
        definition=body.definition, actor=caller.actor, now=utcnow(),
    )  # fmt: skip
    return _own_trait(app, session, body.name)


@traits_router.post("/own/preview", dependencies=READ)
def preview_own_trait(
    body: OwnTraitTrial,
    app: AppDep,
    session: BrandSession,
    caller: Annotated[Caller, Depends(require("segments.read"))],
) -> TraitPreviewOut:
    """What a definition gives, without storing it: how many customers, how values spread, some customers masked."""
    ground = declared.ground_of(app, session)
    after = declaring.tried(ground, name=body.name, definition=body.definition)
    with reading(app, session, as_of=body.as_of, now=utcnow()) as (cursor, brand, moment):
        found = preview_trait(
            cursor, brand, ground=ground, name=body.name, after=after, as_of=moment, sample=body.sample
        )
    if "customers.read" in caller.permissions:
        found = with_names(session, found, cipher=app.cipher)
    return TraitPreviewOut.model_validate(preview_shown(found))


@traits_router.get("/own/{trait_name}", dependencies=READ)
def read_own_trait(trait_name: str, app: AppDep, session: BrandSession) -> OwnTraitOut:
    """One trait that the brand declared itself."""
    return _own_trait(app, session, trait_name)


@traits_router.get("/own/{trait_name}/versions", dependencies=READ)
def list_own_trait_versions(trait_name: str, app: AppDep, session: BrandSession) -> OwnTraitVersions:
    """All versions of a trait of the brand's own, archived or not."""
    found = versions_shown(session, declared.ground_of(app, session), name=trait_name)
    return OwnTraitVersions(versions=[TraitVersionOut.model_validate(one) for one in found])


@traits_router.patch("/own/{trait_name}")
def change_own_trait(
    trait_name: str, body: OwnTraitEdit, app: AppDep, caller: Editor, session: BrandSession
) -> OwnTraitOut:
    """The trait at its next version."""
    declaring.change_trait(
        session, ground=declared.ground_of(app, session), users=app.wiring.of(TraitUser), name=trait_name,
        version=body.version, label=None if body.label is None else body.label.model_dump(),
        definition=body.definition, actor=caller.actor, now=utcnow(),
    )  # fmt: skip
    return _own_trait(app, session, trait_name)


@traits_router.delete("/own/{trait_name}", status_code=204)
def archive_own_trait(trait_name: str, app: AppDep, caller: Editor, session: BrandSession) -> None:
    """The trait is offered no more and its name is free; what uses it refuses."""
    declaring.archive_trait(
        session, ground=declared.ground_of(app, session), users=app.wiring.of(TraitUser), name=trait_name,
        actor=caller.actor, now=utcnow(),
    )  # fmt: skip


def _own_trait(app: App, session: Session, name: str) -> OwnTraitOut:
    ground = declared.ground_of(app, session)
    return OwnTraitOut.model_validate(own_trait(session, ground, app.wiring.of(TraitUser), name=name))
