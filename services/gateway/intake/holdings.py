"""What the gateway holds of a person: readings that wait for their delivery, and refused ones."""

from collections.abc import Sequence

from longhand.contracts.holdings import Held, Subject
from services.gateway.intake.outbox import Outbox
from services.gateway.intake.pending import PendingSpool
from services.gateway.intake.shelf import Shelf


class Waiting:
    """The person's entries of this gateway's outbox. Reads and deletes files, so it runs in a thread."""

    def __init__(self, outbox: Outbox, pending: PendingSpool) -> None:
        self._outbox, self._pending = outbox, pending

    def find(self, subject: Subject) -> Sequence[Held]:
        """Entries of the person's, and refused ones whose picture is theirs where nobody can read whose they are."""
        found = self._outbox.of(subject.name, subject.pictures, subject.until)
        return [Held(holding="outbox", place=place) for place in found]

    def delete(self, subject: Subject) -> Sequence[Held]:
        """Deletes them; what is being delivered just now may still arrive, so the journal goes after this."""
        found = self.find(subject)
        for held in found:
            self._outbox.drop(held.place)
        self._pending.drop_refused(subject.name, subject.until)
        return found


class Shelved:
    """Copies in the shared database of what waits at any gateway."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def find(self, subject: Subject) -> Sequence[Held]:
        """The person's."""
        return [Held(holding="shelf", place=id) for id in self._shelf.of(subject.name, subject.until)]

    def delete(self, subject: Subject) -> Sequence[Held]:
        """Deletes them."""
        found = self.find(subject)
        self._shelf.drop([held.place for held in found])
        return found
