"""Folders and buckets are made destinations, opened and tried."""

import json
from dataclasses import asdict
from datetime import datetime

from sqlalchemy.orm import Session

from siyu.destinations.actions.destinations import add_destination, check_name
from siyu.destinations.actions.secrets import secret_context
from siyu.destinations.contracts import BucketKeys, BucketSettings, DestinationKind
from siyu.destinations.errors import DestinationOfOtherKind
from siyu.destinations.gateways.places import Place, bucket_place, folder_place
from siyu.destinations.gateways.web import addresses_now, check_addresses
from siyu.destinations.models import Destination
from siyu.destinations.rules.addresses import target_of
from siyu.destinations.rules.exporting import checked_folder
from siyu.kernel.app import App
from siyu.kernel.audit import Actor
from siyu.kernel.db import brand_of
from siyu.organisation.api import brand_info


def create_folder(
    app: App, session: Session, *, name: str, folder: str, actor: Actor, now: datetime, third_party: bool = True
) -> Destination:  # fmt: skip
    """Exports may be written to a folder of the brand, below the one that the operator sets aside (SIYU_OUT).

    raises   BadFolder, DestinationNameTaken, DestinationUnreachable
    effects  the folder; one row in destination; audit destination.created
    """
    check_name(session, name)
    settings = {"folder": checked_folder(folder)}
    destination = add_destination(
        session, kind=DestinationKind.FOLDER, name=name, settings=settings, secret_sealed=None, actor=actor, now=now,
        third_party=third_party,
    )  # fmt: skip
    place_of(app, session, destination)
    return destination


def create_bucket(
    app: App, session: Session, *, name: str, settings: BucketSettings, keys: BucketKeys, actor: Actor, now: datetime,
    third_party: bool = True,
) -> Destination:  # fmt: skip
    """Exports may be written to a bucket; its keys are sealed and never shown.

    raises   BadDestinationAddress, PrivateDestination, BadFolder, DestinationNameTaken
    effects  one row in destination; audit destination.created, without the keys
    """
    check_name(session, name)
    if settings.prefix:
        checked_folder(settings.prefix)
    checked_folder(settings.bucket)
    _check_endpoint(app, settings)
    sealed = app.cipher.encrypt(json.dumps(asdict(keys)), context=secret_context(brand_of(session)))
    return add_destination(
        session, kind=DestinationKind.BUCKET, name=name, settings=asdict(settings), secret_sealed=sealed, actor=actor,
        now=now, third_party=third_party,
    )  # fmt: skip


def place_of(app: App, session: Session, destination: Destination) -> Place:
    """Where a destination's files go, opened; a bucket's address is looked at again.

    raises  DestinationOfOtherKind, BadFolder, PrivateDestination, DestinationUnreachable
    """
    if destination.kind == DestinationKind.FOLDER.value:
        code = brand_info(session, brand_id=destination.brand_id).code
        return folder_place(app.settings.out_path, brand_code=code, folder=destination.settings["folder"])
    if destination.kind != DestinationKind.BUCKET.value:
        raise DestinationOfOtherKind(
            destination_id=destination.destination_id, kind=destination.kind, wanted="folder | bucket"
        )
    assert destination.secret_sealed is not None, "a bucket has its keys until it is removed"
    settings = BucketSettings(**destination.settings)
    _check_endpoint(app, settings)
    context = secret_context(destination.brand_id)
    keys = json.loads(app.cipher.decrypt(bytes(destination.secret_sealed), context=context))
    return bucket_place(settings, BucketKeys(**keys))


def _check_endpoint(app: App, settings: BucketSettings) -> None:
    if settings.endpoint:
        allowed = app.settings.private_destinations
        target = target_of(settings.endpoint, private_allowed=allowed)
        check_addresses(target, addresses_now(target), private_allowed=allowed)
