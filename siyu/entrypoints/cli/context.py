"""The object every command is handed, and how refusals are told in a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager

from siyu.entrypoints.app import opened
from siyu.entrypoints.worker import work
from siyu.kernel.app import App
from siyu.kernel.db import Role
from siyu.kernel.errors import SiyuError
from siyu.kernel.jobs import worker_is_running
from siyu.kernel.settings import Settings
from siyu.kernel.terminal import NOTES

BAD_INPUT, FAILURE = 2, 1
FAILURES_FROM = 500


class CommandLine:
    """Implements kernel.terminal.Terminal over the environment's settings."""

    def __init__(self, settings: Settings, brand_code: str | None) -> None:
        self.settings = settings
        self.brand_code = brand_code

    @contextmanager
    def app(self) -> Iterator[App]:
        """The application, opened for one command."""
        with opened(self.settings) as app:
            yield app

    def finish(self, app: App) -> None:
        """What the command deferred is done: by the worker that runs, or here and now."""
        with app.db.transaction(brand_id=None, role=Role.PUMP) as session:
            somebody_works = worker_is_running(session)
        if not somebody_works:
            work(app, once=True)


def tell(refusal: SiyuError) -> int:
    """The refusal stands on standard error.

    returns  the exit code: 2 for bad input, 1 for a failure
    """
    NOTES.print(f"[red]siyu:[/red] {refusal.message}", markup=True, soft_wrap=True)
    return FAILURE if refusal.status >= FAILURES_FROM else BAD_INPUT
