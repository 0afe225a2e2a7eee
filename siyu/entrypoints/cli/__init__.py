"""The `siyu` command: every module's commands under one name."""

import os
import sys
from typing import Annotated

import typer
from typer.main import get_group

from siyu.entrypoints.cli.context import CommandLine, tell
from siyu.entrypoints.cli.listing import listed_commands
from siyu.kernel.errors import SiyuError
from siyu.kernel.logs import configure_logs
from siyu.kernel.settings import Settings

app = typer.Typer(
    name="siyu",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Private-domain customer operations: know each customer, act, measure honestly.",
)


@app.callback()
def root(
    context: typer.Context,
    brand: Annotated[
        str | None, typer.Option(help="Code of the brand; needed only if there are several.")
    ] = None,
) -> None:
    """Settings come from the environment: SIYU_HOME (default ./.siyu), SIYU_DATABASE_URL, SIYU_LAKE, …"""
    settings = Settings.from_environment(os.environ)
    configure_logs("warning" if settings.log_level == "info" else settings.log_level)
    context.obj = CommandLine(settings, brand)


program = get_group(app)
for command in listed_commands():
    program.add_command(command)


def main() -> None:
    """Entry point of the `siyu` program: exit code 0, 2 for bad input, 1 for failure."""
    try:
        program()
    except SiyuError as refusal:
        sys.exit(tell(refusal))
