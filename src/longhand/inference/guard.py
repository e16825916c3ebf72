"""Whether a picture is like those that a model was calibrated on.

A network is sure of many things that it has never seen, but its logits are lower there: the largest one tells them
apart (Hendrycks et al., Scaling Out-of-Distribution Detection for Real-World Settings, 2022), with the network's answer
alone and in a few hundredths of a millisecond. Where a charset leaves few characters, what the network takes the
picture for without it also counts: among digits alone a looped letter is surely a digit.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from longhand.bundles.card import Card
from longhand.handwriting.alphabet import fold
from longhand.handwriting.notices import Notice
from longhand.handwriting.transcription import Transcription
from longhand.tasks import Charset, find

Logits = NDArray[np.float32]

LEAST, SURE, SHARE = "least", "sure", "share"
"""The entries of a guard: the least strength of any picture, that of one which is accepted without a lexicon, and the
least share of one which is accepted with a charset."""

_NOTHING = -1e9


@dataclass(frozen=True)
class Strength:
    """How strongly a network answers: `strength` is the largest logit of a character that may be answered, `share` the
    log of the probability of all of them, both the mean over the frames that show a character; _NOTHING where none
    does."""

    strength: float
    share: float


def measure_strength(logits: Logits, card: Card, charset: str = Charset.FULL) -> Strength:
    """The strength of an answer, (frames, outputs) or, where the task has no blank, (outputs,)."""
    blank = find(card.task).blank
    frames = np.atleast_2d(logits)
    frames = frames[frames.argmax(axis=1) >= blank]
    if not len(frames):
        return Strength(_NOTHING, _NOTHING)
    largest = frames.max(axis=1, keepdims=True)
    if charset == Charset.FULL:
        return Strength(float(largest.mean()), 0.0)
    allowed = _list_allowed(card, charset)
    exponents = np.exp(frames - largest)
    shares = exponents[:, [*range(blank), *allowed]].sum(axis=1) / exponents.sum(axis=1)
    return Strength(float(frames[:, allowed].max(axis=1).mean()), float(np.log(np.maximum(shares, 1e-9)).mean()))


def check_familiar(found: Transcription, logits: Logits, card: Card, charset: str) -> Transcription:
    """The reading, with a notice and for review where the picture is unlike those of calibration."""
    guard = card.guard.get(charset) or card.guard.get(Charset.FULL)
    if not guard:
        return found
    measured = measure_strength(logits, card, charset)
    unlike = measured.strength < guard[LEAST]
    if found.accepted and found.match is None:
        unlike |= measured.strength < guard[SURE] or measured.share < guard.get(SHARE, _NOTHING)
    return replace(found, accepted=False, notices=(*found.notices, Notice.UNFAMILIAR)) if unlike else found


def _list_allowed(card: Card, charset: str) -> Sequence[int]:
    """The outputs of the characters that a charset leaves."""
    return sorted({output for group in fold(card.alphabet, charset)[1] for output in group})
