"""Suppression over HTTP: who is on the lists, a list added from a file, an address taken off."""

from dataclasses import asdict
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request

from siyu.kernel.clock import utcnow
from siyu.kernel.http import AppDep
from siyu.kernel.parameters import Id
from siyu.organisation.access import BrandSession, require
from siyu.organisation.contracts import Caller
from siyu.people.actions.suppress import lift_suppression
from siyu.people.actions.suppress_file import suppress_file
from siyu.people.contracts import SuppressionKind
from siyu.people.errors import AddressFileTooLong
from siyu.people.queries.suppressions import suppressions_page
from siyu.people.rules.address_file import LINES_MAX, read_addresses
from siyu.people.schemas import (
    BadLineOut,
    SuppressionLift,
    SuppressionOut,
    SuppressionPage,
    SuppressionSearch,
    SuppressionUpload,
)

FILE_BYTES_MAX = 7_000_000

router = APIRouter(prefix="/suppressions", tags=["consent"])
Note = Annotated[str, Query(max_length=100, description="where the list comes from, or what it is called")]


async def addresses_sent(request: Request) -> bytes:
    """The body, which is the file itself; it is read and kept nowhere.

    raises  AddressFileTooLong
    """
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > FILE_BYTES_MAX:
            raise AddressFileTooLong(lines=f"> {FILE_BYTES_MAX // 1_000_000} MB", limit=f"{LINES_MAX:,}")
    return bytes(body)


@router.post("/search", dependencies=[Depends(require("suppressions.read"))])
def search_suppressions(app: AppDep, session: BrandSession, body: SuppressionSearch) -> SuppressionPage:
    """A page of the lists, newest first; a number is looked for by its index."""
    rows = suppressions_page(session, cipher=app.cipher, **dict(body))
    items = [SuppressionOut.model_validate(row) for row in rows]
    return SuppressionPage(
        items=items, next_before=items[-1].suppression_id if len(items) == body.limit else None
    )


@router.post(
    "/upload",
    openapi_extra={
        "requestBody": {"required": True, "content": {"text/plain": {"schema": {"type": "string"}}}}
    },
)
def upload_suppressions(
    app: AppDep,
    caller: Annotated[Caller, Depends(require("suppressions.edit"))],
    session: BrandSession,
    content: Annotated[bytes, Depends(addresses_sent)],
    kind: SuppressionKind,
    channel: Literal["sms", "call", "email", "all"] = "sms",
    note: Note = "",
    dry_run: Annotated[bool, Query(description="count only")] = True,
) -> SuppressionUpload:
    """A file of numbers or e-mail addresses, one a line; counted only, unless `dry_run` is false."""
    file = read_addresses(content)
    done = suppress_file(
        session, cipher=app.cipher, file=file, channel=channel, kind=kind, note=note, dry_run=dry_run,
        actor=caller.actor, now=utcnow(),
    )  # fmt: skip
    return SuppressionUpload(
        dry_run=dry_run, lines=file.lines, addresses=len(file.addresses), repeated=file.repeated, bad=file.bad,
        bad_lines=[BadLineOut.model_validate(one) for one in file.bad_lines], **asdict(done),
    )  # fmt: skip


@router.post("/{suppression_id}/lift", status_code=204)
def lift(
    caller: Annotated[Caller, Depends(require("suppressions.lift"))],
    session: BrandSession,
    suppression_id: Id,
    body: SuppressionLift,
) -> None:
    """The address may be written to again, as far as this row goes; who answers for it stands in the audit log."""
    lift_suppression(
        session, suppression_id=suppression_id, reason=body.reason, actor=caller.actor, now=utcnow()
    )
