"""API keys have scopes; sessions say where they come from and when they were last used."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

UNTIL_NOW = "predict read admin:read admin:jobs admin:lexicons"
"""What keys that exist keep: all but accounts and promotions, which from now on a key must be made for."""


def upgrade() -> None:
    """Adds the columns."""
    op.add_column("api_keys", sa.Column("scopes", sa.String(255), nullable=False, server_default=UNTIL_NOW))
    op.add_column("sessions", sa.Column("used_at", sa.DateTime(timezone=True)))
    op.add_column("sessions", sa.Column("address", sa.String(64)))
