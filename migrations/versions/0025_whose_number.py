"""Whose number it is: the index answers for the brand as well.

Row-level security adds the brand to every statement. Of a brand that came after the planner last looked it believes that
nearly nothing is there, and then reads all of its phones for each customer rather than an index that lacks the brand.

Revision: 0025 after 0024
"""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE INDEX ix_customer_identity_whose
            ON customer_identity (customer_id, brand_id, namespace, identity_id)""")
    op.execute("DROP INDEX ix_customer_identity_newest")
