"""Another company's database: in the same server as ours, reached by TCP."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import parse_qs, urlsplit, urlunsplit

import psycopg

from tests.conftest import Template, database

READER, PASSWORD = "siyu_pull_reader", "s3cret-of-theirs"
TABLES = """
    CREATE TABLE members (member_no text PRIMARY KEY, name text, tel text, joined timestamptz, changed timestamptz);
    CREATE TABLE sales (no bigint PRIMARY KEY, at timestamp, sku text, qty int, price numeric(10, 2), who text,
                        changed timestamptz NOT NULL);
    CREATE SCHEMA app;
    CREATE TABLE app.visits (visit bigint, page text, who text, at timestamptz, seconds numeric(12, 3), seen bigint);
"""


class Foreign:
    """The database as its owner sees it, and `url` as we are given it."""

    def __init__(self, owner: str, url: str) -> None:
        self.url, self._owner = url, owner

    def does(self, statement: str, *values: object) -> None:
        with psycopg.connect(self._owner, autocommit=True) as connection:
            connection.execute(statement, values or None)  # type: ignore[arg-type]


@contextmanager
def foreign_database(template: Template, name: str) -> Iterator[Foreign]:
    with (
        database(template.server, f"CREATE DATABASE {name}", name=name) as owner,
        listening(owner) as address,
    ):
        with psycopg.connect(owner, autocommit=True) as connection:
            connection.execute(TABLES)
            with suppress(psycopg.errors.DuplicateObject):
                connection.execute(f"CREATE ROLE {READER} LOGIN PASSWORD '{PASSWORD}'")
            connection.execute(f"GRANT USAGE ON SCHEMA app TO {READER}")
            connection.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public, app TO {READER}")
        yield Foreign(owner, f"postgresql://{READER}:{PASSWORD}@{address}/{name}")


@contextmanager
def listening(server: str) -> Iterator[str]:
    """Host and port of the server; one that has only a socket is given a port while the block runs."""
    parts = urlsplit(server)
    options = parse_qs(parts.query)
    if parts.hostname and "host" not in options:
        yield f"{parts.hostname}:{parts.port or 5432}"
        return
    path = f"{options['host'][0]}/.s.PGSQL.{options.get('port', ['5432'])[0]}"
    loop = asyncio.new_event_loop()
    door = loop.run_until_complete(asyncio.start_server(lambda r, w: _passed(r, w, path), "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{door.sockets[0].getsockname()[1]}"
    finally:
        asyncio.run_coroutine_threadsafe(_closed(door), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _passed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> None:
    from_server, to_server = await asyncio.open_unix_connection(path)

    async def carry(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while part := await source.read(65_536):
                sink.write(part)
                await sink.drain()
        sink.close()

    await asyncio.gather(carry(reader, to_server), carry(from_server, writer))


async def _closed(door: asyncio.Server) -> None:
    door.close()
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()
    await asyncio.sleep(0)


def nowhere(url: str) -> str:
    """The same address at a port where nobody listens."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{parts.username}:{parts.password}@127.0.0.1:9"))
