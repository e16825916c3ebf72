"""How fast words and lines are read, alone and many at once."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.measurements import Measured
from benchmarks.results import Figure
from longhand.bundles.files import SERVED
from longhand.tasks import TASKS


def describe_speed(unit: str, ours: Sequence[Measured], others: Sequence[Measured]) -> Iterator[Figure]:
    """Words or lines per second at each batch, and beside the best of another engine."""
    for found in ours:
        yield Figure(f"{unit} per second, {found.row.batch} at once", found.row.words_per_second or 0.0, f"{unit}/s")
    best, beside = _best(ours), _best(others)
    yield Figure(f"{unit} per second, at the best batch", best, f"{unit}/s")
    if beside:
        yield Figure(f"{unit} per second, beside RapidOCR's recogniser at its best batch", best / beside, "×")


def _best(measured: Sequence[Measured]) -> float:
    return max((found.row.words_per_second or 0.0 for found in measured), default=0.0)


def describe_one(found: Measured) -> Iterator[Figure]:
    """Milliseconds from the bytes of one picture to its text, in process, in the best round."""
    assert found.timed is not None
    times = 1000 * np.array(min(found.timed.rounds, key=sum))
    yield Figure("one word, median", float(np.median(times)), "ms")
    yield Figure("one word, 95th percentile", float(np.quantile(times, 0.95)), "ms")


def describe_sizes(bundles: Path) -> Iterator[Figure]:
    """What of a bundle is served, in MB."""
    for bundle in filter(Path.exists, (bundles / name for name in TASKS)):
        files = (bundle / file for file in SERVED)
        size = sum(file.stat().st_size for file in files if file.exists())
        yield Figure(f"bundle {bundle.name}, served part", size / 1e6, "MB")
