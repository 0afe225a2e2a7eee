"""The door of intake."""

from siyu.intake.actions.carrying import pump
from siyu.intake.actions.compacting import CLEAN_JOB, LAKE_QUEUE, ask_to_compact
from siyu.intake.actions.customers import CustomersTarget, forget_people
from siyu.intake.actions.events_accept import EventWriter
from siyu.intake.actions.events_catalogue import define_event
from siyu.intake.actions.following import followed
from siyu.intake.actions.imports import ImportOrder, request_import, run_import
from siyu.intake.actions.page_keys import create_page_key
from siyu.intake.actions.pulls import begin_due_pull
from siyu.intake.actions.staging import reject
from siyu.intake.actions.undo import undo_import
from siyu.intake.actions.uploads import drop_upload, expect_upload, new_upload, upload_by_id, upload_id_of
from siyu.intake.queries.events import own_event_properties, own_events
from siyu.intake.queries.events_live import sources as event_sources
from siyu.intake.queries.events_of import events_of, names_seen, tables_of_events
from siyu.intake.queries.imports import taken_back
from siyu.intake.queries.lists import listed_values, look_at_list, masked_key, open_list
from siyu.intake.queries.pulls import due_pulls
from siyu.intake.readers.sealed import seal_stream
from siyu.intake.readers.source import content_sha256
from siyu.intake.rules.events_typing import Property
from siyu.intake.rules.masking import masked
from siyu.intake.rules.sql_cells import half_even_sql, literal

__all__ = [
    "CLEAN_JOB",
    "LAKE_QUEUE",
    "CustomersTarget",
    "EventWriter",
    "ImportOrder",
    "Property",
    "ask_to_compact",
    "begin_due_pull",
    "content_sha256",
    "create_page_key",
    "define_event",
    "drop_upload",
    "due_pulls",
    "event_sources",
    "events_of",
    "expect_upload",
    "followed",
    "forget_people",
    "half_even_sql",
    "listed_values",
    "literal",
    "look_at_list",
    "masked",
    "masked_key",
    "names_seen",
    "new_upload",
    "open_list",
    "own_event_properties",
    "own_events",
    "pump",
    "reject",
    "request_import",
    "run_import",
    "seal_stream",
    "tables_of_events",
    "taken_back",
    "undo_import",
    "upload_by_id",
    "upload_id_of",
]
