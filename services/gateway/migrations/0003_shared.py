"""What all gateways on one database count and remember together."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "attempts",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("made", sa.Integer(), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False, index=True),
    )
    op.create_table(
        "calls",
        sa.Column("caller", sa.String(64), primary_key=True),
        sa.Column("minute", sa.Integer(), primary_key=True),
        sa.Column("made", sa.Integer(), nullable=False),
    )
    op.create_table(
        "claims",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False, index=True),
    )
