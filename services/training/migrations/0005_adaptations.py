"""People's adapters, how far the journal was followed for them, and whose corrections are not to count any more."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Makes the tables, and a column for adapters."""
    op.add_column("personal_versions", sa.Column("adapter", sa.String(64)))
    op.create_table(
        "adapting_cursors",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("number", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "adaptations",
        sa.Column("model", sa.String(64), primary_key=True),
        sa.Column("user", sa.String(128), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("adapter", sa.String(64)),
        sa.Column("corrections", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("corrected_at", sa.Double(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
    )
    op.create_table(
        "adapting_forgotten",
        sa.Column("user", sa.String(128), primary_key=True),
        sa.Column("at", sa.Double(), nullable=False),
    )
