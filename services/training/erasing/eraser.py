"""Erases what training holds of a person, and lets a version without them serve: step by step, again after a kill.

What serves goes first. What an earlier step takes away is written down before, and the answer is written down last.
"""

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence

import sqlalchemy as sa

from longhand.contracts.canaries import CanaryState
from longhand.contracts.erasures import Erased, LearnedVersion
from longhand.contracts.holdings import Holding, Subject
from longhand.contracts.jobs import Job, JobStatus, TrainRequest
from longhand.contracts.learning import Step
from longhand.servicekit.errors import Unavailable
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.state import scrub
from services.training.canary.canaries import CanaryTable
from services.training.chain.chains import BY, Chains
from services.training.deployment.deployer import Deployer
from services.training.erasing.jobs import LEARNING, stop_beginning, stop_judging, stop_learning
from services.training.erasing.learned import Registered, find_learned, list_datasets, made_by, start_of
from services.training.erasing.withdrawals import Erasures, Learned, Withdrawn

WITHDRAWN = "A person whose corrections it learned from has had them erased."
Replacing = Callable[[str], str | None]
"""Gives the dataset version that was frozen in place of a withdrawn one, if there is one."""


class Eraser:
    """Everything that it knows lies in the database and in the registry."""

    def __init__(
        self,
        engine: sa.Engine,
        store: JobStore,
        registry: Registered,
        deployer: Deployer,
        holdings: Sequence[Holding],
        replaced: Replacing,
    ) -> None:
        self._engine, self._store, self._registry, self._deployer = engine, store, registry, deployer
        self._holdings, self._replaced = holdings, replaced
        self.erasures, self._withdrawn = Erasures(engine), Withdrawn(engine)
        self._alone = threading.Lock()

    def erase(self, id: str, subject: Subject) -> Erased:
        """Withdraw what learned from the person, and delete what is held of them. The same id is answered alike.

        Raises Unavailable while a job that works with their data is being stopped, and RegistryUnavailable.
        """
        with self._alone:
            if known := self.erasures.find(id):
                return known
            stop_learning(self._store, subject.versions)
            jobs = self._store.list_kinds(LEARNING)
            learned = find_learned(self._registry, jobs, subject.versions)
            stop_beginning(self._store, learned)
            # Written down before anything changes: a second try could not find it any more.
            served = self._withdrawn.add(learned, self._list_served(learned))
            self._end_trials(learned, subject.versions)
            models = self._withdraw(learned, served)
            stop_judging(self._store, learned)
            held = self._delete(subject)
            answer = Erased(models=models, held=held, jobs=self._train_anew(id, jobs, served, learned, subject))
            if not scrub(self._engine):
                raise Unavailable("The database is busy: what was deleted is still in its log.")
            self.erasures.end(id, subject, answer)
            return answer

    def _list_served(self, learned: Collection[Learned]) -> set[Learned]:
        """Those that serve, or did before and could again."""
        records = {name: self._deployer.current(name) for name, _ in learned}
        served = {
            (name, version)
            for name, record in records.items()
            if record
            for version in (record.champion, *record.previous)
        }
        return served & set(learned)

    def _end_trials(self, learned: Collection[Learned], datasets: Collection[str]) -> None:
        """Ends what leads to serving. A step that is taken at this moment is looked for again where it has led to."""
        chains, canaries = Chains(self._store), CanaryTable(self._engine)
        while theirs := [
            one for one in chains.open() if one.dataset in datasets or (one.model.value, one.version) in learned
        ]:
            for chain in theirs:
                chains.move(chain, Step.WITHDRAWN, reason=WITHDRAWN)
        while tried := [
            one.canary for one in canaries.under_way() if (one.canary.model, one.canary.version) in learned
        ]:
            for canary in tried:
                canaries.move(canary, CanaryState.OVERTAKEN, WITHDRAWN)

    def _withdraw(self, learned: Sequence[Learned], served: set[Learned]) -> list[LearnedVersion]:
        gone: defaultdict[str, list[int]] = defaultdict(list)
        for name, version in learned:
            gone[name].append(version)
        serving = {
            name: self._deployer.withdraw(name, self._list_others(name, learned), versions)
            for name, versions in gone.items()
        }
        return [
            LearnedVersion(name=name, version=version, serving=serving[name] if (name, version) in served else None)
            for name, version in learned
        ]

    def _list_others(self, name: str, learned: Collection[Learned]) -> list[int]:
        """The versions of a model that have learned nothing from the person, newest first."""
        return [one.version for one in self._registry.versions(name) if (name, one.version) not in learned]

    def _delete(self, subject: Subject) -> dict[str, int]:
        counts: Counter[str] = Counter()
        for holding in self._holdings:
            counts.update(held.holding for held in holding.delete(subject))
        return dict(counts)

    def _train_anew(
        self, id: str, jobs: Sequence[Job], served: set[Learned], learned: Collection[Learned], subject: Subject
    ) -> list[str]:
        """Queues the trainings of versions that have served once more, on what was frozen without the person."""
        queued = []
        for job in jobs:
            theirs = job.kind == "train" and set(list_datasets(job)) & subject.versions
            if theirs and job.status is JobStatus.SUCCEEDED and made_by(job) in served:
                request = self._without(TrainRequest.model_validate(job.arguments), subject.versions)
                if start_of(job) in learned:
                    request = request.model_copy(update={"start_from": None})
                queued.append(self._store.submit("train", request.model_dump(mode="json"), BY, f"{id}-{job.id}").id)
        return queued

    def _without(self, request: TrainRequest, gone: Collection[str]) -> TrainRequest:
        kept = [self._replaced(one) if one in gone else one for one in request.datasets]
        return request.model_copy(update={"datasets": [one for one in kept if one]})
