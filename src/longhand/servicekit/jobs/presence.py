"""Which workers are there, and when each was last seen."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from longhand.servicekit.jobs.table import workers
from longhand.servicekit.state import Clock, now, reading

FORGOTTEN = 86_400
SILENT = 60.0


def attend(engine: sa.Engine, name: str, host: str, queues: Iterable[str], clock: Clock = now) -> None:
    """Notes that a worker is there; those not seen for a day are forgotten."""
    try:
        with engine.begin() as connection:
            moment = clock(connection)
            known = workers.update().where(workers.c.name == name).values(seen_at=moment)
            if not connection.execute(known).rowcount:
                connection.execute(workers.delete().where(workers.c.seen_at < moment - FORGOTTEN))
                values = {"name": name, "host": host, "queues": sorted(queues), "seen_at": moment}
                connection.execute(workers.insert().values(values))
    except IntegrityError:
        return


def leave(engine: sa.Engine, name: str) -> None:
    """Forgets a worker that has drained."""
    with engine.begin() as connection:
        connection.execute(workers.delete().where(workers.c.name == name))


def silence(engine: sa.Engine, clock: Clock = now) -> dict[str, float]:
    """For each queue the seconds since a worker that serves it was last seen; without those that never had one."""
    with reading(engine) as connection:
        moment = clock(connection)
        seen = connection.execute(sa.select(workers.c.queues, workers.c.seen_at).order_by(workers.c.seen_at)).all()
    return {queue: max(0.0, moment - seen_at) for queues, seen_at in seen for queue in queues}


def is_seen(engine: sa.Engine, host: str, within_s: float = SILENT, clock: Clock = now) -> bool:
    """Whether the worker that was started last on this machine was seen within these seconds."""
    newest = sa.select(sa.func.max(workers.c.seen_at)).where(workers.c.host == host)
    with reading(engine) as connection:
        seen: float | None = connection.scalar(newest)
        return seen is not None and clock(connection) - seen <= within_s
