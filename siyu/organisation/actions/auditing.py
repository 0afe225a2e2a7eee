"""The audit log leaves Siyu as a file, which the audit log says."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from siyu.kernel.audit import Actor, AuditEntry, record
from siyu.kernel.csv_file import csv_file
from siyu.organisation.contracts import AuditQuestion
from siyu.organisation.errors import AuditTooLong
from siyu.organisation.queries import audit_count, audit_page

EXPORT_MAX = 50_000
COLUMNS = (
    "at", "actor_kind", "actor", "address", "request_id", "action", "subject_type", "subject_id", "field",
    "before", "after",
)  # fmt: skip


def export_audit(session: Session, *, asked: AuditQuestion, zone: str, actor: Actor, now: datetime) -> bytes:
    """The entries that are asked for as CSV, newest first: a row for each value that changed.

    units    moments with the offset of the zone; values as they are stored
    raises   AuditTooLong
    effects  an audit entry with the filters and the number of entries; it is not in the file
    limits   50,000 entries
    """
    total = audit_count(session, asked=asked)
    if total > EXPORT_MAX:
        raise AuditTooLong(total=f"{total:,}", limit=f"{EXPORT_MAX:,}")
    entries = audit_page(session, asked=asked, before_id=None, limit=EXPORT_MAX).items
    content = csv_file(COLUMNS, (row for entry in entries for row in _rows(entry, ZoneInfo(zone))))
    said = {name: _said(value) for name, value in asdict(asked).items() if value is not None}
    record(
        session, actor=actor, action="audit.exported", subject=("audit", "list"),
        after={**said, "entries": total}, now=now,
    )  # fmt: skip
    return content


def _rows(entry: AuditEntry, zone: ZoneInfo) -> Iterator[dict[str, Any]]:
    """A row for each value that either side names; one without a value where there is none."""
    before, after = entry.before or {}, entry.after or {}
    for field in {**before, **after} or {"": None}:
        yield {
            "at": entry.at.astimezone(zone).isoformat(timespec="seconds"),
            "actor_kind": entry.actor_kind,
            "actor": entry.actor_label,
            "address": entry.address,
            "request_id": entry.request_id,
            "action": entry.action,
            "subject_type": entry.subject_type,
            "subject_id": entry.subject_id,
            "field": field,
            "before": _said(before.get(field)),
            "after": _said(after.get(field)),
        }


def _said(value: Any) -> Any:
    """Lists and objects as JSON, moments as text; the rest as it is."""
    if isinstance(value, datetime):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value
