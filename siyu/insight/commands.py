"""`siyu refresh`, `siyu rfm`, `siyu lifecycle`, `siyu trait …`: compute and read classes, stages, own traits."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from siyu.insight.actions.declared import change_trait, define_trait, tried
from siyu.insight.actions.refresh_task import announce_refresh, run_refresh
from siyu.insight.contracts import CLASS_LABELS, STAGE_LABELS, BrandView, Refresh, TraitUser
from siyu.insight.queries.declared import ground_of
from siyu.insight.queries.declared_preview import TraitPreview, preview_trait
from siyu.insight.queries.declared_shown import own_trait, own_traits, preview_shown
from siyu.insight.queries.moment import moment_of, reading
from siyu.insight.queries.summary import Summary, summary
from siyu.kernel.app import App
from siyu.kernel.audit import COMMAND_LINE
from siyu.kernel.clock import utcnow
from siyu.kernel.lake import LakeCursor
from siyu.kernel.longwork import Cancelled, Progress, owner_lock
from siyu.kernel.money import yuan_of
from siyu.kernel.terminal import PAGE, Terminal, json_file, print_json, progress_bar
from siyu.organisation.api import chosen_brand

AsOf = Annotated[str | None, typer.Option("--as-of", help="Date (its end, in the brand's zone) or moment.")]
AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable.")]
TraitName = Annotated[str, typer.Argument(help="Name, such as tea_orders_90d.")]
DefinitionFile = Annotated[
    Path, typer.Option("--definition", help="JSON file with the definition; - reads standard input.")
]
EXAMPLE = '{"aggregate": "count", "fact": "order", "window": {"days": 90}}'
trait_commands = typer.Typer(
    no_args_is_help=True, help="Traits: list them, try a definition, declare one of the brand's own."
)


def refresh_command(context: typer.Context, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Compute and store all traits as of now or an earlier moment; what changed is kept as history."""
    terminal: Terminal = context.obj
    now = utcnow()
    with terminal.app() as app:
        with app.db.transaction(brand_id=None) as session:
            brand = chosen_brand(session, code=terminal.brand_code)
        moment = now if as_of is None else min(moment_of(as_of, brand.time_zone), now)
        done = _refresh(app, brand.brand_id, None if as_of is None else moment, now)
        terminal.finish(app)
    if as_json:
        print_json(asdict(done))
    else:
        PAGE.print(f"{done.customers:,} customers as of {done.as_of.isoformat()}; {done.changed:,} changed")


def rfm_command(context: typer.Context, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Print the eight RFM classes, their thresholds, and the grid of scores."""
    with _asked(context, as_of) as (cursor, brand, moment):
        found = summary(cursor, brand, moment)
    if as_json:
        print_json({key: value for key, value in asdict(found).items() if key != "stages"})
        return
    PAGE.print(_classes(found))
    at = found.thresholds
    if at.monetary_fen is not None:
        PAGE.print(
            f"high: R ≤ {at.recency_days:.1f} days, F ≥ {at.frequency_days:.2f} days, "
            f"M ≥ {yuan_of(round(at.monetary_fen))}"
        )


def lifecycle_command(context: typer.Context, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Print how many customers are in each of the five stages."""
    with _asked(context, as_of) as (cursor, brand, moment):
        found = summary(cursor, brand, moment)
    if as_json:
        print_json({"as_of": found.as_of, "customers": found.customers, "stages": found.stages})
        return
    table = Table("stage", "", "customers", title=f"Lifecycle as of {found.as_of.isoformat()}")
    for row in found.stages:
        table.add_row(row["stage"], STAGE_LABELS[row["stage"]]["zh"], f"{row['customers']:,}")
    PAGE.print(table)


def _refresh(app: App, brand_id: int, as_of: datetime | None, now: datetime) -> Refresh:
    """The refresh, shown here and in the task centre, which says too how it ended; Ctrl-C cancels it."""

    def opener() -> AbstractContextManager[Session]:
        return app.db.transaction(brand_id=brand_id)

    with opener() as session:
        task_id = announce_refresh(session, as_of=as_of or now, actor=COMMAND_LINE, now=now)
    with app.db.exclusive(owner_lock(task_id)), progress_bar() as listener:
        try:
            done = run_refresh(
                app, brand_id=brand_id, task_id=task_id, actor=COMMAND_LINE, clock=utcnow, as_of=as_of,
                listener=listener,
            )  # fmt: skip
        except (Exception, KeyboardInterrupt) as error:
            reason = error if isinstance(error, Exception) else Cancelled(who=COMMAND_LINE.label)
            with suppress(SQLAlchemyError):  # the database is gone: a worker will say so
                Progress(opener, task_id).fail(reason, now=utcnow())
            raise
    assert done is not None, "nobody else ends a task that we own"
    return done


@contextmanager
def _asked(context: typer.Context, as_of: str | None) -> Iterator[tuple[LakeCursor, BrandView, datetime]]:
    """The chosen brand's lake at the moment that was asked for."""
    terminal: Terminal = context.obj
    with terminal.app() as app:
        with app.db.transaction(brand_id=None) as session:
            brand = chosen_brand(session, code=terminal.brand_code)
        with (
            app.db.transaction(brand_id=brand.brand_id) as session,
            reading(app, session, as_of=as_of, now=utcnow()) as opened,
        ):
            yield opened


def _classes(found: Summary) -> Table:
    table = Table("class", "", "customers", "sales, 365 days", title=f"RFM as of {found.as_of.isoformat()}")
    for row in found.classes:
        label = CLASS_LABELS[row["rfm_class"]]["zh"]
        table.add_row(row["rfm_class"], label, f"{row['customers']:,}", str(yuan_of(row["sales_365d_fen"])))
    return table


@trait_commands.command("list")
def list_traits(context: typer.Context, as_json: AsJson = False) -> None:
    """Print the traits that the brand declared itself, with what uses them."""
    terminal: Terminal = context.obj
    with _in_brand(terminal) as (app, session):
        found = own_traits(session, app.lake, ground_of(app, session), app.wiring.of(TraitUser))
    if as_json:
        print_json([one | {"used_by": [asdict(use) for use in one["used_by"]]} for one in found])
        return
    table = Table("name", "version", "type", "", "used by", "stored as of", title="Traits of the brand's own")
    for one in found:
        said = (one["said"] or one["fault"])["en"]
        users = ", ".join(f"{use.kind} {use.label}" for use in one["used_by"])
        stored = one["stored_as_of"].isoformat() if one["stored_as_of"] else "computed when asked"
        table.add_row(one["name"], str(one["version"]), str(one["type"] or "–"), said, users, stored)
    PAGE.print(table)


@trait_commands.command("preview")
def preview_definition(
    context: typer.Context,
    definition: DefinitionFile,
    name: Annotated[str, typer.Option("--name", help="The trait to compare with.")] = "a_trial",
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Print what a definition gives: how many customers have a value, and how the values spread."""
    wanted = json_file(definition, option="--definition", example=EXAMPLE)
    terminal: Terminal = context.obj
    with _in_brand(terminal) as (app, session):
        ground = ground_of(app, session)
        after = tried(ground, name=name, definition=wanted)
        with reading(app, session, as_of=as_of, now=utcnow()) as (cursor, brand, moment):
            found = preview_trait(
                cursor, brand, ground=ground, name=name, after=after, as_of=moment, sample=10
            )
    if as_json:
        print_json(preview_shown(found))
    else:
        _print_preview(found)


@trait_commands.command("define")
def define_own_trait(
    context: typer.Context,
    name: TraitName,
    definition: DefinitionFile,
    label_zh: Annotated[str | None, typer.Option("--zh", help="What people call it, in Chinese.")] = None,
    label_en: Annotated[str | None, typer.Option("--en", help="What people call it, in English.")] = None,
    as_json: AsJson = False,
) -> None:
    """Declare a trait of the brand's own, or give it another definition; segments can ask for it at once."""
    wanted = json_file(definition, option="--definition", example=EXAMPLE)
    terminal: Terminal = context.obj
    with _in_brand(terminal) as (app, session):
        ground, now = ground_of(app, session), utcnow()
        known = next((one for one in ground.written if one.name == name), None)
        old = {"zh": name, "en": name} if known is None else known.label
        label = {"zh": label_zh or old["zh"], "en": label_en or old["en"]}
        if known is None:
            define_trait(
                session, ground=ground, name=name, label=label, definition=wanted, actor=COMMAND_LINE, now=now
            )
        else:
            change_trait(
                session, ground=ground, users=app.wiring.of(TraitUser), name=name, version=known.version,
                label=label, definition=wanted, actor=COMMAND_LINE, now=now,
            )  # fmt: skip
        ground = ground_of(app, session)
        stands = own_trait(session, app.lake, ground, app.wiring.of(TraitUser), name=name)
    if as_json:
        print_json(stands | {"used_by": [asdict(use) for use in stands["used_by"]]})
    else:
        PAGE.print(f"{name}, version {stands['version']}: {stands['said']['en']}", markup=False)


@contextmanager
def _in_brand(terminal: Terminal) -> Iterator[tuple[App, Session]]:
    """A transaction in the chosen brand."""
    with terminal.app() as app:
        with app.db.transaction(brand_id=None) as session:
            brand = chosen_brand(session, code=terminal.brand_code)
        with app.db.transaction(brand_id=brand.brand_id) as session:
            yield app, session


def _print_preview(found: TraitPreview) -> None:
    PAGE.print(found.info.definition["en"], markup=False)
    PAGE.print(
        f"as of {found.as_of.isoformat()}: {found.known:,} of {found.customers:,} customers have a value"
    )
    if found.changed is not None:
        PAGE.print(f"{found.changed:,} differ from the version in use")
    if found.spread is not None:
        PAGE.print(", ".join(f"{name} {value}" for name, value in found.spread.items()))
    for row in found.most_frequent:
        PAGE.print(f"{row['value']}: {row['customers']:,}", markup=False)
