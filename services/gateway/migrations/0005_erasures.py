"""Erasures of people's data, and how far each has come."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "erasures",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(40), nullable=False, unique=True),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("step", sa.String(16), nullable=False, index=True),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text()),
    )
