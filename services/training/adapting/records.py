"""How far the journal was followed, what became of each adaptation, and since when a person's corrections count."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from longhand.contracts.jobs import AdaptRequest
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.state import reading
from services.training.adapting.tables import adaptations, cursors, forgotten

BY = "longhand"
JOURNAL = "journal"


@dataclass(frozen=True)
class Adaptation:
    """What became of a person's last adaptation of a model: without an `adapter` it was refused, for this `reason`,
    whose `code` is not known of all that were refused.

    It learned from so many `corrections`, of which the last was made at `corrected_at`; both times in seconds since
    1970. The second step learned from `deep_corrections`, none where it is to come.
    """

    model: str
    user: str
    version: int
    adapter: str | None
    corrections: int
    reason: str
    corrected_at: float
    at: float
    code: str | None = None
    deep_corrections: int = 0


class Adaptations:
    """One row for each person and model."""

    def __init__(self, store: JobStore) -> None:
        self._store, self._engine = store, store.engine

    def cursor(self) -> int:
        """The last line of the journal that was followed."""
        with reading(self._engine) as connection:
            query = sa.select(cursors.c.number).where(cursors.c.name == JOURNAL)
            return connection.scalar(query) or 0

    def follow(self, since: int, upto: int, requests: Iterable[AdaptRequest]) -> bool:
        """Move the cursor and queue what is to be done, both or neither; False where another process has done it."""
        with self._engine.begin() as connection:
            here = (cursors.c.name == JOURNAL, cursors.c.number == since)
            if not connection.execute(cursors.update().where(*here).values(number=upto)).rowcount:
                if since or connection.scalar(sa.select(sa.func.count()).select_from(cursors)):
                    return False
                connection.execute(cursors.insert().values(name=JOURNAL, number=upto))
            for request in requests:
                self._store.place(connection, "adapt", request.model_dump(mode="json"), BY)
        return True

    def ask(self, kind: str, request: AdaptRequest) -> None:
        """Queue a step of a person's adaptation, unless it waits there already."""
        self._store.submit(kind, request.model_dump(mode="json"), BY)

    def note(self, made: Adaptation) -> None:
        """Keep what became of an adaptation, in place of the one before."""
        here = (adaptations.c.model == made.model, adaptations.c.user == made.user)
        with self._engine.begin() as connection:
            connection.execute(adaptations.delete().where(*here))
            connection.execute(adaptations.insert().values(asdict(made)))

    def drop(self, model: str, user: str) -> None:
        """Keep nothing of an adaptation."""
        with self._engine.begin() as connection:
            connection.execute(adaptations.delete().where(adaptations.c.model == model, adaptations.c.user == user))

    def of(self, user: str) -> list[Adaptation]:
        """A person's adaptations, by model."""
        query = sa.select(adaptations).where(adaptations.c.user == user).order_by(adaptations.c.model)
        with reading(self._engine) as connection:
            return [Adaptation(*row) for row in connection.execute(query)]

    def forget(self, user: str) -> None:
        """Forget a person's adaptations: what they corrected until now does not count any more."""
        with self._engine.begin() as connection:
            connection.execute(adaptations.delete().where(adaptations.c.user == user))
            connection.execute(forgotten.delete().where(forgotten.c.user == user))
            connection.execute(forgotten.insert().values(user=user, at=self._store.clock(connection)))

    def since(self, user: str) -> datetime | None:
        """From when on a person's corrections count; None where all do."""
        with reading(self._engine) as connection:
            moment = connection.scalar(sa.select(forgotten.c.at).where(forgotten.c.user == user))
        return datetime.fromtimestamp(moment, UTC) if moment else None

    def count(self) -> dict[tuple[str, bool], int]:
        """How many people's last adaptation of each model serves, and how many's was refused."""
        serves = adaptations.c.adapter.is_not(None)
        query = sa.select(adaptations.c.model, serves, sa.func.count()).group_by(adaptations.c.model, serves)
        with reading(self._engine) as connection:
            return {(model, bool(served)): number for model, served, number in connection.execute(query)}

    def last(self) -> dict[str, float]:
        """By model, the seconds from correction to serving of the last adaptation that serves."""
        newest = sa.select(adaptations.c.model, sa.func.max(adaptations.c.at).label("at"))
        newest_by_model = newest.where(adaptations.c.adapter.is_not(None)).group_by(adaptations.c.model).subquery()
        same = sa.and_(adaptations.c.model == newest_by_model.c.model, adaptations.c.at == newest_by_model.c.at)
        query = sa.select(adaptations.c.model, adaptations.c.at - adaptations.c.corrected_at)
        with reading(self._engine) as connection:
            return {model: seconds for model, seconds in connection.execute(query.join(newest_by_model, same))}
