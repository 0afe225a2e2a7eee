"""Commands about the installation itself: init, backup, restore."""

from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from siyu.entrypoints.app import database_running, opened, set_up
from siyu.entrypoints.cli.context import CommandLine
from siyu.kernel.backup import backup, restore
from siyu.kernel.clock import utcnow
from siyu.kernel.crypto import Cipher
from siyu.kernel.migrations import database_revision, known_revisions
from siyu.kernel.processes import ServiceLock
from siyu.kernel.settings import Settings
from siyu.kernel.terminal import NOTES, progress_bar


def init(context: typer.Context) -> None:
    """Set up a home here (key, database, lake), or upgrade it to this program's version."""
    line: CommandLine = context.obj
    set_up(line.settings)
    NOTES.print(f"Ready: {line.settings.home}. Next: siyu brand add CODE NAME; siyu serve")


def backup_home(
    context: typer.Context,
    target: Annotated[Path, typer.Argument(help="The file to write, such as siyu.tar.")],
) -> None:
    """Write PostgreSQL and the lake, consistent with each other, to one file; the key file is not in it."""
    line: CommandLine = context.obj
    with opened(line.settings) as app, progress_bar() as tell:
        manifest = backup(
            url=line.settings.migration_database_url or app.db.url, lake_path=line.settings.lake_path, target=target,
            version=version("siyu"), schema_revision=database_revision(app.db.url)[1],
            key_id="+".join(app.cipher.key_ids),
            now=utcnow(), folders=_folders(line.settings), progress=tell,
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
                source=source, url=line.settings.migration_database_url or url, lake_path=line.settings.lake_path,
                key_id="+".join(cipher.key_ids), known_revisions=known_revisions(), overwrite=overwrite,
                folders=_folders(line.settings), progress=tell,
            )  # fmt: skip
        set_up(line.settings)
    NOTES.print(f"Restored into {line.settings.home}")


def _folders(settings: Settings) -> dict[str, Path]:
    """What a backup keeps beside database and lake: the rejects of imports, sealed with the key.

    Files that wait to be imported are not in it: they can be sent again, and their import says so.
    """
    return {"imports": settings.home / "imports"}
