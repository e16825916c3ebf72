"""The readings' current state. The service fills it from the journal when it starts."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

MOMENT = sa.DateTime(timezone=True)
ONCE = sa.text("kind IN ('received', 'read')")
CORRECTED = sa.text("corrected_at IS NOT NULL")


def upgrade() -> None:
    """Makes the table; corrections and withdrawals may come often, receipts and answers once."""
    op.drop_index("journal_once", "journal")
    op.create_index(
        "journal_once", "journal", ["reading", "kind"], unique=True, sqlite_where=ONCE, postgresql_where=ONCE
    )
    op.create_table(
        "readings",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False),
        sa.Column("id", sa.String(100), nullable=False, unique=True),
        sa.Column("by", sa.String(100), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("picture", sa.String(64), nullable=False),
        sa.Column("task", sa.String(20), nullable=False),
        sa.Column("charset", sa.String(20), nullable=False),
        sa.Column("document", sa.String(200)),
        sa.Column("writer", sa.String(200)),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("decision", sa.String(20), nullable=False),
        sa.Column("model", sa.String(100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("corrected_text", sa.Text()),
        sa.Column("corrected_by", sa.String(100)),
        sa.Column("corrected_at", MOMENT),
        sa.Column("withdrawn_by", sa.String(100)),
        sa.Column("withdrawn_at", MOMENT),
        sa.Column("folded", sa.Text(), nullable=False),
    )
    for name in ("by", "decision", "document", "writer"):
        op.create_index(f"readings_of_{name}", "readings", [name, "number"])
    for name in ("received_at", "picture"):
        op.create_index(f"readings_of_{name}", "readings", [name])
    op.create_index("readings_corrected", "readings", ["number"], sqlite_where=CORRECTED, postgresql_where=CORRECTED)
