"""Spellings of an entry that a person may use instead of the listed one: capitals or small letters, spaces or none."""

from collections.abc import Sequence

import numpy as np

from longhand.handwriting.alphabet import Alphabet
from longhand.handwriting.ctc.likelihood import Frames, Integers, pack, score

COST = 2.0
"""By how much another spelling counts for less than the listed one, in log probability: where a list holds both, what
stands there decides."""

Spelled = tuple[float, str]


def fold_spelling(text: str) -> str:
    """What all spellings of an entry have in common: the letters, whatever their case, without spaces."""
    return "".join(text.casefold().split())


def vary(entry: str) -> tuple[str, ...]:
    """The spellings of an entry, as listed first: small letters, capitals, a capital first, one in each word."""
    return tuple(dict.fromkeys((entry, entry.lower(), entry.upper(), entry.capitalize(), entry.title())))


def forgive(frames: Frames, picture: int, alphabet: Alphabet, entries: Sequence[str]) -> list[Spelled]:
    """For each entry the log probability of its likeliest spelling, spaces left out of account, less COST, and that
    spelling; -inf where none can be written."""
    spellings = [(place, spelling) for place, entry in enumerate(entries) for spelling in vary(entry)]
    encoded = [alphabet.encode(spelling.replace(" ", "")) for _, spelling in spellings]
    closed = _close_up(frames, picture, alphabet.encode(" "))
    log_probs = score(closed, pack(encoded, np.zeros(len(encoded), np.int64))) - COST
    best: list[Spelled] = [(-np.inf, entry) for entry in entries]
    for (place, spelling), outputs, log_prob in zip(spellings, encoded, log_probs.tolist(), strict=True):
        if outputs and log_prob > best[place][0]:
            best[place] = (log_prob, spelling)
    return best


def _close_up(frames: Frames, picture: int, space: Sequence[int] | Integers) -> Frames:
    """The frames of one picture where a space counts as a blank, so that no gap is written."""
    probabilities = frames.probabilities[picture : picture + 1].copy()
    for output in space:
        probabilities[:, :, 0] += probabilities[:, :, output]
        probabilities[:, :, output] = 0
    return Frames(probabilities, frames.lengths[picture : picture + 1])
