"""`siyu key …`: how the key of personal data stands, a new one beside it, the old one gone, an old one put back."""

import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from siyu.kernel.audit import COMMAND_LINE
from siyu.kernel.clock import utcnow
from siyu.kernel.crypto import LOOK_EVERY_SECONDS
from siyu.kernel.terminal import NOTES, Terminal, print_json
from siyu.privacy.actions.keys import add_new_key, finish_rotation, put_back_key, reseal_all
from siyu.privacy.queries.keys import key_status

key_commands = typer.Typer(no_args_is_help=True, help="The key of personal data: check and replace it.")


@key_commands.command("check")
def check(context: typer.Context) -> None:
    """Say which keys there are and what is under which, as JSON. Exit code 1 if something does not open."""
    terminal: Terminal = context.obj
    with terminal.app() as app:
        status = key_status(app)
    print_json(asdict(status))
    if any(brand.unreadable for brand in status.brands):
        NOTES.print("Some values open with no key of this file. Put the right one back: siyu key add FILE")
        raise typer.Exit(1)


@key_commands.command("rotate")
def rotate(context: typer.Context) -> None:
    """Put a new key beside the one in use, or go on with a change that was begun, and bring everything under it."""
    terminal: Terminal = context.obj
    with terminal.app() as app:
        version = add_new_key(app, now=utcnow())
        time.sleep(2 * LOOK_EVERY_SECONDS)  # by then the server and the worker have seen it
        brands = reseal_all(app, actor=COMMAND_LINE, now=utcnow())
        NOTES.print(
            f"Key {version} is in use. Keep a copy of {app.settings.key_file}, and of the old one as long as you keep "
            f"backups made with it. {len(brands)} brands are being brought under it; see `siyu key check`, then "
            "`siyu key finish`.",
            markup=False,
        )
        terminal.finish(app)


@key_commands.command("finish")
def finish(context: typer.Context) -> None:
    """Take the old key out of the key file, if nothing is left under it."""
    terminal: Terminal = context.obj
    with terminal.app() as app:
        gone = finish_rotation(app, actor=COMMAND_LINE, now=utcnow())
    NOTES.print(f"Gone from the key file: {', '.join(str(version) for version in gone)}")


@key_commands.command("add")
def add(
    context: typer.Context, source: Annotated[Path, typer.Argument(help="A safe copy of an older key file.")]
) -> None:
    """Put an older key back beside the one in use, so that an older backup can be restored and read."""
    terminal: Terminal = context.obj
    with terminal.app() as app:
        added = put_back_key(app, source)
    NOTES.print(f"Added: {', '.join(str(version) for version in added) or 'nothing new'}")
