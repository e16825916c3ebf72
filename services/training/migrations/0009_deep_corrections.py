"""From how many corrections the second step of an adaptation learned."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Adds the column; of what was made before it is not known, and the next adaptation says it."""
    op.add_column("adaptations", sa.Column("deep_corrections", sa.Integer(), nullable=False, server_default="0"))
