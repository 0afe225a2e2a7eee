"""Moves of old ids from PostgreSQL to the lake are counted, so that a filter of ids knows whether it has them all.

Revision: 0021 after 0020
"""

from alembic import op

from siyu.kernel.migrations import fence_by_brand

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The mark is chance: after a backup was put back the same number is another move.
    op.execute("""
        CREATE TABLE fact_id_move (
            brand_id BIGINT NOT NULL,
            move_id BIGINT NOT NULL,
            mark UUID NOT NULL,
            ids BIGINT NOT NULL,
            moved_at TIMESTAMPTZ NOT NULL,
            CONSTRAINT pk_fact_id_move PRIMARY KEY (brand_id, move_id)
        )""")
    fence_by_brand(op, "fact_id_move", rights="SELECT")
    op.execute("GRANT INSERT ON fact_id_move TO siyu_pump")
