"""How well the shipped bundles read the reporting parts of the real data sets."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from longhand.datasets.catalogue import CATALOGUE
from longhand.datasets.catalogue import load as load_samples
from longhand.datasets.sample import Sample
from longhand.handwriting.errors import PictureError
from longhand.handwriting.images import Picture, decode
from longhand.handwriting.metrics import TextScore, score_texts
from longhand.inference import Recogniser

REPORTED = ("test", "unseen")


MODELS = {
    "mnist": "characters",
    "hand-written-62": "characters",
    "omniglot-latin": "characters",
    "dhsd": "text",
    "stanford-memorials": "text",
    "peraire": "text",
    "testament-de-poilus": "text",
    "cremma-mss-20": "text",
}
"""The sets that are reported, and which model reads each."""


def score(recogniser: Recogniser, name: str, root: Path | None = None) -> TextScore:
    """Read every reported picture of a set, from its bytes to text; a picture that cannot be read counts as empty."""
    samples = [s for s in load_samples(name, root) if s.split in REPORTED]
    return score_texts([s.text for s in samples], list(read(recogniser, samples, CATALOGUE[name].charset)))


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
