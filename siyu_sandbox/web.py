"""The vendor's HTTP interface: parse, one call, answer."""

import hmac
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Body, Depends, FastAPI, Form, HTTPException, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from pydantic import ValidationError

from siyu_sandbox.courier import Courier
from siyu_sandbox.page import inbox_page
from siyu_sandbox.rules import seal_of
from siyu_sandbox.schemas import Mode, QueryIn, ReplyIn, SendIn
from siyu_sandbox.store import Row, Store
from siyu_sandbox.vendor import change_control, mode_of_call, read_control, take_batch, take_reply

LOG_ROWS_MAX = 1_000
INBOX_ROWS_MAX = 50
_VISIBLE = (
    "seq, out_id, message_id, phone, sign, text, kind, segments, state, error_code, submitted_at, done_at,"
    " submissions"
)


def create_app(store: Store, *, key: str, seed: int) -> FastAPI:
    """A vendor that answers over HTTP; its courier runs while the server does."""
    courier = Courier(store, key=key, seed=seed)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        courier.start()
        yield
        courier.stop()

    app = FastAPI(title="Siyu SMS sandbox", lifespan=lifespan)
    guard = [Depends(_bearer_of(key))]
    _add_sending(app, store, courier, seed=seed, guard=guard)
    _add_reading(app, store, guard=guard)
    _add_control(app, store, guard=guard)
    _add_inbox(app, store, token=seal_of(b"inbox", key))
    return app


def _bearer_of(key: str) -> Callable[[Request], None]:
    def authorised(request: Request) -> None:
        given = request.headers.get("Authorization", "").encode()
        if not hmac.compare_digest(given, f"Bearer {key}".encode()):
            raise HTTPException(401, {"code": "unauthorised", "remedy": "Send Authorization: Bearer KEY."})

    return authorised


def _add_sending(app: FastAPI, store: Store, courier: Courier, *, seed: int, guard: list[Any]) -> None:
    @app.post("/sms/send", dependencies=guard)
    def send(request: SendIn) -> JSONResponse:
        mode = mode_of_call(store)
        if mode is Mode.ERROR_500:
            return JSONResponse({"code": "internal_error"}, 500)
        if mode is Mode.TIMEOUT_BEFORE_ACCEPT:
            courier.stopping.wait(read_control(store).answer_delay_seconds)
            return JSONResponse({"code": "too_late"}, 504)
        answers = take_batch(store, request, seed=seed, now=time.time())
        if mode is Mode.ERROR_500_AFTER_ACCEPT:
            return JSONResponse({"code": "internal_error"}, 500)
        if mode is Mode.TIMEOUT:
            courier.stopping.wait(read_control(store).answer_delay_seconds)
        if mode is Mode.RECEIPT_BEFORE_ANSWER:
            courier.go_round(now=time.time(), out_ids=[answer["out_id"] for answer in answers])
        return JSONResponse({"messages": answers})

    @app.post("/sms/reply", dependencies=guard)
    def reply(request: ReplyIn) -> dict[str, Any]:
        answered = take_reply(store, phone=request.phone, text=request.text, now=time.time())
        if answered is None:
            raise HTTPException(404, {"code": "never_reached", "remedy": "Deliver a message there first."})
        return {"out_id": answered["out_id"]}


def _add_reading(app: FastAPI, store: Store, *, guard: list[Any]) -> None:
    @app.post("/sms/query", dependencies=guard)
    def query(request: QueryIn) -> dict[str, list[Row]]:
        sql = f"SELECT {_VISIBLE} FROM message WHERE out_id IN (SELECT value FROM json_each(?))"
        return {"messages": store.rows_in(sql, request.out_ids)}

    @app.get("/sms", dependencies=guard)
    def log(
        phone: str | None = None,
        state: str | None = None,
        after: int = 0,
        limit: Annotated[int, Query(ge=1, le=LOG_ROWS_MAX)] = LOG_ROWS_MAX,
    ) -> dict[str, list[Row]]:
        sql = (
            f"SELECT {_VISIBLE} FROM message WHERE seq > :after AND (:phone IS NULL OR phone = :phone)"
            " AND (:state IS NULL OR state = :state) ORDER BY seq LIMIT :limit"
        )
        asked = {"after": after, "phone": phone, "state": state, "limit": limit}
        return {"messages": store.rows(sql, asked)}

    @app.get("/sms/{out_id}", dependencies=guard)
    def one(out_id: str) -> Row:
        found = store.rows(f"SELECT {_VISIBLE} FROM message WHERE out_id = ?", (out_id,))
        if not found:
            raise HTTPException(404, {"code": "unknown_out_id"})
        return found[0]

    @app.get("/stats", dependencies=guard)
    def stats() -> dict[str, Any]:
        messages = store.rows("SELECT state, count(*) AS n FROM message GROUP BY state")
        posts = store.rows("SELECT state, count(*) AS n FROM outbox GROUP BY state")
        again = store.rows("SELECT count(*) AS n FROM message WHERE submissions > 1")
        return {
            "messages": {row["state"]: row["n"] for row in messages},
            "callbacks": {row["state"]: row["n"] for row in posts},
            "submitted_again": again[0]["n"],
        }


def _add_control(app: FastAPI, store: Store, *, guard: list[Any]) -> None:
    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        store.rows("SELECT 1")
        return {"status": "ok"}

    @app.get("/control", dependencies=guard)
    def shown() -> dict[str, Any]:
        return read_control(store).model_dump()

    @app.post("/control", dependencies=guard)
    def control(changes: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
        try:
            return change_control(store, changes).model_dump()
        except ValidationError as refused:
            raise RequestValidationError(refused.errors()) from refused

    @app.post("/reset", dependencies=guard)
    def reset() -> dict[str, str]:
        store.forget_everything()
        return {"status": "ok"}


def _add_inbox(app: FastAPI, store: Store, *, token: str) -> None:
    @app.get("/")
    def inbox(phone: str = "") -> HTMLResponse:
        shown = store.rows(
            "SELECT * FROM message WHERE :phone = '' OR phone = :phone ORDER BY seq DESC LIMIT :limit",
            {"phone": phone, "limit": INBOX_ROWS_MAX},
        )
        total = store.rows("SELECT count(*) AS n FROM message")[0]["n"]
        return HTMLResponse(inbox_page(shown, total=total, phone=phone, token=token))

    # The page cannot send a header, so its button carries a token that other sites do not know.
    @app.post("/inbox/reply")
    def reply_from_page(
        phone: Annotated[str, Form()],
        text: Annotated[str, Form()],
        given: Annotated[str, Form(alias="token")],
    ) -> RedirectResponse:
        if not hmac.compare_digest(given.encode(), token.encode()):
            raise HTTPException(403, {"code": "stale_page", "remedy": "Reload the inbox page."})
        take_reply(store, phone=phone, text=text, now=time.time())
        return RedirectResponse("/?" + urlencode({"phone": phone}), status_code=303)
