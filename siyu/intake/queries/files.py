"""What a file holds before anything is imported: its columns, likely maps, and the rows a map makes of it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

from siyu.intake.contracts import (
    CustomerRow,
    FileLook,
    ImportKind,
    ImportMap,
    KindGuess,
    MapPreview,
    OrderRow,
    Reject,
    TypedRow,
)
from siyu.intake.errors.files import KindDiffers, MapOrPreset
from siyu.intake.readers.maps import best_preset, load_preset, map_of_text, preset_text
from siyu.intake.readers.sealed import AnyFile
from siyu.intake.readers.source import Source, check_columns, open_source, sample_rows
from siyu.intake.rules.guessing import guess_map
from siyu.intake.rules.row import interpret_row
from siyu.intake.rules.sources import stable_source
from siyu.intake.rules.writing import guess_text
from siyu.people.api import normal_phone
from siyu.people.errors import BadPhone

SAMPLED_ROWS = 1_000
SHOWN_ROWS = 50
LOOKED_AT_ROWS = 100
SHOWN_SAMPLE = 20


def look_at(path: AnyFile, *, time_zone: str, currency: str) -> FileLook:
    """What the file is and which map may fit it, best guess first; only its beginning is read.

    raises  what open_source raises
    """
    source = open_source(path)
    sample = sample_rows(source, LOOKED_AT_ROWS)
    presets = _presets(source.columns)
    guesses = []
    for kind in ImportKind:
        otherwise = load_preset(presets[kind]).source if kind in presets else kind.value
        name = stable_source(path.name, otherwise=otherwise)
        guessed = guess_map(kind, source.columns, sample, source=name, time_zone=time_zone)
        guessed = replace(guessed, map=replace(guessed.map, currency=currency))
        guesses.append(KindGuess(kind, guessed, guess_text(guessed)))
    guesses.sort(key=lambda guess: (bool(guess.guessed.missing_fields), -_sureness(guess)))
    shown = tuple({column: row[column] for column in source.columns} for row in sample[:SHOWN_SAMPLE])
    return FileLook(
        file_name=path.name, bytes=source.bytes_total, format=source.format, encoding=source.encoding,
        delimiter=source.delimiter, columns=source.columns, sample=shown,
        best_preset=best_preset(source.columns), best_presets=presets, guesses=tuple(guesses),
    )  # fmt: skip


def chosen_map_text(*, map_text: str | None, preset: str | None, kind: ImportKind, file_name: str) -> str:
    """The text of the map that was meant: one's own or a preset's, of the kind that was meant.

    raises  MapOrPreset, PresetUnknown, MapInvalid, KindDiffers
    """
    if (map_text is None) == (preset is None):
        raise MapOrPreset
    name = f"{preset}.yaml" if preset else file_name
    text = preset_text(preset) if preset else map_text
    assert text is not None, "one of them was given"
    found = map_of_text(text, name=name)
    if found.kind is not kind:
        raise KindDiffers(map=name, found=found.kind.value, wanted=kind.value)
    return text


def preview(path: AnyFile, import_map: ImportMap, *, latest: datetime) -> MapPreview:
    """What the map makes of the file's first rows; nothing is stored.

    raises  what open_source raises, ColumnsMissing
    limits  looks at 1,000 rows, shows 50 typed and 50 rejected ones
    """
    source = open_source(path, import_map.file)
    check_columns(source, import_map)
    typed: list[TypedRow] = []
    rejected: list[Reject] = []
    for found in _interpreted(source, import_map, latest):
        if isinstance(found, Reject):
            rejected.append(found)
        else:
            typed.append(found)
    counts = {"rows": len(typed) + len(rejected), "rejected": len(rejected), **_counts(typed)}
    return MapPreview(tuple(typed[:SHOWN_ROWS]), tuple(rejected[:SHOWN_ROWS]), counts)


def _interpreted(source: Source, import_map: ImportMap, latest: datetime) -> Iterator[TypedRow | Reject]:
    seen: Counter[str] = Counter()
    for batch in islice(source.batches(), 1):
        yield from batch.rejects[:SAMPLED_ROWS]
        for row in batch.rows.slice(0, SAMPLED_ROWS).to_pylist():
            found = interpret_row(import_map, row, latest=latest)
            if isinstance(found, OrderRow) and "order_key" not in import_map.columns:
                seen[found.content_hash] += 1
                found = interpret_row(import_map, row, latest=latest, occurrence=seen[found.content_hash])
            yield _phone_checked(found, import_map, row)


def _phone_checked(found: TypedRow | Reject, import_map: ImportMap, row: dict[str, Any]) -> TypedRow | Reject:
    if isinstance(found, CustomerRow) and found.phone is not None:
        try:
            normal_phone(found.phone)
        except BadPhone as refusal:
            column = import_map.columns["phone"].column or "phone"
            return Reject(row["_file"], row["_line"], column, found.phone, refusal.code, refusal.message)
    return found


def _counts(rows: list[TypedRow]) -> dict[str, Any]:
    orders = [row for row in rows if isinstance(row, OrderRow)]
    if not orders:
        return {}
    sold = [row for row in orders if row.is_paid and not row.is_refund and not row.is_cancelled]
    dates = [row.ordered_at for row in orders]
    return {
        "orders": len({row.order_key for row in sold}),
        "refunds": sum(1 for row in orders if row.is_refund or row.refund_fen),
        "unpaid": len({row.order_key for row in orders if row.is_cancelled or not row.is_paid}),
        "anonymous": sum(1 for row in orders if row.customer_key is None),
        "customers": len({row.customer_key for row in orders if row.customer_key is not None}),
        "paid_fen": sum(row.paid_fen for row in sold),
        "refunded_fen": sum(row.refund_fen for row in orders if row.is_refund or row in sold),
        "first_at": min(dates),
        "last_at": max(dates),
    }


def _presets(columns: tuple[str, ...]) -> dict[ImportKind, str]:
    found = {kind: best_preset(columns, kind) for kind in ImportKind}
    return {kind: name for kind, name in found.items() if name is not None}


def _sureness(guess: KindGuess) -> float:
    return sum(one.confidence for one in guess.guessed.guesses)
