"""The sets that are measured, and the part of each that is for reporting only."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.engines.base import Task
from longhand.datasets.catalogue import CATALOGUE, load
from longhand.datasets.sample import Sample
from longhand.handwriting.alphabet import normalise
from longhand.tasks import CHARACTERS, CHARSETS, TASKS, TEXT

REPORTED = ("test", "unseen")
LEXICON = "+lexicon"
SEED = 0


@dataclass(frozen=True)
class Set:
    """A set by the name it has in the results; `dataset` is its name in the catalogue, `model` the one of
    Longhand's models that reads it, `unit` what its groups are."""

    name: str
    dataset: str
    model: str
    language: str
    unit: str

    @property
    def chooses(self) -> bool:
        """Whether the texts that can occur are known as a list."""
        return self.name.endswith(LEXICON)


SETS = (
    Set("mnist-test", "mnist", CHARACTERS.model, "eng", "picture"),
    Set("hw62-test", "hand-written-62", CHARACTERS.model, "eng", "picture"),
    Set("omniglot-unseen", "omniglot-latin", CHARACTERS.model, "eng", "writer"),
    Set("dhsd-test", "dhsd", TEXT.model, "deu", "writer"),
    Set("dhsd-test+lexicon", "dhsd", TEXT.model, "deu", "writer"),
    Set("stanford-test", "stanford-memorials", TEXT.model, "eng", "letter"),
    Set("peraire-test", "peraire", TEXT.model, "fra", "page"),
    Set("testament-test", "testament-de-poilus", TEXT.model, "fra", "will"),
    Set("testaments1-test", "testaments-de-poilus-1", TEXT.model, "fra", "will"),
    Set("cremma19-test", "cremma-mss-19", TEXT.model, "fra", "document"),
    Set("cremma-unseen", "cremma-mss-20", TEXT.model, "fra", "page"),
    Set("mariages-unseen", "lectaurep-mariages", TEXT.model, "fra", "page"),
    Set("celestine-unseen", "celestine", TEXT.model, "fra", "diary"),
)
WORDS, LINES = "dhsd-test", "stanford-test"
"""The sets on which speed is compared: words, and lines."""


@dataclass(frozen=True)
class Material:
    """The pictures of a set as files, with what stands in them, and all texts that the data set holds in `names`."""

    samples: Sequence[Sample]
    files: Sequence[Path]
    names: tuple[str, ...]
    trained: frozenset[str]

    @property
    def truths(self) -> list[str]:
        """The true texts."""
        return [sample.text for sample in self.samples]

    @property
    def groups(self) -> list[str]:
        """Who or what each picture is by."""
        return [sample.group for sample in self.samples]

    def fold(self) -> "Material":
        """The same pictures, with capitals taken for small letters."""
        return replace(self, samples=[replace(sample, text=sample.text.lower()) for sample in self.samples])

    def choose(self, count: int | None, seed: int = SEED) -> list[int]:
        """The places of so many pictures drawn at random, in order; of all where there are no more."""
        if count is None or count >= len(self.samples):
            return list(range(len(self.samples)))
        return sorted(np.random.default_rng(seed).choice(len(self.samples), count, replace=False).tolist())


def collect(name: str, folder: Path, root: Path | None = None) -> Material:
    """The reported pictures of a data set, written as files into a folder. Raises DatasetError, OSError."""
    every = list(load(name, root))
    samples = [sample for sample in every if sample.split in REPORTED]
    folder.mkdir(parents=True)
    files = [folder / f"{number:05}" for number in range(len(samples))]
    for sample, file in zip(samples, files, strict=True):
        file.write_bytes(sample.read())
    texts = (s.text for s in every if s.split != "duplicate")
    trained = frozenset(normalise(s.text) for s in every if s.split == "train")
    return Material(samples, files, tuple(dict.fromkeys(map(normalise, texts))), trained)


def describe(of: Set, lexicon: Sequence[str] = (), charset: str = "") -> Task:
    """What engines are told of a set."""
    charset = charset or CATALOGUE[of.dataset].charset
    task = TASKS[of.model]
    characters = (CHARSETS[charset] or task.alphabet) if task.single else ""
    return Task(of.model, of.language, charset, characters, tuple(lexicon))
