"""When workers were last seen."""

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from longhand.servicekit.jobs.table import workers
from longhand.servicekit.state import reading

FORGOTTEN = 86_400


def attend(engine: sa.Engine, name: str, now: float) -> None:
    """Notes that a worker is there; those not seen for a day are forgotten."""
    try:
        with engine.begin() as connection:
            known = connection.execute(workers.update().where(workers.c.name == name).values(seen_at=now)).rowcount
            if not known:
                connection.execute(workers.delete().where(workers.c.seen_at < now - FORGOTTEN))
                connection.execute(workers.insert().values(name=name, seen_at=now))
    except IntegrityError:
        return


def last_seen(engine: sa.Engine) -> float | None:
    """When any worker was last seen, in seconds since 1970; None where none ever was."""
    with reading(engine) as connection:
        seen: float | None = connection.scalar(sa.select(sa.func.max(workers.c.seen_at)))
    return seen
