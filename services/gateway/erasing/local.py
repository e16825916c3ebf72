"""What this gateway itself holds of a person: what waits, what is remembered, and copies of what waits elsewhere."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Engine

from longhand.contracts.holdings import Holding, Subject
from longhand.servicekit.errors import Unavailable
from longhand.servicekit.state import scrub
from services.gateway.forwarding.vocabularies import Vocabularies
from services.gateway.intake.idempotency import Answers


class Local:
    """Clears it; every gateway does so, each for itself."""

    def __init__(
        self, engine: Engine, holdings: Sequence[Holding], answers: Answers, vocabularies: Vocabularies
    ) -> None:
        self._engine, self._holdings = engine, holdings
        self._answers, self._vocabularies = answers, vocabularies

    def forget(self, person: str) -> None:
        """What is in memory: no answer that was given before is given again."""
        self._answers.forget(person)
        self._vocabularies.forget(person)

    def delete(self, subject: Subject) -> dict[str, int]:
        """What lies on disk and in the database; how much by holding. Blocks. Raises Unavailable, to be asked again."""
        counts: Counter[str] = Counter()
        for holding in self._holdings:
            counts.update(held.holding for held in holding.delete(subject))
        self.scrub()
        return dict(counts)

    def scrub(self) -> None:
        """Empties the database's log of what was deleted. Raises Unavailable, to be asked again."""
        if not scrub(self._engine):
            raise Unavailable("The database is busy: what was deleted is still in its log.")
