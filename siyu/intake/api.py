"""The door of intake."""

from siyu.intake.actions.carrying import pump
from siyu.intake.actions.customers import CustomersTarget, forget_people
from siyu.intake.actions.events_accept import EventWriter
from siyu.intake.actions.imports import ImportOrder, request_import, run_import
from siyu.intake.actions.pulls import begin_due_pull
from siyu.intake.actions.staging import reject
from siyu.intake.actions.undo import undo_import
from siyu.intake.queries.pulls import due_pulls
from siyu.intake.readers.source import content_sha256
from siyu.intake.rules.sql_cells import half_even_sql, literal

__all__ = [
    "CustomersTarget",
    "EventWriter",
    "ImportOrder",
    "begin_due_pull",
    "content_sha256",
    "due_pulls",
    "forget_people",
    "half_even_sql",
    "literal",
    "pump",
    "reject",
    "request_import",
    "run_import",
    "undo_import",
]
