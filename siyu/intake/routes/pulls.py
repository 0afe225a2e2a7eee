"""Databases of others over HTTP: try, set up, run, pause, forget. An address comes in and never goes out."""

from typing import Annotated, Any

import pyarrow as pa
from fastapi import APIRouter, Depends

from siyu.intake.actions.pull_rows import kept_as_upload, look_at_rows
from siyu.intake.actions.pulling import events_of
from siyu.intake.actions.pulls import (
    PullSettings,
    change_pull,
    create_pull,
    remove_pull,
    request_pull,
    set_pull_enabled,
)
from siyu.intake.actions.uploads import upload_id_of
from siyu.intake.contracts import WantedRows
from siyu.intake.models import DatabasePull, DatabasePullRun
from siyu.intake.queries import files
from siyu.intake.queries import pulls as queries
from siyu.intake.routes.imports import upload_out
from siyu.intake.rules.masking import guessed_personal, masked, masked_cell
from siyu.intake.rules.pulls import check_rows, checked_address
from siyu.intake.rules.pulls_events import EventMap, check_event_map
from siyu.intake.schemas.pulls import (
    ColumnOut,
    EventMapping,
    PullChange,
    PullIn,
    PullList,
    PullOut,
    PullRunList,
    PullRunOut,
    PullStarted,
    PullTrial,
    PullTried,
    RowIdentity,
)
from siyu.kernel.app import App
from siyu.kernel.clock import utcnow
from siyu.kernel.http import AppDep
from siyu.kernel.parameters import Id
from siyu.organisation.access import BrandSession, require, require_person
from siyu.organisation.contracts import Caller

router = APIRouter(prefix="/pulls", tags=["pulls"])
Reader = Annotated[Caller, Depends(require("imports.read"))]
Runner = Annotated[Caller, Depends(require("imports.run"))]
KeyEditor = Annotated[Caller, Depends(require_person("keys.edit"))]
SHOWN_EVENTS = 20


@router.get("")
def list_pulls(_caller: Reader, session: BrandSession) -> PullList:
    """The brand's pulls with their last runs, the newest first."""
    last = queries.last_runs(session)
    found = [_out(pull, last.get(pull.pull_id)) for pull in queries.pulls(session)]
    return PullList(items=found, total=len(found))


@router.post("/try")
def try_pull(body: PullTrial, caller: KeyEditor, app: AppDep) -> PullTried:
    """The first rows as they would come in, masked; nothing is set up. The rows wait half a day as an upload."""
    brand = caller.brand
    rows = look_at_rows(app, wanted=_wanted(app, brand.brand_id, body))
    name = f"{body.title or body.table or 'query'}.parquet"
    upload = kept_as_upload(app, brand_id=brand.brand_id, file_name=name, rows=rows, now=utcnow())
    look = files.look_at(upload, time_zone=brand.time_zone, currency=brand.currency)
    events: list[dict[str, Any]] = []
    left_out: dict[str, int] = {}
    if body.event_map is not None:
        event_map = _event_map(body.event_map)
        check_event_map(event_map, columns=rows.column_names)
        events, counted = events_of(rows, event_map, now=utcnow())
        left_out = dict(counted)
    personal = guessed_personal(look.columns, look.guesses)
    return PullTried(
        columns=[ColumnOut(name=column.name, kind=_kind(column.type)) for column in rows.schema],
        upload=upload_out(look, upload_id_of(upload), reveal=False),
        events=[_masked(event, personal) for event in events[:SHOWN_EVENTS]], left_out=left_out,
    )  # fmt: skip


@router.post("", status_code=201)
def add_pull(body: PullIn, caller: KeyEditor, app: AppDep, session: BrandSession) -> PullOut:
    """The brand has one more database whose rows come in."""
    made = create_pull(
        session, cipher=app.cipher, settings=_settings(body), url=body.url, actor=caller.actor, now=utcnow()
    )  # fmt: skip
    return _out(made, None)


@router.put("/{pull_id}")
def set_pull(pull_id: Id, body: PullChange, caller: KeyEditor, app: AppDep, session: BrandSession) -> PullOut:
    """The pull reads as said from its next run on; without an address it keeps its own."""
    changed = change_pull(
        session, cipher=app.cipher, pull_id=pull_id, settings=_settings(body), url=body.url or None,
        from_beginning=body.from_beginning, actor=caller.actor, now=utcnow(),
    )  # fmt: skip
    return _out(changed, queries.last_runs(session).get(pull_id))


@router.delete("/{pull_id}", status_code=204)
def delete_pull(pull_id: Id, caller: KeyEditor, session: BrandSession) -> None:
    """The pull and its address are forgotten; what it brought stays."""
    remove_pull(session, pull_id=pull_id, actor=caller.actor, now=utcnow())


@router.post("/{pull_id}/run", status_code=202)
def run_pull_now(pull_id: Id, caller: Runner, session: BrandSession) -> PullStarted:
    """A worker will read what is new."""
    run = request_pull(session, pull_id=pull_id, actor=caller.actor, now=utcnow())
    return PullStarted(pull_run_id=run.pull_run_id, task_id=run.task_id)


@router.post("/{pull_id}/pause")
def pause_pull(pull_id: Id, caller: Runner, session: BrandSession) -> PullOut:
    """The pull waits until somebody says so; a run under way goes on."""
    return _enabled(session, pull_id, caller, enabled=False)


@router.post("/{pull_id}/resume")
def resume_pull(pull_id: Id, caller: Runner, session: BrandSession) -> PullOut:
    """The pull runs by its schedule again."""
    return _enabled(session, pull_id, caller, enabled=True)


@router.get("/{pull_id}/runs")
def list_pull_runs(pull_id: Id, _caller: Reader, session: BrandSession) -> PullRunList:
    """What the pull brought, the newest first."""
    queries.pull_by_id(session, pull_id=pull_id)
    found = queries.runs_of(session, pull_id=pull_id)
    return PullRunList(items=[PullRunOut.model_validate(run) for run in found])


def _enabled(session: BrandSession, pull_id: int, caller: Caller, *, enabled: bool) -> PullOut:
    pull = set_pull_enabled(session, pull_id=pull_id, enabled=enabled, actor=caller.actor, now=utcnow())
    return _out(pull, queries.last_runs(session).get(pull_id))


def _wanted(app: App, brand_id: int, body: PullTrial) -> WantedRows:
    check_rows(table=body.table, query=body.query)
    url = body.url
    if not url and body.pull_id is not None:
        with app.db.transaction(brand_id=brand_id) as session:
            url = queries.wanted_rows(
                queries.pull_by_id(session, pull_id=body.pull_id), cipher=app.cipher
            ).url
    return WantedRows(
        url=checked_address(url), table=body.table, query=body.query, cursor_column=body.cursor_column
    )


def _settings(body: PullIn) -> PullSettings:
    return PullSettings(
        title=body.title, kind=body.kind, cursor_column=body.cursor_column, table=body.table, query=body.query,
        lag=body.lag, map_text=body.map_text, source=body.source or body.title,
        event_map=None if body.event_map is None else _event_map(body.event_map), max_bad_share=body.max_bad_share,
        rate=body.rate, every_minutes=body.every_minutes, enabled=body.enabled,
    )  # fmt: skip


def _event_map(body: EventMapping) -> EventMap:
    return EventMap(
        event=body.event, event_column=body.event_column, key_columns=tuple(body.key_columns),
        occurred_at=body.occurred_at, time_zone=body.time_zone, authenticated=body.authenticated,
        identities=tuple((one.namespace, one.column) for one in body.identities), properties=tuple(body.properties),
    )  # fmt: skip


def _kind(kind: pa.DataType) -> Any:
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return "time"
    if pa.types.is_integer(kind) or pa.types.is_decimal(kind) or pa.types.is_floating(kind):
        return "number"
    return "text" if pa.types.is_string(kind) or pa.types.is_large_string(kind) else "other"


def _masked(event: dict[str, Any], personal: dict[str, str]) -> dict[str, Any]:
    """The event with its identities, and what else looks personal, masked."""
    identities = [
        {**one, "value": masked_cell(one["value"], "customer_key")} for one in event.get("identities", [])
    ]
    properties = {
        name: masked_cell(value, personal.get(name)) if isinstance(value, str) else value
        for name, value in event.get("properties", {}).items()
    }
    return {
        **event,
        "event_id": masked(event["event_id"]),
        "identities": identities,
        "properties": properties,
    }


def _out(pull: DatabasePull, last: DatabasePullRun | None) -> PullOut:
    event_map = None
    if pull.event_map:
        found = queries.event_map_from(pull.event_map)
        event_map = EventMapping(
            event=found.event, event_column=found.event_column, key_columns=list(found.key_columns),
            occurred_at=found.occurred_at, time_zone=found.time_zone, authenticated=found.authenticated,
            identities=[RowIdentity(namespace=name, column=column) for name, column in found.identities],
            properties=list(found.properties),
        )  # fmt: skip
    names = set(PullOut.model_fields) - {"table", "event_map", "last_run"}
    return PullOut(
        **{name: getattr(pull, name) for name in names}, table=pull.table_name, event_map=event_map,
        last_run=None if last is None else PullRunOut.model_validate(last),
    )  # fmt: skip
