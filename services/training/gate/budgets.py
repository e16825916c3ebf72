"""What a challenger may cost: how far its confidence may be off, its size, and its time."""

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from longhand.bundles.files import SERVED
from longhand.comparison.decision import Budget
from longhand.handwriting.errors import PictureError
from longhand.handwriting.images import decode
from longhand.inference import Recogniser
from longhand.learning.calibration import expected_calibration_error
from services.training.gate.pairing import Contest, Read, weigh

CALIBRATION, CALIBRATED = 0.02, 0.05
"""By how much the calibration error may grow, and below which it may do so at will."""

GROWTH = 1.5
"""How many times as large, and as slow, a challenger may be."""

TIMED, ROUNDS = 16, 3
"""Pictures that are read one by one to measure time, and how often: the quickest round counts."""


def measure_calibration(read: Sequence[Read]) -> Budget:
    """The calibration errors of both models, in 0..1."""
    champion, challenger = (_err(*one) for one in weigh(read))
    return Budget("calibration error", champion, challenger, max(CALIBRATED, champion + CALIBRATION))


def measure_size(champion: Path, challenger: Path) -> Budget:
    """The bytes of what is served of two bundles."""
    size, other = (sum((at / name).stat().st_size for name in SERVED if (at / name).is_file())
                   for at in (champion, challenger))  # fmt: skip
    return Budget("bytes", size, other, GROWTH * size)


def measure_time(contest: Contest, read: Sequence[Read]) -> Budget:
    """Seconds for a picture that is read alone. The two models take turns, so that both have the same machine."""
    samples = [one.picture.read() for one in read[:: max(1, len(read) // TIMED)][:TIMED]]
    quickest = [np.inf, np.inf]
    for _ in range(ROUNDS):
        for place, recogniser in enumerate((contest.champion, contest.challenger)):
            quickest[place] = min(quickest[place], _time(recogniser, samples) / max(1, len(samples)))
    return Budget("seconds", quickest[0], quickest[1], GROWTH * quickest[0])


def _time(recogniser: Recogniser, samples: Sequence[bytes]) -> float:
    begun = time.perf_counter()
    for data in samples:
        try:
            recogniser.read([decode(data)])
        except PictureError:
            continue
    return time.perf_counter() - begun


def _err(confidences: Sequence[float], right: Sequence[bool]) -> float:
    return expected_calibration_error(np.array(confidences), np.array(right))
