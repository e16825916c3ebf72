"""The tables of deployments; `migrations` makes them."""

import sqlalchemy as sa

metadata = sa.MetaData()

deployments = sa.Table(
    "deployments",
    metadata,
    sa.Column("model", sa.String(64), primary_key=True),
    sa.Column("epoch", sa.Integer(), primary_key=True),
    sa.Column("record", sa.JSON()),
    sa.Column("by", sa.String(128)),
    sa.Column("at", sa.Double()),
)

keys = sa.Table(
    "deployment_keys",
    metadata,
    sa.Column("by", sa.String(128), primary_key=True),
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("request", sa.String(200)),
    sa.Column("answer", sa.JSON()),
)

personal = sa.Table(
    "personal_versions",
    metadata,
    sa.Column("model", sa.String(64), primary_key=True),
    sa.Column("user", sa.String(128), primary_key=True),
    sa.Column("version", sa.Integer()),
    sa.Column("number", sa.Integer()),
    sa.Column("adapter", sa.String(64)),
)

pages = sa.Table(
    "personal_pages",
    metadata,
    sa.Column("model", sa.String(64), primary_key=True),
    sa.Column("revision", sa.Integer()),
    sa.Column("pages", sa.JSON()),
)
