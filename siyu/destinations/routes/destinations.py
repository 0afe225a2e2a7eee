"""Destinations over HTTP: make, change, approve, pause, look at what went there, send it again."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from siyu.destinations.actions import destinations as actions
from siyu.destinations.actions.delivering import letters_of
from siyu.destinations.actions.places import create_bucket, create_folder
from siyu.destinations.actions.replaying import replay
from siyu.destinations.actions.replaying import try_destination as tried
from siyu.destinations.contracts import (
    BucketKeys,
    BucketSettings,
    Choice,
    DeliveryState,
    Traffic,
    WebhookSettings,
)
from siyu.destinations.models import Delivery, DeliveryAttempt, Destination
from siyu.destinations.queries import deliveries as logs
from siyu.destinations.queries import destinations as queries
from siyu.destinations.rules.payload import delivery_name
from siyu.destinations.rules.retrying import outcome_of
from siyu.destinations.schemas import (
    AttemptOut,
    BucketCreate,
    DeliveryOut,
    DeliveryPage,
    DeliveryWhole,
    DestinationList,
    DestinationOut,
    DestinationRefusal,
    DestinationSecret,
    FolderCreate,
    OfferedFact,
    Replayed,
    ReplayIn,
    TrafficOut,
    TrialAnswer,
    WebhookChange,
    WebhookCreate,
)
from siyu.intake.api import masked
from siyu.kernel.clock import utcnow
from siyu.kernel.facts import FactType
from siyu.kernel.http import AppDep
from siyu.kernel.parameters import LARGEST_ID, Id
from siyu.organisation.access import BrandSession, require, require_person
from siyu.organisation.contracts import Caller
from siyu.organisation.errors import NotAllowed

router = APIRouter(prefix="/destinations", tags=["destinations"])
READ = [Depends(require("destinations.read"))]
Reader = Annotated[Caller, Depends(require("destinations.read"))]
Editor = Annotated[Caller, Depends(require("destinations.edit"))]
SecretEditor = Annotated[Caller, Depends(require_person("destinations.edit"))]
Approver = Annotated[Caller, Depends(require_person("destinations.approve"))]
Before = Annotated[int | None, Query(ge=1, le=LARGEST_ID)]
Limit = Annotated[int, Query(ge=1, le=logs.PAGE_MAX)]


@router.get("", dependencies=READ)
def list_destinations(app: AppDep, session: BrandSession) -> DestinationList:
    """The brand's destinations, the newest first, with what goes there."""
    traffic = queries.traffic(session, now=utcnow())
    items = [_out(one, traffic) for one in queries.destinations(session)]
    return DestinationList(items=items, total=len(items), private_allowed=app.settings.private_destinations)


@router.get("/facts", dependencies=READ)
def list_destination_facts(app: AppDep, session: BrandSession) -> list[OfferedFact]:
    """Every kind of fact that a destination can be told of."""
    offered = queries.offered_facts(session, fact_types=app.wiring.of(FactType))
    return [OfferedFact.model_validate(one) for one in offered]


@router.post("/webhooks", status_code=201)
def add_destination_webhook(
    body: WebhookCreate, app: AppDep, caller: SecretEditor, session: BrandSession
) -> DestinationSecret:
    """A new webhook; its signing secret is shown this once."""
    _check_reveals(caller, with_identities=body.with_identities)
    made, secret = actions.create_webhook(
        app, session, name=body.name, settings=WebhookSettings(body.url, tuple(body.facts)),
        with_identities=body.with_identities, reason=body.reason, actor=caller.actor, now=utcnow(),
        third_party=body.third_party,
    )  # fmt: skip
    return DestinationSecret(destination=_out(made), secret=secret)


@router.post("/folders", status_code=201)
def add_destination_folder(
    body: FolderCreate, app: AppDep, caller: Editor, session: BrandSession
) -> DestinationOut:
    """A folder below the one that the operator sets aside, to which exports may be written."""
    made = create_folder(
        app, session, name=body.name, folder=body.folder, actor=caller.actor, now=utcnow(),
        third_party=body.third_party,
    )  # fmt: skip
    return _out(made)


@router.post("/buckets", status_code=201)
def add_destination_bucket(
    body: BucketCreate, app: AppDep, caller: SecretEditor, session: BrandSession
) -> DestinationOut:
    """A bucket that speaks as S3 does, to which exports may be written; its keys are never shown."""
    made = create_bucket(
        app, session, name=body.name, keys=BucketKeys(body.access_key, body.secret_key),
        settings=BucketSettings(body.endpoint, body.region, body.bucket, body.prefix), actor=caller.actor, now=utcnow(),
        third_party=body.third_party,
    )  # fmt: skip
    return _out(made)


@router.get("/{destination_id}", dependencies=READ)
def read_destination(destination_id: Id, session: BrandSession) -> DestinationOut:
    """One destination with what goes there."""
    found = queries.destination_by_id(session, destination_id=destination_id)
    return _out(found, queries.traffic(session, now=utcnow()))


@router.put("/webhooks/{destination_id}")
def change_destination_webhook(
    destination_id: Id, body: WebhookChange, app: AppDep, caller: Editor, session: BrandSession
) -> DestinationOut:
    """The webhook is called so, goes there and is told of these facts from now on.

    One that tells who customers are is changed by whoever may see that.
    """
    before = queries.destination_by_id(session, destination_id=destination_id)
    _check_reveals(caller, with_identities=before.with_identities)
    changed = actions.change_webhook(
        app, session, destination_id=destination_id, name=body.name,
        settings=WebhookSettings(body.url, tuple(body.facts)), actor=caller.actor, now=utcnow(),
    )  # fmt: skip
    return _out(changed)


@router.post("/{destination_id}/approve")
def approve_destination(destination_id: Id, caller: Approver, session: BrandSession) -> DestinationOut:
    """A second person agrees, and things go there."""
    done = actions.approve_destination(
        session, destination_id=destination_id, actor=caller.actor, now=utcnow()
    )
    return _out(done)


@router.post("/{destination_id}/refuse")
def refuse_destination(
    destination_id: Id, body: DestinationRefusal, caller: Approver, session: BrandSession
) -> DestinationOut:
    """Nothing goes there, and the destination says why."""
    done = actions.refuse_destination(
        session, destination_id=destination_id, note=body.note, actor=caller.actor, now=utcnow()
    )
    return _out(done)


@router.post("/{destination_id}/pause")
def pause_destination(destination_id: Id, caller: Editor, session: BrandSession) -> DestinationOut:
    """Nothing goes there until somebody resumes it; what happens meanwhile waits."""
    return _out(
        actions.pause_destination(session, destination_id=destination_id, actor=caller.actor, now=utcnow())
    )


@router.post("/{destination_id}/resume")
def resume_destination(destination_id: Id, caller: Editor, session: BrandSession) -> DestinationOut:
    """What waits goes there at once, and failures are counted anew."""
    return _out(
        actions.resume_destination(session, destination_id=destination_id, actor=caller.actor, now=utcnow())
    )


@router.delete("/{destination_id}", status_code=204)
def remove_destination(destination_id: Id, caller: Editor, session: BrandSession) -> None:
    """Nothing goes there any more; what waited is dropped."""
    actions.remove_destination(session, destination_id=destination_id, actor=caller.actor, now=utcnow())


@router.post("/{destination_id}/secret")
def change_destination_secret(
    destination_id: Id, app: AppDep, caller: SecretEditor, session: BrandSession
) -> DestinationSecret:
    """A new signing secret, shown this once; for 24 hours the former one signs too."""
    changed, secret = actions.change_secret(
        app, session, destination_id=destination_id, actor=caller.actor, now=utcnow()
    )
    return DestinationSecret(destination=_out(changed), secret=secret)


@router.post("/{destination_id}/test")
def try_destination(destination_id: Id, app: AppDep, caller: Editor) -> TrialAnswer:
    """What a webhook answers to a body without any event, or whether a folder or bucket takes a file."""
    answer = tried(
        app, brand_id=caller.brand.brand_id, destination_id=destination_id, actor=caller.actor, now=utcnow()
    )
    return TrialAnswer(
        outcome=outcome_of(answer), status=answer.status, latency_ms=answer.latency_ms, excerpt=masked(answer.excerpt)
    )  # fmt: skip


@router.get("/{destination_id}/deliveries", dependencies=READ)
def list_deliveries(
    destination_id: Id, session: BrandSession, state: Annotated[list[DeliveryState] | None, Query()] = None,
    before_id: Before = None, limit: Limit = 50,
) -> DeliveryPage:  # fmt: skip
    """What went or goes to a destination, newest first, with what came of the last attempt."""
    queries.destination_by_id(session, destination_id=destination_id)
    found, following = logs.deliveries_page(
        session, destination_id=destination_id, states=state or (), before_id=before_id, limit=limit
    )
    last = logs.last_attempts(session, delivery_ids=[one.delivery_id for one in found])
    return DeliveryPage(items=[_delivery(one, last.get(one.delivery_id)) for one in found], next_id=following)


@router.get("/{destination_id}/deliveries/{delivery_id}", dependencies=READ)
def read_delivery(destination_id: Id, delivery_id: Id, app: AppDep, session: BrandSession) -> DeliveryWhole:
    """One delivery with its attempts, and the body as it would be sent now."""
    destination = queries.destination_by_id(session, destination_id=destination_id)
    found = logs.delivery_by_id(session, destination_id=destination_id, delivery_id=delivery_id)
    attempts = logs.attempts_of(session, delivery_id=delivery_id)
    body = None
    if not destination.with_identities:
        body = next(letters_of(app, session, destination, [found], now=utcnow())).body
    return DeliveryWhole(
        delivery=_delivery(found, attempts[0] if attempts else None),
        attempts=[AttemptOut.model_validate(one) for one in attempts], body=body.decode() if body else None,
    )  # fmt: skip


@router.post("/{destination_id}/replay")
def replay_deliveries(destination_id: Id, body: ReplayIn, caller: Editor, session: BrandSession) -> Replayed:
    """The chosen deliveries are sent again under their old ids."""
    choice = Choice(tuple(body.delivery_ids), tuple(body.states), body.since, body.until)
    count, more = replay(
        session, destination_id=destination_id, choice=choice, actor=caller.actor, now=utcnow()
    )
    return Replayed(deliveries=count, more=more)


def _check_reveals(caller: Caller, *, with_identities: bool) -> None:
    """Returns if somebody may send there who customers are, where that is told.

    raises  NotAllowed
    """
    if with_identities and "customers.reveal" not in caller.permissions:
        raise NotAllowed(permission="customers.reveal")


def _out(destination: Destination, traffic: dict[int, Traffic] | None = None) -> DestinationOut:
    out = DestinationOut.model_validate(destination.info())
    if traffic is not None:
        out.traffic = TrafficOut.model_validate(
            traffic.get(destination.destination_id, Traffic()), from_attributes=True
        )
    return out


def _delivery(delivery: Delivery, last: DeliveryAttempt | None) -> DeliveryOut:
    shown = {
        name: getattr(delivery, name) for name in DeliveryOut.model_fields if name not in ("last", "name")
    }
    return DeliveryOut(
        **shown, name=delivery_name(delivery.delivery_id),
        last=AttemptOut.model_validate(last) if last is not None else None,
    )  # fmt: skip
