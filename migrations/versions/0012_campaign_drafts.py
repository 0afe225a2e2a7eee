"""Drafts of campaigns may be deleted; whatever was submitted stays.

Revision: 0012 after 0011
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("GRANT DELETE ON campaign TO siyu_app")
    # The right is for drafts alone, whatever the program asks for: results of what was launched are kept.
    op.execute(
        "CREATE POLICY drafts_only ON campaign AS RESTRICTIVE FOR DELETE TO siyu_app "
        "USING (state IN ('draft', 'failed') AND launched_at IS NULL)"
    )
