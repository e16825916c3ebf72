"""Whether a confidence means what it says, and what may be accepted unseen."""

from collections.abc import Iterator

import numpy as np

from benchmarks.intervals import binomial, count_edits
from benchmarks.measurements import Measured
from benchmarks.results import Figure
from benchmarks.sets import Material, Set
from longhand.learning.calibration import expected_calibration_error


def describe_confidence(of: Set, material: Material, found: Measured) -> Iterator[Figure]:
    """Calibration error over 15 bins of equal mass, coverage, and errors among the accepted, also by writer."""
    assert found.timed is not None
    readings = found.timed.readings
    edits, _ = count_edits([material.truths[place] for place in found.places], found.texts)
    right = edits == 0
    confidences = np.array([reading.confidence or 0.0 for reading in readings])
    accepted = np.array([bool(reading.accepted) for reading in readings])
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


def share(name: str, hits: int, count: int) -> Figure:
    """A share with its binomial interval."""
    return Figure(name, hits / count, "%", binomial(hits, count), "binomial")
