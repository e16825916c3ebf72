"""The journal."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "journal",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("reading", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(100), nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
    )
    op.create_index("ix_journal_reading", "journal", ["reading"])
    once = sa.text("kind != 'corrected'")
    op.create_index(
        "journal_once", "journal", ["reading", "kind"], unique=True, sqlite_where=once, postgresql_where=once
    )
    op.create_index("journal_of", "journal", ["by", "kind", "number"])
