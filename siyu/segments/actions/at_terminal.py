"""A list or a snapshot made by a command: the same task, done by the program itself, which shows how far it is."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from siyu.intake.api import followed, look_at_list, new_upload, seal_stream, upload_id_of
from siyu.kernel.app import App
from siyu.kernel.audit import Actor
from siyu.kernel.errors import NotFound
from siyu.kernel.longwork import Listener, LongTask, Progress
from siyu.segments.actions.definitions import Sources
from siyu.segments.actions.lists import ListOrder, announce_list, make_list, unknown_path
from siyu.segments.actions.snapshots import announce_snapshot, take_snapshot
from siyu.segments.queries.stored import segment_named


def list_from_file(
    app: App,
    *,
    brand_id: int,
    file: Path,
    order: ListOrder,
    unknown: Path | None,
    actor: Actor,
    now: datetime,
) -> dict[str, Any]:
    """The customers of the file are members of the list that the order names, which is new or there already.

    Column and namespace are the likeliest where the order leaves them open.

    returns  the result of the task, with the column and the namespace
    raises   what `announce_list` and `make_list` raise
    effects  `unknown`, if given: the lines that name nobody, masked
    """
    upload = new_upload(app.settings.home, cipher=app.cipher, brand_id=brand_id, file_name=file.name)
    with file.open("rb") as stream:
        seal_stream(stream, path=upload.path, context=upload.context, cipher=app.cipher)
    look = look_at_list(upload)
    with app.db.transaction(brand_id=brand_id) as session:
        try:
            there = segment_named(session, name=order.name).segment_id
        except NotFound:
            there = None
        wanted = replace(
            order, upload_id=upload_id_of(upload), column=order.column or look.column, segment_id=there,
            known_by=order.known_by or look.known_by,
        )  # fmt: skip
        task_id, wanted = announce_list(
            session, home=app.settings.home, cipher=app.cipher, order=wanted, actor=actor, now=now
        )

    def work(listener: Listener) -> None:
        make_list(
            app, brand_id=brand_id, task_id=task_id, order=wanted, actor=actor, now=now, listener=listener
        )

    result = _done(app, brand_id, task_id, file.name, work, now=now)
    left = unknown_path(app.settings.home, brand_id=brand_id, task_id=task_id)
    if unknown is not None and left.exists():
        unknown.write_bytes(left.read_bytes())
    return {**result, "column": wanted.column, "known_by": wanted.known_by}


def snapshot_now(
    app: App,
    *,
    brand_id: int,
    segment: str,
    name: str,
    as_of: datetime | None,
    sources: Callable[[Any], Sources],
    actor: Actor,
    now: datetime,
) -> dict[str, Any]:
    """Whom the segment of this name has is a segment of its own.

    returns  the result of the task
    raises   what `announce_snapshot` and `take_snapshot` raise
    """
    with app.db.transaction(brand_id=brand_id) as session:
        found = segment_named(session, name=segment)
        task_id, order = announce_snapshot(
            session, segment_id=found.segment_id, name=name, description="", as_of=as_of, sources=sources(session),
            actor=actor, now=now,
        )  # fmt: skip

    def work(listener: Listener) -> None:
        take_snapshot(
            app, brand_id=brand_id, task_id=task_id, order=order, actor=actor, now=now, listener=listener
        )

    return _done(app, brand_id, task_id, name, work, now=now)


def _done(
    app: App, brand_id: int, task_id: int, title: str, work: Callable[[Listener], None], *, now: datetime
) -> dict[str, Any]:
    """The task has ended, well or not; its result."""
    try:
        with followed(app, brand_id=brand_id, task_id=task_id, title=title) as listener:
            work(listener)
    except Exception as failure:
        Progress(lambda: app.db.transaction(brand_id=brand_id), task_id).fail(failure, now=now)
        raise
    with app.db.transaction(brand_id=brand_id) as session:
        return dict(session.get_one(LongTask, task_id).result or {})
