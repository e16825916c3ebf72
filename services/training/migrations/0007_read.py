"""What pictures show that were read differently, and what was read in them."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Adds the columns; decisions of before have nothing in them."""
    for name in ("text", "champion_read", "challenger_read"):
        op.add_column("gate_changes", sa.Column(name, sa.Text(), nullable=True))
