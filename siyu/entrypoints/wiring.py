"""What the modules offer one another and the outside: the one list of everything."""

from collections.abc import Callable
from typing import Any

import typer
from fastapi import APIRouter

from siyu.kernel.facts import FactType, Subscription
from siyu.kernel.jobs import Job
from siyu.kernel.wiring import Wiring
from siyu.organisation import routes as organisation_routes

ROUTERS: tuple[APIRouter, ...] = (organisation_routes.router,)
JOBS: tuple[Job, ...] = ()
COMMANDS: dict[str, Callable[..., Any]] = {}
COMMAND_GROUPS: dict[str, typer.Typer] = {}
SUBSCRIPTIONS: tuple[Subscription, ...] = ()
FACT_TYPES: tuple[FactType, ...] = ()

WIRING = Wiring({Subscription: SUBSCRIPTIONS, FactType: FACT_TYPES})
