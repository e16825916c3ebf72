"""Engines measured on sets, one after the other."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import extractOne

from benchmarks.crops import crop_files
from benchmarks.engines.base import BEST, EFFORTS, Reading, Task, find_bundle
from benchmarks.process import Child, Installation, Timed
from benchmarks.results import Result, View
from benchmarks.sets import LINES, WORDS, Material, Set, describe
from longhand.handwriting.alphabet import normalise
from longhand.handwriting.metrics import score_texts

ENGINES = (*EFFORTS, "rapidocr", "tesseract")
BATCHES = {**dict.fromkeys(EFFORTS, 32), "rapidocr": 6, "tesseract": 1}
"""How many pictures each engine gets at once; RapidOCR's is its own default."""

COMPARED: Mapping[str, Mapping[str, Sequence[int]]] = {
    WORDS: {**dict.fromkeys(EFFORTS, (1, 8, 32, 256, 1024)), "rapidocr": (1, 6, 16, 32)},
    LINES: {**dict.fromkeys(EFFORTS, (1, 32)), "rapidocr": (1, 6)},
}
"""The batches that are tried where speed is compared."""

VIEWS: Mapping[str, Sequence[View]] = {"rapidocr": ("whole", "crop")}
"""The views of a picture that are tried with an engine, of which the better one counts; the others get all of it."""

SAMPLE, ROUNDS = 1200, 3
"""Ready-made engines get so many pictures of a set at most; speed is the best of so many rounds."""


@dataclass(frozen=True)
class Measured:
    """An engine's answers on a set, for the pictures at `places`, as a row of the results."""

    row: Result
    places: Sequence[int]
    readings: Sequence[Reading]
    timed: Timed | None = None

    @property
    def texts(self) -> list[str]:
        """What was read."""
        return [reading.text for reading in self.readings]


@dataclass(frozen=True)
class Bench:
    """How everything here is measured; `limit` cuts every set down for a trial."""

    installed: Installation
    limit: int | None = None
    openmp: int | None = None

    def measure(self, of: Set, material: Material, engine: str) -> Iterable[Measured]:
        """An engine on a set, once per batch that is tried. Raises EngineMissing, EngineFailed, BundleError."""
        task = describe(of, material.names if of.chooses else ())
        tries = COMPARED.get(of.name, {}).get(engine, ())
        if not tries:
            yield self.read_better(of, material, engine, task)
            return
        better = self.read_better(of, material, engine, task).row if engine in VIEWS else None
        view, other_cer = (better.view, better.other_cer) if better else ("whole", None)
        for batch in tries:
            found = self.read(of, material, engine, task, batch, ROUNDS, view)
            yield replace(found, row=replace(found.row, other_cer=other_cer))

    def read_better(self, of: Set, material: Material, engine: str, task: Task) -> Measured:
        """An engine on that view of the pictures which it reads better."""
        views = VIEWS.get(engine, ("whole",))
        return choose([self.read(of, material, engine, task, BATCHES[engine], view=view) for view in views])

    def read(
        self,
        of: Set,
        material: Material,
        engine: str,
        task: Task,
        batch: int,
        rounds: int = 1,
        view: View = "whole",
    ) -> Measured:
        """An engine on a set, in a process of its own; of large sets, ready-made engines get a sample."""
        places = material.choose(self.limit or (None if engine in EFFORTS else SAMPLE))
        files = [material.files[place] for place in places]
        if view == "crop":
            files = crop_files(files, find_bundle(self.installed.bundles, BEST, of.model))
        with Child(engine, task, self.installed, self.openmp if engine == "tesseract" else None) as child:
            start = child.start(files[0])
            timed = child.read(files, batch, rounds)
        row = score(of, material, engine, places, timed.readings)
        speed, memory = round(len(places) / timed.seconds, 1), round(timed.memory_mb, 1)
        row = replace(row, words_per_second=speed, batch=batch, memory_mb=memory, start_s=round(start, 2), view=view)
        return Measured(row, places, timed.readings, timed)

    def with_openmp(self, threads: int) -> "Bench":
        """The same, with so many threads for engines that keep to OMP_THREAD_LIMIT."""
        return replace(self, openmp=threads)


def choose(views: Sequence[Measured]) -> Measured:
    """Of an engine's readings of one or two views those with the lower CER, the first where both are alike."""
    best, *others = sorted(views, key=lambda found: found.row.cer)
    return replace(best, row=replace(best.row, other_cer=others[0].row.cer if others else None))


def find_best(batches: Sequence[Measured]) -> Measured:
    """The batch at which an engine reads best: with others it pads pictures to other widths, and may read worse."""
    return min(batches, key=lambda found: found.row.cer)


def score(of: Set, material: Material, engine: str, places: Sequence[int], readings: Sequence[Reading]) -> Result:
    """The row of what an engine has read, without its times."""
    scored = score_texts([material.truths[place] for place in places], [reading.text for reading in readings])
    return Result(of.name, engine, scored.pictures, round(scored.cer, 5), round(scored.exact, 5))


def match(of: Set, material: Material, free: Measured) -> Measured:
    """What an engine that knows no lexicon would answer with one: the entry with the fewest edits to its reading."""
    readings = [Reading(nearest(text, material.names)) for text in free.texts]
    row = replace(score(of, material, free.row.engine, free.places, readings), view=free.row.view)
    return Measured(row, free.places, readings)


def nearest(text: str, entries: Sequence[str]) -> str:
    """The first of the entries with the fewest edits."""
    return str(extractOne(normalise(text), entries, scorer=Levenshtein.distance)[0])


def choose_openmp(of: Set, material: Material, installed: Installation, count: int = 24) -> int:
    """With how many threads Tesseract is faster on a few pictures: its parallel parts are so short that waiting for
    a second thread can cost more than it brings. Raises EngineMissing, EngineFailed."""
    seconds = {}
    for threads in range(1, installed.threads + 1):
        with Child("tesseract", describe(of), installed, threads) as child:
            child.start(material.files[0])
            seconds[threads] = child.read(material.files[:count], 1).seconds
    return min(seconds, key=lambda threads: seconds[threads])
