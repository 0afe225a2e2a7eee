"""The PostgreSQL that comes with Siyu: found in its wheel, run as the right user, started and stopped by us."""

from siyu.kernel.postgres.server import EmbeddedPostgres

__all__ = ["EmbeddedPostgres"]
