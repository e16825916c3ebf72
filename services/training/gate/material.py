"""The frozen gate set: the part `gate` of the sets that the full recipe names, or what the code makes where none lies.

No stage of a recipe reads this part, and the gate reads no other: not those that are reported on, `test` and `unseen`,
nor `validation`, on which epochs and calibrations are chosen.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path

import numpy as np

from longhand.datasets.catalogue import CATALOGUE, load
from longhand.datasets.drawn import find_origin, is_drawn
from longhand.datasets.png import encode_png
from longhand.datasets.sample import DatasetError, Sample
from longhand.datasets.synthetic.conditions import CONDITIONS, enlarge_glyph, seed, spoil
from longhand.handwriting.errors import PictureError
from longhand.handwriting.images import decode
from longhand.tasks import TASKS

MOST = 1000
"""The most pictures of a set, evenly spaced."""

SPOILED = 40
"""Pictures of each everyday condition."""

MADE_GLYPHS, MADE_TEXTS = ("digits", "stroke-glyphs"), ("strokes",)
"""Sets that need no data: of single characters, and of words."""

LANGUAGES = {"dhsd": "de", "stanford-memorials": "en"} | dict.fromkeys(
    ("peraire", "testament-de-poilus", "testaments-de-poilus-1", "cremma-mss-19", "cremma-mss-18", "htromance-18"), "fr"
)
"""The languages of the sets of words and lines, by ISO 639-1."""

_PLAIN, _COUNT, _SEED = "plain", 6000, 1


@dataclass(frozen=True)
class GatePicture:
    """A picture to decide by. `charset` is that in which its set is read; `read` may raise OSError."""

    id: str
    group: str
    text: str
    read: Callable[[], bytes]
    charset: str = "full"
    slices: frozenset[str] = frozenset()


@dataclass(frozen=True)
class GateSet:
    """The pictures of a model's gate set by their sets; `made` where the code has drawn them for want of data.

    `spoiled` of them are shown under each everyday condition.
    """

    sets: Mapping[str, Sequence[Sample]]
    made: bool
    single: bool
    spoiled: int = SPOILED

    @cached_property
    def version(self) -> str:
        """A hash of which pictures there are, and what they show: decisions on the same ones can be compared."""
        lines = (f"{s.set}\t{s.name}\t{s.group}\t{s.text}\n" for samples in self.sets.values() for s in samples)
        return hashlib.sha256("".join(sorted(lines)).encode()).hexdigest()

    @property
    def samples(self) -> list[Sample]:
        """All of them, set by set."""
        return [sample for samples in self.sets.values() for sample in samples]

    def pictures(self) -> list[GatePicture]:
        """All of them as they are."""
        return [_take(sample, sample.read, _name_slices(sample)) for sample in self.samples]

    def everyday(self) -> Iterator[GatePicture]:
        """Some of them under each everyday condition, the same ones in the same way each time."""
        samples = self.samples
        some = samples[:: max(1, len(samples) // self.spoiled)][: self.spoiled]
        for name in (name for name in CONDITIONS if name != _PLAIN):
            for place, sample in enumerate(some):
                read = partial(_spoil, sample, name, place, self.single)
                yield replace(
                    _take(sample, read, frozenset({f"condition {name}"})), id=f"{sample.set}/{sample.name}~{name}"
                )


def open_gate_set(model: str, sets: Sequence[str], root: Path | None = None) -> GateSet:
    """The gate set of a model: of those sets what people wrote and is at hand, else what the code makes.

    `root` is the folder where data sets lie, by default the one that LONGHAND_DATASETS names.
    """
    known = [name for name in sets if name == find_origin(name) and name in CATALOGUE and not is_drawn(name)]
    single = TASKS[model].single
    if found := dict(_gather(known, root)):
        return GateSet(found, False, single)
    return GateSet(dict(_gather(MADE_GLYPHS if single else MADE_TEXTS, root)), True, single)


def _gather(names: Sequence[str], root: Path | None) -> Iterator[tuple[str, Sequence[Sample]]]:
    for name in names:
        try:
            own = [sample for sample in load(name, root, count=_COUNT, seed=_SEED) if sample.split == "gate"]
        except DatasetError:
            continue
        if own:
            yield name, own[:: -(-len(own) // MOST)]


def _take(sample: Sample, read: Callable[[], bytes], slices: frozenset[str]) -> GatePicture:
    entry = CATALOGUE[sample.set]
    group = f"{sample.set}/{sample.group}"
    return GatePicture(f"{sample.set}/{sample.name}", group, sample.text, read, entry.charset, slices)


def _name_slices(sample: Sample) -> frozenset[str]:
    """Its set, its language where the set has one, and whether it shows a digit."""
    language = [f"language {LANGUAGES[sample.set]}"] if sample.set in LANGUAGES else []
    digits = ["digits"] if any(character.isdigit() for character in sample.text) else []
    return frozenset({f"set {sample.set}", *language, *digits})


def _spoil(sample: Sample, condition: str, place: int, single: bool) -> bytes:
    try:
        gray = decode(sample.read()).gray
    except PictureError as error:
        raise OSError(error.sentence) from error
    return encode_png(np.asarray(spoil(enlarge_glyph(gray) if single else gray, condition, seed(condition, place))))


def count_groups(samples: Sequence[Sample]) -> int:
    """How many writers or documents the pictures are of."""
    return len({(sample.set, sample.group) for sample in samples})


def count_sets(samples: Sequence[Sample]) -> dict[str, int]:
    """How many pictures are of each set."""
    return dict(Counter(sample.set for sample in samples))
