"""What the modules offer one another and the outside: the one list of everything.

Most of it is named and not imported (`Later`): the server needs routes, the worker jobs, an import its targets.
Commands are listed in cli/listing.py. tests/house/test_wiring.py sees that every name exists and none is forgotten.
"""

from functools import partial
from typing import Any

from siyu.campaigns.contracts import FACT_TYPES as CAMPAIGN_FACTS
from siyu.commerce.contracts import FACT_TYPES as COMMERCE_FACTS
from siyu.insight.contracts import FACT_TYPES as INSIGHT_FACTS
from siyu.insight.contracts import TraitUser
from siyu.intake.contracts import DatabaseReader, ImportTarget
from siyu.intake.rules.standard_events import FACT_TYPES as STANDARD_EVENTS
from siyu.kernel.abandoned import LongWork
from siyu.kernel.app import App
from siyu.kernel.facts import FactType, Subscription
from siyu.kernel.jobs import Job
from siyu.kernel.notices import Watch
from siyu.kernel.sealing import SealedPart
from siyu.kernel.wiring import Later, Wiring
from siyu.outreach.contracts import MESSAGE_EVENT, SendGuard
from siyu.people.contracts import FACT_TYPES as PEOPLE_FACTS
from siyu.people.contracts import MergePart
from siyu.privacy.contracts import Keeping, PersonPart

ROUTERS = (
    Later("siyu.intake.routes:events_router"),  # first, because it is asked most
    Later("siyu.intake.routes:pages_router"),
    Later("siyu.organisation.routes:router"),
    Later("siyu.insight.routes:router"),
    Later("siyu.insight.routes:traits_router"),
    Later("siyu.outreach.routes:router"),
    Later("siyu.intake.routes:router"),
    Later("siyu.commerce.routes:router"),
    Later("siyu.segments.routes:router"),
    Later("siyu.campaigns.routes:router"),
    Later("siyu.destinations.routes:router"),
    Later("siyu.segments.routes:customers_router"),  # before people: /customers/export is no customer_id
    Later("siyu.people.routes:router"),
    Later("siyu.privacy.routes:router"),
)
# Outside the API: their addresses stand in messages and in the brand's own pages, and nobody signs in.
ROOT_ROUTERS = (
    Later("siyu.outreach.routes.opt_out:pages"),
    Later("siyu.intake.routes:scripts_router"),
)
JOB_NAMES: dict[str, tuple[str, ...]] = {
    "siyu.organisation.tasks": ("organisation.watch",),
    "siyu.people.tasks": (
        "people.follow_identities",
        "people.tag_customers",
        "people.undo_tagging",
        "people.change_namespace",
        "people.change_identity_limit",
        "people.seal_consents",
        "people.verify_consents",
    ),
    "siyu.privacy.tasks": (
        "privacy.erase",
        "privacy.export",
        "privacy.drop_export",
        "privacy.reseal",
        "privacy.night",
        "privacy.tidy_lake",
    ),
    "siyu.intake.tasks": (
        "intake.compact_lake",
        "intake.clean_lake",
        "intake.move_old_ids",
        "intake.forget_webhook_bodies",
        "intake.replay_rejects",
        "intake.run_import",
        "intake.undo_import",
        "intake.forget_uploads",
        "intake.run_pull",
    ),
    "siyu.insight.tasks": (
        "insight.refresh",
        "insight.refresh_batch",
        "insight.refresh_declared",
        "insight.refresh_rested",
    ),
    "siyu.outreach.tasks": ("outreach.send",),
    "siyu.destinations.tasks": (
        "destinations.plan",
        "destinations.deliver",
        "destinations.export",
        "destinations.start_exports",
    ),
    "siyu.segments.tasks": (
        "segments.export",
        "segments.drop_export",
        "segments.tag_members",
        "segments.make_list",
        "segments.take_snapshot",
    ),
    "siyu.campaigns.tasks": (
        "campaigns.launch",
        "campaigns.assign",
        "campaigns.settle",
        "campaigns.prove",
        "campaigns.drop_proof",
    ),
}
FACT_TYPES: tuple[FactType, ...] = (
    *COMMERCE_FACTS,
    *INSIGHT_FACTS,
    *PEOPLE_FACTS,
    MESSAGE_EVENT,
    *CAMPAIGN_FACTS,
    *STANDARD_EVENTS,
)
SALES_AND_PEOPLE = frozenset({"order", "order_line", "refund", "customer_saved", "identities_followed"})
SUBSCRIPTIONS: tuple[Subscription, ...] = (
    Subscription(
        "insight.refresh_batch",
        SALES_AND_PEOPLE,
    ),
    Subscription("insight.refresh_declared", frozenset(one.name for one in FACT_TYPES) - SALES_AND_PEOPLE),
    Subscription("campaigns.settle", frozenset({"message_event"})),
    Subscription("destinations.plan", frozenset(one.name for one in FACT_TYPES)),
)

WIRING = Wiring(
    {
        Subscription: SUBSCRIPTIONS,
        FactType: FACT_TYPES,
        MergePart: (
            Later("siyu.outreach.actions.parting:MERGE_PARTS"),
            Later("siyu.campaigns.queries.persons:MERGE_PARTS"),
        ),
        SendGuard: (Later("siyu.campaigns.queries.persons:SEND_GUARDS"),),
        LongWork: (
            Later("siyu.privacy.tasks:LONG_WORK"),
            Later("siyu.intake.tasks:LONG_WORK"),
            Later("siyu.campaigns.tasks:LONG_WORK"),
            Later("siyu.destinations.tasks:LONG_WORK"),
        ),
        Watch: (
            Later("siyu.organisation.actions.watching:WATCHES"),
            Later("siyu.people.queries.watching:WATCHES"),
            Later("siyu.intake.queries.watching:WATCHES"),
        ),
        SealedPart: (
            Later("siyu.organisation.actions.resealing:SEALED_PARTS"),
            Later("siyu.people.actions.reseal:SEALED_PARTS"),
            Later("siyu.people.actions.reseal_fields:SEALED_PARTS"),
            Later("siyu.privacy.actions.resealing:SEALED_PARTS"),
            Later("siyu.intake.actions.resealing:SEALED_PARTS"),
            Later("siyu.outreach.actions.resealing:SEALED_PARTS"),
            Later("siyu.destinations.actions.resealing:SEALED_PARTS"),
        ),
        Keeping: (
            Later("siyu.intake.actions.keeping:KEEPINGS"),
            Later("siyu.privacy.actions.keeping:KEEPINGS"),
            Later("siyu.destinations.actions.keeping:KEEPINGS"),
        ),
        PersonPart: (
            Later("siyu.intake.actions.persons:PERSON_PARTS"),
            Later("siyu.segments.actions.persons:PERSON_PARTS"),
            Later("siyu.outreach.actions.persons:PERSON_PARTS"),
            Later("siyu.campaigns.actions.persons:PERSON_PARTS"),
            Later("siyu.insight.actions.persons:PERSON_PARTS"),
        ),
        TraitUser: (Later("siyu.segments.actions.naming:TRAIT_USERS"),),
        ImportTarget: (Later("siyu.entrypoints.targets:IMPORT_TARGETS"),),
        DatabaseReader: (Later("siyu.intake.gateways:READERS"),),
    }
)


def jobs_of(module: str) -> tuple[Job, ...]:
    """The jobs that a module offers; it is imported now."""
    offered: tuple[Job, ...] = Later(f"{module}:JOBS").found()
    return offered


def _run_job(module: str, name: str, app: App, **arguments: Any) -> None:
    """The job of this name has run; its module is imported when the first of its jobs runs."""
    next(job for job in jobs_of(module) if job.name == name).run(app, **arguments)


JOBS = tuple(
    Job(name, partial(_run_job, module, name)) for module, names in JOB_NAMES.items() for name in names
)
