"""Challengers on trial. Of each model one at most is under way."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

UNDER_WAY = sa.text("state IN ('starting', 'running', 'promoting', 'withdrawing', 'stopping')")


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "canaries",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("model", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("champion", sa.Integer(), nullable=False),
        sa.Column("share", sa.Double(), nullable=False),
        sa.Column("mode", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(128), nullable=False),
        sa.Column("key", sa.String(200)),
        sa.Column("after", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.Double(), nullable=False),
        sa.Column("ended_at", sa.Double()),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.UniqueConstraint("by", "key", name="canaries_by_key"),
    )
    op.create_index(
        "canaries_under_way", "canaries", ["model"], unique=True, sqlite_where=UNDER_WAY, postgresql_where=UNDER_WAY
    )
