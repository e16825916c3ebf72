"""The table of canaries; `migrations` makes it."""

import sqlalchemy as sa

from services.training.deployment.tables import metadata

canaries = sa.Table(
    "canaries",
    metadata,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("model", sa.String(64)),
    sa.Column("version", sa.Integer()),
    sa.Column("champion", sa.Integer()),
    sa.Column("share", sa.Double()),
    sa.Column("mode", sa.String(16)),
    sa.Column("state", sa.String(16)),
    sa.Column("reason", sa.Text()),
    sa.Column("by", sa.String(128)),
    sa.Column("key", sa.String(200)),
    sa.Column("after", sa.BigInteger()),
    sa.Column("started_at", sa.Double()),
    sa.Column("ended_at", sa.Double()),
    sa.Column("report", sa.JSON()),
)
