"""The tables of jobs; `migrations` makes them."""

from datetime import UTC, datetime

import sqlalchemy as sa

from longhand.contracts.jobs import Job, JobError

metadata = sa.MetaData()

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(64)),
    sa.Column("status", sa.String(16)),
    sa.Column("arguments", sa.JSON()),
    sa.Column("fingerprint", sa.String(64)),
    sa.Column("by", sa.String(128)),
    sa.Column("attempt", sa.Integer()),
    sa.Column("lapses", sa.Integer()),
    sa.Column("created_at", sa.Double()),
    sa.Column("started_at", sa.Double()),
    sa.Column("finished_at", sa.Double()),
    sa.Column("progress", sa.JSON()),
    sa.Column("result", sa.JSON(none_as_null=True)),
    sa.Column("error_code", sa.String(64)),
    sa.Column("error_message", sa.Text()),
    sa.Column("follow_up", sa.String(64)),
    sa.Column("worker", sa.String(128)),
    sa.Column("lease_s", sa.Double()),
    sa.Column("lease_until", sa.Double()),
    sa.Column("cancelling", sa.Boolean()),
)

log = sa.Table(
    "job_log",
    metadata,
    sa.Column("job", sa.String(64), primary_key=True),
    sa.Column("start", sa.BigInteger(), primary_key=True),
    sa.Column("content", sa.LargeBinary()),
)

keys = sa.Table(
    "job_keys",
    metadata,
    sa.Column("by", sa.String(128), primary_key=True),
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("job", sa.String(64)),
    sa.Column("joined", sa.Boolean()),
)

workers = sa.Table(
    "workers",
    metadata,
    sa.Column("name", sa.String(128), primary_key=True),
    sa.Column("host", sa.String(255)),
    sa.Column("queues", sa.JSON()),
    sa.Column("seen_at", sa.Double()),
)

fired = sa.Table(
    "fired",
    metadata,
    sa.Column("schedule", sa.String(64), primary_key=True),
    sa.Column("due", sa.Double(), primary_key=True),
)


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def read_row(row: sa.Row[tuple[object, ...]], joined: bool = False) -> Job:
    """A row as clients see it; `joined` where it waited before it was asked for."""
    error = JobError(code=row.error_code, message=row.error_message) if row.error_code else None
    return Job(
        id=row.id,
        kind=row.kind,
        status=row.status,
        arguments=row.arguments,
        by=row.by,
        attempt=row.attempt,
        created_at=datetime.fromtimestamp(row.created_at, UTC),
        started_at=_moment(row.started_at),
        finished_at=_moment(row.finished_at),
        progress=row.progress,
        result=row.result,
        error=error,
        cancelling=bool(row.cancelling) and row.finished_at is None,
        joined=joined,
        follow_up=row.follow_up,
    )
