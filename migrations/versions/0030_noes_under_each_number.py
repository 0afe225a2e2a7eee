"""A no stands under each number of a person: what was refused while customers were one is noted for those merged, too.

From here on it is noted so when it is said; until now it was carried over when they parted, and lost where one of them
had said no before.

Revision: 0030 after 0025
"""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        INSERT INTO consent_entry (brand_id, customer_id, channel, purpose, granted, source, said_at, recorded_at)
        SELECT DISTINCT ON (a.customer_id, e.channel, e.purpose, e.source, e.said_at)
               a.brand_id, a.customer_id, e.channel, e.purpose, false, e.source, e.said_at, now()
        FROM customer a
        JOIN customer x ON x.brand_id = a.brand_id AND x.customer_id <> a.customer_id
             AND (x.customer_id = a.merged_into OR x.merged_into = a.merged_into)
        JOIN consent_entry e ON e.brand_id = a.brand_id AND e.customer_id = x.customer_id AND NOT e.granted
             AND e.retracts IS NULL AND e.recorded_at >= greatest(a.merged_at, x.merged_at)
        WHERE a.merged_into IS NOT NULL
          AND NOT EXISTS (SELECT FROM consent_entry y WHERE y.retracts = e.consent_entry_id)
          AND NOT EXISTS (SELECT FROM consent_entry o WHERE o.brand_id = a.brand_id AND o.customer_id = a.customer_id
                          AND o.channel = e.channel AND o.purpose = e.purpose AND o.said_at = e.said_at
                          AND NOT o.granted AND o.source = e.source)
        ORDER BY a.customer_id, e.channel, e.purpose, e.source, e.said_at""")
