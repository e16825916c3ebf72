"""The jobs table as workers see it: a job is held for as long as its worker is heard from, by the database's clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa
from pydantic import JsonValue
from sqlalchemy.exc import IntegrityError

from longhand.contracts.jobs import Job, JobStatus
from longhand.servicekit.jobs.store import Arguments, JobStore
from longhand.servicekit.jobs.table import jobs, read_row

LAPSES = 5
Verdict = Literal["go", "cancel", "lost"]


@dataclass(frozen=True)
class FollowUp:
    """A job to be queued when another one succeeds."""

    kind: str
    arguments: Arguments


class Leases:
    """Jobs that workers hold, and how they give them back."""

    def __init__(self, store: JobStore) -> None:
        self._store, self._engine, self._clock = store, store.engine, store.clock

    def claim(self, id: str, worker: str, lease_s: float) -> Job | None:
        """The job, now run by `worker`, who must be heard from every `lease_s` seconds; None where it does not wait."""
        waits = (jobs.c.id == id, jobs.c.status == JobStatus.QUEUED)
        with self._engine.begin() as connection:
            moment = self._clock(connection)
            values = {
                "status": JobStatus.RUNNING.value,
                "worker": worker,
                "lease_s": lease_s,
                "lease_until": moment + lease_s,
                "attempt": jobs.c.attempt + 1,
                "started_at": sa.func.coalesce(jobs.c.started_at, moment),
            }
            row = connection.execute(jobs.update().where(*waits).values(values).returning(jobs)).first()
        return None if row is None else read_row(row)

    def heartbeat(self, id: str, worker: str, progress: Mapping[str, JsonValue] | None = None) -> Verdict:
        """Renews the lease and notes progress; says go on, stop (`cancel`), or another has it (`lost`)."""
        noted = {} if progress is None else {"progress": dict(progress)}
        with self._engine.begin() as connection:
            until = self._clock(connection) + jobs.c.lease_s
            held = jobs.update().where(*_held(id, worker)).values(lease_until=until, **noted)
            row = connection.execute(held.returning(jobs.c.cancelling)).first()
        if row is None:
            return "lost"
        return "cancel" if row.cancelling else "go"

    def succeed(self, id: str, worker: str, result: Mapping[str, JsonValue], follow_up: FollowUp | None = None) -> bool:
        """Notes the result and queues the follow-up, both or neither.

        False, and nothing done, where the worker no longer holds the job.
        """
        while True:
            try:
                with self._engine.begin() as connection:
                    return self._succeed(connection, id, worker, dict(result), follow_up)
            except IntegrityError:
                continue  # another process queued the same follow-up at the same time: its row is there now

    def _succeed(
        self, connection: sa.Connection, id: str, worker: str, result: dict[str, JsonValue], follow_up: FollowUp | None
    ) -> bool:
        if not self._finish(connection, id, worker, status=JobStatus.SUCCEEDED.value, result=result):
            return False
        if follow_up:
            by = connection.execute(sa.select(jobs.c.by).where(jobs.c.id == id)).scalar_one()
            next = self._store.place(connection, follow_up.kind, follow_up.arguments, by)
            connection.execute(jobs.update().where(jobs.c.id == id).values(follow_up=next.id))
        return True

    def fail(self, id: str, worker: str, code: str, message: str) -> bool:
        """Notes the error; False, and nothing noted, where the worker no longer holds the job."""
        error = {"error_code": code[:64], "error_message": message.replace("\0", "")}
        with self._engine.begin() as connection:
            return self._finish(connection, id, worker, status=JobStatus.FAILED.value, **error)

    def stop(self, id: str, worker: str) -> bool:
        """Notes that the job was cancelled while it ran; False where the worker no longer holds it."""
        with self._engine.begin() as connection:
            return self._finish(connection, id, worker, status=JobStatus.CANCELLED.value)

    def release(self, id: str, worker: str) -> bool:
        """Puts the job back to wait for another worker; False where the worker no longer holds it."""
        again = {"status": JobStatus.QUEUED.value, "worker": None, "lease_until": None}
        with self._engine.begin() as connection:
            return bool(connection.execute(jobs.update().where(*_held(id, worker)).values(again)).rowcount)

    def _finish(self, connection: sa.Connection, id: str, worker: str, **values: object) -> bool:
        ended = {"finished_at": self._clock(connection), "lease_until": None, **values}
        return bool(connection.execute(jobs.update().where(*_held(id, worker)).values(ended)).rowcount)

    def requeue_lapsed(self, alive: str = "") -> list[str]:
        """Queues again what no worker but `alive` was heard of in time, and returns those ids.

        What was to be cancelled is cancelled instead; what outlived its worker five times fails with `worker_lost`.
        """
        with self._engine.begin() as connection:
            moment = self._clock(connection)
            lapsed = (jobs.c.status == JobStatus.RUNNING, jobs.c.lease_until < moment, jobs.c.worker != alive)
            _end_lapsed(connection, lapsed, moment)
            again = {"status": JobStatus.QUEUED.value, "worker": None, "lease_until": None}
            query = jobs.update().where(*lapsed).values(**again, lapses=jobs.c.lapses + 1).returning(jobs.c.id)
            return list(connection.scalars(query))


def _end_lapsed(connection: sa.Connection, lapsed: tuple[sa.ColumnElement[bool], ...], moment: float) -> None:
    cancelled = {"status": JobStatus.CANCELLED.value, "finished_at": moment, "lease_until": None}
    connection.execute(jobs.update().where(*lapsed, jobs.c.cancelling).values(cancelled))
    lost = {
        "status": JobStatus.FAILED.value,
        "error_code": "worker_lost",
        "error_message": f"The worker of this job was lost {LAPSES} times, perhaps for want of memory: see its log.",
    }
    often = jobs.c.lapses + 1 >= LAPSES
    connection.execute(jobs.update().where(*lapsed, often).values(**lost, finished_at=moment, lease_until=None))


def _held(id: str, worker: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (jobs.c.id == id, jobs.c.worker == worker, jobs.c.status == JobStatus.RUNNING)
