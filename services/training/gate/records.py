"""The gate's decisions, kept in training's database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from longhand.contracts.gates import GateChange, GateDecision, GateRecord
from longhand.contracts.holdings import Held, Subject
from longhand.servicekit.state import reading
from services.training.errors import NotDecided, NotPassed
from services.training.gate.tables import changes, decisions

STATE, JOURNAL = "LONGHAND_GATE_STATE", "LONGHAND_GATE_JOURNAL"
"""The variables with the URLs of training's database and of the journal for the job: they may hold passwords, which
arguments would show."""


@dataclass(frozen=True)
class Count:
    """How many decisions on a model came out so."""

    model: str
    passed: bool
    decisions: int


class Gates:
    """All decisions, newest first; safe for several processes."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def keep(self, record: GateRecord, pictures: Mapping[str, str]) -> None:
        """Keep a decision; `pictures` has the SHA-256 of the picture of each reading that it names."""
        values = record.model_dump(mode="json", exclude={"changed"})
        row = {"model": record.model, "version": record.version, "champion": record.champion, "passed": record.passed}
        row |= {"record": values, "at": record.decided_at.timestamp()}
        with self._engine.begin() as connection:
            key = connection.execute(decisions.insert().values(row)).inserted_primary_key
            assert key is not None
            if record.changed:
                rows = [_to_row(key[0], place, one, pictures) for place, one in enumerate(record.changed)]
                connection.execute(changes.insert(), rows)

    def get(self, model: str, version: int) -> GateRecord:
        """The newest decision on a version; raises NotDecided where it was not at the gate."""
        record = self.record(model, version)
        if record is None:
            asked = f"POST /models/{model}/{version}/gate asks for it"
            raise NotDecided(f"Version {version} of {model} was not at the gate: {asked}.")
        return record

    def record(self, model: str, version: int) -> GateRecord | None:
        """The newest decision on a version; none where it was not at the gate."""
        with reading(self._engine) as connection:
            row = connection.execute(_newest(model, version)).first()
            if row is None:
                return None
            query = sa.select(changes).where(changes.c.number == row.number).order_by(changes.c.place)
            changed = [_to_change(one) for one in connection.execute(query)]
        return GateRecord.model_validate(row.record | {"changed": changed})

    def page(self, model: str | None, before: int | None, limit: int) -> list[GateDecision]:
        """Decisions of a model, or of all, newest first, with a number below `before`."""
        query = sa.select(decisions).order_by(decisions.c.number.desc()).limit(limit)
        if model is not None:
            query = query.where(decisions.c.model == model)
        if before is not None:
            query = query.where(decisions.c.number < before)
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return [GateDecision.model_validate(row.record | {"number": row.number}) for row in rows]

    def require(self, model: str, version: int, champion: int) -> None:
        """Raises NotPassed unless the newest decision on a version is that it may replace this champion."""
        with reading(self._engine) as connection:
            row = connection.execute(_newest(model, version)).first()
        if row is not None and row.passed and row.champion == champion:
            return
        if row is None:
            why = f"has not been at the gate: ask for it with POST /models/{model}/{version}/gate"
        elif not row.passed:
            why = f"was refused by the gate: GET /models/{model}/{version}/gate says why"
        else:
            why = f"passed beside version {row.champion}, and version {champion} serves now: ask for the gate again"
        raise NotPassed(f"Version {version} of {model} {why}. To promote it nevertheless, give a `reason`.")

    def counts(self) -> list[Count]:
        """How often each model passed and was refused."""
        columns = (decisions.c.model, decisions.c.passed)
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(*columns, sa.func.count()).group_by(*columns).order_by(*columns)).all()
        return [Count(model, passed, number) for model, passed, number in rows]


class GateChanges:
    """A holding: which readings of a person's decisions name, and of which they said what they show."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def find(self, subject: Subject) -> Sequence[Held]:
        """Them."""
        query = sa.select(changes.c.id, changes.c.picture).where(changes.c.source == "corrections")
        with reading(self._engine) as connection:
            rows = connection.execute(query.distinct().order_by(changes.c.id)).all()
        named = subject.readings | subject.corrected
        theirs = [row.id for row in rows if row.picture in subject.pictures or row.id in named]
        return [Held(holding="gate", place=id) for id in theirs]

    def delete(self, subject: Subject) -> Sequence[Held]:
        """Takes them out; the decisions and their numbers stay."""
        found = self.find(subject)
        with self._engine.begin() as connection:
            for held in found:
                connection.execute(changes.delete().where(changes.c.id == held.place))
        return found


def _newest(model: str, version: int) -> sa.Select[tuple[object, ...]]:
    query = sa.select(decisions).where(decisions.c.model == model, decisions.c.version == version)
    return query.order_by(decisions.c.number.desc()).limit(1)


def _to_row(number: int, place: int, change: GateChange, pictures: Mapping[str, str]) -> dict[str, object]:
    picture = pictures.get(change.id, "") if change.source == "corrections" else ""
    return {"number": number, "place": place, "picture": picture, **change.model_dump()}


def _to_change(row: sa.Row[tuple[object, ...]]) -> dict[str, object]:
    return {name: getattr(row, name) for name in GateChange.model_fields}
