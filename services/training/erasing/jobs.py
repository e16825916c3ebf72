"""Jobs that work with a person's data: stopped, and forgotten where they name the person."""

from collections.abc import Collection, Sequence

from longhand.contracts.holdings import Held, Subject
from longhand.contracts.jobs import Job
from longhand.servicekit.errors import Conflict, Unavailable
from longhand.servicekit.jobs.store import FINAL, JobStore
from services.training.erasing.learned import list_datasets, start_of
from services.training.erasing.withdrawals import Learned

LEARNING = ("train", "fine-tune")
JUDGING = ("gate",)
ADAPTING = ("adapt", "deepen", "refit")
RETRY_S = 2


def stop_learning(store: JobStore, datasets: Collection[str]) -> None:
    """Cancels what learns from these datasets, or is about to; raises Unavailable until nothing of it runs."""
    stop(store, [job for job in store.list_kinds(LEARNING) if set(list_datasets(job)) & set(datasets)])


def stop_beginning(store: JobStore, learned: Collection[Learned]) -> None:
    """Cancels trainings that begin with one of these versions; raises Unavailable until none of them runs."""
    stop(store, [job for job in store.list_kinds(LEARNING) if start_of(job) in learned])


def stop_judging(store: JobStore, learned: Collection[Learned]) -> None:
    """Cancels decisions on these versions, and waits for those on others: what began earlier may name the person's
    readings. Raises Unavailable until none runs."""
    judging = store.list_kinds(JUDGING)
    stop(store, [job for job in judging if (job.arguments.get("model"), job.arguments.get("version")) in learned])
    if running := store.running(JUDGING):
        raise Unavailable(f"The job {running[0]} may have read what is erased: it is waited for.", RETRY_S)


def stop(store: JobStore, jobs: Sequence[Job]) -> None:
    """Cancels jobs; raises Unavailable until all have ended."""
    for job in jobs:
        if job.status not in FINAL:
            _cancel(store, job)
    if running := [job.id for job in jobs if store.get(job.id).status not in FINAL]:
        raise Unavailable(f"The job {running[0]} works with what is to be erased, and is being stopped.", RETRY_S)


def _cancel(store: JobStore, job: Job) -> None:
    try:
        store.cancel(job.id)
    except Conflict:
        return  # it has ended meanwhile


class AdaptingJobs:
    """The jobs of the quick lane that name the person, with what they printed."""

    def __init__(self, store: JobStore) -> None:
        self._store = store

    def find(self, subject: Subject) -> Sequence[Held]:
        """Them."""
        return [Held(holding="jobs", place=job.id) for job in self._list(subject)]

    def delete(self, subject: Subject) -> Sequence[Held]:
        """Deletes them; raises Unavailable until none of them runs."""
        stop(self._store, self._list(subject))
        found = self.find(subject)
        self._store.remove([held.place for held in found])
        return found

    def _list(self, subject: Subject) -> list[Job]:
        return [job for job in self._store.list_kinds(ADAPTING) if job.arguments.get("user") == subject.name]
