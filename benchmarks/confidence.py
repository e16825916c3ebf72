"""Whether a confidence means what it says, and what may be accepted unseen."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from benchmarks.intervals import binomial, count_edits
from benchmarks.measurements import Measured
from benchmarks.results import Figure
from benchmarks.sets import Material, Set
from longhand.learning.calibration import expected_calibration_error
from pipelines.suspicious import is_doubtful


def describe_confidence(of: Set, material: Material, found: Measured) -> Iterator[Figure]:
    """Calibration error over 15 bins of equal mass, coverage, and errors among the accepted, also by writer."""
    confidences = _list_confidences(found)
    right, accepted = judge(material, found)
    yield Figure(f"{of.name}, expected calibration error", expected_calibration_error(confidences, right))
    yield share(f"{of.name}, accepted", int(accepted.sum()), len(accepted))
    if accepted.any():
        yield share(f"{of.name}, wrong among the accepted", int((~right & accepted).sum()), int(accepted.sum()))
        groups = np.array([material.groups[place] for place in found.places])
        for group in sorted(set(groups)):
            theirs = accepted & (groups == group)
            if theirs.any():
                wrong = int((~right & theirs).sum())
                yield share(f"{of.name}, wrong among the accepted of {group}", wrong, int(theirs.sum()))


def describe_without_suspicious(of: Set, material: Material, found: Measured) -> Iterator[Figure]:
    """The same without the pictures of words and lines whose label is probably another's, see mark_suspicious."""
    kept = ~mark_suspicious(material, found)
    right, accepted = (mask[kept] for mask in judge(material, found))
    error = expected_calibration_error(_list_confidences(found)[kept], right)
    yield Figure(f"{of.name}, expected calibration error without suspicious labels", error)
    if accepted.any():
        name = f"{of.name}, wrong among the accepted without suspicious labels"
        yield share(name, int((~right & accepted).sum()), int(accepted.sum()))


def mark_suspicious(material: Material, found: Measured) -> NDArray[np.bool_]:
    """Which labels are suspicious or were judged to be wrong, as the evaluation has it, in what was read without a
    lexicon."""
    texts = set(material.names)
    shown = zip(found.readings, (material.samples[place] for place in found.places), strict=True)
    return np.array([is_doubtful(sample, one.text, one.confidence or 0.0, texts) for one, sample in shown])


def _list_confidences(found: Measured) -> NDArray[np.float64]:
    return np.array([reading.confidence or 0.0 for reading in found.readings])


def judge(material: Material, found: Measured) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which readings are entirely right, and which may be accepted unseen."""
    edits, _ = count_edits([material.truths[place] for place in found.places], found.texts)
    return edits == 0, np.array([bool(reading.accepted) for reading in found.readings])


def share(name: str, hits: int, count: int) -> Figure:
    """A share with its binomial interval."""
    return Figure(name, hits / count, "%", binomial(hits, count), "binomial")
