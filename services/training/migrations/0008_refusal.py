"""Why an adaptation was refused, as a code beside the sentence."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Adds the column; what was refused before has the sentence alone."""
    op.add_column("adaptations", sa.Column("code", sa.String(32), nullable=True))
