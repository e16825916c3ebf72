"""The chains in the database: each begins once, and takes each step once, however many processes push it on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from longhand.contracts.learning import OPEN, Learning, Step
from longhand.contracts.models import ModelName
from longhand.contracts.paging import Page
from longhand.servicekit.jobs.store import Arguments, JobStore
from longhand.servicekit.state import reading
from services.training.chain.tables import chains

BY = "longhand"
"""Who asks for the jobs of chains."""


@dataclass(frozen=True)
class Work:
    """A job that a step waits for."""

    kind: str
    arguments: Arguments


@dataclass(frozen=True)
class Origin:
    """The gathered corrections that a chain begins with: `first_at` in seconds since 1970."""

    gathering: int
    dataset: str
    corrections: int
    first_at: float


class Chains:
    """One row for each gathering and model."""

    def __init__(self, store: JobStore) -> None:
        self._store, self._engine = store, store.engine

    def cursor(self) -> int:
        """The last gathering of which chains have begun."""
        with reading(self._engine) as connection:
            return connection.scalar(sa.select(sa.func.max(chains.c.gathering))) or 0

    def begin(self, origin: Origin, works: Mapping[ModelName, Work]) -> bool:
        """Begin the chains of a gathering, each with its first job, all or none; False where they have begun before."""
        try:
            with self._engine.begin() as connection:
                for model, work in works.items():
                    self._begin(connection, origin, model, work)
        except IntegrityError:
            return False
        return True

    def _begin(self, connection: sa.Connection, origin: Origin, model: ModelName, work: Work) -> None:
        now = self._store.clock(connection)
        values = {
            "gathering": origin.gathering,
            "model": model.value,
            "dataset": origin.dataset,
            "corrections": origin.corrections,
            "first_at": origin.first_at,
            "step": Step.LEARNING.value,
            "job": None,
            "reason": "",
            "begun_at": now,
            "changed_at": now,
        }
        number = connection.execute(chains.insert().values(values).returning(chains.c.number)).scalar_one()
        self._place(connection, number, work)

    def open(self) -> list[Learning]:
        """The chains that have not ended, oldest first."""
        query = sa.select(chains).where(chains.c.step.in_([step.value for step in OPEN])).order_by(chains.c.number)
        with reading(self._engine) as connection:
            return [_read(row) for row in connection.execute(query)]

    def move(
        self, chain: Learning, step: Step, *, version: int | None = None, reason: str = "", work: Work | None = None
    ) -> bool:
        """Take a step, with the job that it waits for; False where another process has taken it."""
        values: dict[str, object] = {
            "step": step.value,
            "version": version or chain.version,
            "reason": reason or chain.reason,
        }
        here = (chains.c.number == chain.number, chains.c.step == chain.step.value)
        with self._engine.begin() as connection:
            values["changed_at"] = self._store.clock(connection)
            moved = bool(connection.execute(chains.update().where(*here).values(values)).rowcount)
            if moved and work:
                self._place(connection, chain.number, work)
        return moved

    def page(self, before: int | None, limit: int) -> Page[Learning]:
        """Chains, newest first."""
        query = sa.select(chains).order_by(chains.c.number.desc()).limit(limit + 1)
        if before is not None:
            query = query.where(chains.c.number < before)
        with reading(self._engine) as connection:
            found = [_read(row) for row in connection.execute(query)]
        return Page(items=found[:limit], next=str(found[limit - 1].number) if len(found) > limit else None)

    def follow(self, model: ModelName, gathering: int) -> Learning | None:
        """A model's first chain since a gathering that serves, else its latest that no later one has superseded.

        Corrections that count are in every later gathering as well.
        """
        here = (chains.c.model == model.value, chains.c.gathering >= gathering)
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(chains).where(*here).order_by(chains.c.number))
            found = [_read(row) for row in rows]
        serving = [one for one in found if one.step is Step.SERVING]
        alive = [one for one in found if one.step is not Step.SUPERSEDED]
        return next(iter(serving or alive[::-1] or found[::-1]), None)

    def last(self, steps: Sequence[Step]) -> list[Learning]:
        """The newest chain of each model that stands at one of these steps."""
        newest = (
            sa.select(sa.func.max(chains.c.number))
            .where(chains.c.step.in_([step.value for step in steps]))
            .group_by(chains.c.model)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(chains).where(chains.c.number.in_(newest)).order_by(chains.c.model))
            return [_read(row) for row in rows]

    def count(self) -> dict[tuple[str, Step], int]:
        """How many chains of each model stand where."""
        query = sa.select(chains.c.model, chains.c.step, sa.func.count()).group_by(chains.c.model, chains.c.step)
        with reading(self._engine) as connection:
            return {(model, Step(step)): number for model, step, number in connection.execute(query)}

    def _place(self, connection: sa.Connection, number: int, work: Work) -> None:
        """Queue a job in the transaction that takes the step: a kill leaves both or neither."""
        job = self._store.place(connection, work.kind, work.arguments, BY)
        connection.execute(chains.update().where(chains.c.number == number).values(job=job.id))


def _read(row: sa.Row[tuple[object, ...]]) -> Learning:
    moments = {name: datetime.fromtimestamp(getattr(row, name), UTC) for name in ("first_at", "begun_at", "changed_at")}
    return Learning.model_validate({**row._asdict(), **moments})
