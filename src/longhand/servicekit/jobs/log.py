"""What jobs print, kept in the database, so that any replica of the service can show it while the job runs."""

import sqlalchemy as sa

from longhand.contracts.jobs import JobStatus
from longhand.servicekit.jobs.table import jobs, log
from longhand.servicekit.state import reading

CHUNK = 65_536
_END = log.c.start + sa.func.length(log.c.content)


class JobLog:
    """The logs of all jobs, in bytes: a piece may end within a character."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def append(self, id: str, worker: str, content: bytes) -> bool:
        """Adds to a job's log; False, and nothing added, where the worker no longer holds the job."""
        held = (jobs.c.id == id, jobs.c.worker == worker, jobs.c.status == JobStatus.RUNNING)
        with self._engine.begin() as connection:
            if connection.execute(sa.select(jobs.c.id).where(*held).with_for_update()).first() is None:
                return False
            _add(connection, id, content)
        return True

    def adopt(self, id: str, content: bytes) -> None:
        """Takes over a log that was kept elsewhere, of a job that nobody runs."""
        with self._engine.begin() as connection:
            _add(connection, id, content)

    def read(self, id: str, offset: int = 0) -> bytes:
        """The log from `offset` on, 64 KiB at most at once; empty at its end."""
        query = sa.select(log.c.start, log.c.content).where(log.c.job == id, offset < _END).order_by(log.c.start)
        found = b""
        with reading(self._engine) as connection:
            for start, content in connection.execute(query.limit(256)):
                found += content[max(0, offset - start) :]
                if len(found) >= CHUNK:
                    break
        return found[:CHUNK]


def _add(connection: sa.Connection, id: str, content: bytes) -> None:
    start = connection.scalar(sa.select(sa.func.max(_END)).where(log.c.job == id)) or 0
    for at in range(0, len(content), CHUNK):
        connection.execute(log.insert().values(job=id, start=start + at, content=content[at : at + CHUNK]))
