"""Whose turn it is to look at a reading, the order in which readings are looked at, and which model read them."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

MOMENT = sa.DateTime(timezone=True)
OPEN = sa.text("corrected_at IS NULL")


def upgrade() -> None:
    """Makes the table, and the indexes by which the queue is read and a model's readings are counted."""
    op.create_table(
        "claims",
        sa.Column("reading", sa.String(100), primary_key=True),
        sa.Column("by", sa.String(100), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
    )
    op.create_index("ix_claims_by", "claims", ["by"])
    op.create_index("readings_by_model", "readings", ["model", "version"])
    order = ["decision", "confidence", "number"]
    op.create_index("readings_to_review", "readings", order, sqlite_where=OPEN, postgresql_where=OPEN)
