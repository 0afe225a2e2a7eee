"""`siyu segment count | list | explain | export | diff | list-from | snapshot | templates`: from a file, or stored."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from siyu.insight.api import moment_of, reading, trait_sources
from siyu.insight.contracts import BrandView
from siyu.kernel.app import App
from siyu.kernel.audit import COMMAND_LINE
from siyu.kernel.clock import utcnow
from siyu.kernel.errors import BadInput
from siyu.kernel.lake import LakeCursor
from siyu.kernel.terminal import NOTES, PAGE, Terminal, json_file, print_json
from siyu.organisation.api import chosen_brand
from siyu.organisation.contracts import BrandInfo
from siyu.segments.actions.at_terminal import list_from_file, snapshot_now
from siyu.segments.actions.exporting import record_export
from siyu.segments.actions.lists import ListOrder
from siyu.segments.contracts import EditionMode, SegmentInfo
from siyu.segments.queries import comparing, files, members, stored
from siyu.segments.queries.question import read_definition
from siyu.segments.rules.evaluate import explained_lines
from siyu.segments.rules.templates import TEMPLATES
from siyu.segments.rules.words import sentence

app = typer.Typer(no_args_is_help=True, help="Segments: named sets of customers.")
EXAMPLE = '{"trait": "orders_90d", "op": ">=", "value": 2}'

DefinitionFile = Annotated[
    Path | None, typer.Option("--definition", help="JSON file with the definition; - reads standard input.")
]
Name = Annotated[str | None, typer.Option("--name", help="A stored segment instead of a file.")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="Date (its end, in the brand's zone) or moment.")]
AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable.")]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a command works on."""

    opened: App
    cursor: LakeCursor
    brand: BrandView
    segment: SegmentInfo | None
    definition: Any
    as_of: datetime


@app.command("count")
def count_members(
    context: typer.Context,
    definition: DefinitionFile = None,
    name: Name = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Print how many customers are in the segment."""
    with _asked(context, definition, name, as_of) as asked:
        number = members.count(asked.cursor, asked.brand, asked.definition, asked.as_of)
        node = read_definition(asked.brand, asked.definition)
    said = sentence(node, "en", zone=asked.brand.time_zone)
    if as_json:
        print_json({"count": number, "as_of": asked.as_of, "sentence": said})
    else:
        NOTES.print(f"{said}; as of {asked.as_of.isoformat()}", markup=False)
        PAGE.print(f"{number}")


@app.command("list")
def list_members(
    context: typer.Context,
    definition: DefinitionFile = None,
    name: Name = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Print the ids of the customers in the segment, one a line."""
    with _asked(context, definition, name, as_of) as asked:
        table = members.member_ids(asked.cursor, asked.brand, asked.definition, asked.as_of)
    if as_json:
        ids = table["customer_id"].to_pylist()
        print_json({"as_of": asked.as_of, "count": len(ids), "customer_ids": ids})
    else:
        for batch in table.to_batches(max_chunksize=files.CHUNK_ROWS):
            sys.stdout.writelines(f"{customer_id}\n" for customer_id in batch["customer_id"].to_pylist())


@app.command("explain")
def explain_customer(
    context: typer.Context,
    customer_id: Annotated[int, typer.Argument(help="The customer's number.")],
    definition: DefinitionFile = None,
    name: Name = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Print why a customer is in the segment, or not: each condition, whether it holds, and the value it saw."""
    with _asked(context, definition, name, as_of) as asked:
        found = members.explain(
            asked.cursor, asked.brand, asked.definition, asked.as_of, customer_id=customer_id
        )
    if as_json:
        print_json(
            {"customer_id": customer_id, "as_of": asked.as_of, "met": found.met, "explained": asdict(found)}
        )
        return
    NOTES.print(f"as of {asked.as_of.isoformat()}", markup=False)
    for depth, part in explained_lines(found):
        value = "" if part.type is None else f"  [{'unknown' if part.value is None else part.value}]"
        PAGE.print(f"{'  ' * depth}{'yes' if part.met else 'no '} {part.en}{value}", markup=False)


@app.command("templates")
def list_templates(
    name: Annotated[str | None, typer.Argument(help="Of this one the definition alone, for a file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print definitions to begin with: left carts and others."""
    if name is not None:
        found = next((one for one in TEMPLATES if one.name == name), None)
        if found is None:
            listed = ", ".join(one.name for one in TEMPLATES)
            raise BadInput(what=f"template {name}", why="there is none", remedy=f"Choose one of: {listed}.")
        print_json(found.definition)
    elif as_json:
        print_json([asdict(one) for one in TEMPLATES])
    else:
        for one in TEMPLATES:
            PAGE.print(f"{one.name}: {one.description['en']}", markup=False)


@app.command("export")
def export_members(
    context: typer.Context,
    definition: DefinitionFile = None,
    name: Name = None,
    as_of: AsOf = None,
    out: Annotated[Path | None, typer.Option("--out", help="CSV file; standard output if absent.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write ids and traits of the customers in the segment as CSV (or JSON); no personal data."""
    with _asked(context, definition, name, as_of) as asked:
        _audited(asked)
        write = files.member_json if as_json else files.member_csv
        with nullcontext(sys.stdout.buffer) if out is None else out.open("wb") as sink:
            for _, part in write(asked.cursor, asked.brand, asked.definition, asked.as_of):
                sink.write(part)
    if out is not None:
        NOTES.print(f"Written: {out}", markup=False)


@app.command("diff")
def diff_definitions(
    context: typer.Context,
    definition: DefinitionFile = None,
    against: Annotated[
        str | None, typer.Option("--against", help="A stored segment's name, or a file: what stands now.")
    ] = None,
    as_of: AsOf = None,
    ids: Annotated[
        bool, typer.Option("--ids", help="With the number of everybody who enters or leaves.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Print who would enter and leave if the definition took the place of another."""
    if definition is None or against is None:
        raise BadInput(what="diff", why="it compares two", remedy="Give --definition and --against.")
    other = json_file(Path(against), option="--against", example=EXAMPLE) if Path(against).is_file() else None
    with _asked(context, definition, None, as_of) as asked:
        with asked.opened.db.transaction(brand_id=asked.brand.brand_id) as session:
            if other is None:
                segment_id = stored.segment_named(session, name=against).segment_id
                before = stored.definition_of(session, segment_id)
            else:
                before = stored.complete(session, other)
        found = comparing.difference(
            asked.cursor, asked.brand, before=before, after=asked.definition, as_of=asked.as_of,
            ids_max=None if ids else 0,
        )  # fmt: skip
    if as_json:
        said = {name: value for name, value in asdict(found).items() if ids or not name.endswith("_ids")}
        print_json(said)
        return
    PAGE.print(f"entering {found.entering:,}, leaving {found.leaving:,}, staying {found.staying:,}")
    sys.stdout.writelines(f"+{number}\n" for number in found.entering_ids)
    sys.stdout.writelines(f"-{number}\n" for number in found.leaving_ids)


@app.command("list-from")
def make_list_from(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV, TSV or XLSX that lists customers, one a row.")],
    name: Annotated[str, typer.Option("--name", help="The list, new or already there.")],
    column: Annotated[str, typer.Option("--column", help="Which column; else the likeliest.")] = "",
    known_by: Annotated[
        str,
        typer.Option(
            "--known-by", help="phone, member_no, any namespace, or customer_id; else the likeliest."
        ),
    ] = "",
    mode: Annotated[
        EditionMode, typer.Option("--mode", help="For a list already there.")
    ] = EditionMode.REPLACE,
    unknown: Annotated[
        Path | None, typer.Option("--unknown", help="Where lines that name nobody are written, masked.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count everything, store nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make the customers of a file the members of a segment."""
    if not file.is_file():
        raise BadInput(what=f"FILE {file}", why="there is no such file", remedy="Check the path.")
    order = ListOrder("", column, known_by, mode=mode.value, dry_run=dry_run, name=name)
    with _brand_open(context) as (opened, brand):
        done = list_from_file(
            opened, brand_id=brand.brand_id, file=file, order=order, unknown=unknown, actor=COMMAND_LINE,
            now=utcnow(),
        )  # fmt: skip
    if as_json:
        print_json(done)
        return
    PAGE.print(
        f"{done['listed']:,} lines by {done['known_by']} in {done['column']}: {done['customers']:,} customers, "
        f"{done['twice']:,} listed again, {done['unknown']:,} unknown", markup=False,
    )  # fmt: skip
    if not dry_run:
        PAGE.print(
            f"{name}: {done['members']:,} members, {done['entered']:,} new, {done['left']:,} gone",
            markup=False,
        )


@app.command("snapshot")
def snapshot_segment(
    context: typer.Context,
    name: Annotated[str, typer.Option("--name", help="The segment whose customers are kept.")],
    to: Annotated[str, typer.Option("--to", help="What the snapshot is called.")],
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Keep whom a segment has at a moment as a segment that stays as it is."""
    with _brand_open(context) as (opened, brand):
        done = snapshot_now(
            opened, brand_id=brand.brand_id, segment=name, name=to, actor=COMMAND_LINE, now=utcnow(),
            as_of=moment_of(as_of, brand.time_zone) if as_of else None, sources=partial(trait_sources, opened),
        )  # fmt: skip
    if as_json:
        print_json(done)
    else:
        PAGE.print(f"{to}: {done['members']:,} members as of {done['as_of']}", markup=False)


@contextmanager
def _brand_open(context: typer.Context) -> Iterator[tuple[App, BrandInfo]]:
    """The chosen brand; what the block left to do in the background is done after it."""
    terminal: Terminal = context.obj
    with terminal.app() as opened:
        with opened.db.transaction(brand_id=None) as session:
            chosen = chosen_brand(session, code=terminal.brand_code)
        yield opened, chosen
        terminal.finish(opened)


def _audited(asked: _Asked) -> None:
    """The audit log has the export before the first customer leaves, and keeps it if the reader hangs up."""
    customers = members.count(asked.cursor, asked.brand, asked.definition, asked.as_of)
    with asked.opened.db.transaction(brand_id=asked.brand.brand_id) as session:
        record_export(
            session, segment=asked.segment, definition=asked.definition, customers=customers, as_of=asked.as_of,
            actor=COMMAND_LINE, now=utcnow(),
        )  # fmt: skip


@contextmanager
def _asked(
    context: typer.Context, definition: Path | None, name: str | None, as_of: str | None
) -> Iterator[_Asked]:
    """The chosen brand's lake, the definition and the moment."""
    if (definition is None) == (name is None):
        raise BadInput(what="segment", why="one of --definition and --name is needed", remedy="Give one.")
    given = None if definition is None else json_file(definition, option="--definition", example=EXAMPLE)
    terminal: Terminal = context.obj
    with terminal.app() as opened:
        with opened.db.transaction(brand_id=None) as session:
            chosen = chosen_brand(session, code=terminal.brand_code)
        with opened.db.transaction(brand_id=chosen.brand_id) as session:
            found = None if name is None else stored.segment_named(session, name=name)
            wanted = stored.complete(session, given if found is None else found.definition)
            with reading(opened, session, as_of=as_of, now=utcnow()) as (cursor, brand, moment):
                yield _Asked(opened, cursor, brand, found, wanted, moment)
