"""Which dataset versions an erasure has found, so that a second try knows what the first one has withdrawn."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Makes the column."""
    op.add_column("erasures", sa.Column("versions", sa.JSON()))
