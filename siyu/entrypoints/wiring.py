"""What the modules offer one another and the outside: the one list of everything."""

from collections.abc import Callable
from typing import Any

import typer
from fastapi import APIRouter

from siyu.campaigns import tasks as campaigns_tasks
from siyu.campaigns.commands import app as campaign_commands
from siyu.campaigns.contracts import FACT_TYPES as CAMPAIGN_FACTS
from siyu.campaigns.routes import router as campaigns_router
from siyu.commerce.api import OrdersTarget, ProductsTarget, StoresTarget
from siyu.commerce.contracts import FACT_TYPES as COMMERCE_FACTS
from siyu.commerce.routes import router as commerce_router
from siyu.experiments.commands import app as experiment_commands
from siyu.insight import tasks as insight_tasks
from siyu.insight.commands import lifecycle_command, refresh_command, rfm_command
from siyu.insight.contracts import FACT_TYPES as INSIGHT_FACTS
from siyu.insight.routes import router as insight_router
from siyu.intake import tasks as intake_tasks
from siyu.intake.api import CustomersTarget
from siyu.intake.commands import app as import_commands
from siyu.intake.contracts import ImportTarget
from siyu.intake.routes import events_router
from siyu.intake.routes import router as intake_router
from siyu.intake.rules.standard_events import FACT_TYPES as STANDARD_EVENTS
from siyu.kernel.facts import FactType, Subscription
from siyu.kernel.jobs import Job
from siyu.kernel.wiring import Wiring
from siyu.organisation.commands import brand_commands, user_commands
from siyu.organisation.routes import router as organisation_router
from siyu.outreach import tasks as outreach_tasks
from siyu.outreach.routes import router as outreach_router
from siyu.people.contracts import FACT_TYPES as PEOPLE_FACTS
from siyu.people.routes import router as people_router
from siyu.segments.commands import app as segment_commands
from siyu.segments.routes import customers_router
from siyu.segments.routes import router as segments_router

ROUTERS: tuple[APIRouter, ...] = (
    events_router,  # first, because it is asked most
    organisation_router,
    insight_router,
    outreach_router,
    intake_router,
    commerce_router,
    segments_router,
    campaigns_router,
    customers_router,  # before people: /customers/export is no customer_id
    people_router,
)
JOBS: tuple[Job, ...] = (*intake_tasks.JOBS, *insight_tasks.JOBS, *outreach_tasks.JOBS, *campaigns_tasks.JOBS)
COMMANDS: dict[str, Callable[..., Any]] = {
    "refresh": refresh_command,
    "rfm": rfm_command,
    "lifecycle": lifecycle_command,
}
COMMAND_GROUPS: dict[str, typer.Typer] = {
    "import": import_commands,
    "segment": segment_commands,
    "campaign": campaign_commands,
    "experiment": experiment_commands,
    "brand": brand_commands,
    "user": user_commands,
}
SUBSCRIPTIONS: tuple[Subscription, ...] = (*insight_tasks.SUBSCRIPTIONS, *campaigns_tasks.SUBSCRIPTIONS)
FACT_TYPES: tuple[FactType, ...] = (
    *COMMERCE_FACTS,
    *INSIGHT_FACTS,
    *PEOPLE_FACTS,
    *outreach_tasks.FACT_TYPES,
    *CAMPAIGN_FACTS,
    *STANDARD_EVENTS,
)

WIRING = Wiring(
    {
        Subscription: SUBSCRIPTIONS,
        FactType: FACT_TYPES,
        ImportTarget: (OrdersTarget(), CustomersTarget(), ProductsTarget(), StoresTarget()),
    }
)
