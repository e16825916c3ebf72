"""What a lexicon does: words that are not in it, the shortlist, and the time it takes."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.confidence import share
from benchmarks.exhaustive import Exhaustive
from benchmarks.measurements import Bench
from benchmarks.results import Figure
from benchmarks.sets import SEED, Material, Set, describe
from longhand.bundles.card import ALWAYS
from longhand.handwriting.alphabet import normalise
from longhand.handwriting.ctc.greedy import log_softmax
from longhand.handwriting.ctc.lexicon import Lexicon
from longhand.handwriting.images import decode
from longhand.handwriting.preprocessing import Prepared
from longhand.handwriting.terms import Terms
from longhand.inference import Recogniser, load
from longhand.inference.base import Logits

ENTRIES = 5000
_ROUNDING = 1e-3


@dataclass(frozen=True)
class Hypotheses:
    """A picture, and what the network answers to it."""

    prepared: Prepared
    logits: Logits


def describe_half(of: Set, material: Material, bench: Bench, engine: str) -> Iterator[Figure]:
    """With a random half of the names as lexicon: how often a word outside it gets an entry, and one inside its own."""
    order = np.random.default_rng(SEED).permutation(len(material.names))
    half = {material.names[place] for place in order[: len(order) // 2]}
    found = bench.read(of, material, engine, describe(of, sorted(half)), batch=32)
    pairs = [(normalise(material.truths[place]), text) for place, text in zip(found.places, found.texts, strict=True)]
    outside = [text for truth, text in pairs if truth not in half]
    inside = [text == truth for truth, text in pairs if truth in half]
    name = "half of the lexicon: words"
    if outside:
        yield share(f"{name} outside answered with an entry", sum(map(bool, outside)), len(outside))
    if inside:
        yield share(f"{name} inside answered right", sum(inside), len(inside))


def describe_shortlist(material: Material, bundle: Path, count: int | None, threads: int) -> Iterator[Figure]:
    """How often the entry that is found is the likeliest of all, and the time that finding it adds to a reading."""
    recogniser = load(bundle, threads)
    recogniser.card = replace(recogniser.card, lexicon_threshold=ALWAYS)
    pictures = [decode(material.files[place].read_bytes()) for place in material.choose(count)]
    prepared = [recogniser.prepare(picture) for picture in pictures]
    seen = [Hypotheses(one, recogniser.logits([one])[0]) for one in prepared]
    yield compare(recogniser, material.names, seen)
    yield measure(recogniser, Lexicon(material.names[:ENTRIES]), seen)


def compare(recogniser: Recogniser, names: Sequence[str], seen: Sequence[Hypotheses]) -> Figure:
    """The share of pictures whose entry is as likely as the likeliest of all."""
    lexicon, alphabet = Lexicon(names), recogniser.card.alphabet
    exhaustive = Exhaustive([alphabet.encode(entry) for entry in lexicon.entries])
    places = {entry: place for place, entry in enumerate(lexicon.entries)}
    agreed = 0
    for one in seen:
        scores = exhaustive.score(log_softmax(one.logits, recogniser.card.temperature))
        found = recogniser.interpret(one.logits, one.prepared, Terms(lexicon=lexicon)).text
        agreed += found in places and bool(scores[places[found]] >= scores.max() - _ROUNDING)
    return share("shortlist agrees with exhaustive scoring", agreed, len(seen))


def measure(recogniser: Recogniser, lexicon: Lexicon, seen: Sequence[Hypotheses]) -> Figure:
    """Milliseconds that a lexicon adds to what follows the network."""
    first = seen[0]
    recogniser.interpret(first.logits, first.prepared, Terms(lexicon=lexicon))
    added = [_seconds(recogniser, one, lexicon) - _seconds(recogniser, one, None) for one in seen]
    return Figure("lexicon of 5,000 on top of a reading, 99th percentile", 1000 * float(np.quantile(added, 0.99)), "ms")


def _seconds(recogniser: Recogniser, one: Hypotheses, lexicon: Lexicon | None) -> float:
    started = time.perf_counter()
    recogniser.interpret(one.logits, one.prepared, Terms(lexicon=lexicon))
    return time.perf_counter() - started
