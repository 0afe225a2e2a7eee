"""HTTP as every module speaks it: problem+json for refusals, a request id, safe headers, who may ask."""

import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import psycopg
import structlog
from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from prometheus_client import Counter, Histogram
from pydantic import BaseModel, Field
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from siyu.kernel.app import App
from siyu.kernel.errors import DatabaseGone, SiyuError, UnstorableText
from siyu.kernel.lake import LakeFailure
from siyu.kernel.logs import logger
from siyu.kernel.outages import free_mb, full_folder, is_disk_full, says_connection_lost

log = logger(__name__)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
READING = frozenset({"GET", "HEAD", "OPTIONS"})
BUSY_RETRY_SECONDS, GONE_RETRY_SECONDS = 5, 2
REQUESTS = Counter("siyu_http_requests_total", "HTTP requests", ["method", "route", "status"])
SECONDS = Histogram("siyu_http_request_seconds", "Seconds a request took", ["method", "route"])

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "frame-ancestors 'none'",
}


class OutcomeUnknown(SiyuError):
    """The connection to the database broke while your change was being saved, so it is not known whether it was. Look
    first whether it is there; only if it is not, try again.
    """

    code = "outcome_unknown"
    status = 503
    zh = "保存改动时与数据库的连接中断，无法确定改动是否已保存。请先查看改动是否存在，确认没有再重试。"


class ServerBusy(SiyuError):
    """Too many requests wait for the database just now. Nothing was changed; try again in a few seconds."""

    code = "server_busy"
    status = 503
    zh = "当前等待数据库的请求过多。没有任何改动；请几秒后重试。"


class ServerDiskFull(SiyuError):
    """The server's disk that holds {folder} is full ({free_mb} MB free); nothing of this request was kept. Ask your
    administrator to make room there, then try again.
    """

    code = "server_disk_full"
    status = 507
    zh = (
        "服务器上 {folder} 所在的磁盘已满（剩余 {free_mb} MB），本次请求没有保存任何内容。"
        "请管理员在该处腾出空间后重试。"
    )


class FieldProblem(BaseModel):
    """What is wrong with one field of the input."""

    field: str
    message: str


class Problem(BaseModel):
    """A refusal (RFC 9457): what was refused, why, and what to do."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: list[FieldProblem] = Field(default_factory=list)


PROBLEMS: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": Problem, "description": "Refused; nothing was changed"},
    "5XX": {"model": Problem, "description": "Failed; nothing was changed, unless code is outcome_unknown"},
}


def app_of(request: Request) -> App:
    """The application this request runs in."""
    app: App = request.app.state.siyu
    return app


AppDep = Annotated[App, Depends(app_of)]


def language_of(request: Request) -> str:
    """Zh or en, as the reader asked; Chinese unless English is preferred."""
    return "en" if request.headers.get("accept-language", "").lower().startswith("en") else "zh"


def speak_problem_json(api: FastAPI) -> None:
    """Every refusal of this application leaves as problem+json with a request id, and is counted."""
    for kind, handler in HANDLERS:
        api.add_exception_handler(kind, handler)
    api.middleware("http")(_observe)


async def observed(
    request: Request, answer: Callable[[Request], Awaitable[Response]], *, route: str | None = None
) -> Response:
    """What the request is answered, also where its answer fails: with a request id, safe headers, and counted.

    `route`: for a request that no router sees; else the one that took it.
    """
    request.state.request_id = secrets.token_hex(8)
    structlog.contextvars.bind_contextvars(request_id=request.state.request_id)
    started = time.perf_counter()
    try:
        response = await answer(request)
    except Exception as error:  # noqa: BLE001 -- nothing leaves without headers and a request id
        response = await _refusal_or_failure(request, error)
    finally:
        structlog.contextvars.clear_contextvars()
    route = route or getattr(request.scope.get("route"), "path", "other")
    method = request.method if request.method in METHODS else "other"  # the caller may write anything there
    REQUESTS.labels(method, route, str(response.status_code)).inc()
    SECONDS.labels(method, route).observe(time.perf_counter() - started)
    response.headers["X-Request-ID"] = request.state.request_id
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.update(
        getattr(request.state, "answer_headers", {})
    )  # on refusals too: a route's own, as CORS
    return response


async def _observe(request: Request, follow: Callable[[Request], Awaitable[Response]]) -> Response:
    return await observed(request, follow)


async def _refusal_or_failure(request: Request, error: Exception) -> JSONResponse:
    """As the handlers of the application would answer, for what none of them saw."""
    for kind, handler in HANDLERS:
        if isinstance(error, kind):
            return await handler(request, error)
    return await _failed(request, error)


def _answer(
    request: Request, *, status: int, code: str, title: str, detail: str, **more: Any
) -> JSONResponse:
    problem = Problem(
        title=title,
        status=status,
        detail=detail,
        code=code,
        request_id=getattr(request.state, "request_id", ""),
        errors=more.get("errors", []),
    )
    return JSONResponse(
        problem.model_dump(),
        status_code=status,
        media_type="application/problem+json",
        headers=more.get("headers"),
    )


async def _refused(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, SiyuError)
    wait = error.details.get("retry_after_seconds")
    return _answer(
        request,
        status=error.status,
        code=error.code,
        title=type(error).__name__,
        detail=error.said_in(language_of(request)),
        headers={"Retry-After": str(wait)} if wait is not None else None,
    )


async def _malformed(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    problems = [
        FieldProblem(field=".".join(str(part) for part in one["loc"]), message=one["msg"])
        for one in error.errors()
    ]
    said = "; ".join(f"{problem.field}: {problem.message}" for problem in problems)
    return _answer(
        request, status=422, code="malformed", title="Malformed input", detail=said, errors=problems
    )


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return _answer(
        request, status=error.status_code, code="http", title=str(error.detail), detail=str(error.detail)
    )


async def _database_failed(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, OperationalError)
    if is_disk_full(error):
        return await _disk_full(request, error)
    refusal = _refusal_of(error, reads_only=request.method in READING)
    log.warning("the database failed a request", error=type(error.orig).__name__, told=refusal.code)
    return await _refused(request, refusal)


async def _copy_failed(request: Request, error: Exception) -> JSONResponse:
    """A connection that broke while rows were copied: that is in mid-transaction, so nothing was changed."""
    if is_disk_full(error):
        return await _disk_full(request, error)
    log.warning("the database failed a request", error=type(error).__name__, told=DatabaseGone.code)
    return await _refused(request, DatabaseGone(retry_after_seconds=GONE_RETRY_SECONDS))


async def _driver_failed(request: Request, error: Exception) -> JSONResponse:
    """Whatever else a driver says, as of a connection that somebody else found closed; where none broke, it is ours.

    Nothing was asked to commit: the driver refused before it sent anything.
    """
    if not says_connection_lost(error):
        return await _failed(request, error)
    log.warning("the database failed a request", error=type(error).__name__, told=DatabaseGone.code)
    return await _refused(request, DatabaseGone(retry_after_seconds=GONE_RETRY_SECONDS))


async def _lake_failed(request: Request, error: Exception) -> JSONResponse:
    """The lake's disk is full, or its catalogue's connections broke with PostgreSQL: it is opened anew then."""
    if is_disk_full(error):
        return await _disk_full(request, error)
    if not says_connection_lost(error):
        return await _failed(request, error)
    log.warning("the lake lost its catalogue", error=type(error).__name__, told=DatabaseGone.code)
    app_of(request).lake.renew()
    return await _refused(request, DatabaseGone(retry_after_seconds=GONE_RETRY_SECONDS))


async def _disk_full(request: Request, error: Exception) -> JSONResponse:
    """The folder is told, not the file: its name may be somebody's."""
    app: App | None = getattr(request.app.state, "siyu", None)
    told: dict[str, Any] = {"folder": "SIYU_HOME", "free_mb": 0}
    if app is not None:
        folder = full_folder(error, settings=app.settings)
        told = {"folder": folder, "free_mb": free_mb(folder)}
    log.error("the disk is full", error=type(error).__name__, **told)
    return await _refused(request, ServerDiskFull(**told))


def _refusal_of(error: OperationalError, *, reads_only: bool) -> SiyuError:
    """What a failure of the database means to whoever asked.

    A connection that broke outside any statement broke at COMMIT: the server may or may not have got that far.
    """
    if isinstance(error.orig, psycopg.errors.TooManyConnections):
        return ServerBusy(retry_after_seconds=BUSY_RETRY_SECONDS)
    if error.connection_invalidated and error.statement is None and not reads_only:
        return OutcomeUnknown()
    return DatabaseGone(retry_after_seconds=GONE_RETRY_SECONDS)


async def _data_refused(request: Request, error: Exception) -> JSONResponse:
    """A text with NUL is the sender's to mend; any other value that PostgreSQL refuses is ours."""
    cause = error.orig if isinstance(error, DataError) else error
    if isinstance(cause, psycopg.errors.UntranslatableCharacter) or "NUL" in str(cause):
        return await _refused(request, UnstorableText())
    return await _failed(request, error)


async def _busy(request: Request, error: Exception) -> JSONResponse:
    log.warning("no connection was free in time", error=type(error).__name__)
    return await _refused(request, ServerBusy(retry_after_seconds=BUSY_RETRY_SECONDS))


async def _system_failed(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, OSError)
    return await (_disk_full if is_disk_full(error) else _failed)(request, error)


async def _failed(request: Request, error: Exception) -> JSONResponse:
    log.error("unexpected failure", exc_info=error)
    detail = (
        "Siyu failed unexpectedly; nothing was changed. Tell your administrator the request id."
        if language_of(request) == "en"
        else "Siyu 出现意外错误，没有任何改动。请将请求编号告知管理员。"
    )
    return _answer(request, status=500, code="internal", title="Internal error", detail=detail)


HANDLERS: tuple[tuple[type[Exception], Callable[[Request, Exception], Awaitable[JSONResponse]]], ...] = (
    (SiyuError, _refused),
    (RequestValidationError, _malformed),
    (HTTPException, _http_error),
    (OperationalError, _database_failed),
    (DataError, _data_refused),
    (psycopg.DataError, _data_refused),
    (psycopg.OperationalError, _copy_failed),
    (InterfaceError, _driver_failed),
    (psycopg.InterfaceError, _driver_failed),
    (LakeFailure, _lake_failed),
    (PoolTimeout, _busy),
    (OSError, _system_failed),
)
