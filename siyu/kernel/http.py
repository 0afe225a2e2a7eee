"""HTTP as every module speaks it: problem+json for refusals, a request id, safe headers, who may ask."""

import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import structlog
from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from prometheus_client import Counter, Histogram
from pydantic import BaseModel, Field
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from siyu.kernel.app import App
from siyu.kernel.errors import SiyuError
from siyu.kernel.logs import logger

log = logger(__name__)
REQUESTS = Counter("siyu_http_requests_total", "HTTP requests", ["method", "route", "status"])
SECONDS = Histogram("siyu_http_request_seconds", "Seconds a request took", ["method", "route"])

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "frame-ancestors 'none'",
}


class DatabaseGone(SiyuError):
    """The database does not answer just now. Nothing was changed; try again in a moment."""

    code = "database_gone"
    status = 503
    zh = "数据库暂时没有响应。没有任何改动；请稍后重试。"


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
    "5XX": {"model": Problem, "description": "Failed; nothing was changed"},
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
    api.add_exception_handler(SiyuError, _refused)
    api.add_exception_handler(RequestValidationError, _malformed)
    api.add_exception_handler(HTTPException, _http_error)
    api.add_exception_handler(OperationalError, _database_gone)
    api.middleware("http")(_observe)


async def _observe(request: Request, follow: Callable[[Request], Awaitable[Response]]) -> Response:
    request.state.request_id = secrets.token_hex(8)
    structlog.contextvars.bind_contextvars(request_id=request.state.request_id)
    started = time.perf_counter()
    try:
        response = await follow(request)
    except Exception as error:  # noqa: BLE001 -- nothing leaves without headers and a request id
        response = await _failed(request, error)
    finally:
        structlog.contextvars.clear_contextvars()
    route = getattr(request.scope.get("route"), "path", "other")
    REQUESTS.labels(request.method, route, str(response.status_code)).inc()
    SECONDS.labels(request.method, route).observe(time.perf_counter() - started)
    response.headers["X-Request-ID"] = request.state.request_id
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


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


async def _database_gone(request: Request, error: Exception) -> JSONResponse:
    log.warning("database gone", error=type(error).__name__)
    return await _refused(request, DatabaseGone(retry_after_seconds=2))


async def _failed(request: Request, error: Exception) -> JSONResponse:
    log.error("unexpected failure", exc_info=error)
    detail = (
        "Siyu failed unexpectedly; nothing was changed. Tell your administrator the request id."
        if language_of(request) == "en"
        else "Siyu 出现意外错误，没有任何改动。请将请求编号告知管理员。"
    )
    return _answer(request, status=500, code="internal", title="Internal error", detail=detail)
