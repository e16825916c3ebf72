"""Training of a character language model: Witten and Bell's smoothing (The Zero-Frequency Problem, 1991), pruned by
what an n-gram is worth (Stolcke, Entropy-based Pruning of Backoff Language Models, 1998)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longhand.handwriting.alphabet import Alphabet, normalise
from longhand.handwriting.ctc.ngrams import STEP, Integers, Ngrams, name_grams

Doubles = NDArray[np.float64]
ORDER, SIZE = 6, 200_000
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Level:
    """All n-grams of one length.

    `contexts` and `endings` are the places of an n-gram without its last and without its first symbol among the n-grams
    one shorter, `log_probs` those of its last symbol, `worth` the log likelihood of the texts that is lost without it.
    """

    grams: Integers
    contexts: Integers
    endings: Integers
    log_probs: Doubles
    worth: Doubles


def learn_language(texts: Mapping[str, float], characters: str, order: int = ORDER, size: int = SIZE) -> Ngrams:
    """Learns from texts, each with a weight above 0; about `size` n-grams of at most `order` are kept.

    Characters outside the alphabet are left out. Raises ValueError where there is nothing to learn from.
    """
    alphabet, base = Alphabet(characters), len(characters) + 1
    encoded = [(alphabet.encode(normalise(text)), weight) for text, weight in texts.items()]
    encoded = [(symbols, weight) for symbols, weight in encoded if symbols]
    if not encoded:
        raise ValueError("there is no text to learn from")
    levels = _climb(*_count([s for s, _ in encoded], np.array([w for _, w in encoded]), base, order), base)
    kept = _prune(levels, size)
    grams = np.concatenate([level.grams[mask] for level, mask in zip(levels, kept, strict=True)])
    log_probs = np.concatenate([level.log_probs[mask] for level, mask in zip(levels, kept, strict=True)])
    backoffs = np.concatenate([b[mask] for b, mask in zip(_back_off(levels, kept), kept, strict=True)])
    return Ngrams(
        characters,
        order,
        grams,
        np.clip(np.rint(-log_probs / STEP), 0, 255).astype(np.uint8),
        np.clip(np.rint(-backoffs / STEP), -128, 127).astype(np.int8),
    )


def _count(
    texts: Sequence[Sequence[int]], weights: Doubles, base: int, order: int
) -> tuple[list[Integers], list[Doubles]]:
    """Names and counts of the n-grams by length, edges included. Texts of one length are counted as one array."""
    names: list[list[Integers]] = [[] for _ in range(order)]
    counts: list[list[Doubles]] = [[] for _ in range(order)]
    by_length: dict[int, list[int]] = {}
    for i, text in enumerate(texts):
        by_length.setdefault(len(text), []).append(i)
    for members in by_length.values():
        symbols = np.pad(np.array([texts[i] for i in members], np.int64), ((0, 0), (1, 1)))
        grams = name_grams(symbols, base, order)[:, :, 1:]
        for length in range(order):
            there = grams[length] >= 0
            names[length].append(grams[length][there])
            counts[length].append(np.broadcast_to(weights[members][:, None], there.shape)[there])
    kinds, totals = [], []
    for name, count in zip(names, counts, strict=True):
        found, places = np.unique(np.concatenate(name), return_inverse=True)
        kinds.append(found)
        totals.append(np.bincount(places, np.concatenate(count)).astype(np.float64))
    return kinds, totals


def _climb(names: Sequence[Integers], counts: Sequence[Doubles], base: int) -> list[Level]:
    """Levels from single symbols up, each interpolated with the one below (Witten and Bell): a context that was
    followed by many different symbols leaves more to the shorter one.
    """
    order = len(names)
    nothing = np.zeros(len(names[0]), np.int64)
    probabilities = (counts[0] + 1) / (counts[0] + 1).sum()
    levels = [Level(names[0], nothing, nothing, np.log(probabilities), np.full(len(names[0]), np.inf))]
    for length in range(1, order):
        below, bare = levels[-1], names[length] - length * base**order
        offset = (length - 1) * base**order
        contexts = _places(below.grams, bare // base + offset)
        endings = _places(below.grams, bare % base**length + offset)
        size = len(below.grams) + 1
        kinds, total = np.bincount(contexts, minlength=size), np.bincount(contexts, counts[length], size)
        backed = np.log(kinds / (kinds + np.maximum(total, 1e-9)) + 1e-12)[contexts] + below.log_probs[endings]
        log_probs = np.log(np.exp(backed) + counts[length] / (kinds + total)[contexts])
        levels.append(Level(names[length], contexts, endings, log_probs, counts[length] * (log_probs - backed)))
    return levels


def _places(sorted_names: Integers, names: Integers) -> Integers:
    """Where each name stands; the place after the last where it does not."""
    places = np.searchsorted(sorted_names, names)
    there = sorted_names[np.minimum(places, len(sorted_names) - 1)] == names
    return np.where(there, places, len(sorted_names))


def _prune(levels: Sequence[Level], size: int) -> list[Mask]:
    """The n-grams of the highest worth. A context stays with any n-gram that continues it: its back-off is needed."""
    worths = np.concatenate([level.worth for level in levels])
    least = np.partition(worths, -size)[-size] if len(worths) > size else -np.inf
    kept = [level.worth >= least for level in levels]
    for length in range(len(levels) - 1, 0, -1):
        contexts = levels[length].contexts[kept[length]]
        kept[length - 1][contexts[contexts < len(kept[length - 1])]] = True
    return kept


def _back_off(levels: Sequence[Level], kept: Sequence[Mask]) -> list[Doubles]:
    """The log of each n-gram's back-off weight: the probability left for symbols that are not kept after it, divided by
    what these have one shorter (Katz). Computed after pruning, so that probabilities still sum to one.
    """
    found = []
    for length, level in enumerate(levels):
        left, below = np.ones(len(level.grams) + 1), np.ones(len(level.grams) + 1)
        if length + 1 < len(levels):
            above, mask = levels[length + 1], kept[length + 1]
            np.subtract.at(left, above.contexts[mask], np.exp(above.log_probs[mask]))
            np.subtract.at(below, above.contexts[mask], np.exp(level.log_probs[above.endings[mask]]))
        found.append(np.log(np.maximum(left, 1e-6) / np.maximum(below, 1e-6))[:-1])
    return found
