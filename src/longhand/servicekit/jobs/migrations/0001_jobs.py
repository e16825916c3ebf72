"""Jobs, their idempotency keys, the workers seen, and the schedules fired."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("status", sa.String(16), nullable=False, index=True),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("by", sa.String(128), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("lapses", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("started_at", sa.Double()),
        sa.Column("finished_at", sa.Double()),
        sa.Column("progress", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(none_as_null=True)),
        sa.Column("error_code", sa.String(64)),
        sa.Column("error_message", sa.Text()),
        sa.Column("worker", sa.String(128)),
        sa.Column("lease_s", sa.Double()),
        sa.Column("lease_until", sa.Double()),
        sa.Column("cancelling", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    never_begun = sa.text("status = 'queued' AND attempt = 0")
    op.create_index(
        "one_waiting_job_of_a_kind",
        "jobs",
        ["fingerprint"],
        unique=True,
        sqlite_where=never_begun,
        postgresql_where=never_begun,
    )
    op.create_table(
        "job_keys",
        sa.Column("by", sa.String(128), primary_key=True),
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("job", sa.String(64), sa.ForeignKey("jobs.id"), nullable=False),
    )
    op.create_table(
        "workers",
        sa.Column("name", sa.String(128), primary_key=True),
        sa.Column("seen_at", sa.Double(), nullable=False),
    )
    op.create_table(
        "fired",
        sa.Column("schedule", sa.String(64), primary_key=True),
        sa.Column("due", sa.Double(), primary_key=True),
    )
