"""Which erasures were done here, and which versions of models had learned from what was erased."""

import time
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime

import sqlalchemy as sa
from pydantic import JsonValue

from longhand.contracts.erasures import Erased
from longhand.contracts.holdings import Subject
from longhand.servicekit.state import reading
from services.training.erasing.tables import erasures, withdrawn
from services.training.errors import LearnedFromErased

Learned = tuple[str, int]
"""A model and its version."""


class Withdrawn:
    """Versions that are not to serve any more; `clock` in seconds since 1970."""

    def __init__(self, engine: sa.Engine, clock: Callable[[], float] = time.time) -> None:
        self._engine, self._clock = engine, clock

    def add(self, versions: Iterable[Learned], served: Collection[Learned]) -> set[Learned]:
        """From now on these serve nobody; those of them that served until they were withdrawn, now or before."""
        with self._engine.begin() as connection:
            known = _list(connection)
            for model, version in sorted(set(versions) - set(known)):
                row = {"model": model, "version": version, "served": (model, version) in served, "at": self._clock()}
                connection.execute(withdrawn.insert().values(row))
        return {one for one in versions if known.get(one, one in served)}

    def check(self, model: str, version: int) -> None:
        """Raises LearnedFromErased where a version is not to serve."""
        query = sa.select(withdrawn.c.at).where(withdrawn.c.model == model, withdrawn.c.version == version)
        with reading(self._engine) as connection:
            at = connection.scalar(query)
        if at is not None:
            day = datetime.fromtimestamp(at, UTC)
            raise LearnedFromErased(
                f"Version {version} of {model} was withdrawn on {day:%Y-%m-%d}: it had learned from data that a person"
                " has had erased. Neither it nor what began with it serves: choose another version."
            )


class Erasures:
    """The erasures that were done here; the rows stay, and hold no more than a person, a moment, and versions."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def find(self, id: str) -> Erased | None:
        """What was answered; None where it is not done."""
        with reading(self._engine) as connection:
            answer: JsonValue = connection.scalar(sa.select(erasures.c.answer).where(erasures.c.id == id))
        return None if answer is None else Erased.model_validate(answer)

    def end(self, id: str, subject: Subject, answer: Erased) -> None:
        """It is done."""
        until = subject.until.timestamp() if subject.until else 0.0
        row = {"id": id, "person": subject.name, "until": until, "answer": answer.model_dump(mode="json")}
        with self._engine.begin() as connection:
            connection.execute(erasures.delete().where(erasures.c.id == id))
            connection.execute(erasures.insert().values(row))

    def done(self) -> list[str]:
        """The ids of all."""
        with reading(self._engine) as connection:
            return list(connection.scalars(sa.select(erasures.c.id).order_by(erasures.c.id)))


def _list(connection: sa.Connection) -> dict[Learned, bool]:
    rows = connection.execute(sa.select(withdrawn.c.model, withdrawn.c.version, withdrawn.c.served))
    return {(model, version): served for model, version, served in rows}
