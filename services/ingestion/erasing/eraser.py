"""Erases what ingestion holds of a person: written down first, then deleted by steps that a kill lets be done again."""

import threading
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.engine import Engine

from longhand.contracts.erasures import Erased, ReplacedDataset
from longhand.contracts.holdings import Subject
from longhand.contracts.readings import Task
from longhand.samples.blobs import Blobs
from longhand.samples.erasures import Erasures
from longhand.samples.files import Files
from longhand.samples.holdings import declare
from longhand.samples.subjects import find_subject
from longhand.samples.versions import Versions
from longhand.servicekit.errors import Unavailable
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.state import scrub

GATHERED = "corrections"
"""The key of a version's source that says of which task's corrections it was made."""

RETRY_S = 2


class Eraser:
    """Everything that it knows lies in the database and in the store, so any number of processes may do the same."""

    def __init__(self, engine: Engine, files: Files, store: JobStore) -> None:
        self._engine, self._blobs, self._versions, self._store = engine, Blobs(files), Versions(files), store
        self.erasures = Erasures(engine)
        self._alone = threading.Lock()

    def plan(self, person: str, until: datetime) -> Subject:
        """What would be erased; nothing is changed. Who asks keeps it until all is done: later it cannot be found."""
        return find_subject(self._engine, self._versions, person, until)

    def erase(self, id: str, subject: Subject, until: datetime) -> Erased:
        """Delete all that was planned, and what was delivered since. The same id is answered alike, and done once.

        Raises Unavailable while corrections are gathered, and where the database cannot be cleared of what was deleted
        yet.
        """
        with self._alone:
            if known := self.erasures.begin(id, subject.name, until):
                return Erased.model_validate(known)
            whole, held = self._delete(id, subject, until)
            self._await_gatherings()
            whole, more = self._delete(id, whole, until)
            datasets = self._list_withdrawn(whole.versions)
            answer = Erased(held=dict(held + more), datasets=datasets, rebuild=self._list_tasks(datasets))
            if not scrub(self._engine):
                raise Unavailable("The database is busy: what was deleted is still in its log.")
            self.erasures.end(id, answer.model_dump(mode="json"))
            return answer

    def _delete(self, id: str, known: Subject, until: datetime) -> tuple[Subject, Counter[str]]:
        """Deletes what there is now of a person; all that is known of it, and how much it was by holding."""
        subject = find_subject(self._engine, self._versions, known.name, until, known)
        subject = subject.model_copy(update={"versions": self.erasures.note(id, subject.versions)})
        counts: Counter[str] = Counter()
        for holding in declare(self._engine, self._blobs, self._versions):
            counts.update(held.holding for held in holding.delete(subject))
        return subject, counts

    def _await_gatherings(self) -> None:
        """A gathering that began earlier may have read what is deleted now, and freeze it yet; one that begins now has
        not. Raises Unavailable while one runs."""
        if running := self._store.running(["gather"]):
            raise Unavailable(f"The job {running[0]} may have read what is erased: it is waited for.", RETRY_S)

    def _list_withdrawn(self, versions: Iterable[str]) -> list[ReplacedDataset]:
        found = filter(None, map(self._versions.withdrawn, sorted(versions)))
        return [ReplacedDataset(withdrawn=one.version, replaced_by=one.replaced_by) for one in found]

    def _list_tasks(self, datasets: Iterable[ReplacedDataset]) -> list[Task]:
        """The tasks whose gathered corrections are among them."""
        found = filter(None, (self._versions.withdrawn(one.withdrawn) for one in datasets))
        names = {str(one.source[GATHERED]) for one in found if GATHERED in one.source}
        return [task for task in Task if task.value in names]
