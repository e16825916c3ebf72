"""A person's corrections of what a model reads, made into an adapter of it, one request after the other."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from longhand.bundles.adapter import Adapter, unpack
from longhand.bundles.errors import BundleError
from longhand.contracts.jobs import AdaptRequest
from longhand.contracts.models import Deployment
from longhand.contracts.readings import Task
from longhand.handwriting.errors import PictureError
from longhand.inference import load
from longhand.registry.errors import NotRegistered
from longhand.samples.blobs import Blobs
from longhand.samples.errors import DamagedSample, UnknownSample
from longhand.samples.lessons import Lesson, Lessons
from longhand.servicekit.jobs import child
from longhand.tasks import TASKS
from services.training.adapting.fitting import ENOUGH, Fitting, Shown, Verdict
from services.training.adapting.material import Material, gather
from services.training.adapting.records import Adaptation, Adaptations
from services.training.deployment.deployer import Deployer

GROWTH = 1.25
"""Shifts are learned anew with every so many times as many corrections."""


class Bundles(Protocol):
    """Where the bundles of versions come from, and people's adapters."""

    def download(self, name: str, version: int, to: Path, whole: bool = False) -> Path: ...

    def adapter(self, name: str, digest: str) -> bytes: ...


class Deepening(Protocol):
    """A version whose network learns beside which shifts it reads a person's pictures."""

    def fittings(self, fitting: Fitting, shown: Sequence[Shown]) -> Iterator[Fitting]: ...


@dataclass(frozen=True)
class Opened:
    """A version that is ready to be adapted, in the deep process with its network."""

    version: int
    shifts: int
    fitting: Fitting
    deepening: Deepening | None = None


@dataclass
class Desk:
    """What the process keeps from one job to the next: at most one version of each model, and of each the person who
    was adapted last. With `deepen` it is the deep process."""

    deployer: Deployer
    adaptations: Adaptations
    lessons: Lessons
    blobs: Blobs
    registry: Bundles
    bundles: Path
    gather: Callable[[Task], Material] = gather
    deepen: Callable[[Path], Deepening] | None = None

    def __post_init__(self) -> None:
        self._opened: dict[str, Opened] = {}
        self._own: dict[str, tuple[str, Fitting]] = {}
        self._material: dict[Task, Material] = {}
        self._tried: dict[tuple[str, str, int], int] = {}

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
        opened = self._open(name, request, record)
        if self.deepen and opened.deepening is None:
            return "this model has one step"
        before = self.deployer.adapter(name, user)
        fit = self._fit_deeply if self.deepen else self._fit
        verdict = fit(name, request, user, opened, lessons)
        if self.adaptations.since(user) != since:
            return "forgotten meanwhile"
        if self.deepen:
            if verdict.adapter is None:
                return verdict.reason
        elif self.deployer.adapter(name, user) != before:
            return self._adapt(name, request, user, record)  # the other process was quicker: above its shifts, then
        if verdict.adapter:
            self.deployer.adapt(name, user, record.champion, verdict.adapter)
        elif (known := self.deployer.adapter(name, user)) and known.version != record.champion:
            self.deployer.unadapt(name, user)
        self.adaptations.note(_note(name, user, record.champion, lessons, verdict))
        if self.deepen:
            self.adaptations.ask("adapt", request)  # for what was corrected meanwhile
        return verdict.reason or f"corrections learned from: {len(lessons)}"

    def _fit(self, name: str, request: AdaptRequest, user: str, opened: Opened, lessons: Sequence[Lesson]) -> Verdict:
        """Fit the last layer, above the shifts that the person has, and ask for new ones where there is enough to learn
        them from."""
        own = self._find_shifted(name, user, opened)
        tried = max(own.lessons if own else 0, self._tried.get((name, user, opened.version), 0))
        if opened.shifts and len(lessons) >= max(ENOUGH, GROWTH * tried):
            self._tried[name, user, opened.version] = len(lessons)
            self.adaptations.ask("deepen", request)
        fitting = self._shift(name, opened, own) if own else opened.fitting
        return fitting.fit(list(self._show(fitting, lessons)))

    def _find_shifted(self, name: str, user: str, opened: Opened) -> Adapter | None:
        """The person's adapter of this version, where it has shifts; one that is damaged or gone is made anew."""
        known = self.deployer.adapter(name, user) if opened.shifts else None
        if known is None or known.adapter is None or known.version != opened.version:
            return None
        try:
            own = unpack(self.registry.adapter(name, known.adapter), known.adapter)
        except (BundleError, NotRegistered) as error:
            print(f"The adapter {known.adapter} is made anew: {error.sentence}", flush=True)
            return None
        return own if len(own.shifts) else None

    def _fit_deeply(
        self, name: str, request: AdaptRequest, user: str, opened: Opened, lessons: Sequence[Lesson]
    ) -> Verdict:
        """Let the network learn the person's shifts, and use as much of them as others' pictures allow."""
        assert opened.deepening
        child.report_progress({"stage": f"learns from {len(lessons)} corrections"})
        verdict = Verdict(None, 0.0, "What was kept back of the corrections is read no better.")
        for fitting in opened.deepening.fittings(opened.fitting, list(self._show(opened.fitting, lessons))):
            now = self.lessons.of(user, request.task.value, self.adaptations.since(user))
            verdict = fitting.fit(list(self._show(fitting, now)), exact=False)
            if verdict.adapter:
                break
        return verdict

    def _shift(self, name: str, opened: Opened, own: Adapter) -> Fitting:
        """The version with a person's shifts; seconds, unless the person is the one of before."""
        known = sha256(own.shifts.tobytes()).hexdigest()
        if name not in self._own or self._own[name][0] != known:
            self._own[name] = known, opened.fitting.shift(own.shifts, own.lessons)
        return self._own[name][1]

    def _show(self, fitting: Fitting, lessons: Sequence[Lesson]) -> Iterator[Shown]:
        """A person's pictures; one that was deleted meanwhile is left out."""
        for one in lessons:
            try:
                yield fitting.show(one.picture, self.blobs.get(one.picture), one.text)
            except (PictureError, UnknownSample, DamagedSample) as error:
                print(f"The picture {one.picture} is left out: {error.sentence}", flush=True)

    def _open(self, name: str, request: AdaptRequest, record: Deployment) -> Opened:
        """The champion, ready to be adapted; the first time that takes seconds."""
        known = self._opened.get(name)
        if known and known.version == record.champion:
            return known
        child.report_progress({"stage": f"prepares {name} version {record.champion}"})
        self._own.pop(name, None)
        bundle = self.registry.download(name, record.champion, self.bundles / name, whole=self.deepen is not None)
        if request.task not in self._material:
            self._material[request.task] = self.gather(request.task)
        recogniser = load(bundle, threads=1)
        deepening = self.deepen(bundle) if self.deepen and recogniser.card.shifts else None
        fitting = Fitting(recogniser, self._material[request.task])
        self._opened[name] = Opened(record.champion, recogniser.card.shifts, fitting, deepening)
        return self._opened[name]


def _note(name: str, user: str, version: int, lessons: Sequence[Lesson], verdict: Verdict) -> Adaptation:
    own = verdict.adapter
    return Adaptation(
        model=name,
        user=user,
        version=version,
        adapter=own.digest if own else None,
        corrections=len(lessons),
        reason=verdict.reason,
        corrected_at=lessons[-1].at.timestamp(),
        at=time.time(),
        code=verdict.code,
        deep_corrections=own.lessons if own else 0,
    )
