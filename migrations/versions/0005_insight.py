"""What a brand has set of its lifecycle and RFM.

Revision: 0005 after 0004
"""

from alembic import op

from siyu.kernel.migrations import fence_by_brand

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE insight_setting (
            brand_id BIGINT NOT NULL CONSTRAINT pk_insight_setting PRIMARY KEY,
            settings JSONB NOT NULL,
            updated_by TEXT NOT NULL,
            updated_at TIMESTAMPTZ NOT NULL
        )""")
    fence_by_brand(op, "insight_setting")
