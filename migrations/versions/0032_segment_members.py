"""Segments with stored members: a list of a file, a snapshot. Members stand from one edition up to another.

Revision: 0032 after 0031
"""

from alembic import op

from siyu.kernel.migrations import fence_by_brand, fence_by_scope

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE segment ADD COLUMN form TEXT NOT NULL DEFAULT 'dynamic'")
    op.execute("""
        CREATE TABLE segment_edition (
            segment_id BIGINT NOT NULL,
            edition BIGINT NOT NULL,
            brand_id BIGINT NOT NULL,
            source TEXT NOT NULL,
            title TEXT NOT NULL,
            known_by TEXT,
            definition JSONB,
            as_of TIMESTAMPTZ NOT NULL,
            listed BIGINT NOT NULL,
            twice BIGINT NOT NULL,
            unknown BIGINT NOT NULL,
            customers BIGINT NOT NULL,
            entered BIGINT NOT NULL,
            departed BIGINT NOT NULL,
            task_id BIGINT,
            made_by TEXT NOT NULL,
            made_at TIMESTAMPTZ NOT NULL,
            CONSTRAINT pk_segment_edition PRIMARY KEY (segment_id, edition),
            CONSTRAINT fk_segment_edition_segment_id_segment FOREIGN KEY (segment_id) REFERENCES segment (segment_id)
        )""")
    op.execute("""
        CREATE TABLE segment_member (
            segment_id BIGINT NOT NULL,
            customer_id BIGINT NOT NULL,
            from_edition BIGINT NOT NULL,
            to_edition BIGINT,
            brand_id BIGINT NOT NULL,
            CONSTRAINT pk_segment_member PRIMARY KEY (segment_id, customer_id, from_edition)
        )""")
    op.execute("CREATE INDEX ix_segment_member_customer_id ON segment_member (customer_id)")
    fence_by_brand(op, "segment_edition", rights="SELECT, INSERT")
    fence_by_brand(op, "segment_member")
    fence_by_scope(op, "segment_member")
