"""Commands about the installation itself: init, serve, worker, demo, doctor, backup, restore."""

import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from siyu.demo.api import demo_logins, load_demo
from siyu.entrypoints.app import database_running, opened, set_up
from siyu.entrypoints.cli.context import CommandLine
from siyu.entrypoints.doctor import examine
from siyu.entrypoints.serving import serve_home
from siyu.entrypoints.worker import work
from siyu.kernel.backup import backup, restore
from siyu.kernel.clock import utcnow
from siyu.kernel.crypto import Cipher
from siyu.kernel.migrations import database_revision, known_revisions
from siyu.kernel.processes import ServiceLock
from siyu.kernel.terminal import NOTES, PAGE, print_json, progress_bar


def add_to(app: typer.Typer) -> None:
    """The commands stand at the top level of `app`."""
    for function in (init, serve, demo, worker, doctor, backup_home, restore_home):
        app.command(function.__name__.removesuffix("_home"))(function)


def init(context: typer.Context) -> None:
    """Set up a home here (key, database, lake), or upgrade it to this program's version."""
    line: CommandLine = context.obj
    set_up(line.settings)
    NOTES.print(f"Ready: {line.settings.home}. Next: siyu brand add CODE NAME; siyu serve")


def serve(context: typer.Context) -> None:
    """Run the server, the worker and (unless SIYU_DATABASE_URL is set) PostgreSQL until Ctrl-C."""
    line: CommandLine = context.obj
    serve_home(line.settings, demo=False, prepare=lambda: set_up(line.settings))


def demo(context: typer.Context) -> None:
    """Serve a simulated brand: 20,000 customers, two years of orders, a finished campaign. Ctrl-C stops it."""
    line: CommandLine = context.obj

    def prepare() -> None:
        started = time.monotonic()
        set_up(line.settings)
        with opened(line.settings) as app:
            load_demo(app, clock=utcnow, say=lambda step: NOTES.print(f"  {step} …"))
        NOTES.print(f"  ready after {time.monotonic() - started:.1f} s; starting server and worker …")

    logins = "\n".join(f"  {one['login']:<6} {one['password']}   ({one['role']})" for one in demo_logins())
    serve_home(line.settings, demo=True, prepare=prepare, greeting=f"Demo logins:\n{logins}")


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


def backup_home(
    context: typer.Context,
    target: Annotated[Path, typer.Argument(help="The file to write, such as siyu.tar.")],
) -> None:
    """Write PostgreSQL and the lake, consistent with each other, to one file; the key file is not in it."""
    line: CommandLine = context.obj
    with opened(line.settings) as app, progress_bar() as tell:
        manifest = backup(
            url=app.db.url, lake_path=line.settings.lake_path, target=target, version=version("siyu"),
            schema_revision=database_revision(app.db.url)[1], key_id=app.cipher.key_id, now=utcnow(), progress=tell,
        )  # fmt: skip
    NOTES.print(
        f"{target}: {len(manifest.members)} members. Keep {line.settings.key_file} somewhere safe, apart from it."
    )


def restore_home(
    context: typer.Context,
    source: Annotated[Path, typer.Argument(help="A file that `siyu backup` wrote.")],
    overwrite: Annotated[bool, typer.Option(help="Replace what this home holds.")] = False,
) -> None:
    """Bring back what a backup holds, checked member by member before anything is changed."""
    line: CommandLine = context.obj
    with ServiceLock(line.settings.home).held(f"siyu restore {source}"):  # nobody serves meanwhile
        cipher = Cipher.from_file(line.settings.key_file)
        with database_running(line.settings) as url, progress_bar() as tell:
            restore(
                source=source, url=url, lake_path=line.settings.lake_path, key_id=cipher.key_id,
                known_revisions=known_revisions(), overwrite=overwrite, progress=tell,
            )  # fmt: skip
        set_up(line.settings)
    NOTES.print(f"Restored into {line.settings.home}")
