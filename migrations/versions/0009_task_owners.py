"""A long task knows the job that does its work, so that one whose job is gone can be ended.

Revision: 0009 after 0008
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE long_task ADD COLUMN job_id BIGINT")
    op.execute("CREATE INDEX ix_long_task_open ON long_task (task_id) WHERE state IN ('queued', 'running')")
    op.execute("""
        UPDATE long_task t SET job_id = j.id
        FROM procrastinate_jobs j
        LEFT JOIN import_run r
            ON j.task_name = 'intake.run_import' AND r.import_id = (j.args->>'import_id')::bigint
        LEFT JOIN campaign c
            ON j.task_name = 'campaigns.launch' AND c.campaign_id = (j.args->>'campaign_id')::bigint
        WHERE t.state IN ('queued', 'running') AND j.status IN ('todo', 'doing')
          AND t.task_id = coalesce((j.args->>'task_id')::bigint, r.task_id, c.task_id)""")
