"""Whose number it is and which they said last: one index answers both.

Without it the planner may read a brand it has no statistics of whole, once for every customer to be reached.

Revision: 0015 after 0014
"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "CREATE INDEX ix_customer_identity_newest ON customer_identity (customer_id, namespace, identity_id)"
    )
    op.execute("DROP INDEX ix_customer_identity_customer_id")
