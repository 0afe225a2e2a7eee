"""Traits that a brand declares: every change is a row of its own, and so is the end.

Revision: 0031 after 0030
"""

from alembic import op

from siyu.kernel.migrations import fence_by_brand

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE trait_definition (
            brand_id BIGINT NOT NULL,
            name TEXT NOT NULL,
            version BIGINT NOT NULL,
            label_zh TEXT NOT NULL,
            label_en TEXT NOT NULL,
            definition JSONB NOT NULL,
            archived BOOLEAN NOT NULL,
            said_by TEXT NOT NULL,
            said_at TIMESTAMPTZ NOT NULL,
            CONSTRAINT pk_trait_definition PRIMARY KEY (brand_id, name, version)
        )""")
    fence_by_brand(op, "trait_definition", rights="SELECT, INSERT")
