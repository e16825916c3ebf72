"""Engines measured on sets, one after the other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import extractOne

from benchmarks.engines.base import Task
from benchmarks.process import Child, Installation, Timed
from benchmarks.results import Result
from benchmarks.sets import WORDS, Material, Set, describe
from longhand.handwriting.alphabet import normalise
from longhand.handwriting.metrics import score_texts

ENGINES = ("longhand", "rapidocr", "tesseract")
BATCHES = {"longhand": 32, "rapidocr": 6, "tesseract": 1}
"""How many pictures each engine gets at once; RapidOCR's is its own default."""

COMPARED = {"longhand": (1, 8, 32, 256, 1024), "rapidocr": (1, 6, 16, 32)}
"""The batches that are tried on words, where speed is compared."""

SAMPLE, ROUNDS = 1200, 3
"""Ready-made engines get so many pictures of a set at most; speed is the best of so many rounds."""


@dataclass(frozen=True)
class Measured:
    """An engine's answers on a set, for the pictures at `places`, as a row of the results."""

    row: Result
    places: list[int]
    texts: list[str]
    timed: Timed | None = None


@dataclass(frozen=True)
class Bench:
    """How everything here is measured; `limit` cuts every set down for a trial."""

    installed: Installation
    limit: int | None = None
    openmp: int | None = None

    def measure(self, of: Set, material: Material, engine: str) -> Iterable[Measured]:
        """An engine on a set, once per batch that is tried. Raises EngineMissing, EngineFailed."""
        tries = COMPARED.get(engine, ()) if of.name in WORDS else ()
        lexicon = material.names if of.chooses else ()
        for batch in tries or (BATCHES[engine],):
            yield self.read(of, material, engine, describe(of, lexicon), batch, ROUNDS if tries else 1)

    def read(self, of: Set, material: Material, engine: str, task: Task, batch: int, rounds: int = 1) -> Measured:
        """An engine on a set, in a process of its own."""
        places = material.choose(self._count(engine))
        files = [material.files[place] for place in places]
        with Child(engine, task, self.installed, self.openmp if engine == "tesseract" else None) as child:
            start = child.start(files[0])
            timed = child.read(files, batch, 1 if self.limit else rounds)
        texts = [reading.text for reading in timed.readings]
        row = score(of, material, engine, places, texts)
        speed, memory = round(len(places) / timed.seconds, 1), round(timed.memory_mb, 1)
        row = replace(row, words_per_second=speed, batch=batch, memory_mb=memory, start_s=round(start, 2))
        return Measured(row, places, texts, timed)

    def with_openmp(self, threads: int) -> "Bench":
        """The same, with so many threads for engines that keep to OMP_THREAD_LIMIT."""
        return replace(self, openmp=threads)

    def _count(self, engine: str) -> int | None:
        return self.limit or (None if engine == "longhand" else SAMPLE)


def score(of: Set, material: Material, engine: str, places: Sequence[int], texts: Sequence[str]) -> Result:
    """The row of an engine's texts, without its times."""
    scored = score_texts([material.truths[place] for place in places], texts)
    return Result(of.name, engine, scored.pictures, round(scored.cer, 5), round(scored.exact, 5))


def match(of: Set, material: Material, free: Measured) -> Measured:
    """What an engine that knows no lexicon would answer with one: the entry with the fewest edits to its reading."""
    texts = [nearest(text, material.names) for text in free.texts]
    return Measured(score(of, material, free.row.engine, free.places, texts), free.places, texts)


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
