"""What each correction stands at. The service fills the table from the journal when it starts."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Makes the table, and room for what each person last said of a reading."""
    op.add_column("readings", sa.Column("answers", sa.JSON()))
    op.create_table(
        "corrections",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False),
        sa.Column("reading", sa.String(100), nullable=False),
        sa.Column("by", sa.String(100), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("agreed", sa.Boolean()),
        sa.Column("side", sa.String(10), nullable=False),
        sa.Column("outside", sa.Integer(), nullable=False),
        sa.Column("picture", sa.String(64), nullable=False),
        sa.Column("task", sa.String(20), nullable=False),
        sa.Column("document", sa.String(200)),
        sa.Column("writer", sa.String(200)),
        sa.Column("model", sa.String(100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("read", sa.Text(), nullable=False),
    )
    op.create_index("ix_corrections_reading", "corrections", ["reading"])
    op.create_index("corrections_of", "corrections", ["by", "agreed", "number"])
    op.create_index("corrections_in", "corrections", ["state", "side", "number"])
