"""The web server: every module's routes under one API, health, metrics, and the built console."""

import hmac
import ipaddress
import os
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import FileResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel
from sqlalchemy import text
from starlette.exceptions import HTTPException

from siyu.demo.api import demo_logins, is_demo
from siyu.entrypoints.app import opened
from siyu.entrypoints.wiring import ROOT_ROUTERS, ROUTERS
from siyu.intake.api import EventWriter
from siyu.intake.routes.events_door import EventsDoor
from siyu.kernel.app import App
from siyu.kernel.errors import SiyuError
from siyu.kernel.http import PROBLEMS, speak_problem_json
from siyu.kernel.limiter import RateLimiter
from siyu.kernel.logs import configure_logs
from siyu.kernel.processes import exit_when_parent_dies
from siyu.kernel.resources import console_folder
from siyu.kernel.settings import Settings

VERSION = "0.1.0"
OPT_OUT_CALLS_A_MINUTE = 60  # from one address; a company's readers may share one
BODY_BYTES_MAX = 8_000_000  # read before anybody is known; routes that take files say how much more they take
ops = APIRouter(tags=["operations"])


class MetricsNotForYou(SiyuError):
    """Metrics are for this machine only, or for who knows SIYU_METRICS_TOKEN. Set it for the server, and send it as
    `Authorization: Bearer …`.
    """

    code = "metrics_not_for_you"
    status = 403
    zh = (
        "指标只对本机开放，或对持有 SIYU_METRICS_TOKEN 的请求开放。请为服务器设置该令牌，"
        "并以 `Authorization: Bearer …` 发送。"
    )


class Readiness(BaseModel):
    """Whether each engine answers."""

    database: bool
    lake: bool


@ops.get("/healthz", response_class=PlainTextResponse)
def healthz() -> str:
    """The process is alive."""
    return "ok"


@ops.get("/readyz")
def readyz(request: Request, response: Response) -> Readiness:
    """PostgreSQL and the lake answer; 503 otherwise."""
    app: App = request.app.state.siyu
    found = Readiness(database=_database_answers(app), lake=False)
    if found.database:
        found.lake = _lake_answers(app)
    response.status_code = 200 if found.database and found.lake else 503
    return found


@ops.get("/metrics", response_class=PlainTextResponse)
def metrics(request: Request) -> Response:
    """Prometheus metrics of this process: with SIYU_METRICS_TOKEN as the bearer, or, if none is set, for this machine.

    raises  MetricsNotForYou
    """
    app: App = request.app.state.siyu
    if not _may_read_metrics(request, token=app.settings.metrics_token):
        raise MetricsNotForYou
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _may_read_metrics(request: Request, *, token: str | None) -> bool:
    """Who knows the token; without one, who asks from this machine and for nobody else."""
    if token is not None:
        shown = request.headers.get("authorization", "").encode()
        return hmac.compare_digest(shown, f"Bearer {token}".encode())
    passed_on = "x-forwarded-for" in request.headers or "forwarded" in request.headers
    return not passed_on and request.client is not None and _is_this_machine(request.client.host)


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def create_api(app: App | None, *, console: Path | None = None) -> FastAPI:
    """The API over an opened application; without one, only its OpenAPI document is of use."""
    api = FastAPI(
        title="Siyu",
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        responses=PROBLEMS,
        max_body_size=BODY_BYTES_MAX,
        generate_unique_id_function=lambda route: route.name,
    )
    api.state.siyu = app
    api.state.known_keys = {}  # organisation.access.require_key
    api.state.opt_out_limiter = RateLimiter(OPT_OUT_CALLS_A_MINUTE)
    api.state.event_writer = None if app is None else EventWriter(app)
    api.state.demo_logins = demo_logins() if app is not None and is_demo(app.settings.home) else []
    speak_problem_json(api)
    api.add_middleware(EventsDoor)
    api.include_router(ops)
    for outside in ROOT_ROUTERS:
        api.include_router(outside.found())
    for router in ROUTERS:
        api.include_router(router.found(), prefix="/api/v1")
    if console is not None:
        _serve_console(api, console)
    return api


def _serve_console(api: FastAPI, folder: Path) -> None:
    """Files of the built console; any other path that is no API is the console's own page."""

    @api.get("/{path:path}", include_in_schema=False)
    def page(path: str) -> FileResponse:
        if path.startswith("api/"):
            raise HTTPException(404, "There is no such route")
        wanted = (folder / path).resolve()
        if path and wanted.is_relative_to(folder.resolve()) and wanted.is_file():
            lasting = {"Cache-Control": "public, max-age=31536000, immutable"}
            return FileResponse(wanted, headers=lasting if path.startswith("assets/") else None)
        if not (folder / "index.html").exists():
            raise HTTPException(404, "The console is not built here; run `make console`")
        return FileResponse(folder / "index.html", headers={"Cache-Control": "no-cache"})


def _database_answers(app: App) -> bool:
    try:
        with app.db.transaction(brand_id=None) as session:
            return bool(session.execute(text("SELECT true")).scalar_one())
    except Exception:  # noqa: BLE001 -- readiness reports any failure as "not ready"
        return False


def _lake_answers(app: App) -> bool:
    try:
        with app.lake.reading() as cursor:
            cursor.execute("SELECT count(*) FROM ducklake_snapshots('lake')").fetchone()
    except Exception:  # noqa: BLE001 -- as above; the lake is opened anew at the next request
        app.lake.renew()
        return False
    return True


def openapi_document() -> dict[str, Any]:
    """The contract, without starting anything."""
    return create_api(None).openapi()


def main() -> None:
    """Entry point of the supervised web server process."""
    exit_when_parent_dies()
    settings = Settings.from_environment(os.environ)
    configure_logs(settings.log_level)
    with opened(settings) as app:
        api = create_api(app, console=console_folder())
        uvicorn.run(
            api, host=settings.host, port=settings.port, log_config=None, access_log=False,
            timeout_graceful_shutdown=5, server_header=False,
        )  # fmt: skip


if __name__ == "__main__":
    main()
