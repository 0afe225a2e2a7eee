"""Homes of their own for the demo brand, on free ports."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from siyu.entrypoints.app import opened, set_up
from siyu.kernel.app import App
from siyu.kernel.postgres import EmbeddedPostgres
from siyu.kernel.settings import Settings
from tests.conftest import forgo_safety


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on at this moment."""
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [int(each.getsockname()[1]) for each in sockets]
    for each in sockets:
        each.close()
    return ports


def settings_of(folder: Path) -> Settings:
    port, sandbox_port = free_ports(2)
    return Settings.from_environment(
        {"SIYU_HOME": str(folder), "SIYU_PORT": str(port), "SIYU_SANDBOX_PORT": str(sandbox_port)}
    )


@contextmanager
def fresh_home(settings: Settings) -> Iterator[App]:
    """An empty home with a PostgreSQL of its own."""
    with EmbeddedPostgres(settings.home).in_use() as url:
        forgo_safety(url)
        set_up(settings)
        with opened(settings) as app:
            yield app
