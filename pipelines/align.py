"""Align: where each character of people's lines stands, by the network of a bundle. It is no stage: what it writes is
data, called like its SHA-256, that a recipe names.

    python -m pipelines.align --bundle bundles/text --sets dhsd peraire --to var/alignments
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from longhand.datasets.catalogue import load as load_set
from longhand.datasets.sample import Sample
from longhand.datasets.synthetic.pieces import Alignment, write_alignments
from longhand.errors import LonghandError
from longhand.handwriting.alphabet import normalise
from longhand.handwriting.ctc.alignment import align
from longhand.handwriting.ctc.greedy import collapse, log_softmax
from longhand.handwriting.images import decode
from longhand.inference import Recogniser, load
from pipelines.ingest import ALIGNMENTS

_LEAST = 0.5
_DELAYS = range(-8, 13)


@dataclass(frozen=True)
class _Spelled:
    """A prepared line with its path: columns in the middle between its characters, and how sure the network is."""

    sample: Sample
    text: str
    pixels: NDArray[np.uint8]
    middles: NDArray[np.float64]
    confidences: tuple[float, ...]


def align_samples(recogniser: Recogniser, samples: Iterable[Sample]) -> list[Alignment]:
    """The alignments of the lines to train on that the network can read: those to whose text it gives a mean
    probability of at least 0.5 a character. Lines with characters that it lacks are left out.

    A network shows a character somewhere within its width, each network elsewhere: edges are moved by the number of
    columns at which the least ink stands on all of them.
    """
    spelled = [one for sample in samples if (one := _spell(recogniser, sample)) is not None]
    delay = _measure_delay(spelled)
    margin = recogniser.card.margin
    return [_describe(one, delay, margin) for one in spelled]


def _spell(recogniser: Recogniser, sample: Sample) -> _Spelled | None:
    text, card = normalise(sample.text), recogniser.card
    if sample.split != "train" or not text or card.alphabet.missing(text):
        return None
    try:
        prepared = recogniser.prepare(decode(sample.read()))
        log_probs = log_softmax(recogniser.logits([prepared])[0], card.temperature)
        spelling = collapse(align(np.exp(log_probs), card.alphabet.encode(text)), log_probs)
    except (LonghandError, OSError, ValueError):  # blank, damaged, or more characters than frames
        return None
    spans = np.array(spelling.spans, np.float64)
    middles = (spans[:-1, 1] + 1 + spans[1:, 0]) / 2 * card.stride
    found = _Spelled(sample, text, prepared.pixels, middles, spelling.confidences)
    return found if np.mean(spelling.confidences) >= _LEAST else None


def _measure_delay(spelled: Sequence[_Spelled]) -> int:
    """By how many columns edges are moved."""
    ink = np.zeros(len(_DELAYS))
    for one in spelled:
        columns, last = one.pixels.sum(axis=0) / 255, one.pixels.shape[1] - 1
        ink += [columns[(one.middles + delay).astype(int).clip(0, last)].sum() for delay in _DELAYS]
    return _DELAYS[int(np.argmin(ink))]


def _describe(one: _Spelled, delay: int, margin: int) -> Alignment:
    shares = ((one.middles + delay - margin) / (one.pixels.shape[1] - 2 * margin)).clip(0, 1)
    edges = (0.0, *(round(float(share), 4) for share in shares), 1.0)
    return Alignment(one.sample.set, one.sample.name, one.text, edges, tuple(round(c, 3) for c in one.confidences))


def main() -> None:
    """Align the lines of sets and write them into a file that is called like its SHA-256."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bundle", type=Path, default=Path("bundles/text"))
    parser.add_argument("--sets", nargs="+", required=True)
    parser.add_argument("--most", type=int, default=100_000, help="lines of each set at most")
    parser.add_argument("--to", type=Path, default=ALIGNMENTS)
    given = parser.parse_args()
    recogniser = load(given.bundle)
    samples = (one for name in given.sets for one in islice(load_set(name), given.most))
    alignments = align_samples(recogniser, samples)
    path = write_alignments(given.to, alignments)
    print(f"{len(alignments):,} lines aligned by {recogniser.card.name} {recogniser.card.sha256[:12]}: {path.stem}")


if __name__ == "__main__":
    try:
        main()
    except LonghandError as error:
        sys.exit(f"{error.code}: {error.sentence}")
