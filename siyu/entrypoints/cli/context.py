"""The object every command is handed, and how refusals are told in a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from siyu.kernel.errors import SiyuError
from siyu.kernel.settings import Settings
from siyu.kernel.terminal import NOTES
from siyu.kernel.wiring import Later

if TYPE_CHECKING:
    from siyu.kernel.app import App

BAD_INPUT, FAILURE = 2, 1
FAILURES_FROM = 500
# The engines take a second to import: commands that open nothing do without them.
OPENED = Later("siyu.entrypoints.app:opened")
FINISH_DEFERRED = Later("siyu.entrypoints.cli.finishing:finish_deferred")


class CommandLine:
    """Implements kernel.terminal.Terminal over the environment's settings."""

    def __init__(self, settings: Settings, brand_code: str | None) -> None:
        self.settings = settings
        self.brand_code = brand_code

    @contextmanager
    def app(self) -> Iterator["App"]:
        """The application, opened for one command."""
        with OPENED.found()(self.settings) as app:
            yield app

    def finish(self, app: "App") -> None:
        """What the command deferred is done: by the worker that runs, or here and now."""
        FINISH_DEFERRED.found()(app)


def tell(refusal: SiyuError) -> int:
    """The refusal stands on standard error.

    returns  the exit code: 2 for bad input, 1 for a failure
    """
    NOTES.print(f"[red]siyu:[/red] {refusal.message}", markup=True, soft_wrap=True)
    return FAILURE if refusal.status >= FAILURES_FROM else BAD_INPUT
