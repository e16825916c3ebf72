"""One whole run: every engine on every set. What is missing is left out, and said."""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.conditions import KINDS, SAMPLE, measure_sample, spoil_sample
from benchmarks.engines.base import EFFORTS, EngineMissing, is_measured
from benchmarks.measurements import ENGINES, Bench, Measured, choose_openmp, find_best, match
from benchmarks.notices import notice_sample
from benchmarks.preparing import SAMPLES, describe_cost, draw_pictures
from benchmarks.process import Child, EngineFailed, Installation
from benchmarks.results import Figure, Noticed, Spoilt
from benchmarks.sets import LEXICON, SETS, WORDS, Material, Set, collect, describe
from benchmarks.unfamiliar import COUNT
from longhand.bundles.errors import BundleError
from longhand.datasets.sample import DatasetError


@dataclass(frozen=True)
class Plan:
    """Which engines and sets; `limit` cuts every set down for a trial, `unfamiliar` is how many pictures there are of a
    kind that no model reads."""

    engines: tuple[str, ...] = ENGINES
    sets: tuple[str, ...] = tuple(one.name for one in SETS)
    limit: int | None = None
    installed: Installation = field(default_factory=Installation)
    unfamiliar: int = COUNT


@dataclass
class Run:
    """What has been measured so far: by set and engine, a Measured per batch; under everyday conditions, the engines
    and what is said of the pictures; and what preparing costs."""

    plan: Plan
    folder: Path
    bench: Bench
    measured: dict[tuple[str, str], list[Measured]] = field(default_factory=dict)
    materials: dict[str, Material] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    conditions: list[Spoilt] = field(default_factory=list)
    notices: list[Noticed] = field(default_factory=list)
    costs: list[Figure] = field(default_factory=list)

    def material(self, of: Set) -> Material:
        """The pictures of a set. Raises DatasetError."""
        if of.dataset not in self.materials:
            self.materials[of.dataset] = collect(of.dataset, self.folder / of.dataset)
        return self.materials[of.dataset]

    def sets(self) -> Iterator[Set]:
        """The sets of the plan that are at hand; the others are said."""
        for of in SETS:
            if of.name in self.plan.sets:
                try:
                    self.material(of)
                except (DatasetError, OSError) as error:
                    self.leave_out(f"{of.name} is left out: {error}")
                else:
                    yield of

    def leave_out(self, sentence: str) -> None:
        """Say once what is missing."""
        if sentence not in self.left_out:
            self.left_out.append(sentence)
            print(sentence, file=sys.stderr)


def measure(plan: Plan, folder: Path) -> Run:
    """Measure the engines of a plan on its sets, with the pictures written below `folder`."""
    run = Run(plan, folder, Bench(plan.installed, plan.limit))
    sets = list(run.sets())
    engines = [engine for engine in plan.engines if _is_there(run, engine, sets)]
    for of in sets:
        for engine in engines:
            if _is_for(run, engine, of):
                with _saying(run, engine, of.name):
                    run.measured[of.name, engine] = list(_measure(run, of, engine))
    for name, kind in KINDS.items():
        for of in (one for one in sets if one.name == kind.of):
            _measure_spoilt(run, name, of, [engine for engine in engines if _is_for(run, engine, of)])
    for name, kind in SAMPLES.items():
        for of in (one for one in sets if one.name == kind.of):
            pictures = draw_pictures(kind, run.material(of), plan.limit)
            run.costs.append(describe_cost(name, pictures))
            run.notices += notice_sample(name, pictures)
    return run


def _measure_spoilt(run: Run, name: str, of: Set, engines: Sequence[str]) -> None:
    """Measure engines on a sample under every condition."""
    count = min(SAMPLE, run.plan.limit or SAMPLE)
    material = spoil_sample(KINDS[name], run.material(of), run.folder / name, count)
    for engine in engines:
        with _saying(run, engine, f"{name} under everyday conditions"):
            run.conditions += measure_sample(run.bench, name, of, material, engine)


def _is_for(run: Run, engine: str, of: Set) -> bool:
    """Whether an engine is measured on a set."""
    return is_measured(run.plan.installed.bundles, engine, of.model)


@contextmanager
def _saying(run: Run, engine: str, what: str) -> Iterator[None]:
    """Leave out what fails inside, and say so."""
    started = time.perf_counter()
    try:
        yield
    except (EngineFailed, BundleError) as error:
        run.leave_out(f"{engine} on {what} is left out: {error}")
    else:
        print(f"{engine} on {what}: {time.perf_counter() - started:.0f} s", file=sys.stderr)


def _is_there(run: Run, engine: str, sets: Sequence[Set]) -> bool:
    """Whether an engine is for one of the sets and starts; its version is noted, and how many threads suit it."""
    own = sorted((of for of in sets if _is_for(run, engine, of)), key=lambda of: of.name != WORDS)
    if not own:
        return False
    of = own[0]
    try:
        with Child(engine, describe(of), run.plan.installed) as child:
            run.versions[engine] = child.version
        if engine == "tesseract":
            run.bench = run.bench.with_openmp(choose_openmp(of, run.material(of), run.plan.installed))
    except (EngineMissing, EngineFailed) as error:
        run.leave_out(f"{engine} is left out: {error}")
        return False
    return True


def _measure(run: Run, of: Set, engine: str) -> Iterator[Measured]:
    free = run.measured.get((of.name.removesuffix(LEXICON), engine))
    if of.chooses and engine not in EFFORTS:
        if free:
            yield match(of, run.material(of), find_best(free))
        return
    for found in run.bench.measure(of, run.material(of), engine):
        print(f"{of.name}, {engine}, {found.row.batch} at once: CER {found.row.cer:.2%}", file=sys.stderr)
        yield found
