"""The jobs table as those see it who ask for work: submit, look, cancel."""

import hashlib
import json
import secrets
from collections.abc import Collection, Mapping

import sqlalchemy as sa
from pydantic import JsonValue
from sqlalchemy.exc import IntegrityError

from longhand.contracts.jobs import Job, JobStatus
from longhand.contracts.paging import Page
from longhand.servicekit.errors import Conflict, KeyReused, NotFound
from longhand.servicekit.jobs.table import jobs, keys, log, read_row
from longhand.servicekit.state import Clock, now, reading

FINAL = frozenset({JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELLED})
Arguments = Mapping[str, JsonValue]


def fingerprint(kind: str, arguments: Arguments) -> str:
    """Two jobs with the same fingerprint are exact duplicates."""
    # ASCII only: half of a surrogate pair, which JSON admits, has no bytes in UTF-8.
    return hashlib.sha256(json.dumps([kind, arguments], sort_keys=True).encode()).hexdigest()


class JobStore:
    """Jobs of one service; their ids are `<prefix>-<time><chance>` and sort by age."""

    def __init__(self, engine: sa.Engine, prefix: str, clock: Clock = now) -> None:
        self.engine, self.prefix, self.clock = engine, prefix.rstrip("-"), clock

    def submit(self, kind: str, arguments: Arguments, by: str, idempotency_key: str | None = None) -> Job:
        """The queued job: the one that this key named before, else an exact duplicate that waits, else a new one.

        Raises KeyReused where the key came with other work before.
        """
        for _ in range(5):
            try:
                with self.engine.begin() as connection:
                    return self.place(connection, kind, arguments, by, idempotency_key)
            except IntegrityError:
                continue  # another process submitted the same at the same time: its row is there now
        raise Conflict("The same work was submitted many times at once: try again.")

    def place(self, connection: sa.Connection, kind: str, arguments: Arguments, by: str, key: str | None = None) -> Job:
        """What `submit` does, as a part of a transaction; IntegrityError where another does the same meanwhile."""
        same = fingerprint(kind, arguments)
        if key and (before := _named(connection, by, key)):
            if before.fingerprint != same:
                raise KeyReused("This Idempotency-Key came with another request before: use a new one for each.")
            return read_row(before, before.joined)
        waits = (jobs.c.fingerprint == same, jobs.c.status == JobStatus.QUEUED)
        row = connection.execute(sa.select(jobs).where(*waits).order_by(jobs.c.id)).first()
        joined = row is not None
        row = row or self._insert(connection, kind, arguments, by)
        if key:
            connection.execute(keys.insert().values(by=by, key=key, job=row.id, joined=joined))
        return read_row(row, joined)

    def _insert(
        self, connection: sa.Connection, kind: str, arguments: Arguments, by: str
    ) -> sa.Row[tuple[object, ...]]:
        moment = self.clock(connection)
        values = {
            "id": f"{self.prefix}-{int(moment * 1e6):013x}{secrets.token_hex(4)}",
            "kind": kind,
            "status": JobStatus.QUEUED.value,
            "arguments": dict(arguments),
            "fingerprint": fingerprint(kind, arguments),
            "by": by,
            "attempt": 0,
            "lapses": 0,
            "created_at": moment,
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

    def waiting(self, limit: int = 10, kinds: Collection[str] | None = None) -> list[str]:
        """Ids of queued jobs, of these kinds or of all, oldest first."""
        query = sa.select(jobs.c.id).where(jobs.c.status == JobStatus.QUEUED).order_by(jobs.c.id).limit(limit)
        if kinds is not None:
            query = query.where(jobs.c.kind.in_(kinds))
        with reading(self.engine) as connection:
            return list(connection.scalars(query))

    def list_kinds(self, kinds: Collection[str]) -> list[Job]:
        """All jobs of these kinds, oldest first."""
        with reading(self.engine) as connection:
            query = sa.select(jobs).where(jobs.c.kind.in_(kinds)).order_by(jobs.c.id)
            return [read_row(row) for row in connection.execute(query)]

    def running(self, kinds: Collection[str]) -> list[str]:
        """The ids of those jobs of these kinds that are being done, oldest first."""
        here = jobs.c.kind.in_(kinds), jobs.c.status == JobStatus.RUNNING
        with reading(self.engine) as connection:
            return list(connection.scalars(sa.select(jobs.c.id).where(*here).order_by(jobs.c.id)))

    def remove(self, ids: Collection[str]) -> None:
        """Forgets jobs that have ended, with their logs and keys."""
        with self.engine.begin() as connection:
            for id in ids:
                connection.execute(log.delete().where(log.c.job == id))
                connection.execute(keys.delete().where(keys.c.job == id))
                connection.execute(jobs.delete().where(jobs.c.id == id, jobs.c.status.in_(FINAL)))

    def counts(self) -> dict[tuple[JobStatus, str], int]:
        """How many jobs there are of each status and kind."""
        query = sa.select(jobs.c.status, jobs.c.kind, sa.func.count()).group_by(jobs.c.status, jobs.c.kind)
        with reading(self.engine) as connection:
            return {(JobStatus(status), kind): number for status, kind, number in connection.execute(query)}

    def cancel(self, id: str) -> Job:
        """The job, cancelled if it waited, `cancelling` if it runs; Conflict where it has ended otherwise."""
        with self.engine.begin() as connection:
            ended = {"status": JobStatus.CANCELLED.value, "finished_at": self.clock(connection)}
            waits = jobs.c.status == JobStatus.QUEUED
            connection.execute(jobs.update().where(jobs.c.id == id, waits).values(ended))
            runs = jobs.c.status == JobStatus.RUNNING
            connection.execute(jobs.update().where(jobs.c.id == id, runs).values(cancelling=True))
        job = self.get(id)
        if job.status in FINAL - {JobStatus.CANCELLED}:
            raise Conflict(f"Job {id} has {job.status.value}: there is nothing to cancel.")
        return job


def _named(connection: sa.Connection, by: str, key: str) -> sa.Row[tuple[object, ...]] | None:
    """The job that an Idempotency-Key named before, and whether it joined one that waited then."""
    named = sa.select(jobs, keys.c.joined).join(keys, keys.c.job == jobs.c.id)
    return connection.execute(named.where(keys.c.by == by, keys.c.key == key)).first()
