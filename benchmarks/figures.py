"""Every figure that a run gives of Longhand, beside its bars."""

from collections.abc import Iterator

from benchmarks.accuracy import compare, describe_characters, describe_halves, describe_texts
from benchmarks.bars import set_bars
from benchmarks.confidence import describe_confidence
from benchmarks.lexicons import describe_half, describe_shortlist
from benchmarks.measurements import Measured
from benchmarks.results import Figure
from benchmarks.run import Run
from benchmarks.sets import SETS, WORDS, Material, Set, describe
from benchmarks.speed import describe_sizes, describe_speed
from longhand.tasks import TASKS


def gather(run: Run) -> list[Figure]:
    """The figures, in the order of the sets."""
    return [set_bars(figure) for figure in _gather(run)]


def _gather(run: Run) -> Iterator[Figure]:
    for of in SETS:
        ours = run.measured.get((of.name, "longhand"))
        if ours:
            material = run.material(of)
            yield from (
                _characters(run, of, material, ours) if TASKS[of.model].single else _texts(run, of, material, ours)
            )
    yield from describe_sizes(run.plan.installed.bundles)


def _characters(run: Run, of: Set, material: Material, ours: list[Measured]) -> Iterator[Figure]:
    if of.dataset != "hand-written-62":
        yield describe_characters(of, material, ours[-1])
        return
    yield describe_characters(of, material, ours[-1], "right of 62 classes")
    folded = material.fold()
    found = run.bench.read(of, folded, "longhand", describe(of, charset="36"), batch=32)
    yield describe_characters(of, folded, found, "right of 36 folded classes")


def _texts(run: Run, of: Set, material: Material, ours: list[Measured]) -> Iterator[Figure]:
    yield from describe_texts(of, material, ours[-1])
    if of.chooses:
        yield from describe_confidence(of, material, ours[-1])
        yield from describe_half(of, material, run.bench)
        bundle, threads = run.plan.installed.bundles / of.model, run.plan.installed.threads
        yield from describe_shortlist(material, bundle, run.plan.limit, threads)
        return
    others = [run.measured.get((of.name, engine), []) for engine in run.plan.engines if engine != "longhand"]
    yield from compare(of, material, ours[-1], [found[-1] for found in others if found])
    if of.name in WORDS:
        yield from describe_halves(of, material, ours[-1])
        yield from describe_confidence(of, material, ours[-1])
        yield from describe_speed(ours, run.measured.get((of.name, "rapidocr"), []))
