"""`siyu import …`: files of orders, customers, products and stores become facts, and can be taken back."""

import os
from collections.abc import Callable
from dataclasses import asdict
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from siyu.intake.actions.endings import run_of
from siyu.intake.actions.following import followed
from siyu.intake.actions.imports import FUTURE_ALLOWED, ImportOrder, request_import, run_import
from siyu.intake.actions.rejects import kept_rejects
from siyu.intake.actions.undo import request_undo, run_undo
from siyu.intake.contracts import FileLook, ImportKind, ImportState
from siyu.intake.errors.files import KindDiffers, MapNeeded, MapOrPreset
from siyu.intake.queries import files, imports
from siyu.intake.readers.maps import load_map, map_of_text, map_text_at, preset_text, with_source
from siyu.intake.readers.source import content_sha256, open_source
from siyu.intake.rules.summary import summary_lines
from siyu.kernel.app import App
from siyu.kernel.audit import COMMAND_LINE
from siyu.kernel.clock import utcnow
from siyu.kernel.errors import BadInput, SiyuError
from siyu.kernel.longwork import Cancelled
from siyu.kernel.terminal import NOTES, PAGE, Terminal, print_json
from siyu.organisation.api import chosen_brand
from siyu.organisation.contracts import BrandInfo

app = typer.Typer(no_args_is_help=True, help="Bring in files of orders, customers, products and stores.")
INTERRUPTED = 130
SHOWN_PREVIEW_ROWS = 5
SOURCE_EXPLAINED = (
    "Files of one source are one series: an order that several of them hold counts once. If this file belongs to "
    "another series, name it with --source."
)

File = Annotated[
    Path, typer.Argument(help="CSV, TSV, text columns, XLSX, Parquet, .gz, .tar.gz, .zip or a folder")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else, on standard output.")]


def _command(kind: ImportKind) -> Callable[..., None]:
    def import_file(
        context: typer.Context,
        *,
        file: File,
        map_file: Annotated[Path | None, typer.Option("--map", help="The map, a YAML file.")] = None,
        preset: Annotated[str | None, typer.Option(help="The name of a map that comes with Siyu.")] = None,
        rate: Annotated[str | None, typer.Option(help="The brand's currency per unit of the file's.")] = None,
        max_bad: Annotated[
            str | None, typer.Option(help="Largest share of bad rows, such as 0.02; else the map's.")
        ] = None,
        dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything, store nothing.")] = False,
        source: Annotated[
            str | None,
            typer.Option(
                help="Where the file comes from: files of one source count each order once; else the map's."
            ),
        ] = None,
        rejects: Annotated[
            Path | None, typer.Option(help="Where bad rows are written; else FILE.rejects.csv.")
        ] = None,
        as_json: AsJson = False,
    ) -> None:
        terminal: Terminal = context.obj
        with terminal.app() as application:
            brand = _brand(terminal, application)
            text = _map_text(file, kind, map_file=map_file, preset=preset, brand=brand, source=source)
            order = ImportOrder(
                file, text, max_bad_share=_number("--max-bad", max_bad, at_most=1), rate=_number("--rate", rate),
                dry_run=dry_run, file_name=file.name,
            )  # fmt: skip
            answer = _import(application, brand, order, rejects or _beside(file))
            terminal.finish(application)
        _show(answer, as_json=as_json)

    import_file.__doc__ = f"Import a file of {kind.value}."
    return import_file


for _kind in ImportKind:
    app.command(_kind.value)(_command(_kind))


@app.command("preview")
def preview_file(
    context: typer.Context,
    file: File,
    kind: Annotated[ImportKind | None, typer.Option(help="What the rows are; else the likeliest.")] = None,
) -> None:
    """Show the columns, a guessed map that can be saved, and the first rows as it understands them."""
    terminal: Terminal = context.obj
    with terminal.app() as application:
        brand = _brand(terminal, application)
    look = files.look_at(file, time_zone=brand.time_zone, currency=brand.currency)
    guess = next(one for one in look.guesses if kind in (None, one.kind))
    NOTES.print(_described(look))
    PAGE.print(guess.map_text, markup=False, soft_wrap=True, end="")
    if guess.guessed.missing_fields:
        NOTES.print(f"Complete the map first: {', '.join(guess.guessed.missing_fields)} is missing.")
        return
    found = files.preview(file, guess.guessed.map, latest=utcnow() + FUTURE_ALLOWED)
    for row in found.typed[:SHOWN_PREVIEW_ROWS]:
        said = {
            name: cell for name, cell in asdict(row).items() if cell is not None and name != "content_hash"
        }
        NOTES.print(", ".join(f"{name}={cell}" for name, cell in said.items()), markup=False, soft_wrap=True)
    for reject in found.rejected[:SHOWN_PREVIEW_ROWS]:
        NOTES.print(f"line {reject.line}, {reject.column}: {reject.value!r}: {reject.reason}", markup=False)


@app.command("presets")
def list_presets(as_json: AsJson = False) -> None:
    """List the maps that come with Siyu."""
    found = imports.presets()
    if as_json:
        print_json([{"name": one.name, "kind": one.kind.value, "title": one.title} for one in found])
        return
    for one in found:
        PAGE.print(f"{one.name:32} {one.kind.value:10} {one.title}", markup=False, soft_wrap=True)


@app.command("show-preset")
def show_preset(name: str) -> None:
    """Print a map that comes with Siyu, to be copied and changed."""
    typer.echo(preset_text(name), nl=False)


@app.command("list")
def list_imports(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=imports.PAGE_ROWS_MAX)] = 20,
    as_json: AsJson = False,
) -> None:
    """List the latest imports."""
    terminal: Terminal = context.obj
    with terminal.app() as application:
        brand = _brand(terminal, application)
        with application.db.transaction(brand_id=brand.brand_id) as session:
            runs = imports.imports_page(session, after_id=None, limit=limit).items
    columns = ("import_id", "kind", "state", "file_name", "source", "created_at", "finished_at")
    if as_json:
        print_json([{name: getattr(run, name) for name in (*columns, "counts")} for run in runs])
        return
    table = Table(*columns, box=None)
    for run in runs:
        table.add_row(*(str(getattr(run, name) or "") for name in columns))
    PAGE.print(table)


@app.command("undo")
def undo(context: typer.Context, import_id: int, as_json: AsJson = False) -> None:
    """Take an import back: everything is as before it."""
    terminal: Terminal = context.obj
    with terminal.app() as application:
        brand = _brand(terminal, application)
        counts = _undo(application, brand, import_id)
        terminal.finish(application)
    if as_json:
        print_json({"import_id": import_id, "state": "undone", "removed": counts})
        return
    said = ", ".join(f"{name} {count:,}" for name, count in counts.items()) or "nothing was left of it"
    NOTES.print(f"Import {import_id} is undone. Removed: {said}.", markup=False)


def _undo(application: App, brand: BrandInfo, import_id: int) -> dict[str, Any]:
    """What was removed; nothing if the import was taken back before."""
    with application.db.transaction(brand_id=brand.brand_id) as session:
        run = imports.import_by_id(session, import_id=import_id)
        if run.state == ImportState.UNDONE:
            return {}
        title = run.file_name
        task_id = request_undo(
            session, import_id=import_id, actor=COMMAND_LINE, now=utcnow(), in_background=False
        )
    try:
        with followed(application, brand_id=brand.brand_id, task_id=task_id, title=title) as listener:
            return run_undo(
                application, brand_id=brand.brand_id, import_id=import_id, task_id=task_id, actor=COMMAND_LINE,
                clock=utcnow, listener=listener,
            )  # fmt: skip
    except Cancelled as cancelled:
        NOTES.print(cancelled.message, markup=False)
        raise typer.Exit(INTERRUPTED) from cancelled


def _brand(terminal: Terminal, application: App) -> BrandInfo:
    with application.db.transaction(brand_id=None) as session:
        return chosen_brand(session, code=terminal.brand_code)


def _map_text(
    file: Path,
    kind: ImportKind,
    *,
    map_file: Path | None,
    preset: str | None,
    brand: BrandInfo,
    source: str | None,
) -> str:
    """The text of the map that was given, or of the preset that fits; else the guess is shown and refused.

    With `source`, the map is for that source.
    """

    def sourced(text: str) -> str:
        return text if source is None else with_source(text, source, name=file.name)

    if map_file is not None and preset is not None:
        raise MapOrPreset
    if map_file is not None:
        found = load_map(map_file).kind
        if found is not kind:
            raise KindDiffers(map=map_file.name, found=found.value, wanted=kind.value)
        return sourced(map_text_at(map_file))
    if preset is None:
        look = files.look_at(file, time_zone=brand.time_zone, currency=brand.currency)
        preset = look.best_presets.get(kind)
        if preset is None:
            guess = next(one for one in look.guesses if one.kind is kind)
            PAGE.print(sourced(guess.map_text), markup=False, soft_wrap=True, end="")
            raise MapNeeded(path=file.name)
        NOTES.print(f"The columns are those of the preset {preset}.")
    return sourced(files.chosen_map_text(map_text=None, preset=preset, kind=kind, file_name=file.name))


def _import(application: App, brand: BrandInfo, order: ImportOrder, rejects: Path) -> dict[str, Any]:
    brand_id = brand.brand_id
    open_source(
        order.path, map_of_text(order.map_text, name=order.file_name).file
    )  # refuses what cannot be read
    digest = content_sha256(order.path)
    with application.db.transaction(brand_id=brand_id) as session:
        import_id = request_import(
            session, order=order, sha256=digest, actor=COMMAND_LINE, now=utcnow(), in_background=False
        )
    run = run_of(application, brand_id=brand_id, import_id=import_id)
    try:
        with followed(application, brand_id=brand_id, task_id=run.task_id, title=order.file_name) as listener:
            counts = run_import(
                application, brand_id=brand_id, import_id=import_id, clock=utcnow, listener=listener
            )
    except Cancelled as cancelled:
        NOTES.print(cancelled.message, markup=False)
        raise typer.Exit(INTERRUPTED) from cancelled
    except SiyuError:
        _write_rejects(application, brand_id, import_id, rejects)
        raise
    written = _write_rejects(application, brand_id, import_id, rejects)
    return {
        "import_id": import_id, "file": order.file_name, "source": run.source, "dry_run": order.dry_run,
        "currency": map_of_text(order.map_text, name="map").currency if order.dry_run else brand.currency,
        "counts": counts, "rejects": str(written) if written else None,
    }  # fmt: skip


def _write_rejects(application: App, brand_id: int, import_id: int, target: Path) -> Path | None:
    """The bad rows lie where they can be mended, readable by their owner alone."""
    kept = imports.rejects_path(application.settings.home, brand_id=brand_id, import_id=import_id)
    if not kept.exists():
        return None
    text = kept_rejects(kept, cipher=application.cipher)
    for place in (target, Path.cwd() / target.name):
        try:
            place.unlink(missing_ok=True)
            descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError:
            continue
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            out.write(text)
        remedy = (
            "Mend them there (the columns that begin with _ may stay) and import that file with the same map."
        )
        NOTES.print(f"The rows that were turned away are in {place}. {remedy}", markup=False, soft_wrap=True)
        return place
    NOTES.print(f"{target} cannot be written; give another place with --rejects.", markup=False)
    return None


def _show(answer: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(answer)
        return
    table = Table(box=None, show_header=False)
    for name, value in summary_lines(answer["counts"], currency=answer["currency"]):
        table.add_row(name, value)
    PAGE.print(table)
    what = "checked; nothing was stored" if answer["dry_run"] else "done"
    NOTES.print(f"Import {answer['import_id']} is {what}.", markup=False)
    if answer["dry_run"]:
        NOTES.print(f"Source: {answer['source']}. {SOURCE_EXPLAINED}", markup=False, soft_wrap=True)


def _described(look: FileLook) -> str:
    layout = ", ".join(str(part) for part in (look.format.value, look.encoding) if part)
    preset = f" Made for it: --preset {look.best_preset}." if look.best_preset else ""
    return f"{look.file_name}: {layout}; columns: {', '.join(look.columns)}.{preset}"


def _beside(file: Path) -> Path:
    return file.with_name(f"{file.name}.rejects.csv")


def _number(option: str, text: str | None, *, at_most: int | None = None) -> Decimal | None:
    if text is None:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal(-1)
    if not number.is_finite() or number < 0 or (at_most is not None and number > at_most):
        raise BadInput(what=option, why=f"{text} is not a usable number", remedy="Write one such as 0.02.")
    return number
