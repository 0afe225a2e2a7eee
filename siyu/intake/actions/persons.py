"""What intake holds of a person: events and rows that were turned away, requests and files that wait, file names."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import text

from siyu.intake.actions.persons_events import (
    envelopes_naming,
    forget_envelopes,
    forget_rejects,
    names_person,
    rejects_naming,
    said_of,
)
from siyu.intake.actions.persons_files import (
    forget_rejected_rows,
    forget_uploads_naming,
    rejected_rows,
    uploads_naming,
)
from siyu.kernel.app import App
from siyu.privacy.api import needles_of
from siyu.privacy.contracts import Fate, Holding, Person, Said, Sheet

NAMED_FILES = """
    SELECT import_id FROM import_run
    WHERE brand_id = :brand AND EXISTS (SELECT FROM unnest(CAST(:needles AS text[])) w
                                        WHERE strpos(lower(file_name), w) > 0)
"""
FORGET_FILE_NAMES = (
    "UPDATE long_task t SET title = :mark FROM import_run r WHERE t.task_id = r.task_id AND r.import_id = ANY(:found)",
    """UPDATE fact_batch b SET origin = 'import:' || :mark FROM import_run r
       WHERE b.batch_id = r.batch_id AND r.import_id = ANY(:found)""",
    "UPDATE import_run SET file_name = :mark, file_path = :mark WHERE import_id = ANY(:found)",
)
ERASED_FILE = "erased"
EVENTS = Said("被拒收的事件", "rejected events")
ENVELOPES = Said("等待处理的事件请求", "requests of events on their way")
ROWS = Said("导入中被拒收的行", "rejected rows of imports")
UPLOADS = Said("上传后没有导入的文件", "uploaded files that no import reads")
READ = Said("等待导入的上传文件", "uploaded files that wait for their import")
NAMES = Said("文件名", "file names")
WHY_READ = Said(
    "导入时会略过已删除的人；导入结束后文件即被移除。",
    "Their import leaves the erased out, and removes the file when it ends.",
)


class IntakePart:
    """Everything that waits or was turned away."""

    name = "intake"
    tables: Mapping[str, str] = {}

    def holdings(self, app: App, person: Person) -> tuple[Holding, ...]:
        """What names the person by a number or address."""
        says = names_person(person)
        with app.db.transaction(brand_id=person.brand_id) as session:
            events = sum(1 for _ in rejects_naming(session, app.cipher, person))
            names = len(session.execute(text(NAMED_FILES), _given(person)).all())
        idle, in_use = uploads_naming(app, person)
        waiting = (
            (Holding("intake.uploads_waiting", READ, len(in_use), Fate.KEPT, WHY_READ),) if in_use else ()
        )
        return (
            Holding("intake.envelopes", ENVELOPES, len(envelopes_naming(app, person)), Fate.REMOVED),
            Holding("intake.event_rejects", EVENTS, events, Fate.REMOVED),
            Holding(
                "intake.import_rejects", ROWS, sum(1 for _ in rejected_rows(app, person, says)), Fate.REMOVED
            ),
            Holding("intake.uploads", UPLOADS, len(idle), Fate.REMOVED),
            Holding("intake.file_names", NAMES, names, Fate.REMOVED),
            *waiting,
        )

    def forget(self, app: App, person: Person, *, now: datetime) -> None:  # noqa: ARG002 -- the protocol's
        """Rejects and files do not hold the person, requests that wait do not name them."""
        forget_envelopes(app, person)
        forget_rejects(app, person)
        forget_rejected_rows(app, person, names_person(person))
        forget_uploads_naming(app, person)
        with app.db.transaction(brand_id=person.brand_id) as session:
            found = list(session.scalars(text(NAMED_FILES), _given(person)))
            for statement in FORGET_FILE_NAMES if found else ():
                session.execute(text(statement), {"found": found, "mark": ERASED_FILE})

    def export(self, app: App, person: Person) -> tuple[Sheet, ...]:
        """Rejected events and rows that name the person."""
        with app.db.transaction(brand_id=person.brand_id) as session:
            events = [said_of(event) for _, event in rejects_naming(session, app.cipher, person)]
        rows = [
            {"import_id": number, "row": dict(zip(columns, cells, strict=False))}
            for number, columns, cells in rejected_rows(app, person, names_person(person))
        ]
        return Sheet("event_rejects", EVENTS, events), Sheet("import_rejects", ROWS, rows)


def _given(person: Person) -> dict[str, object]:
    return {"brand": person.brand_id, "needles": list(needles_of(person.values))}


PERSON_PARTS = (IntakePart(),)
