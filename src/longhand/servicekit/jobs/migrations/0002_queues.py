"""Follow-ups, logs in the database, what a key joined, and which queues a worker serves."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Adds the columns and the log's table."""
    op.add_column("jobs", sa.Column("follow_up", sa.String(64)))
    op.create_index("jobs_by_kind", "jobs", ["kind", "status", "id"])
    op.add_column("job_keys", sa.Column("joined", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("workers", sa.Column("host", sa.String(255), nullable=False, server_default=""))
    op.add_column("workers", sa.Column("queues", sa.JSON(), nullable=False, server_default="[]"))
    op.create_table(
        "job_log",
        sa.Column("job", sa.String(64), sa.ForeignKey("jobs.id"), primary_key=True),
        sa.Column("start", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )
