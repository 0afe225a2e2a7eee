"""What a module's commands are handed and print with: the brand's code, the application, files and pages."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as RichProgress

from siyu.kernel.errors import BadInput
from siyu.kernel.settings import Settings

if TYPE_CHECKING:  # the engines take a second to import, and many a command needs none
    from siyu.kernel.app import App

NOTES = Console(stderr=True, highlight=False)
PAGE = Console(highlight=False)
FILE_BYTES_MAX = 5_000_000


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


def json_file(file: Path, *, option: str, example: str) -> Any:
    """The JSON in a file that an option names, or on standard input for `-`.

    raises  BadInput, with an example of what to write
    limits  5 MB
    """
    try:
        text = sys.stdin.read(FILE_BYTES_MAX) if str(file) == "-" else _text_of(file)
        return json.loads(text)
    except (OSError, ValueError, RecursionError) as failure:
        raise BadInput(
            what=f"{option} {file}",
            why=f"it cannot be read as JSON ({str(failure)[:200]})",
            remedy=f"Write a file such as {example}.",
        ) from failure


def _text_of(file: Path) -> str:
    if file.stat().st_size > FILE_BYTES_MAX:
        raise ValueError(f"it is larger than {FILE_BYTES_MAX:,} bytes")
    return file.read_text(encoding="utf-8-sig")


@contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on standard error that follows `tell(step, done, total)`; gone when the block ends."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with RichProgress(*columns, console=NOTES, transient=True) as bar:
        task = bar.add_task("…", total=None)

        def tell(step: str, done: int, total: int) -> None:
            bar.update(task, description=step, completed=done, total=total or None)

        yield tell
