"""Pictures of before, so that a network does not forget what it could (Ratcliff, Connectionist Models of Recognition
Memory, 1990; Rolnick et al., Experience Replay for Continual Learning, 2019)."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from longhand.datasets.catalogue import load
from longhand.datasets.cleaning import clean_samples
from longhand.datasets.drawn import is_drawn
from longhand.datasets.sample import DatasetError, Sample
from longhand.tasks import TASKS, Task, rank
from pipelines.recipe import read_sections
from pipelines.tuning.request import Request

HELD_OUT = 600
"""How many pictures are kept apart to calibrate on, of all sets together."""

Sets = Mapping[str, Mapping[str, object]]


class Origin(StrEnum):
    """Where replayed pictures come from: the sets that people wrote and the shipped model learned from, or what the
    code can make on any machine."""

    BASE = "base"
    MADE = "made"


@dataclass(frozen=True)
class Replay:
    """Pictures of before with their origin; their splits are `train` and `validation`."""

    origin: Origin
    samples: list[Sample]


def replay(request: Request) -> Replay:
    """The base training data of the model where they lie on this machine, else what the code makes."""
    try:
        return Replay(Origin.BASE, list(_take_base(request)))
    except DatasetError as error:
        print(f"The base training data are not all here: {error.sentence} What the code makes is replayed.", flush=True)
    return Replay(Origin.MADE, list(_take_made(request)))


def _take_base(request: Request) -> Iterator[Sample]:
    """A part of each set that people wrote, by its weight in the full recipe; raises DatasetError."""
    section = read_sections("full")[request.model]
    sets: Sets = {name: options for name, options in section["sets"].items() if _is_written(name)}
    weights = {name: float(section["draw"]["weights"].get(name, 0.0)) for name in sets}
    total = sum(weights.values())
    if not total:
        raise DatasetError("The full recipe names no set that people wrote.")
    for name, weight in weights.items():
        if weight:
            samples = _load(name, sets[name])
            yield from _part(samples, "train", round(request.effort.replayed * weight / total))
            yield from _part(samples, "validation", round(HELD_OUT * weight / total))


def _is_written(name: str) -> bool:
    """Whether people wrote a set, and its pictures are as they came."""
    return ":" not in name and not is_drawn(name)


def _load(name: str, options: Mapping[str, object]) -> list[Sample]:
    samples = load(name)
    rules = options.get("clean")
    return list(clean_samples(samples, rules, Counter()) if isinstance(rules, list) else samples)


def _take_made(request: Request) -> Iterator[Sample]:
    """A part of each set of the starter recipe, which makes all of them itself."""
    sections = read_sections("starter")
    sets = sections[_find_section(request.task, sections)]["sets"]
    for name, options in sets.items():
        samples = list(load(name, **options))
        yield from _part(samples, "train", request.effort.replayed // len(sets))
        yield from _part(samples, "validation", HELD_OUT // len(sets))


def _find_section(task: Task, sections: Mapping[str, object]) -> str:
    """The model of the recipe that reads the same; the best one where it has not the model itself."""
    alike = (task.model, *(one.model for one in rank(task.wire, TASKS[task.model].effort)))
    return next(name for name in alike if name in sections)


def _part(samples: list[Sample], split: str, count: int) -> list[Sample]:
    """So many samples of a split, evenly spaced; all where there are fewer."""
    some = [sample for sample in samples if sample.split == split]
    return some[:: max(1, -(-len(some) // max(1, count)))]
