"""A person at a terminal sees how far a task is, and may stop it with Ctrl-C."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from siyu.kernel.app import App
from siyu.kernel.audit import COMMAND_LINE
from siyu.kernel.errors import SiyuError
from siyu.kernel.longwork import Listener, ask_to_cancel, owner_lock
from siyu.kernel.terminal import NOTES


@contextmanager
def followed(app: App, *, brand_id: int, task_id: int, title: str) -> Iterator[Listener]:
    """While the block runs, its progress stands on standard error; Ctrl-C asks the task to stop at its next step.

    The task is this program's meanwhile. A second Ctrl-C stops the program at once; a worker, or the next import, takes
    back what this one left.
    """
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"), TimeElapsedColumn(),
        console=NOTES, transient=True,
    )  # fmt: skip
    with app.db.exclusive(owner_lock(task_id)), bar:
        line = bar.add_task(title, total=None)

        def tell(step: str, done: int, total: int) -> None:
            bar.update(line, description=f"{title}: {step}", completed=done, total=total or None)

        with _cancelled_by_interrupt(app, brand_id, task_id):
            yield tell


@contextmanager
def _cancelled_by_interrupt(app: App, brand_id: int, task_id: int) -> Iterator[None]:
    def cancel() -> None:
        with suppress(SiyuError), app.db.transaction(brand_id=brand_id) as session:
            ask_to_cancel(session, task_id=task_id, actor=COMMAND_LINE)

    def interrupted(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        NOTES.print("Stopping at the next step; Ctrl-C again stops at once.")
        threading.Thread(target=cancel, daemon=True).start()

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, interrupted)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
