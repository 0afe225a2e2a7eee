"""`siyu segment count | list | export`: a definition from a file, or a stored segment by name."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from siyu.insight.api import reading, sentence
from siyu.insight.contracts import BrandView
from siyu.kernel.app import App
from siyu.kernel.audit import COMMAND_LINE
from siyu.kernel.clock import utcnow
from siyu.kernel.errors import BadInput
from siyu.kernel.lake import LakeCursor
from siyu.kernel.terminal import NOTES, PAGE, Terminal, json_file, print_json
from siyu.organisation.api import chosen_brand
from siyu.segments import queries
from siyu.segments.actions.exporting import record_export
from siyu.segments.contracts import SegmentInfo

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
        number = queries.count(asked.cursor, asked.brand, asked.definition, asked.as_of)
        node = queries.read_definition(asked.brand, asked.definition)
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
        table = queries.member_ids(asked.cursor, asked.brand, asked.definition, asked.as_of)
    if as_json:
        ids = table["customer_id"].to_pylist()
        print_json({"as_of": asked.as_of, "count": len(ids), "customer_ids": ids})
    else:
        for batch in table.to_batches(max_chunksize=queries.CHUNK_ROWS):
            sys.stdout.writelines(f"{customer_id}\n" for customer_id in batch["customer_id"].to_pylist())


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
        write = queries.member_json if as_json else queries.member_csv
        with nullcontext(sys.stdout.buffer) if out is None else out.open("wb") as sink:
            for _, part in write(asked.cursor, asked.brand, asked.definition, asked.as_of):
                sink.write(part)
    if out is not None:
        NOTES.print(f"Written: {out}", markup=False)


def _audited(asked: _Asked) -> None:
    """The audit log has the export before the first customer leaves, and keeps it if the reader hangs up."""
    customers = queries.count(asked.cursor, asked.brand, asked.definition, asked.as_of)
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
            stored = None if name is None else queries.segment_named(session, name=name)
            wanted = given if stored is None else stored.definition
            with reading(opened, session, as_of=as_of, now=utcnow()) as (cursor, brand, moment):
                yield _Asked(opened, cursor, brand, stored, wanted, moment)
