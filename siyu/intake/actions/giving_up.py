"""An import whose job or program is gone for good ends with its task: done if its rows were visible, else undone."""

from datetime import datetime

from sqlalchemy import select

from siyu.intake.actions.endings import (
    end_run,
    finish_run,
    import_lock,
    in_lake,
    loading_of,
    target_of,
)
from siyu.intake.contracts import OPEN_STATES, ImportState
from siyu.intake.errors.files import ImportBusy
from siyu.intake.models import ImportRun
from siyu.kernel.app import App
from siyu.kernel.longwork import Cancelled


def give_up_import(app: App, *, brand_id: int, task_id: int, error: Exception, now: datetime) -> None:
    """The import of this task is not open any more. Again changes nothing.

    raises   ImportBusy while another import or undo of the brand is at work: to be tried again
    effects  as finish_run where the rows were visible already; else all of it is taken back, and `error` is the reason
    """
    with app.db.exclusive(import_lock(brand_id), waiting=_busy):
        with app.db.transaction(brand_id=brand_id) as session:
            run = session.scalar(select(ImportRun).where(ImportRun.task_id == task_id))
            session.expunge_all()
        if run is None or run.state not in OPEN_STATES:
            return
        if run.state == ImportState.RUNNING:
            with app.lake.reading() as cursor:
                loading = loading_of(app, cursor, run, now=now)
                target = target_of(app, loading.import_map.kind)
                if in_lake(cursor, run):
                    finish_run(app, run, target, run.counts, now)
                    return
                target.unload(loading)
        state = ImportState.CANCELLED if isinstance(error, Cancelled) else ImportState.FAILED
        end_run(app, run, state, now=now, error=error)


def _busy() -> None:
    raise ImportBusy
