"""Deliveries may say that the facts of a batch were taken back.

Revision: 0029 after 0027
"""

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE delivery ADD COLUMN takes_back BIGINT")
    # Whoever was told of a batch is looked for when it is taken back.
    op.execute("CREATE INDEX ix_delivery_batch_id ON delivery (brand_id, batch_id)")
