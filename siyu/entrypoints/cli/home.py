"""Commands about the installation itself: init, serve, worker, demo, doctor, backup, restore."""

import sys
from typing import Annotated

import typer

from siyu.entrypoints.app import opened, set_up
from siyu.entrypoints.cli.context import CommandLine
from siyu.entrypoints.doctor import examine
from siyu.entrypoints.serving import serve_home
from siyu.entrypoints.worker import work
from siyu.kernel.terminal import NOTES, PAGE, print_json


def add_to(app: typer.Typer) -> None:
    """The commands stand at the top level of `app`."""
    for function in (init, serve, worker, doctor):
        app.command()(function)


def init(context: typer.Context) -> None:
    """Set up a home here (key, database, lake), or upgrade it to this program's version."""
    line: CommandLine = context.obj
    set_up(line.settings)
    NOTES.print(f"Ready: {line.settings.home}")


def serve(context: typer.Context) -> None:
    """Run the server, the worker and (unless SIYU_DATABASE_URL is set) PostgreSQL until Ctrl-C."""
    line: CommandLine = context.obj
    set_up(line.settings)
    serve_home(line.settings, demo=False)


def worker(context: typer.Context) -> None:
    """Run one more worker, for instance on another machine."""
    line: CommandLine = context.obj
    with opened(line.settings) as app:
        work(app)


def doctor(
    context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="Machine-readable.")] = False
) -> None:
    """Check everything and say how to mend what is wrong. Exit code 1 if something is."""
    line: CommandLine = context.obj
    findings = examine(line.settings)
    if as_json:
        print_json([finding.as_json() for finding in findings])
    else:
        for finding in findings:
            PAGE.print(finding.line())
    sys.exit(1 if any(not finding.well for finding in findings) else 0)
