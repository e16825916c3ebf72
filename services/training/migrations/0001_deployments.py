"""Deployment records, the idempotency keys of their changes, and people's own versions."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "deployments",
        sa.Column("model", sa.String(64), primary_key=True),
        sa.Column("epoch", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.Column("by", sa.String(128), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
    )
    op.create_table(
        "deployment_keys",
        sa.Column("by", sa.String(128), primary_key=True),
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("request", sa.String(200), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
    )
    op.create_table(
        "personal_versions",
        sa.Column("model", sa.String(64), primary_key=True),
        sa.Column("user", sa.String(128), primary_key=True),
        sa.Column("version", sa.Integer()),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.UniqueConstraint("model", "number", name="personal_versions_in_order"),
    )
    op.create_table(
        "personal_pages",
        sa.Column("model", sa.String(64), primary_key=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("pages", sa.JSON(), nullable=False),
    )
