"""People's vocabularies."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Makes the table, empty: of corrections there were none before that a person could have made."""
    op.create_table(
        "vocabularies",
        sa.Column("user", sa.String(100), primary_key=True),
        sa.Column("word", sa.String(60), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("last", sa.DateTime(timezone=True), nullable=False),
    )
