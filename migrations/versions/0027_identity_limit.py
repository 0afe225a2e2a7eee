"""How many identities one customer may have is a brand's to say.

Revision: 0027 after 0026
"""

from alembic import op

from siyu.kernel.migrations import fence_by_brand

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE identity_limit (
            brand_id BIGINT CONSTRAINT pk_identity_limit PRIMARY KEY,
            identities_max BIGINT NOT NULL
                CONSTRAINT ck_identity_limit_range CHECK (identities_max BETWEEN 2 AND 1000)
        )""")
    fence_by_brand(op, "identity_limit")
