"""Many customers get or lose a tag at once: asked for, done by a task in one transaction, taken back as one."""

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.app import App
from siyu.kernel.audit import Actor, record
from siyu.kernel.crypto import Cipher
from siyu.kernel.db import brand_of
from siyu.kernel.errors import NotFound
from siyu.kernel.jobs import defer
from siyu.kernel.longwork import Progress, announce_task
from siyu.people.actions.stage import stage
from siyu.people.actions.tagging import ByWhom, tag_customers
from siyu.people.contracts import OUR_NUMBER
from siyu.people.errors import BadPhone, TagArchived, TagRunNotUndoable
from siyu.people.models import TagRun
from siyu.people.queries.tags import TagInfo, tag_info
from siyu.people.rules.identities import normal_value
from siyu.people.rules.tags import numbers_in

TAG_JOB, UNDO_JOB = "people.tag_customers", "people.undo_tagging"
KIND, UNDO_KIND = "tagging", "tagging_undo"
CUSTOMERS_A_STEP = 50_000

Customers = Callable[[Session], Iterable[int]]

LOOK_UP = """
    SELECT DISTINCT i.customer_id FROM staged_list s
    JOIN customer_identity i ON i.brand_id = :brand AND i.namespace = :namespace AND i.value_index = s.value_index
"""
OURS = "SELECT c.customer_id FROM staged_list s JOIN customer c ON c.customer_id = s.customer_id"

KEEP_TARGETS = """
    INSERT INTO tag_run_target (tag_run_id, customer_id, brand_id)
    SELECT :run, one, :brand FROM unnest(CAST(:customers AS bigint[])) one
"""

TAKE_BACK = """
    WITH taken AS (
        DELETE FROM customer_tag WHERE tag_id = :tag AND tag_run_id = :run RETURNING customer_id, tag_id
    )
    INSERT INTO customer_tag_change (brand_id, customer_id, tag_id, added, source, changed_by, at)
    SELECT :brand, customer_id, tag_id, false, 'hand', :by, :now FROM taken
    RETURNING customer_id
"""

# What the run took comes back as it was worn, unless something was said of it since, or another of an exclusive
# group took its place.
GIVE_BACK = """
    WITH lost AS (
        SELECT h.customer_id, h.tag_id, p.source, p.changed_by, p.at, p.tag_run_id
        FROM customer_tag_change h
        JOIN tag t ON t.tag_id = h.tag_id JOIN tag_group g ON g.tag_group_id = t.tag_group_id
        CROSS JOIN LATERAL (
            SELECT * FROM customer_tag_change p
            WHERE p.customer_id = h.customer_id AND p.tag_id = h.tag_id AND p.added
              AND p.customer_tag_change_id < h.customer_tag_change_id
            ORDER BY p.customer_tag_change_id DESC LIMIT 1
        ) p
        WHERE h.tag_run_id = :run AND NOT h.added
          AND NOT EXISTS (SELECT FROM customer_tag_change l WHERE l.customer_id = h.customer_id
                          AND l.tag_id = h.tag_id AND l.customer_tag_change_id > h.customer_tag_change_id)
          AND NOT (g.exclusive AND EXISTS (
              SELECT FROM customer_tag w JOIN tag o ON o.tag_id = w.tag_id
              WHERE w.customer_id = h.customer_id AND o.tag_group_id = g.tag_group_id))
    ), given AS (
        INSERT INTO customer_tag (customer_id, tag_id, brand_id, source, tagged_by, tagged_at, tag_run_id)
        SELECT customer_id, tag_id, :brand, source, changed_by, at, tag_run_id FROM lost
        ON CONFLICT (customer_id, tag_id) DO NOTHING RETURNING customer_id, tag_id
    )
    INSERT INTO customer_tag_change (brand_id, customer_id, tag_id, added, source, changed_by, at)
    SELECT :brand, customer_id, tag_id, true, 'hand', :by, :now FROM given
    RETURNING customer_id
"""


@dataclass(frozen=True, slots=True)
class RunAsked:
    """A run that a task will do: how many customers of a list are known, and how many of its lines nobody knows."""

    tag_run_id: int
    task_id: int
    known: int
    unknown: int


def open_run(
    session: Session,
    *,
    tag: TagInfo,
    adds: bool,
    source: str,
    title: str,
    actor: Actor,
    now: datetime,
    unknown: int = 0,
) -> TagRun:
    """A run stands with its task; whoever asks defers the job that does it.

    raises   TagArchived
    effects  tag_run, a task; audit customers.tagged
    """
    if adds and tag.archived:
        raise TagArchived(tag=tag.name)
    name = f"{tag.group_name}/{tag.name}"
    task_id = announce_task(session, kind=KIND, title=f"{name} · {title}", actor=actor, now=now)
    run = TagRun(
        brand_id=brand_of(session), tag_id=tag.tag_id, adds=adds, source=source, title=title, task_id=task_id,
        unknown=unknown, started_by=actor.label, created_at=now,
    )  # fmt: skip
    session.add(run)
    session.flush()
    record(
        session, actor=actor, action="customers.tagged", subject=("tag_run", run.tag_run_id),
        after={"tag": name, "adds": adds, "by": source, "title": title}, now=now,
    )  # fmt: skip
    return run


def request_tagging(
    session: Session,
    *,
    cipher: Cipher,
    tag_id: int,
    adds: bool,
    content: str,
    known_by: str,
    title: str,
    actor: Actor,
    now: datetime,
) -> RunAsked:
    """The customers of a list will get or lose the tag; only their numbers are kept until then, and not the list.

    `known_by`: the namespace of the list's first column, or customer_id.

    raises   NotFound, TagArchived, BadTagFile
    effects  a run with its customers, a task, a job
    limits   100,000 lines
    """
    tag = tag_info(session, tag_id=tag_id)
    listed = numbers_in(content)
    customers = _listed(session, cipher, listed, known_by)
    unknown = len(listed) - len(customers)
    run = open_run(
        session,
        tag=tag,
        adds=adds,
        source="import",
        title=title,
        actor=actor,
        now=now,
        unknown=max(0, unknown),
    )
    session.execute(
        text(KEEP_TARGETS), {"run": run.tag_run_id, "brand": brand_of(session), "customers": customers}
    )
    defer(session, TAG_JOB, brand_id=brand_of(session), task_id=run.task_id, tag_run_id=run.tag_run_id)
    return RunAsked(run.tag_run_id, run.task_id, len(customers), run.unknown)


def run_tagging(app: App, *, brand_id: int, tag_run_id: int, customers: Customers, now: datetime) -> None:
    """Everybody meant wears the tag, or nobody does any more: one transaction. Run again it changes nothing.

    raises   NotFound, TagArchived, Cancelled; nothing has changed then
    effects  customer_tag, customer_tag_change, the run and its task ended
    """
    with app.db.transaction(brand_id=brand_id) as session:
        known = session.get(TagRun, tag_run_id)
        if known is None:
            raise NotFound(what="tagging", key=tag_run_id)
        task_id = known.task_id
    progress = Progress(lambda: app.db.transaction(brand_id=brand_id), task_id)
    if not progress.start(now=now):
        return
    with app.db.transaction(brand_id=brand_id) as session:
        run = session.get_one(TagRun, tag_run_id, with_for_update=True)
        tag = tag_info(session, tag_id=run.tag_id)
        by = ByWhom(run.source, run.started_by, tag_run_id)
        meant = list(customers(session))
        changed = 0
        for done in range(0, len(meant), CUSTOMERS_A_STEP):
            progress.at("tagging", done=done, total=len(meant))
            part = meant[done : done + CUSTOMERS_A_STEP]
            changed += tag_customers(session, customer_ids=part, tag=tag, adds=run.adds, by=by, now=now)
        session.execute(text("DELETE FROM tag_run_target WHERE tag_run_id = :run"), {"run": tag_run_id})
        run.customers, run.finished_at = changed, now
        session.flush()
        result = {"tag_run_id": tag_run_id, "customers": changed, "meant": len(meant), "unknown": run.unknown}
        Progress(lambda: nullcontext(session), task_id).end("done", now=now, result=result)


def listed_customers(session: Session, *, tag_run_id: int) -> list[int]:
    """The customers that a list meant."""
    query = text("SELECT customer_id FROM tag_run_target WHERE tag_run_id = :run ORDER BY customer_id")
    return list(session.scalars(query, {"run": tag_run_id}))


def request_undo(session: Session, *, tag_run_id: int, actor: Actor, now: datetime) -> int:
    """What the run changed will be as before, but for what somebody changed since.

    returns  the task's number
    raises   NotFound, TagRunNotUndoable
    effects  the run is undone, a task, a job; audit tag_run.undone
    """
    run = session.get(TagRun, tag_run_id, with_for_update=True)
    if run is None:
        raise NotFound(what="tagging", key=tag_run_id)
    if run.undone_at is not None:
        raise TagRunNotUndoable(tag_run_id=tag_run_id, state="undone already", state_zh="已撤销过")
    if run.finished_at is None:
        raise TagRunNotUndoable(tag_run_id=tag_run_id, state="not finished", state_zh="尚未完成")
    tag = tag_info(session, tag_id=run.tag_id)
    run.undone_by, run.undone_at = actor.label, now
    title = f"{tag.group_name}/{tag.name} · {run.title}"
    task_id = announce_task(session, kind=UNDO_KIND, title=title, actor=actor, now=now)
    record(session, actor=actor, action="tag_run.undone", subject=("tag_run", tag_run_id), now=now)
    defer(session, UNDO_JOB, brand_id=brand_of(session), task_id=task_id, tag_run_id=tag_run_id)
    return task_id


def undo_tagging(app: App, *, brand_id: int, task_id: int, tag_run_id: int, now: datetime) -> None:
    """What the run changed is as it was before it, but for what was changed since. Run again it changes nothing.

    effects  customer_tag, customer_tag_change, the task ended
    """
    progress = Progress(lambda: app.db.transaction(brand_id=brand_id), task_id)
    if not progress.start(now=now):
        return
    with app.db.transaction(brand_id=brand_id) as session:
        run = session.get_one(TagRun, tag_run_id, with_for_update=True)
        said = {
            "brand": brand_id, "run": tag_run_id, "tag": run.tag_id, "by": run.undone_by or "", "now": now,
        }  # fmt: skip
        progress.at("tagging")
        changed = set(session.scalars(text(TAKE_BACK), said))
        changed |= set(session.scalars(text(GIVE_BACK), said))
        result = {"tag_run_id": tag_run_id, "customers": len(changed)}
        Progress(lambda: nullcontext(session), task_id).end("done", now=now, result=result)


def _listed(session: Session, cipher: Cipher, listed: list[str], known_by: str) -> list[int]:
    """The customers that the first column of a list names; who is not known is left out."""
    if known_by == OUR_NUMBER:
        ours = [(int(one),) for one in listed if one.isdecimal() and len(one) < 19]  # noqa: PLR2004 -- a BIGINT
        stage(session, "staged_list", "customer_id bigint", ours)
        return sorted(set(session.scalars(text(OURS))))
    brand_id = brand_of(session)
    keys = []
    for one in listed:
        try:
            normal = normal_value(known_by, one)
            keys += [(index,) for index in cipher.blind_indexes(normal, context=f"{brand_id}/{known_by}")]
        except BadPhone:
            continue
    stage(session, "staged_list", "value_index bytea", keys)
    return sorted(session.scalars(text(LOOK_UP), {"brand": brand_id, "namespace": known_by}))
