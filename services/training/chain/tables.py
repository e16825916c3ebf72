"""The table of chains; `migrations` makes it."""

import sqlalchemy as sa

metadata = sa.MetaData()

chains = sa.Table(
    "chains",
    metadata,
    sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("gathering", sa.BigInteger()),
    sa.Column("model", sa.String(64)),
    sa.Column("dataset", sa.String(64)),
    sa.Column("corrections", sa.Integer()),
    sa.Column("first_at", sa.Double()),
    sa.Column("step", sa.String(16)),
    sa.Column("job", sa.String(64)),
    sa.Column("version", sa.Integer()),
    sa.Column("reason", sa.Text()),
    sa.Column("begun_at", sa.Double()),
    sa.Column("changed_at", sa.Double()),
    sa.UniqueConstraint("gathering", "model", name="one_chain_of_a_gathering_and_model"),
)
