"""`siyu pull …`: databases of others; they are set up in the console, where a trial shows what would come in."""

from typing import Annotated, Any

import typer
from rich.table import Table

from siyu.intake.actions.endings import run_of
from siyu.intake.actions.following import followed
from siyu.intake.actions.imports import run_import
from siyu.intake.actions.pulling import run_pull
from siyu.intake.actions.pulls import request_pull
from siyu.intake.queries import pulls
from siyu.kernel.app import App
from siyu.kernel.audit import COMMAND_LINE
from siyu.kernel.clock import utcnow
from siyu.kernel.longwork import Cancelled
from siyu.kernel.terminal import NOTES, PAGE, Terminal, print_json
from siyu.organisation.api import chosen_brand
from siyu.organisation.contracts import BrandInfo

app = typer.Typer(
    no_args_is_help=True,
    help="Databases of others whose new rows come by themselves: list them, run one now.",
)
INTERRUPTED = 130
COLUMNS = ("pull_id", "title", "database", "kind", "every_minutes", "enabled", "cursor_value", "looked_at")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else, on standard output.")]


@app.command("list")
def list_pulls(context: typer.Context, as_json: AsJson = False) -> None:
    """List the pulls, where each stands, and what became of its last run."""
    terminal: Terminal = context.obj
    with terminal.app() as application:
        brand = _brand(terminal, application)
        with application.db.transaction(brand_id=brand.brand_id) as session:
            last = pulls.last_runs(session)
            found = [
                {name: getattr(pull, name) for name in COLUMNS}
                | {"last_run": last[pull.pull_id].state if pull.pull_id in last else None}
                for pull in pulls.pulls(session)
            ]
    if as_json:
        print_json(found)
        return
    table = Table(*COLUMNS, "last_run", box=None)
    for line in found:
        table.add_row(*("" if cell is None else str(cell) for cell in line.values()))
    PAGE.print(table)


@app.command("run")
def run(context: typer.Context, pull_id: int, as_json: AsJson = False) -> None:
    """Read what is new now, and bring it in."""
    terminal: Terminal = context.obj
    with terminal.app() as application:
        brand = _brand(terminal, application)
        try:
            answer = _run(application, brand, pull_id)
        except Cancelled as cancelled:
            NOTES.print(cancelled.message, markup=False)
            raise typer.Exit(INTERRUPTED) from cancelled
        terminal.finish(application)
    if as_json:
        print_json(answer)
        return
    if not answer["rows"]:
        NOTES.print("Nothing is new.")
        return
    what = f"import {answer['import_id']}" if answer["import_id"] else "events on their way"
    NOTES.print(f"{answer['rows']:,} rows read up to {answer['to_value']}: {what}.", markup=False)


def _run(application: App, brand: BrandInfo, pull_id: int) -> dict[str, Any]:
    brand_id = brand.brand_id
    with application.db.transaction(brand_id=brand_id) as session:
        title = pulls.pull_by_id(session, pull_id=pull_id).title
        begun = request_pull(session, pull_id=pull_id, actor=COMMAND_LINE, now=utcnow(), in_background=False)
        pull_run_id, task_id = begun.pull_run_id, begun.task_id
    with followed(application, brand_id=brand_id, task_id=task_id, title=title) as listener:
        import_id = run_pull(
            application, brand_id=brand_id, pull_run_id=pull_run_id, clock=utcnow, listener=listener,
            in_background=False,
        )  # fmt: skip
    if import_id is not None:
        task_id = run_of(application, brand_id=brand_id, import_id=import_id).task_id
        with followed(application, brand_id=brand_id, task_id=task_id, title=title) as listener:
            run_import(application, brand_id=brand_id, import_id=import_id, clock=utcnow, listener=listener)
    with application.db.transaction(brand_id=brand_id) as session:
        ended = next(one for one in pulls.runs_of(session, pull_id=pull_id) if one.pull_run_id == pull_run_id)
        return {
            name: getattr(ended, name) for name in ("pull_run_id", "state", "rows", "to_value", "import_id")
        }


def _brand(terminal: Terminal, application: App) -> BrandInfo:
    with application.db.transaction(brand_id=None) as session:
        return chosen_brand(session, code=terminal.brand_code)
