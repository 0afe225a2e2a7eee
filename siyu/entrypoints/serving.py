"""`siyu serve`: the supervisor of the web server, the worker and, for a demo, the vendors' sandbox."""

import os
import sys
from collections.abc import Callable

from siyu.kernel.postgres import EmbeddedPostgres
from siyu.kernel.processes import Child, ServiceLock, answers, supervise
from siyu.kernel.settings import Settings
from siyu.kernel.terminal import NOTES


def serve_home(
    settings: Settings, *, demo: bool, prepare: Callable[[], None] = lambda: None, greeting: str = ""
) -> None:
    """The home was served until somebody asked it to stop; no process is left.

    `prepare` runs before anything is served, while the home is already ours.

    raises  AlreadyRunning with the address of the one that runs
    """
    postgres = None if settings.database_url else EmbeddedPostgres(settings.home)
    with ServiceLock(settings.home).held(settings.address):
        prepare()

        def greet() -> None:
            NOTES.print(f"\n[bold]Siyu is served at {settings.address}[/bold]   (Ctrl-C stops it)")
            if greeting:
                NOTES.print(greeting)

        supervise(_children(settings, demo=demo), postgres, greet, say=NOTES.print)


def _children(settings: Settings, *, demo: bool) -> list[Child]:
    logs = settings.home / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "SIYU_HOME": str(settings.home)}
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
