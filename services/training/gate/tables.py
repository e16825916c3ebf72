"""The tables of the gate's decisions; `migrations` makes them.

What people's readings have to do with a decision stands in a table of its own, so that it can be erased.
"""

import sqlalchemy as sa

metadata = sa.MetaData()

decisions = sa.Table(
    "gate_decisions",
    metadata,
    sa.Column("number", sa.Integer(), primary_key=True),
    sa.Column("model", sa.String(64)),
    sa.Column("version", sa.Integer()),
    sa.Column("champion", sa.Integer()),
    sa.Column("passed", sa.Boolean()),
    sa.Column("record", sa.JSON()),
    sa.Column("at", sa.Double()),
)

changes = sa.Table(
    "gate_changes",
    metadata,
    sa.Column("number", sa.Integer(), primary_key=True),
    sa.Column("place", sa.Integer(), primary_key=True),
    sa.Column("id", sa.String(300)),
    sa.Column("source", sa.String(20)),
    sa.Column("picture", sa.String(64)),
    sa.Column("champion", sa.Integer()),
    sa.Column("challenger", sa.Integer()),
    sa.Column("text", sa.Text()),
    sa.Column("champion_read", sa.Text()),
    sa.Column("challenger_read", sa.Text()),
)
