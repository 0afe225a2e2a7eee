"""Commands that run until they are stopped: serve, demo, worker."""

import time

import typer

from siyu.demo.api import demo_logins, load_demo
from siyu.entrypoints.app import opened, set_up
from siyu.entrypoints.cli.context import CommandLine
from siyu.entrypoints.serving import serve_home
from siyu.entrypoints.worker import work
from siyu.kernel.clock import utcnow
from siyu.kernel.terminal import NOTES


def serve(context: typer.Context) -> None:
    """Run the server, the worker and (unless SIYU_DATABASE_URL is set) PostgreSQL until Ctrl-C."""
    line: CommandLine = context.obj
    serve_home(line.settings, demo=False, prepare=lambda: set_up(line.settings))


def demo(context: typer.Context) -> None:
    """Serve a simulated brand: 20,000 customers, two years of orders, a finished campaign. Ctrl-C stops it."""
    line: CommandLine = context.obj

    def prepare() -> None:
        started = time.monotonic()
        set_up(line.settings)
        with opened(line.settings) as app:
            load_demo(app, clock=utcnow, say=lambda step: NOTES.print(f"  {step} …"))
        NOTES.print(f"  ready after {time.monotonic() - started:.1f} s; starting server and worker …")

    logins = "\n".join(f"  {one['login']:<6} {one['password']}   ({one['role']})" for one in demo_logins())
    serve_home(line.settings, demo=True, prepare=prepare, greeting=f"Demo logins:\n{logins}")


def worker(context: typer.Context) -> None:
    """Run one more worker, for instance on another machine."""
    line: CommandLine = context.obj
    with opened(line.settings) as app:
        work(app)
