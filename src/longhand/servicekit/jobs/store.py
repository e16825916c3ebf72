"""The jobs table is the truth: what waits, what runs and until when its worker may be silent, what came of it."""

import hashlib
import json
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from longhand.contracts.jobs import Job, JobStatus
from longhand.contracts.paging import Page
from longhand.servicekit.errors import Conflict, NotFound
from longhand.servicekit.jobs.table import jobs, keys, read_row
from longhand.servicekit.state import reading

LAPSES = 5
FINAL = frozenset({JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELLED})
Verdict = Literal["go", "cancel", "lost"]


def fingerprint(kind: str, arguments: Mapping[str, Any]) -> str:
    """Two jobs with the same fingerprint are exact duplicates."""
    whole = json.dumps([kind, arguments], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(whole.encode()).hexdigest()


class JobStore:
    """Jobs of one service; their ids are `<prefix>-<time><chance>` and sort by age. `clock` in seconds since 1970."""

    def __init__(self, engine: sa.Engine, prefix: str, clock: Callable[[], float] = time.time) -> None:
        self.engine, self.prefix, self.clock = engine, prefix.rstrip("-"), clock

    def submit(self, kind: str, arguments: Mapping[str, Any], by: str, idempotency_key: str | None = None) -> Job:
        """The queued job: the one that this key named before, else an exact duplicate that waits, else a new one."""
        for _ in range(5):
            try:
                with self.engine.begin() as connection:
                    return self.place(connection, kind, arguments, by, idempotency_key)
            except IntegrityError:
                continue  # another process submitted the same at the same time: its row is there now
        raise Conflict("The same work was submitted many times at once: try again.")

    def place(
        self, connection: sa.Connection, kind: str, arguments: Mapping[str, Any], by: str, key: str | None = None
    ) -> Job:
        """What `submit` does, as a part of a transaction; IntegrityError where another does the same meanwhile."""
        named = sa.select(jobs).join(keys, keys.c.job == jobs.c.id).where(keys.c.by == by, keys.c.key == key)
        if key and (row := connection.execute(named).first()):
            return read_row(row)
        same = (jobs.c.fingerprint == fingerprint(kind, arguments), jobs.c.status == JobStatus.QUEUED)
        row = connection.execute(sa.select(jobs).where(*same).order_by(jobs.c.id)).first()
        row = row or self._insert(connection, kind, arguments, by)
        if key:
            connection.execute(keys.insert().values(by=by, key=key, job=row.id))
        return read_row(row)

    def _insert(self, connection: sa.Connection, kind: str, arguments: Mapping[str, Any], by: str) -> sa.Row[Any]:
        now = self.clock()
        values = {
            "id": f"{self.prefix}-{int(now * 1e6):013x}{secrets.token_hex(4)}",
            "kind": kind,
            "status": JobStatus.QUEUED.value,
            "arguments": dict(arguments),
            "fingerprint": fingerprint(kind, arguments),
            "by": by,
            "attempt": 0,
            "lapses": 0,
            "created_at": now,
            "progress": {},
            "cancelling": False,
        }
        return connection.execute(jobs.insert().values(values).returning(jobs)).one()

    def get(self, id: str) -> Job:
        """The job; NotFound where there is none."""
        with reading(self.engine) as connection:
            row = connection.execute(sa.select(jobs).where(jobs.c.id == id)).first()
        if row is None:
            raise NotFound(f"There is no job {id}.")
        return read_row(row)

    def page(self, cursor: str | None = None, limit: int = 50) -> Page[Job]:
        """One page of all jobs, newest first."""
        query = sa.select(jobs).order_by(jobs.c.id.desc()).limit(limit + 1)
        if cursor:
            query = query.where(jobs.c.id < cursor)
        with reading(self.engine) as connection:
            rows = connection.execute(query).all()
        more = rows[limit - 1].id if len(rows) > limit else None
        return Page(items=[read_row(row) for row in rows[:limit]], next=more)

    def waiting(self, limit: int = 10) -> list[str]:
        """Ids of queued jobs, oldest first."""
        query = sa.select(jobs.c.id).where(jobs.c.status == JobStatus.QUEUED).order_by(jobs.c.id).limit(limit)
        with reading(self.engine) as connection:
            return list(connection.scalars(query))

    def counts(self) -> dict[tuple[JobStatus, str], int]:
        """How many jobs there are of each status and kind."""
        query = sa.select(jobs.c.status, jobs.c.kind, sa.func.count()).group_by(jobs.c.status, jobs.c.kind)
        with reading(self.engine) as connection:
            return {(JobStatus(status), kind): number for status, kind, number in connection.execute(query)}

    def cancel(self, id: str) -> Job:
        """The job, cancelled if it waited, about to be if it runs; Conflict where it has ended otherwise."""
        now = self.clock()
        waits = jobs.c.status == JobStatus.QUEUED
        with self.engine.begin() as connection:
            connection.execute(
                jobs.update().where(jobs.c.id == id, waits).values(status=JobStatus.CANCELLED.value, finished_at=now)
            )
            runs = jobs.c.status == JobStatus.RUNNING
            connection.execute(jobs.update().where(jobs.c.id == id, runs).values(cancelling=True))
        job = self.get(id)
        if job.status in FINAL - {JobStatus.CANCELLED}:
            raise Conflict(f"Job {id} has {job.status.value}: there is nothing to cancel.")
        return job

    def claim(self, id: str, worker: str, lease_s: float) -> Job | None:
        """The job, now run by `worker`, who must be heard from every `lease_s` seconds; None where it does not wait."""
        now = self.clock()
        values = {
            "status": JobStatus.RUNNING.value,
            "worker": worker,
            "lease_s": lease_s,
            "lease_until": now + lease_s,
            "attempt": jobs.c.attempt + 1,
            "started_at": sa.func.coalesce(jobs.c.started_at, now),
        }
        waits = (jobs.c.id == id, jobs.c.status == JobStatus.QUEUED)
        with self.engine.begin() as connection:
            row = connection.execute(jobs.update().where(*waits).values(values).returning(jobs)).first()
        return None if row is None else read_row(row)

    def heartbeat(self, id: str, worker: str, progress: Mapping[str, Any] | None = None) -> Verdict:
        """Renews the lease and notes progress; says go on, stop (`cancel`), or another has it (`lost`)."""
        values: dict[str, Any] = {"lease_until": self.clock() + jobs.c.lease_s}
        if progress is not None:
            values["progress"] = dict(progress)
        held = jobs.update().where(*_held(id, worker)).values(values).returning(jobs.c.cancelling)
        with self.engine.begin() as connection:
            row = connection.execute(held).first()
        if row is None:
            return "lost"
        return "cancel" if row.cancelling else "go"

    def succeed(self, id: str, worker: str, result: Mapping[str, Any]) -> bool:
        """Notes the result; False, and nothing noted, where the worker no longer holds the job."""
        return self._finish(id, worker, status=JobStatus.SUCCEEDED.value, result=dict(result))

    def fail(self, id: str, worker: str, code: str, message: str) -> bool:
        """Notes the error; False, and nothing noted, where the worker no longer holds the job."""
        return self._finish(
            id, worker, status=JobStatus.FAILED.value, error_code=code[:64], error_message=message.replace("\0", "")
        )

    def stop(self, id: str, worker: str) -> bool:
        """Notes that the job was cancelled while it ran; False where the worker no longer holds it."""
        return self._finish(id, worker, status=JobStatus.CANCELLED.value)

    def release(self, id: str, worker: str) -> bool:
        """Puts the job back to wait for another worker; False where the worker no longer holds it."""
        return self._update(id, worker, status=JobStatus.QUEUED.value, worker=None, lease_until=None)

    def _finish(self, id: str, worker: str, **values: Any) -> bool:
        return self._update(id, worker, finished_at=self.clock(), lease_until=None, **values)

    def _update(self, id: str, holder: str, **values: Any) -> bool:
        with self.engine.begin() as connection:
            return bool(connection.execute(jobs.update().where(*_held(id, holder)).values(values)).rowcount)

    def requeue_lapsed(self, alive: str = "") -> list[str]:
        """Queues again what no worker but `alive` was heard of in time, and returns those ids.

        What was to be cancelled is cancelled instead; what outlived its worker five times fails with `worker_lost`.
        """
        now = self.clock()
        lapsed = (jobs.c.status == JobStatus.RUNNING, jobs.c.lease_until < now, jobs.c.worker != alive)
        with self.engine.begin() as connection:
            _end_lapsed(connection, lapsed, now)
            again = {"status": JobStatus.QUEUED.value, "worker": None, "lease_until": None}
            query = jobs.update().where(*lapsed).values(**again, lapses=jobs.c.lapses + 1).returning(jobs.c.id)
            return list(connection.scalars(query))


def _end_lapsed(connection: sa.Connection, lapsed: tuple[sa.ColumnElement[bool], ...], now: float) -> None:
    cancelled = {"status": JobStatus.CANCELLED.value, "finished_at": now, "lease_until": None}
    connection.execute(jobs.update().where(*lapsed, jobs.c.cancelling).values(cancelled))
    lost = {
        "status": JobStatus.FAILED.value,
        "error_code": "worker_lost",
        "error_message": f"The worker of this job was lost {LAPSES} times, perhaps for want of memory: see its log.",
    }
    often = jobs.c.lapses + 1 >= LAPSES
    connection.execute(jobs.update().where(*lapsed, often).values(**lost, finished_at=now, lease_until=None))


def _held(id: str, worker: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (jobs.c.id == id, jobs.c.worker == worker, jobs.c.status == JobStatus.RUNNING)
