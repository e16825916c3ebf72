"""How well the shipped bundles read the reporting parts of the real data sets."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from longhand.datasets.catalogue import load as load_samples
from longhand.datasets.sample import Sample
from longhand.handwriting.errors import PictureError
from longhand.handwriting.images import Picture, decode
from longhand.handwriting.metrics import TextScore, score_texts
from longhand.inference import Recogniser

REPORTED = ("test", "unseen")


@dataclass(frozen=True)
class Set:
    """A data set as it is reported: which model reads it, and with which charset."""

    name: str
    model: str
    charset: str = "full"


SETS = (
    Set("mnist", "characters", "digits"),
    Set("hand-written-62", "characters"),
    Set("omniglot-latin", "characters", "lowercase"),
    Set("dhsd", "text"),
    Set("stanford-memorials", "text"),
    Set("peraire", "text"),
    Set("testament-de-poilus", "text"),
    Set("cremma-mss-20", "text"),
)


def score(recogniser: Recogniser, which: Set, root: Path | None = None) -> TextScore:
    """Read every reported picture of a set, from its bytes to text; a picture that cannot be read counts as empty."""
    samples = [s for s in load_samples(which.name, root) if s.split in REPORTED]
    return score_texts([s.text for s in samples], list(read(recogniser, samples, which.charset)))


def read(recogniser: Recogniser, samples: Sequence[Sample], charset: str, batch: int = 16) -> Iterator[str]:
    """The texts that a recogniser reads, in order."""
    for start in range(0, len(samples), batch):
        pictures = [_decode(sample) for sample in samples[start : start + batch]]
        readings = iter(recogniser.read([p for p in pictures if p is not None], charset))
        yield from ("" if picture is None else next(readings).text for picture in pictures)


def _decode(sample: Sample) -> Picture | None:
    try:
        return decode(sample.read())
    except PictureError:
        return None
