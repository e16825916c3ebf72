"""What the journal no longer has, no decision names: readings whose time is over, and words that were erased.

An erasure takes its own at once. This is for what nobody tells training of, and for a decision that was under way.
"""

import logging
from collections.abc import Collection

import sqlalchemy as sa

from longhand.samples.tables import corrections
from longhand.servicekit.rounds import repeat
from longhand.servicekit.state import reading
from services.training.gate.tables import changes

AT_ONCE = 500

log = logging.getLogger(__name__)


class Forgetting:
    """Compares what decisions name with ingestion's journal, which is only read."""

    def __init__(self, engine: sa.Engine, journal: sa.Engine) -> None:
        self._engine, self._journal = engine, journal

    def forget(self) -> int:
        """Take out the corrections that the journal no longer has, and answer how many; the decisions' numbers stay.

        Raises OperationalError while the journal is out of reach.
        """
        query = sa.select(changes.c.id, changes.c.text).where(changes.c.source == "corrections").distinct()
        with reading(self._engine) as connection:
            named = [(row.id, row.text) for row in connection.execute(query)]
        said = self._find_said({id for id, _ in named})
        known = said | {(id, None) for id, _ in said}
        gone = [one for one in named if one not in known]
        with self._engine.begin() as connection:
            for id, text in gone:
                which = changes.c.id == id, changes.c.text.is_not_distinct_from(text)
                connection.execute(changes.delete().where(*which))
        return len(gone)

    async def run(self, interval: float) -> None:
        """Forget until cancelled, every `interval` seconds."""
        await repeat(self._make_round, interval, log, "Decisions may name what the journal has no longer")

    def _make_round(self) -> None:
        if count := self.forget():
            log.info("Decisions of the gate no longer name %d corrections: the journal has them no longer.", count)

    def _find_said(self, ids: Collection[str]) -> set[tuple[str, str | None]]:
        """What was said of these readings, superseded or not."""
        ordered, found = sorted(ids), set[tuple[str, str | None]]()
        query = sa.select(corrections.c.reading, corrections.c.text)
        with reading(self._journal) as connection:
            for some in (ordered[start : start + AT_ONCE] for start in range(0, len(ordered), AT_ONCE)):
                rows = connection.execute(query.where(corrections.c.reading.in_(some)))
                found.update((row.reading, row.text) for row in rows)
        return found
