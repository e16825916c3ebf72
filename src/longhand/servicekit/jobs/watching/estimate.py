"""How long a running job will take yet."""

import statistics
from collections.abc import Iterable

import sqlalchemy as sa
from pydantic import JsonValue

from longhand.contracts.jobs import Job, JobStatus
from longhand.servicekit.jobs.kinds import Kind, Kinds
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.jobs.table import jobs
from longhand.servicekit.state import reading

REMEMBERED = 50


class Estimates:
    """Estimates from how long the jobs like it took, else from the share that a job reports as done."""

    def __init__(self, store: JobStore, kinds: Kinds) -> None:
        self._store, self._kinds = store, kinds

    def add(self, job: Job) -> Job:
        """The job, with `remaining_s` where it runs and something says how long it will."""
        if job.status is not JobStatus.RUNNING or job.started_at is None:
            return job
        with reading(self._store.engine) as connection:
            elapsed = max(0.0, self._store.clock(connection) - job.started_at.timestamp())
            kind = self._kinds.get(job.kind)
            past = list(_durations(connection, job, kind)) if kind else []
        remaining = estimate(elapsed, share_done(job.progress), past)
        return job.model_copy(update={"remaining_s": remaining})


def estimate(elapsed: float, share: float | None, past: Iterable[float]) -> float | None:
    """Seconds that are left; None where neither a longer job of the past nor a share says so."""
    if longer := [seconds for seconds in past if seconds > elapsed]:
        return round(statistics.median(longer) - elapsed, 1)
    return round(elapsed * (1 - share) / share, 1) if share else None


def share_done(progress: dict[str, JsonValue]) -> float | None:
    """`done` of `total`, both reported by the job; None where it does not report them, or only of one of its stages."""
    if "stage" in progress:
        return None
    done, total = progress.get("done"), progress.get("total")
    if not isinstance(done, int | float) or not isinstance(total, int | float) or total <= 0:
        return None
    return min(1.0, max(0.0, done / total))


def _durations(connection: sa.Connection, job: Job, kind: Kind) -> Iterable[float]:
    """The newest jobs that succeeded and agree with this one in the arguments by which the kind's jobs are alike."""
    done = (jobs.c.kind == job.kind, jobs.c.status == JobStatus.SUCCEEDED)
    query = sa.select(jobs.c.arguments, jobs.c.started_at, jobs.c.finished_at).where(*done)
    for arguments, started_at, finished_at in connection.execute(query.order_by(jobs.c.id.desc()).limit(REMEMBERED)):
        if all(arguments.get(name) == job.arguments.get(name) for name in kind.alike):
            yield finished_at - started_at
