"""A new key beside the old: begun, carried through brand by brand, finished; and an old one put back."""

import os
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.app import App
from siyu.kernel.audit import Actor, record
from siyu.kernel.crypto import KEY_BYTES, index_key_of, read_keys, write_keys
from siyu.kernel.jobs import defer
from siyu.kernel.longwork import Progress, announce_task
from siyu.kernel.sealing import SealedPart
from siyu.organisation.api import all_brands
from siyu.privacy.errors import KeyNumberTaken, KeyStillUsed, NoOldKey
from siyu.privacy.queries.keys import key_status

Clock = Callable[[], datetime]
RESEAL_JOB = "privacy.reseal"
ENDED = "UPDATE key_rotation SET finished_at = :now WHERE finished_at IS NULL AND version = :version"
BEGAN = """
    INSERT INTO key_rotation (version, key_id, started_at) VALUES (:version, :key_id, :now)
    ON CONFLICT (version) DO NOTHING
"""


def add_new_key(app: App, *, now: datetime) -> int:
    """A new key stands in the key file beside the one in use, and is what is written with from now on.

    With two keys in the file a change has begun already: nothing is added, and it goes on.

    returns  the newest key's number
    raises   KeyFileBroken, KeyFileUnsafe
    effects  the key file, exchanged as a whole; key_rotation
    """
    secrets, indexes = read_keys(app.settings.key_file)
    if len(secrets) == 1:
        secrets[max(secrets) + 1] = os.urandom(KEY_BYTES)
        write_keys(app.settings.key_file, secrets, indexes)
    app.cipher.refresh()
    with app.db.transaction(brand_id=None) as session:
        given = {"version": app.cipher.version, "key_id": app.cipher.key_id, "now": now}
        session.execute(text(BEGAN), given)
    return app.cipher.version


def reseal_all(app: App, *, actor: Actor, now: datetime) -> list[int]:
    """Every brand has a task by which all that is sealed comes under the newest key.

    returns  the brands
    effects  long_task, a job each; audit key.rotated
    """
    with app.db.transaction(brand_id=None) as session:
        brands = [brand.brand_id for brand in all_brands(session)]
    for brand_id in brands:
        with app.db.transaction(brand_id=brand_id) as session:
            request_reseal(session, brand_id=brand_id, version=app.cipher.version, actor=actor, now=now)
    return brands


def request_reseal(session: Session, *, brand_id: int, version: int, actor: Actor, now: datetime) -> int:
    """The brand has such a task; two of one brand wait for each other.

    returns  the task's number
    """
    task_id = announce_task(session, kind="key_rotation", title=f"#{version}", actor=actor, now=now)
    defer(session, RESEAL_JOB, lock=f"{RESEAL_JOB}/{brand_id}", brand_id=brand_id, task_id=task_id)
    record(
        session, actor=actor, action="key.rotated", subject=("key", version), after={"version": version}, now=now
    )  # fmt: skip
    return task_id


def run_reseal(app: App, *, brand_id: int, task_id: int, clock: Clock) -> int:
    """Everything of the brand that was sealed with an older key is sealed with the newest.

    Killed or cancelled anywhere nothing is lost: what is not through yet is read with the key it has.

    returns  how much it was
    raises   Cancelled
    effects  sealed columns and files, thousands in a transaction; the task's end
    """
    progress = Progress(lambda: app.db.transaction(brand_id=brand_id), task_id)
    if not progress.start(now=clock()):
        return 0
    app.cipher.refresh()
    parts: Sequence[SealedPart] = app.wiring.of(SealedPart)
    total, done = sum(part.left(app, brand_id=brand_id) for part in parts), 0
    for part in parts:
        while number := part.reseal(app, brand_id=brand_id):
            done += number
            progress.at("resealing", done=done, total=max(done, total))
    progress.end("done", now=clock(), result={"resealed": done, "version": app.cipher.version})
    return done


def finish_rotation(app: App, *, actor: Actor, now: datetime) -> tuple[int, ...]:
    """The older keys are gone from the key file. Of those by whose index alone something is found the index stays.

    returns  the numbers of the keys that went
    raises   NoOldKey, KeyStillUsed
    effects  the key file, exchanged as a whole; key_rotation; audit key.finished in each brand
    """
    status = key_status(app)
    if len(status.readable) == 1:
        raise NoOldKey
    left = {one.code: sum(one.left.values()) for one in status.brands if any(one.left.values())}
    if left:
        told = ", ".join(f"{code} {count:,}" for code, count in left.items())
        raise KeyStillUsed(left=told)
    secrets, indexes = read_keys(app.settings.key_file)
    newest = max(secrets)
    older = {version: index_key_of(secret) for version, secret in secrets.items() if version != newest}
    needed = any(one.by_index_alone for one in status.brands)
    write_keys(app.settings.key_file, {newest: secrets[newest]}, {**indexes, **older} if needed else {})
    app.cipher.refresh()
    with app.db.transaction(brand_id=None) as session:
        session.execute(text(ENDED), {"now": now, "version": newest})
    for brand in status.brands:
        with app.db.transaction(brand_id=brand.brand_id) as session:
            record(
                session, actor=actor, action="key.finished", subject=("key", newest),
                after={"removed": len(older), "index_kept": needed}, now=now,
            )  # fmt: skip
    return tuple(older)


def put_back_key(app: App, source: Path) -> tuple[int, ...]:
    """The keys of a safe copy stand in the key file again, under the numbers they had; what they sealed is readable.

    returns  their numbers
    raises   KeyFileBroken, KeyFileUnsafe, KeyNumberTaken
    effects  the key file, exchanged as a whole
    """
    secrets, indexes = read_keys(app.settings.key_file)
    found, _ = read_keys(source)
    for version, secret in found.items():
        if secrets.get(version, secret) != secret:
            raise KeyNumberTaken(version=version, source=source)
    added = tuple(version for version in found if version not in secrets)
    write_keys(app.settings.key_file, {**found, **secrets}, indexes)
    app.cipher.refresh()
    return added
