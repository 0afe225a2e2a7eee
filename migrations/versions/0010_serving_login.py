"""A login that owns no table can serve: it reads the revision, and has the planner's statistics refreshed.

Revision: 0010 after 0009
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # ANALYZE is the owner's right, and there is none to grant before PostgreSQL 17.
    op.execute("""
        CREATE FUNCTION siyu_analyze(wanted regclass) RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        BEGIN
            EXECUTE format('ANALYZE %s', wanted);
        END $$""")
    op.execute("REVOKE ALL ON FUNCTION siyu_analyze(regclass) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION siyu_analyze(regclass) TO siyu_app")
