"""What a module's commands are handed: the chosen brand's code and the way to open the application."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as RichProgress

from siyu.kernel.settings import Settings

if TYPE_CHECKING:  # the engines take a second to import, and many a command needs none
    from siyu.kernel.app import App

NOTES = Console(stderr=True, highlight=False)
PAGE = Console(highlight=False)


class Terminal(Protocol):
    """`ctx.obj` of every command."""

    settings: Settings
    brand_code: str | None

    def app(self) -> "AbstractContextManager[App]":
        """The application, opened for the length of one command; PostgreSQL runs meanwhile.

        raises  NoHome if nothing was set up here
        """

    def finish(self, app: "App") -> None:
        """What a command left to do in the background is done: by the worker that runs, or here and now."""


def print_json(answer: Any) -> None:
    """The answer, and nothing else, on standard output."""
    sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2, default=str) + "\n")


@contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on standard error that follows `tell(step, done, total)`; gone when the block ends."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with RichProgress(*columns, console=NOTES, transient=True) as bar:
        task = bar.add_task("…", total=None)

        def tell(step: str, done: int, total: int) -> None:
            bar.update(task, description=step, completed=done, total=total or None)

        yield tell
