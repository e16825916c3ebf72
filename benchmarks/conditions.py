"""A sample of words and one of digits under every everyday condition, read by every engine."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.confidence import judge, mark_suspicious
from benchmarks.engines.base import EFFORTS
from benchmarks.measurements import BATCHES, VIEWS, Bench, Measured, choose, score
from benchmarks.results import Spoilt
from benchmarks.sets import WORDS, Material, Set, describe
from longhand.datasets.png import encode_png
from longhand.datasets.synthetic.conditions import CONDITIONS, Pixels, enlarge_glyph, seed, spoil
from longhand.handwriting.images import decode
from longhand.tasks import TASKS

SAMPLE, SEED = 300, 77


@dataclass(frozen=True)
class Kind:
    """What is spoilt: pictures of a set, brought to the form in which people send them."""

    of: str
    bring: Callable[[Pixels], Pixels]


KINDS: Mapping[str, Kind] = {"words": Kind(WORDS, lambda gray: gray), "digits": Kind("mnist-test", enlarge_glyph)}
"""The samples by name."""


def spoil_sample(kind: Kind, material: Material, folder: Path, count: int = SAMPLE) -> Material:
    """A sample of a set under each condition, as files in a new folder; a picture's group is its condition.

    What happens to a picture depends on its condition and its place in the sample.
    """
    folder.mkdir(parents=True)
    places = material.choose(count, SEED)
    originals = [kind.bring(decode(material.files[at].read_bytes()).gray) for at in places]
    samples, files = [], []
    for condition in CONDITIONS:  # one after the other, so that a batch holds pictures of one condition
        for place, (at, gray) in enumerate(zip(places, originals, strict=True)):
            file = folder / f"{condition}-{place:03}"
            file.write_bytes(encode_png(spoil(gray, condition, seed(condition, place))))
            files.append(file)
            samples.append(replace(material.samples[at], group=condition, read=file.read_bytes))
    return replace(material, samples=samples, files=files)


def measure_sample(bench: Bench, name: str, of: Set, material: Material, engine: str) -> Iterator[Spoilt]:
    """An engine on a spoilt sample, a row per condition. Raises EngineMissing, EngineFailed, BundleError."""
    every = replace(bench, limit=len(material.files))  # also with engines that get a sample of a large set
    views = VIEWS.get(engine, ("whole",))
    seen = [every.read(of, material, engine, describe(of), BATCHES[engine], view=view) for view in views]
    for condition in CONDITIONS:
        own = [place for place, group in enumerate(material.groups) if group == condition]
        yield _row(condition, name, of, material, choose([_select(of, material, found, own) for found in seen]))


def _select(of: Set, material: Material, found: Measured, places: Sequence[int]) -> Measured:
    """What was read at some places, all having been read."""
    readings = [found.readings[place] for place in places]
    row = score(of, material, found.row.engine, places, readings)
    return Measured(replace(row, view=found.row.view), places, readings)


def _row(condition: str, name: str, of: Set, material: Material, found: Measured) -> Spoilt:
    row = found.row
    spoilt = Spoilt(condition, name, row.engine, row.pictures, row.cer, row.exact, row.view, row.other_cer)
    if row.engine not in EFFORTS:
        return spoilt
    right, accepted = judge(material, found)
    wrong = accepted & ~right
    doubtful = wrong & mark_suspicious(material, found) if not TASKS[of.model].single else np.zeros_like(wrong)
    return replace(spoilt, accepted=int(accepted.sum()), wrong=int(wrong.sum()), suspicious=int(doubtful.sum()))
