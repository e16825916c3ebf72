"""One whole run: every engine on every set. What is missing is left out, and said."""

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.engines.base import EngineMissing
from benchmarks.measurements import ENGINES, Bench, Measured, choose_openmp, match
from benchmarks.process import Child, EngineFailed, Installation
from benchmarks.sets import SETS, WORDS, Material, Set, collect, describe
from longhand.datasets.sample import DatasetError


@dataclass(frozen=True)
class Plan:
    """Which engines and sets; `limit` cuts every set down for a trial."""

    engines: tuple[str, ...] = ENGINES
    sets: tuple[str, ...] = tuple(one.name for one in SETS)
    limit: int | None = None
    installed: Installation = field(default_factory=Installation)


@dataclass
class Run:
    """What has been measured so far, by set and engine, a Measured per batch."""

    plan: Plan
    folder: Path
    bench: Bench
    measured: dict[tuple[str, str], list[Measured]] = field(default_factory=dict)
    materials: dict[str, Material] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)

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
    engines = [engine for engine in plan.engines if sets and _is_there(run, engine, sets)]
    for of in sets:
        for engine in engines:
            try:
                run.measured[of.name, engine] = list(_measure(run, of, engine))
            except EngineFailed as error:
                run.leave_out(f"{engine} on {of.name} is left out: {error}")
    return run


def _is_there(run: Run, engine: str, sets: Sequence[Set]) -> bool:
    """Whether an engine starts; its version is noted, and how many threads suit it."""
    of = next((one for one in sets if one.name in WORDS), sets[0])
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
    free = run.measured.get((of.name.removesuffix("+lexicon"), engine))
    if of.chooses and engine != "longhand":
        if free:
            yield match(of, run.material(of), free[-1])
        return
    started = time.perf_counter()
    for found in run.bench.measure(of, run.material(of), engine):
        seconds, started = time.perf_counter() - started, time.perf_counter()
        row = found.row
        print(f"{row.set}, {engine}, {row.batch} at once: CER {row.cer:.2%}, {seconds:.0f} s", file=sys.stderr)
        yield found
