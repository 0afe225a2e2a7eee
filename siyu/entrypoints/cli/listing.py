"""Every command with its line of help; a command's module is imported when the command is chosen."""

from typing import Any

import typer
from typer.core import TyperCommand
from typer.main import get_command, get_group

from siyu.kernel.wiring import Later

COMMANDS: dict[str, tuple[Later, str]] = {
    "init": (
        Later("siyu.entrypoints.cli.home:init"),
        "Set up a home here (key, database, lake), or upgrade it to this program's version.",
    ),
    "serve": (
        Later("siyu.entrypoints.cli.running:serve"),
        "Run the server, the worker and (unless SIYU_DATABASE_URL is set) PostgreSQL until Ctrl-C.",
    ),
    "demo": (
        Later("siyu.entrypoints.cli.running:demo"),
        "Serve a simulated brand: 20,000 customers, two years of orders, a finished campaign. Ctrl-C stops it.",
    ),
    "worker": (
        Later("siyu.entrypoints.cli.running:worker"),
        "Run one more worker, for instance on another machine.",
    ),
    "doctor": (
        Later("siyu.entrypoints.cli.health:doctor"),
        "Check everything and say how to mend what is wrong. Exit code 1 if something is.",
    ),
    "backup": (
        Later("siyu.entrypoints.cli.home:backup_home"),
        "Write PostgreSQL and the lake, consistent with each other, to one file; the key file is not in it.",
    ),
    "restore": (
        Later("siyu.entrypoints.cli.home:restore_home"),
        "Bring back what a backup holds, checked member by member before anything is changed.",
    ),
    "refresh": (
        Later("siyu.insight.commands:refresh_command"),
        "Compute and store all traits as of now or an earlier moment; what changed is kept as history.",
    ),
    "rfm": (
        Later("siyu.insight.commands:rfm_command"),
        "Print the eight RFM classes, their thresholds, and the grid of scores.",
    ),
    "lifecycle": (
        Later("siyu.insight.commands:lifecycle_command"),
        "Print how many customers are in each of the five stages.",
    ),
    "trait": (
        Later("siyu.insight.commands:trait_commands"),
        "Traits: list them, try a definition, declare one of the brand's own.",
    ),
    "import": (
        Later("siyu.intake.commands.imports:app"),
        "Bring in files of orders, customers, products and stores.",
    ),
    "pull": (
        Later("siyu.intake.commands.pulls:app"),
        "Databases of others whose new rows come by themselves: list them, run one now.",
    ),
    "segment": (Later("siyu.segments.commands:app"), "Segments: named sets of customers."),
    "campaign": (
        Later("siyu.campaigns.commands:app"),
        "Campaigns: one-off sends and what they were worth.",
    ),
    "message": (Later("siyu.outreach.commands:app"), "Messages on their way."),
    "experiment": (
        Later("siyu.experiments.commands:app"),
        "Experiments: what a difference is worth, and how sure that is.",
    ),
    "consent": (
        Later("siyu.people.commands:consent_commands"),
        "Consent: the ledger, its seals, and proofs.",
    ),
    "brand": (Later("siyu.organisation.commands:brand_commands"), "The brands of this installation."),
    "key": (Later("siyu.privacy.commands:key_commands"), "The key of personal data: check and replace it."),
    "user": (Later("siyu.organisation.commands:user_commands"), "The people who work for a brand."),
}


class ListedCommand(TyperCommand):
    """A name and a line of help; it becomes the command itself when arguments are read."""

    def __init__(self, name: str, later: Later, help_line: str) -> None:
        super().__init__(name=name, callback=None, help=help_line)
        self._named, self._later = name, later

    def loaded(self) -> Any:
        """The command or group of commands that is meant; its module is imported now."""
        found = self._later.found()
        if isinstance(found, typer.Typer):
            command: Any = get_group(found)
        else:
            single = typer.Typer(add_completion=False)
            single.command()(found)
            command = get_command(single)
        command.name = self._named
        return command

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """The context of the command that is meant: whoever runs it runs that one."""
        return self.loaded().make_context(info_name, args, parent=parent, **extra)


def listed_commands() -> list[ListedCommand]:
    """One for each name, in the order in which they are shown."""
    return [ListedCommand(name, later, help_line) for name, (later, help_line) in COMMANDS.items()]
