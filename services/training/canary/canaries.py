"""The canaries in training's database: one row each, of which a model has one at most that is under way."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from longhand.contracts.canaries import Canary, CanaryReport, CanaryRequest, CanaryState
from longhand.servicekit.errors import KeyReused
from longhand.servicekit.state import reading
from services.training.canary.tables import canaries
from services.training.deployment.records import Author
from services.training.errors import CanaryUnderWay, NoCanary

FINAL = [state.value for state in CanaryState if state.final]


@dataclass(frozen=True)
class Trial:
    """A canary, and the number in the journal after which it began."""

    canary: Canary
    after: int


class CanaryTable:
    """Rows of canaries; safe for several processes. `clock` in seconds since 1970."""

    def __init__(self, engine: sa.Engine, clock: Callable[[], float] = time.time) -> None:
        self._engine, self._clock = engine, clock

    def add(self, name: str, champion: int, request: CanaryRequest, after: int, author: Author) -> Canary:
        """A new one, not started yet; the same again for the same author and key.

        Raises CanaryUnderWay where the model has another, and KeyReused.
        """
        row = request.model_dump() | {"model": name, "champion": champion, "after": after}
        row |= {"by": author.by, "key": author.key, "started_at": self._clock()}
        row |= {"state": CanaryState.STARTING.value, "reason": "", "report": CanaryReport().model_dump()}
        try:
            with self._engine.begin() as connection:
                key = connection.execute(canaries.insert().values(row)).inserted_primary_key
        except IntegrityError:
            return self._known(name, request, author)
        assert key is not None
        return self.get(int(key.id))

    def get(self, id: int) -> Canary:
        """One of them; raises NoCanary."""
        return self._one(canaries.c.id == id, f"There is no canary {id}.")

    def newest(self, name: str) -> Canary:
        """The last one of a model; raises NoCanary."""
        return self._one(canaries.c.model == name, f"No challenger of {name} was ever on trial.")

    def under_way(self) -> list[Trial]:
        """Those that are not over."""
        query = sa.select(canaries).where(canaries.c.state.not_in(FINAL)).order_by(canaries.c.id)
        with reading(self._engine) as connection:
            return [Trial(_canary(row), row.after) for row in connection.execute(query)]

    def page(self, before: int | None, limit: int, model: str | None = None) -> list[Canary]:
        """Those of a model, or of all, newest first, with an id below `before`."""
        query = sa.select(canaries).order_by(canaries.c.id.desc()).limit(limit)
        if model is not None:
            query = query.where(canaries.c.model == model)
        if before is not None:
            query = query.where(canaries.c.id < before)
        with reading(self._engine) as connection:
            return [_canary(row) for row in connection.execute(query)]

    def outcomes(self) -> Counter[tuple[str, CanaryState]]:
        """How many there were by model and state."""
        query = sa.select(canaries.c.model, canaries.c.state, sa.func.count())
        with reading(self._engine) as connection:
            rows = connection.execute(query.group_by(canaries.c.model, canaries.c.state)).all()
        return Counter({(model, CanaryState(state)): count for model, state, count in rows})

    def move(self, canary: Canary, state: CanaryState, reason: str = "") -> bool:
        """Compare and set: False where the canary has moved on since it was read."""
        values: dict[str, object] = {"state": state.value, "reason": reason or canary.reason}
        if state.final:
            values["ended_at"] = self._clock()
        return self._update(canary, values)

    def keep(self, canary: Canary, report: CanaryReport) -> bool:
        """Writes down how it stands, unless it has moved on."""
        return self._update(canary, {"report": report.model_dump()})

    def _update(self, canary: Canary, values: dict[str, object]) -> bool:
        same = (canaries.c.id == canary.id, canaries.c.state == canary.state.value)
        with self._engine.begin() as connection:
            return connection.execute(canaries.update().where(*same).values(values)).rowcount > 0

    def _one(self, condition: sa.ColumnElement[bool], missing: str) -> Canary:
        query = sa.select(canaries).where(condition).order_by(canaries.c.id.desc()).limit(1)
        with reading(self._engine) as connection:
            row = connection.execute(query).first()
        if row is None:
            raise NoCanary(missing)
        return _canary(row)

    def _known(self, name: str, request: CanaryRequest, author: Author) -> Canary:
        """The canary that kept a new one out."""
        if author.key:
            query = sa.select(canaries).where(canaries.c.by == author.by, canaries.c.key == author.key)
            with reading(self._engine) as connection:
                row = connection.execute(query).first()
            if row is not None:
                return _same(_canary(row), name, request)
        raise CanaryUnderWay(f"A challenger of {name} is on trial: wait for its end, or stop it first.")


def _same(canary: Canary, name: str, request: CanaryRequest) -> Canary:
    if (canary.model, CanaryRequest.model_validate(canary, from_attributes=True)) != (name, request):
        raise KeyReused("This Idempotency-Key came with another request before: use a new one for each.")
    return canary


def _canary(row: sa.Row[tuple[object, ...]]) -> Canary:
    moments = {name: _moment(getattr(row, name)) for name in ("started_at", "ended_at")}
    return Canary.model_validate({**row._asdict(), **moments})


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
