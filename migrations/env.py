"""Alembic's environment: online only, on the connection that kernel.migrations hands over."""

from alembic import context

from siyu.entrypoints.tables import METADATA

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    version_table="siyu_migration",
    transaction_per_migration=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
