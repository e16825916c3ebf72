"""The pictures of others that every adaptation looks at: some pull it towards the start, the others judge it.

Where the data sets that people wrote are at hand, the former are of their validation part and the latter of their gate
part; elsewhere, as on a fresh machine, both are drawn here. No picture is of a test part.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

from longhand.contracts.readings import Task
from longhand.datasets.catalogue import load
from longhand.datasets.sample import DatasetError, Sample, UnknownDataset
from longhand.tasks import find

PULLING, JUDGING = 150, 200
TEXTS = ("dhsd", "peraire", "testament-de-poilus", "testaments-de-poilus-1", "stanford-memorials")
GLYPHS = ("hand-written-62", "mnist")
DRAWN_TEXTS, DRAWN_GLYPHS = "strokes", "stroke-glyphs"


@dataclass(frozen=True)
class Material:
    """Pictures that pull and pictures that judge; `drawn` where no person wrote them."""

    pulling: Sequence[Sample]
    judging: Sequence[Sample]
    drawn: bool


def gather(task: Task) -> Material:
    """The pictures for a task, always the same ones."""
    single = find(task.value).single
    samples = [_load(name) for name in (GLYPHS if single else TEXTS)]
    pulling, judging = (_take(samples, split, count) for split, count in (("validation", PULLING), ("gate", JUDGING)))
    if pulling and judging:
        return Material(pulling, judging, drawn=False)
    drawn = list(load(DRAWN_GLYPHS if single else DRAWN_TEXTS, count=PULLING + JUDGING))
    return Material(drawn[:PULLING], drawn[PULLING:], drawn=True)


def _load(name: str) -> list[Sample]:
    try:
        return [sample for sample in load(name) if sample.split in ("validation", "gate")]
    except (DatasetError, UnknownDataset):
        return []


def _take(sets: Sequence[Sequence[Sample]], split: str, count: int) -> list[Sample]:
    """So many pictures, of each set as many as there are of the others, spread evenly over it."""
    spread = []
    for samples in sets:
        own = [sample for sample in samples if sample.split == split]
        spread.append(own[:: max(1, len(own) * len(sets) // count)])
    turns = chain.from_iterable(zip_longest(*spread))
    return [sample for sample in turns if sample is not None][:count]
