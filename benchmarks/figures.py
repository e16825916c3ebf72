"""Every figure that a run gives of Longhand, beside its bars."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from benchmarks.accuracy import compare, compare_efforts, describe_characters, describe_halves, describe_texts
from benchmarks.bars import set_bars
from benchmarks.confidence import describe_confidence, describe_without_suspicious
from benchmarks.engines.base import BEST, EFFORTS, FAST, find_bundle
from benchmarks.lexicons import describe_half, describe_shortlist
from benchmarks.measurements import Measured, find_best
from benchmarks.notices import describe_notices
from benchmarks.results import Figure
from benchmarks.robustness import describe_conditions
from benchmarks.run import Run
from benchmarks.sets import LINES, SETS, WORDS, Material, Set, describe
from benchmarks.speed import describe_one, describe_sizes, describe_speed
from benchmarks.unfamiliar import describe_unfamiliar, draw_material, list_missing
from longhand.tasks import TASKS

UNFAMILIAR = (WORDS, "mnist-test", "hw62-test")
"""The sets as which unfamiliar pictures are read."""


def gather(run: Run) -> list[Figure]:
    """The figures, in the order of the sets, those of the fast effort after those of the best."""
    found = [_name(engine, figure) for engine in EFFORTS for figure in _gather(run, engine)]
    shared = (*run.costs, *describe_notices(run.notices), *describe_sizes(run.plan.installed.bundles))
    return [set_bars(figure) for figure in (*found, *shared)]


def _name(engine: str, figure: Figure) -> Figure:
    return figure if engine == BEST else replace(figure, name=f"fast: {figure.name}")


def _gather(run: Run, engine: str) -> Iterator[Figure]:
    for of in SETS:
        if ours := run.measured.get((of.name, engine)):
            part = _characters if TASKS[of.model].single else _texts
            yield from part(run, of, run.material(of), engine, ours)
    yield from describe_conditions([row for row in run.conditions if row.engine == engine])
    yield from _unfamiliar(run, engine)


def _unfamiliar(run: Run, engine: str) -> Iterator[Figure]:
    """What is accepted of pictures that no model reads: as words, as digits, and as any character."""
    for of in SETS:
        if of.name in UNFAMILIAR and (of.name, engine) in run.measured and run.plan.unfamiliar:
            for alphabet in list_missing():
                run.leave_out(f"Unfamiliar pictures lack {alphabet}: no font of it is installed.")
            folder = run.folder / "unfamiliar" / f"{of.name}-{engine}"
            material = draw_material(folder, run.plan.unfamiliar, describe(of).characters)
            yield from describe_unfamiliar(of, run.bench, engine, material)


def _characters(run: Run, of: Set, material: Material, engine: str, ours: Sequence[Measured]) -> Iterator[Figure]:
    if of.dataset != "hand-written-62":
        yield describe_characters(of, material, ours[-1])
        return
    yield describe_characters(of, material, ours[-1], "right of 62 classes")
    folded = material.fold()
    found = run.bench.read(of, folded, engine, describe(of, charset="36"), batch=32)
    yield describe_characters(of, folded, found, "right of 36 folded classes")


def _texts(run: Run, of: Set, material: Material, engine: str, ours: Sequence[Measured]) -> Iterator[Figure]:
    yield from describe_texts(of, material, ours[-1])
    if of.chooses:
        yield from _lexicon(run, of, material, engine, ours[-1])
        return
    others = [
        find_best(found) for (name, other), found in run.measured.items() if name == of.name and other not in EFFORTS
    ]
    yield from compare(of, material, ours[-1], others)
    if engine == FAST:
        yield from compare_efforts(of, ours[-1], run.measured.get((of.name, BEST), []))
    if of.name == WORDS:
        yield from describe_halves(of, material, ours[-1])
        yield from describe_confidence(of, material, ours[-1])
        yield from describe_without_suspicious(of, material, ours[-1])
    if of.name in (WORDS, LINES):
        unit = "words" if of.name == WORDS else "lines"
        yield from describe_speed(unit, ours, run.measured.get((of.name, "rapidocr"), []))
    if of.name == WORDS:
        yield from describe_one(next(found for found in ours if found.row.batch == 1))


def _lexicon(run: Run, of: Set, material: Material, engine: str, ours: Measured) -> Iterator[Figure]:
    yield from describe_confidence(of, material, ours)
    yield from describe_half(of, material, run.bench, engine)
    installed = run.plan.installed
    bundle = find_bundle(installed.bundles, engine, of.model)
    yield from describe_shortlist(material, bundle, run.plan.limit, installed.threads)
