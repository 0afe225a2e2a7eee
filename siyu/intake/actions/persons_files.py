"""Rejects and uploads on disk, without a person who asked to be forgotten."""

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import select

from siyu.intake.actions.rejects import keep_rejects, kept_rejects
from siyu.intake.actions.uploads import drop_upload, sealed_upload
from siyu.intake.contracts import OPEN_STATES
from siyu.intake.models import ImportRun
from siyu.intake.rules.naming import byte_forms, rows_without
from siyu.kernel.app import App
from siyu.privacy.api import needles_of
from siyu.privacy.contracts import Person

PIECE = 4 << 20
OVERLAP = 512
# What is packed cannot be searched by its bytes: such a file counts as naming anybody.
PACKED = (b"PK\x03\x04", b"\x1f\x8b", b"PAR1", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd")


def rejects_files(app: App, brand_id: int) -> list[Path]:
    """The files that hold rejected rows of the brand's imports."""
    folder = app.settings.home / "imports" / str(brand_id)
    return sorted(folder.glob("*.rejects")) if folder.is_dir() else []


def rejected_rows(
    app: App, person: Person, says: Callable[[str], bool]
) -> Iterator[tuple[str, list[str], list[str]]]:
    """Each rejected row that names the person: the import's number, the columns, the cells."""
    for path in rejects_files(app, person.brand_id):
        rows = _read(kept_rejects(path, cipher=app.cipher))
        for row in rows[1:]:
            if any(says(cell) for cell in row):
                yield path.stem, rows[0], row


def forget_rejected_rows(app: App, person: Person, says: Callable[[str], bool]) -> None:
    """Rejects hold no row that names the person; a file is exchanged as a whole, or not at all."""
    for path in rejects_files(app, person.brand_id):
        rows = _read(kept_rejects(path, cipher=app.cipher))
        left, dropped = rows_without(rows[1:], says=says)
        if dropped:
            sink = io.StringIO()
            csv.writer(sink, lineterminator="\n").writerows([rows[0], *left])
            fresh = path.with_suffix(".fresh")
            keep_rejects(fresh, text=sink.getvalue(), cipher=app.cipher)
            fresh.replace(path)


def uploads_naming(app: App, person: Person) -> tuple[list[Path], list[Path]]:
    """Uploaded files that hold the person, or may: those that nobody reads, and those an open import will read."""
    with app.db.transaction(brand_id=person.brand_id) as session:
        query = select(ImportRun.file_path).where(
            ImportRun.brand_id == person.brand_id, ImportRun.state.in_(OPEN_STATES), ImportRun.file_is_upload
        )
        wanted = {Path(path).parent.name for path in session.scalars(query)}
    idle: list[Path] = []
    in_use: list[Path] = []
    folder = app.settings.home / "uploads" / str(person.brand_id)
    for place in sorted(folder.iterdir()) if folder.is_dir() else ():
        for path in place.iterdir() if place.is_dir() else ():
            if _may_hold(app, person, path):
                (in_use if place.name in wanted else idle).append(path)
    return idle, in_use


def forget_uploads_naming(app: App, person: Person) -> None:
    """Uploaded files that hold the person and that no import reads are gone; they can be sent again."""
    for path in uploads_naming(app, person)[0]:
        drop_upload(path)


def _may_hold(app: App, person: Person, path: Path) -> bool:
    forms = byte_forms(needles_of(person.values))
    tail = b""
    with sealed_upload(path, brand_id=person.brand_id, cipher=app.cipher).open() as stream:
        first = True
        while piece := stream.read(PIECE):
            if first and piece.startswith(PACKED):
                return True
            first = False
            window = (tail + piece).lower()
            if any(form in window for form in forms):
                return True
            tail = piece[-OVERLAP:]
    return False


def _read(content: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.removeprefix("\ufeff"))))
