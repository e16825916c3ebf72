"""The shared lane: follows what ingestion gathers, and pushes every chain on by the steps that are due."""

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Literal, Protocol

from longhand.contracts.jobs import FineTuneRequest, Job, JobStatus, TrainRequest
from longhand.contracts.learning import Learning, Step
from longhand.contracts.models import Deployment, ModelName
from longhand.errors import LonghandError
from longhand.samples.gatherings import Gathering, Gatherings
from longhand.servicekit.errors import Conflict
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.rounds import repeat
from longhand.tasks import TASKS
from services.training.chain.chains import BY, Chains, Origin, Work

GATE = "gate"
"""The kind of the job that judges a version."""

log = logging.getLogger(__name__)


class Verdict(Protocol):
    """What the gate has decided of a version beside a champion, and why in a sentence."""

    @property
    def champion(self) -> int: ...

    @property
    def passed(self) -> bool: ...

    @property
    def summary(self) -> str: ...


class Gates(Protocol):
    """The gate's records."""

    def record(self, model: str, version: int) -> Verdict | None: ...


class Trials(Protocol):
    """Versions that serve a share of the traffic before they serve all of it."""

    def start(self, model: str, version: int, by: str) -> None:
        """Begin to try a version, once. Raises LonghandError where another one is tried, or the registry is away."""
        ...


class Deployments(Protocol):
    """Which versions serve."""

    def current(self, name: str) -> Deployment | None: ...


@dataclass(frozen=True)
class Recipe:
    """By which recipe the models are trained anew, and the models that it makes; its file may be away."""

    name: Literal["starter", "full"]
    list_models: Callable[[], Collection[str]]


class Lane:
    """Every step is found in the database and taken there, so any number of processes may push, and be killed.

    Where there are no `trials`, an approved version waits until an admin promotes it.
    """

    def __init__(
        self,
        chains: Chains,
        store: JobStore,
        gatherings: Gatherings,
        deployments: Deployments,
        gates: Gates,
        trials: Trials | None,
        recipe: Recipe,
    ) -> None:
        self._chains, self._store, self._gatherings = chains, store, gatherings
        self._deployments, self._gates, self._trials, self._recipe = deployments, gates, trials, recipe
        self._steps: dict[Step, Callable[[Learning], bool]] = {
            Step.LEARNING: self._after_learning,
            Step.JUDGING: self._after_judging,
            Step.APPROVED: self._try,
            Step.TRYING: self._after_trying,
        }

    def push(self) -> None:
        """Begin what has been gathered, and take every step that is due; one chain's trouble is not another's."""
        self.follow()
        for chain in self._chains.open():
            try:
                self._steps[chain.step](chain)
            except LonghandError as error:
                log.warning("%s %s: the step %s waits: %s", chain.model, chain.version, chain.step, error)

    def follow(self) -> None:
        """Begin the chains of each gathering, for every model of its task."""
        for one in self._gatherings.after(self._chains.cursor()):
            origin = Origin(one.number, one.version, one.corrections, one.first_at.timestamp())
            works = {model: self._work(model, one) for model in self._list_models(one)}
            if self._chains.begin(origin, works):
                log.info("%s corrections (%s) are learned by %s", one.corrections, one.task, ", ".join(works))

    async def run(self, interval: float) -> None:
        """Push until cancelled, every `interval` seconds."""
        await repeat(self.push, interval, log, "Corrections are not followed for now")

    def _list_models(self, one: Gathering) -> list[ModelName]:
        names = [name for name, task in TASKS.items() if task.wire == one.task]
        made = self._recipe.list_models() if one.full else names
        return [ModelName(name) for name in names if name in made]

    def _work(self, model: ModelName, one: Gathering) -> Work:
        if one.full:
            anew = TrainRequest(model=model, recipe=self._recipe.name, datasets=[one.version])
            return Work("train", anew.model_dump(mode="json"))
        return Work("fine-tune", FineTuneRequest(model=model, dataset=one.version).model_dump(mode="json"))

    def _after_learning(self, chain: Learning) -> bool:
        job = self._store.get(chain.job or "")
        if job.status is JobStatus.QUEUED and self._is_superseded(chain):
            return self._supersede(chain, job)
        if not self._has_succeeded(chain, job):
            return False
        version = (job.result or {}).get("version")
        assert isinstance(version, int)
        return self._chains.move(chain, Step.JUDGING, version=version, work=_judge(chain, version))

    def _after_judging(self, chain: Learning) -> bool:
        if not self._has_succeeded(chain, self._store.get(chain.job or "")):
            return False
        assert chain.version is not None
        verdict = self._gates.record(chain.model, chain.version)
        if verdict is None:
            return self._chains.move(chain, Step.FAILED, reason="The gate has left no record of this version.")
        step = Step.APPROVED if verdict.passed else Step.REFUSED
        return self._chains.move(chain, step, reason=verdict.summary)

    def _try(self, chain: Learning) -> bool:
        """A version that an admin has promoted meanwhile is not tried; beside a new champion it is judged again."""
        assert chain.version is not None
        deployment = self._deployments.current(chain.model)
        verdict = self._gates.record(chain.model, chain.version)
        if deployment and deployment.champion == chain.version:
            return self._chains.move(chain, Step.SERVING)
        if deployment and verdict and deployment.champion != verdict.champion:
            return self._chains.move(chain, Step.JUDGING, work=_judge(chain, chain.version))
        if self._trials is None:
            return False
        self._trials.start(chain.model, chain.version, BY)
        return self._chains.move(chain, Step.TRYING)

    def _after_trying(self, chain: Learning) -> bool:
        deployment = self._deployments.current(chain.model)
        if deployment is None or deployment.challenger == chain.version:
            return False
        served = chain.version in (deployment.champion, *deployment.previous)
        return self._chains.move(chain, Step.SERVING if served else Step.WITHDRAWN)

    def _has_succeeded(self, chain: Learning, job: Job) -> bool:
        """Whether a chain's job has; one that ended otherwise ends the chain."""
        if job.status in (JobStatus.FAILED, JobStatus.CANCELLED):
            reason = job.error.message if job.error else f"The job {job.id} was cancelled."
            self._chains.move(chain, Step.FAILED, reason=reason)
        return job.status is JobStatus.SUCCEEDED

    def _is_superseded(self, chain: Learning) -> bool:
        """Whether more corrections wait to be learned by the same model: they hold these as well."""
        return any(other.model is chain.model and other.number > chain.number for other in self._chains.open())

    def _supersede(self, chain: Learning, job: Job) -> bool:
        try:
            self._store.cancel(job.id)
        except Conflict:
            return False  # it has ended meanwhile
        return self._chains.move(chain, Step.SUPERSEDED, reason="More corrections were gathered before it began.")


def _judge(chain: Learning, version: int) -> Work:
    return Work(GATE, {"model": chain.model.value, "version": version})
