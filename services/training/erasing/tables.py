"""The tables of erasures, and of versions that serve no more for one; `migrations` makes them."""

import sqlalchemy as sa

metadata = sa.MetaData()

erasures = sa.Table(
    "erasures",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("person", sa.String(128)),
    sa.Column("until", sa.Double()),
    sa.Column("answer", sa.JSON()),
)

withdrawn = sa.Table(
    "withdrawn_versions",
    metadata,
    sa.Column("model", sa.String(64), primary_key=True),
    sa.Column("version", sa.Integer(), primary_key=True),
    sa.Column("served", sa.Boolean()),
    sa.Column("at", sa.Double()),
)
