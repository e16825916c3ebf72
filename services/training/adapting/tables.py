"""The tables of the quick lane; `migrations` makes them."""

import sqlalchemy as sa

metadata = sa.MetaData()

cursors = sa.Table(
    "adapting_cursors",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("number", sa.BigInteger()),
)

adaptations = sa.Table(
    "adaptations",
    metadata,
    sa.Column("model", sa.String(64), primary_key=True),
    sa.Column("user", sa.String(128), primary_key=True),
    sa.Column("version", sa.Integer()),
    sa.Column("adapter", sa.String(64)),
    sa.Column("corrections", sa.Integer()),
    sa.Column("reason", sa.Text()),
    sa.Column("corrected_at", sa.Double()),
    sa.Column("at", sa.Double()),
    sa.Column("code", sa.String(32)),
    sa.Column("deep_corrections", sa.Integer()),
)

forgotten = sa.Table(
    "adapting_forgotten",
    metadata,
    sa.Column("user", sa.String(128), primary_key=True),
    sa.Column("at", sa.Double()),
)
