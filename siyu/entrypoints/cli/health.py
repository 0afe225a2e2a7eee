"""`siyu doctor`."""

import sys
from typing import Annotated

import typer

from siyu.entrypoints.cli.context import CommandLine
from siyu.entrypoints.doctor import examine
from siyu.kernel.terminal import PAGE, print_json


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
