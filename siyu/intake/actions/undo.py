"""An import is taken back: the lake and the people are as they were before it."""

from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.intake.actions.imports import loading_of, target_of
from siyu.intake.contracts import ImportState
from siyu.intake.errors import ImportNotDone, ImportStillNeeded
from siyu.intake.models import ImportRun
from siyu.kernel.app import App
from siyu.kernel.audit import Actor, record
from siyu.kernel.errors import NotFound
from siyu.kernel.facts import Subscription, finish_batch, open_batch


def undo_import(app: App, *, brand_id: int, import_id: int, actor: Actor, now: datetime) -> dict[str, Any]:
    """Nothing of the import is left; whoever follows its facts hears of it. A second call changes nothing.

    returns  counts of what was removed
    raises   NotFound, ImportNotDone, ImportStillNeeded if a later import left rows out because this one had them
    effects  deletes by batch in the lake and in people; state undone; audit; one job a subscriber
    """
    with app.db.exclusive(f"import/{brand_id}"), app.lake.reading() as cursor:
        with app.db.transaction(brand_id=brand_id) as session:
            run = session.get(ImportRun, import_id)
            if run is None:
                raise NotFound(what="import", key=import_id)
            if run.state == ImportState.UNDONE:
                return {}
            _refuse_unless_last(session, run)
            session.expunge(run)
        loading = loading_of(app, cursor, run, now=now)
        target = target_of(app, loading.import_map.kind)
        counts = target.unload(loading)
        with app.db.transaction(brand_id=brand_id) as session:
            row = session.get(ImportRun, import_id)
            assert row is not None, "imports are never deleted"
            row.state, row.undone_at = ImportState.UNDONE.value, now
            record(
                session,
                actor=actor,
                action="import.undo",
                subject=("import", import_id),
                before=counts,
                now=now,
            )
            echo = open_batch(session, origin=f"undo:{import_id}", now=now)
            finish_batch(
                session, batch_id=echo, counts=dict.fromkeys(target.facts, 1),
                subscriptions=app.wiring.of(Subscription), now=now,
            )  # fmt: skip
    return counts


def _refuse_unless_last(session: Session, run: ImportRun) -> None:
    if run.state != ImportState.DONE or run.dry_run:
        raise ImportNotDone(import_id=run.import_id, state=run.state)
    later = session.scalar(
        text(
            "SELECT min(import_id) FROM import_run WHERE state = 'done' AND brand_id = :brand "
            "AND needs_batches @> to_jsonb(CAST(:batch AS bigint))"
        ),
        {"brand": run.brand_id, "batch": run.batch_id},
    )
    if later is not None:
        raise ImportStillNeeded(import_id=run.import_id, later=later)
