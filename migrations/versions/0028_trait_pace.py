"""The pace of refreshes: when the last one ran, and whether a job waits for the end of the rest.

Revision: 0028 after 0025
"""

from alembic import op

from siyu.kernel.migrations import fence_by_brand

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE trait_pace (
            brand_id BIGINT NOT NULL CONSTRAINT pk_trait_pace PRIMARY KEY,
            began_at TIMESTAMPTZ,
            ended_at TIMESTAMPTZ,
            wake_at TIMESTAMPTZ
        )""")
    fence_by_brand(op, "trait_pace", rights="SELECT, INSERT, UPDATE")
