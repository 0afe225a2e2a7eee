"""Rows of a statement wait in a temporary table, so that whole sets are written at a time."""

from collections.abc import Iterable

from sqlalchemy import text
from sqlalchemy.orm import Session

from siyu.kernel.db import copy_rows, raw


def stage(session: Session, table: str, columns: str, rows: Iterable[tuple[object, ...]]) -> None:
    """A temporary table holds the rows until the transaction ends."""
    session.execute(text(f"DROP TABLE IF EXISTS pg_temp.{table}"))
    session.execute(text(f"CREATE TEMPORARY TABLE {table} ({columns}) ON COMMIT DROP"))
    names = tuple(column.split()[0] for column in columns.split(", "))
    copy_rows(session, table=table, columns=names, rows=rows)
    raw(session).execute(f"ANALYZE {table}".encode())
