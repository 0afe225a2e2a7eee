"""Imports over HTTP: upload, look, preview, import, follow, take back."""

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi import Path as InPath

from siyu.intake.actions.imports import FUTURE_ALLOWED, ImportOrder, request_import
from siyu.intake.actions.rejects import kept_rejects
from siyu.intake.actions.revealing import reveal_rejects
from siyu.intake.actions.undo import request_undo
from siyu.intake.actions.uploads import (
    UPLOAD_BYTES_MAX,
    upload_by_id,
    upload_id_of,
)
from siyu.intake.contracts import FileLook, ImportKind, ImportMap, ImportState, MapPreview
from siyu.intake.queries import files, imports, lists
from siyu.intake.readers.maps import map_of_text
from siyu.intake.readers.sealed import SealedFile
from siyu.intake.readers.source import content_sha256
from siyu.intake.routes.forms import FORM_BYTES_MAX, MULTIPART, taken
from siyu.intake.rules.masking import (
    guessed_personal,
    masked_rejects,
    masked_row,
    masked_typed,
    masked_value,
    personal_columns,
)
from siyu.intake.schemas.imports import (
    FieldGuessOut,
    ImportLine,
    ImportList,
    ImportOut,
    ImportRequest,
    ImportStarted,
    KindGuessOut,
    ListUploadOut,
    MapChoice,
    PresetList,
    PresetOut,
    PreviewOut,
    RejectOut,
    RejectsReason,
    TaskStarted,
    UploadOut,
)
from siyu.kernel.app import App
from siyu.kernel.clock import utcnow
from siyu.kernel.errors import NotFound
from siyu.kernel.http import AppDep
from siyu.organisation.access import BrandSession, require
from siyu.organisation.contracts import Caller

router = APIRouter(prefix="/imports", tags=["imports"])
Runner = Annotated[Caller, Depends(require("imports.run"))]
Reader = Annotated[Caller, Depends(require("imports.read"))]
Revealer = Annotated[Caller, Depends(require("customers.reveal"))]
Kinds = Annotated[
    Sequence[ImportKind],
    Query(alias="kind", max_length=10, description="Only these kinds; repeat for several"),
]
States = Annotated[
    Sequence[ImportState],
    Query(alias="state", max_length=10, description="Only these states; repeat for several"),
]
ImportId = Annotated[int, InPath(ge=1, le=2**63 - 1)]


@router.post(
    "/uploads", status_code=201, openapi_extra=MULTIPART, max_body_size=UPLOAD_BYTES_MAX + FORM_BYTES_MAX
)
async def upload_file(request: Request, caller: Runner, app: AppDep) -> UploadOut:
    """The file waits for its import, and this is what was found in it."""
    return await taken(request, caller, app, look=partial(_look_at, caller))


@router.post(
    "/lists", status_code=201, openapi_extra=MULTIPART, max_body_size=UPLOAD_BYTES_MAX + FORM_BYTES_MAX
)
async def upload_list(request: Request, caller: Runner, app: AppDep) -> ListUploadOut:
    """A file that lists customers waits to become a segment's members; its first rows, masked."""
    return await taken(request, caller, app, look=_look_at_list)


@router.post("/preview")
def preview_import(body: MapChoice, caller: Runner, app: AppDep) -> PreviewOut:
    """The first rows as the map understands them; nothing is stored."""
    upload = _upload_of(app, caller, body)
    import_map = map_of_text(_text_of(body, upload), name=body.preset or upload.name)
    found = files.preview(upload, import_map, latest=utcnow() + FUTURE_ALLOWED)
    return _preview(found, import_map, reveal="customers.reveal" in caller.permissions)


@router.post("", status_code=202)
def start_import(body: ImportRequest, caller: Runner, app: AppDep, session: BrandSession) -> ImportStarted:
    """The import is announced and waits for a worker."""
    upload = _upload_of(app, caller, body)
    order = ImportOrder(
        upload.path, _text_of(body, upload), max_bad_share=body.max_bad_share, rate=body.rate, dry_run=body.dry_run,
        is_upload=True, file_name=upload.name,
    )  # fmt: skip
    import_id = request_import(
        session,
        order=order,
        sha256=content_sha256(upload),
        actor=caller.actor,
        now=utcnow(),
        in_background=True,
    )
    return ImportStarted(
        import_id=import_id, task_id=imports.import_by_id(session, import_id=import_id).task_id
    )


@router.get("", dependencies=[Depends(require("imports.read"))])
def list_imports(
    session: BrandSession,
    cursor: Annotated[
        str | None, Query(pattern="^[0-9]{1,18}$", description="next_cursor of the page before")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=imports.PAGE_ROWS_MAX)] = 50,
    kinds: Kinds = (),
    states: States = (),
    sort: Literal["-created_at", "created_at"] = "-created_at",
) -> ImportList:
    """A page of imports; of some kinds or states, where any are named. `total` counts these."""
    after_id = None if cursor is None else int(cursor)
    page = imports.imports_page(
        session,
        after_id=after_id,
        limit=limit,
        newest_first=sort == "-created_at",
        kinds=kinds,
        states=states,
    )
    items = [ImportLine.model_validate(run) for run in page.items]
    return ImportList(items=items, next_cursor=page.next_cursor, total=page.total)


@router.get("/presets", dependencies=[Depends(require("imports.read"))])
def list_import_presets() -> PresetList:
    """The maps that come with Siyu."""
    found = [PresetOut.model_validate(preset) for preset in imports.presets()]
    return PresetList(items=found, total=len(found))


@router.get("/{import_id}")
def read_import(import_id: ImportId, caller: Reader, app: AppDep, session: BrandSession) -> ImportOut:
    """One import."""
    run = imports.import_by_id(session, import_id=import_id)
    found = ImportOut.model_validate(run)
    found.error = imports.why_failed(session, run=run)
    found.has_rejects = _rejects(app, caller, import_id).exists()
    return found


@router.post("/{import_id}/undo", status_code=202)
def undo_import(
    import_id: ImportId, caller: Annotated[Caller, Depends(require("imports.undo"))], session: BrandSession
) -> TaskStarted:
    """A worker will take the import back."""
    return TaskStarted(task_id=request_undo(session, import_id=import_id, actor=caller.actor, now=utcnow()))


@router.get("/{import_id}/rejects", response_class=Response)
def read_import_rejects(import_id: ImportId, caller: Reader, app: AppDep, session: BrandSession) -> Response:
    """The rows that were turned away, as CSV: the file's columns, then where, what and why. Personal data is masked."""
    run = imports.import_by_id(session, import_id=import_id)
    path = _kept_rejects(app, caller, import_id)
    import_map = map_of_text(run.map_text, name=run.source)
    return _rejects_file(masked_rejects(kept_rejects(path, cipher=app.cipher), import_map), import_id)


@router.post("/{import_id}/rejects", response_class=Response, dependencies=[Depends(require("imports.read"))])
def reveal_import_rejects(
    import_id: ImportId, body: RejectsReason, caller: Revealer, app: AppDep, session: BrandSession
) -> Response:
    """The same in clear, so that the rows can be mended; who took it and why stands in the audit log."""
    imports.import_by_id(session, import_id=import_id)
    path = _kept_rejects(app, caller, import_id)
    text = reveal_rejects(
        session, import_id=import_id, path=path, cipher=app.cipher, reason=body.reason, actor=caller.actor, now=utcnow()
    )  # fmt: skip
    return _rejects_file(text, import_id)


def _look_at_list(upload: SealedFile) -> ListUploadOut:
    look = lists.look_at_list(upload)
    return ListUploadOut.model_validate({**asdict(look), "upload_id": upload_id_of(upload)})


def _look_at(caller: Caller, upload: SealedFile) -> UploadOut:
    look = files.look_at(upload, time_zone=caller.brand.time_zone, currency=caller.brand.currency)
    return upload_out(look, upload_id_of(upload), reveal="customers.reveal" in caller.permissions)


def upload_out(look: FileLook, upload_id: str, *, reveal: bool) -> UploadOut:
    """A file that waits for its import, as a client sees it."""
    guesses = [
        KindGuessOut(
            kind=guess.kind,
            map_text=guess.map_text,
            fields=[FieldGuessOut.model_validate(one) for one in guess.guessed.guesses],
            unused_columns=list(guess.guessed.unused_columns),
            missing_fields=list(guess.guessed.missing_fields),
        )
        for guess in look.guesses
    ]
    personal = guessed_personal(look.columns, look.guesses)
    return UploadOut(
        upload_id=upload_id, file_name=look.file_name, bytes=look.bytes, format=look.format, encoding=look.encoding,
        delimiter=look.delimiter, columns=list(look.columns), best_preset=look.best_preset, guesses=guesses,
        sample=[row if reveal else masked_row(row, personal) for row in look.sample],
    )  # fmt: skip


def _preview(found: MapPreview, import_map: ImportMap, *, reveal: bool) -> PreviewOut:
    rows = [asdict(row) for row in found.typed]
    rejected = [RejectOut.model_validate(one) for one in found.rejected]
    if not reveal:
        columns = import_map.source_columns
        personal = personal_columns(columns, import_map)
        rows = [masked_typed(row, import_map.kind) for row in rows]
        rejected = [
            one.model_copy(
                update={
                    "value": masked_value(one.value, column=one.column, columns=columns, personal=personal)
                }
            )
            for one in rejected
        ]
    return PreviewOut(rows=rows, rejected=rejected, counts=dict(found.counts))


def _upload_of(app: App, caller: Caller, body: MapChoice) -> SealedFile:
    return upload_by_id(
        app.settings.home, cipher=app.cipher, brand_id=caller.brand.brand_id, upload_id=body.upload_id
    )


def _text_of(body: MapChoice, upload: SealedFile) -> str:
    return files.chosen_map_text(
        map_text=body.map_text, preset=body.preset, kind=body.kind, file_name=upload.name
    )


def _kept_rejects(app: App, caller: Caller, import_id: int) -> Path:
    path = _rejects(app, caller, import_id)
    if not path.exists():
        raise NotFound(what="rejects of import", key=import_id)
    return path


def _rejects_file(text: str, import_id: int) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="import-{import_id}-rejects.csv"'}
    return Response(text.encode(), media_type="text/csv; charset=utf-8", headers=headers)


def _rejects(app: App, caller: Caller, import_id: int) -> Path:
    return imports.rejects_path(app.settings.home, brand_id=caller.brand.brand_id, import_id=import_id)
