"""What the modules offer one another and the outside: the one list of everything."""

from collections.abc import Callable
from typing import Any

import typer
from fastapi import APIRouter

from siyu.commerce.api import OrdersTarget, ProductsTarget, StoresTarget
from siyu.commerce.contracts import FACT_TYPES as COMMERCE_FACTS
from siyu.insight import tasks as insight_tasks
from siyu.insight.routes import router as insight_router
from siyu.intake import tasks as intake_tasks
from siyu.intake.api import CustomersTarget
from siyu.intake.contracts import ImportTarget
from siyu.kernel.facts import FactType, Subscription
from siyu.kernel.jobs import Job
from siyu.kernel.wiring import Wiring
from siyu.organisation.commands import brand_commands, user_commands
from siyu.organisation.routes import router as organisation_router
from siyu.people.routes import router as people_router

ROUTERS: tuple[APIRouter, ...] = (organisation_router, people_router, insight_router)
JOBS: tuple[Job, ...] = (*intake_tasks.JOBS, *insight_tasks.JOBS)
COMMANDS: dict[str, Callable[..., Any]] = {}
COMMAND_GROUPS: dict[str, typer.Typer] = {"brand": brand_commands, "user": user_commands}
SUBSCRIPTIONS: tuple[Subscription, ...] = (*insight_tasks.SUBSCRIPTIONS,)
FACT_TYPES: tuple[FactType, ...] = (*COMMERCE_FACTS,)

WIRING = Wiring(
    {
        Subscription: SUBSCRIPTIONS,
        FactType: FACT_TYPES,
        ImportTarget: (OrdersTarget(), CustomersTarget(), ProductsTarget(), StoresTarget()),
    }
)
