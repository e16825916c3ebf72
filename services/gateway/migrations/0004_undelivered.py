"""Copies of what waits at one gateway, for the others to show."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "undelivered",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("gateway", sa.String(32), nullable=False, index=True),
        sa.Column("by", sa.String(64), nullable=False, index=True),
        sa.Column("reading", sa.Text(), nullable=False),
        sa.Column("picture", sa.LargeBinary(), nullable=False),
    )
