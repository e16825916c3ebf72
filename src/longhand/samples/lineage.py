"""Which versions have read what, and whose corrections lie in which dataset version."""

import json
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.engine import Engine

from longhand.samples.errors import UnknownSample
from longhand.samples.readings import Opening
from longhand.samples.tables import readings
from longhand.samples.versions import Versions

SET = "corrections"
"""The set of those lines of a dataset version that are people's corrections; the name of each is its reading's id."""

AT_ONCE = 500
"""How many ids a query holds: SQLite takes some thousands."""


@dataclass(frozen=True)
class Corrected:
    """Corrections in a dataset version, and those of one person's readings among them."""

    all: int
    own: int


@dataclass(frozen=True)
class Counted:
    """Readings of a version, and the corrected ones among them."""

    all: int
    corrected: int


class Lineages:
    """Counts over the table of readings and the frozen versions."""

    def __init__(self, engine: Engine, versions: Versions, opening: Opening = Engine.connect) -> None:
        self._engine, self._versions, self._opening = engine, versions, opening

    def readings(self, model: str, version: int) -> Counted:
        """How much a version has read."""
        query = select(func.count(), func.count(readings.c.corrected_at))
        query = query.where(readings.c.model == model, readings.c.version == version)
        with self._opening(self._engine) as connection:
            count, corrected = connection.execute(query).one()
        return Counted(count, corrected)

    def corrections(self, version: str, name: str) -> Corrected | None:
        """How many corrections a dataset version holds; None where no such version is frozen here."""
        try:
            rows = map(json.loads, self._versions.lines(version).splitlines())
        except UnknownSample:
            return None
        ids = [row["name"] for row in rows if row["set"] == SET]
        return Corrected(len(ids), self._own(ids, name))

    def _own(self, ids: list[str], name: str) -> int:
        count = 0
        with self._opening(self._engine) as connection:
            for start in range(0, len(ids), AT_ONCE):
                mine = readings.c.id.in_(ids[start : start + AT_ONCE]) & (readings.c.by == name)
                count += connection.execute(select(func.count()).where(mine)).scalar_one()
        return count
