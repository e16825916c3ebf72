"""Who sent and corrected readings whose time was over: frozen versions show them still."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "expired",
        sa.Column("reading", sa.String(100), primary_key=True),
        sa.Column("by", sa.String(100), primary_key=True),
        sa.Column("sent", sa.Boolean(), primary_key=True),
        sa.Column("picture", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("expired_of", "expired", ["by"])
