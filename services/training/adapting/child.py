"""The process that adapts: it stays, with the networks and what they answer to the pictures of others."""

import argparse
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from longhand.contracts.jobs import AdaptRequest
from longhand.contracts.models import Deployment
from longhand.contracts.readings import Task
from longhand.errors import LonghandError
from longhand.handwriting.errors import PictureError
from longhand.inference import load
from longhand.registry.registry import Registry
from longhand.samples.blobs import Blobs
from longhand.samples.errors import DamagedSample, UnknownSample
from longhand.samples.files import Files
from longhand.samples.lessons import Lesson, Lessons
from longhand.servicekit.jobs import child
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.state import open_engine, open_reader, reading
from longhand.tasks import TASKS
from services.training.adapting.fitting import Fitting, Shown
from services.training.adapting.material import Material, gather
from services.training.adapting.records import Adaptation, Adaptations
from services.training.deployment.deployer import Deployer
from services.training.gate.records import JOURNAL, STATE


class Bundles(Protocol):
    """Where the bundles of versions come from."""

    def download(self, name: str, version: int, to: Path) -> Path: ...


@dataclass
class Desk:
    """What the process keeps from one job to the next: at most one version of each model."""

    deployer: Deployer
    adaptations: Adaptations
    lessons: Lessons
    blobs: Blobs
    registry: Bundles
    bundles: Path
    gather: Callable[[Task], Material] = gather

    def __post_init__(self) -> None:
        self._fittings: dict[str, tuple[int, Fitting]] = {}
        self._material: dict[Task, Material] = {}

    def work(self, request: AdaptRequest) -> dict[str, str]:
        """Adapt the models of a task that serve; what became of each, by model."""
        names = [name for name, task in TASKS.items() if task.wire == request.task.value]
        serving = [(name, record) for name in names if (record := self.deployer.current(name))]
        if request.user is None:
            return {name: "ready" for name, record in serving if self._open(name, request, record)}
        return {name: self._adapt(name, request, request.user, record) for name, record in serving}

    def _adapt(self, name: str, request: AdaptRequest, user: str, record: Deployment) -> str:
        since = self.adaptations.since(user)
        lessons = self.lessons.of(user, request.task.value, since)
        if not lessons:
            self.deployer.unadapt(name, user)
            self.adaptations.drop(name, user)
            return "there are no corrections"
        fitting = self._open(name, request, record)
        verdict = fitting.fit(list(self._show(fitting, lessons)))
        if self.adaptations.since(user) != since:
            return "forgotten meanwhile"
        if verdict.adapter:
            self.deployer.adapt(name, user, record.champion, verdict.adapter)
        elif (known := self.deployer.adapter(name, user)) and known.version != record.champion:
            self.deployer.unadapt(name, user)
        digest, at = verdict.adapter.digest if verdict.adapter else None, lessons[-1].at.timestamp()
        made = (name, user, record.champion, digest, len(lessons), verdict.reason, at, time.time(), verdict.code)
        self.adaptations.note(Adaptation(*made))
        return verdict.reason or f"corrections learned from: {len(lessons)}"

    def _show(self, fitting: Fitting, lessons: Sequence[Lesson]) -> Iterator[Shown]:
        """A person's pictures; one that was deleted meanwhile is left out."""
        for one in lessons:
            try:
                yield fitting.show(one.picture, self.blobs.get(one.picture), one.text)
            except (PictureError, UnknownSample, DamagedSample) as error:
                print(f"The picture {one.picture} is left out: {error.sentence}", flush=True)

    def _open(self, name: str, request: AdaptRequest, record: Deployment) -> Fitting:
        """The champion, ready to be adapted; the first time that takes seconds."""
        known = self._fittings.get(name)
        if known and known[0] == record.champion:
            return known[1]
        child.report_progress({"stage": f"prepares {name} version {record.champion}"})
        bundle = self.registry.download(name, record.champion, self.bundles / name)
        if request.task not in self._material:
            self._material[request.task] = self.gather(request.task)
        fitting = Fitting(load(bundle, threads=1), self._material[request.task])
        self._fittings[name] = record.champion, fitting
        return fitting


def main() -> None:
    """Do one job after another, as the worker asks."""
    parser = argparse.ArgumentParser()
    for name in ("store", "bundles", "mlflow"):
        parser.add_argument(f"--{name}", required=True)
    given = parser.parse_args()
    engine, registry = open_engine(os.environ[STATE]), Registry(given.mlflow)
    desk = Desk(
        Deployer(engine, registry),
        Adaptations(JobStore(engine, "trn")),
        Lessons(open_reader(os.environ[JOURNAL]), reading),
        Blobs(Files(given.store)),
        registry,
        Path(given.bundles),
    )
    child.serve(lambda: _do(desk.work))


def _do(work: Callable[[AdaptRequest], dict[str, str]]) -> None:
    try:
        child.write_result(work(AdaptRequest.model_validate(child.read_arguments())))
    except LonghandError as error:
        child.fail(error.code, error.sentence)


if __name__ == "__main__":
    main()
