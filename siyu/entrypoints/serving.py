"""`siyu serve`: the supervisor of the web server, the worker and, for a demo, the vendors' sandbox."""

import os
import socket
import sys
from collections.abc import Callable

from siyu.kernel.errors import SiyuError
from siyu.kernel.postgres import EmbeddedPostgres
from siyu.kernel.processes import Child, ServiceLock, answers, supervise
from siyu.kernel.settings import Settings
from siyu.kernel.terminal import NOTES


class PortTaken(SiyuError):
    """Port {port} is used by another program. Stop it, or set {variable} to a free port."""

    code = "port_taken"
    status = 409
    zh = "端口 {port} 已被其他程序占用。请停止该程序，或将 {variable} 设为空闲端口。"


def serve_home(
    settings: Settings, *, demo: bool, prepare: Callable[[], None] = lambda: None, greeting: str = ""
) -> None:
    """The home was served until somebody asked it to stop; no process is left.

    `prepare` runs before anything is served, while the home is already ours.

    raises  AlreadyRunning with the address of the one that runs, PortTaken
    """
    postgres = None if settings.database_url else EmbeddedPostgres(settings.home)
    with ServiceLock(settings.home).held(settings.address):
        _refuse_taken_port(settings.host, settings.port, "SIYU_PORT")
        if demo:
            _refuse_taken_port("127.0.0.1", settings.sandbox_port, "SIYU_SANDBOX_PORT")
        prepare()

        def greet() -> None:
            NOTES.print(f"\n[bold]Siyu is served at {settings.address}[/bold]   (Ctrl-C stops it)")
            if greeting:
                NOTES.print(greeting)

        supervise(children_of(settings, demo=demo), postgres, greet, say=NOTES.print)


def _refuse_taken_port(host: str, port: int, variable: str) -> None:
    """Otherwise whoever answers there would be taken for us."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as taken:
            raise PortTaken(port=port, variable=variable) from taken


def children_of(settings: Settings, *, demo: bool) -> list[Child]:
    """The processes that a home is served by, PostgreSQL aside; none of them runs yet."""
    logs = settings.home / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "SIYU_HOME": str(settings.home)}
    environment.pop("SIYU_MIGRATION_DATABASE_URL", None)  # who serves does not own the tables
    python = sys.executable
    children = [
        Child(
            "server",
            [python, "-m", "siyu.entrypoints.web"],
            environment,
            ready_check=lambda: answers(settings.host, settings.port, "/readyz"),
            log=logs / "server.log",
        ),
        Child("worker", [python, "-m", "siyu.entrypoints.worker"], environment, log=logs / "worker.log"),
    ]
    if demo:
        sandbox = [python, "-m", "siyu_sandbox", "--port", str(settings.sandbox_port)]
        children.append(
            Child(
                "sandbox",
                [*sandbox, "--home", str(settings.home / "sandbox")],
                environment,
                ready_check=lambda: answers("127.0.0.1", settings.sandbox_port, "/healthz"),
                log=logs / "sandbox.log",
            )
        )
    return children
