"""Deployment records: one row for each epoch of a model, of which the highest is in force.

The primary key is the comparison of compare-and-set. A change reads the record in force and writes the epoch after it;
where another writer was quicker, that row exists, and the change is made anew on what is then in force.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from longhand.contracts.models import Deployment, DeploymentChange
from longhand.registry.errors import StaleDeployment
from longhand.servicekit.errors import KeyReused
from longhand.servicekit.state import reading
from services.training.deployment.tables import deployments, keys

ATTEMPTS = 1000
Next = Callable[[Deployment | None], Deployment]


@dataclass(frozen=True)
class Author:
    """Who makes a change, and the key under which it is made once however often it is asked for."""

    by: str
    key: str | None = None


PLATFORM = Author("longhand")


class Records:
    """The records of all models; safe for several processes. `clock` in seconds since 1970."""

    def __init__(self, engine: sa.Engine, clock: Callable[[], float] = time.time) -> None:
        self._engine, self._clock = engine, clock

    def names(self) -> list[str]:
        """Every model that has a record."""
        with reading(self._engine) as connection:
            return list(connection.scalars(sa.select(deployments.c.model).distinct().order_by(deployments.c.model)))

    def current(self, name: str) -> Deployment | None:
        """The record in force."""
        with reading(self._engine) as connection:
            return _read(connection, name)

    def history(self, name: str) -> list[Deployment]:
        """Every record there was, the first one first."""
        query = sa.select(deployments.c.record).where(deployments.c.model == name).order_by(deployments.c.epoch)
        with reading(self._engine) as connection:
            return [Deployment.model_validate(record) for record in connection.scalars(query)]

    def adopt(self, name: str, record: Deployment) -> None:
        """Take over a record as it is, with its epoch, from before there was this table."""
        try:
            with self._engine.begin() as connection:
                self._write(connection, name, record, PLATFORM)
        except IntegrityError:
            return  # another process was first

    def skip(self, name: str, record: Deployment, epoch: int) -> None:
        """Put a record in force again under a later epoch, unless another one is in force by now."""
        self.change(
            name,
            PLATFORM,
            "",
            lambda now: record.model_copy(update={"epoch": epoch}) if now == record else now or record,
        )

    def change(self, name: str, author: Author, request: str, step: Next) -> DeploymentChange:
        """Put in force what `step` makes of the record in force, where that is another one.

        `request` says what is asked for. The same author, key and request get the same answer again, and nothing is
        changed; another request under that key raises KeyReused. Raises whatever `step` raises.
        """
        for _ in range(ATTEMPTS):
            try:
                with self._engine.begin() as connection:
                    return _replay(connection, author, request) or self._change(connection, name, author, request, step)
            except IntegrityError:
                continue
        raise StaleDeployment(f"The deployment of {name} is being changed by many at once: try again.")

    def _change(
        self, connection: sa.Connection, name: str, author: Author, request: str, step: Next
    ) -> DeploymentChange:
        current = _read(connection, name)
        record = step(current)
        if record != current:
            self._write(connection, name, record, author)
        change = _describe(current, record)
        if author.key:
            row = {"by": author.by, "key": author.key, "request": request, "answer": change.model_dump()}
            connection.execute(keys.insert().values(row))
        return change

    def _write(self, connection: sa.Connection, name: str, record: Deployment, author: Author) -> None:
        row = {"model": name, "epoch": record.epoch, "by": author.by, "at": self._clock()}
        connection.execute(deployments.insert().values(row | {"record": record.model_dump()}))


def _describe(current: Deployment | None, record: Deployment) -> DeploymentChange:
    ended = current is not None and current.challenger not in (None, record.challenger, record.champion)
    return DeploymentChange(
        **record.model_dump(),
        replaced=current.champion if current else None,
        dismissed=current.challenger if current and ended else None,
    )


def _read(connection: sa.Connection, name: str) -> Deployment | None:
    query = sa.select(deployments.c.record).where(deployments.c.model == name)
    record = connection.scalar(query.order_by(deployments.c.epoch.desc()).limit(1))
    return None if record is None else Deployment.model_validate(record)


def _replay(connection: sa.Connection, author: Author, request: str) -> DeploymentChange | None:
    if not author.key:
        return None
    row = connection.execute(sa.select(keys).where(keys.c.by == author.by, keys.c.key == author.key)).first()
    if row is None:
        return None
    if row.request != request:
        raise KeyReused("This Idempotency-Key came with another request before: use a new one for each.")
    return DeploymentChange.model_validate(row.answer)
