"""Whose data was erased, and which versions had learned from any of it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "erasures",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("person", sa.String(128), nullable=False),
        sa.Column("until", sa.Double(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
    )
    op.create_table(
        "withdrawn_versions",
        sa.Column("model", sa.String(64), primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True),
        sa.Column("served", sa.Boolean(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
    )
