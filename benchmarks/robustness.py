"""How well Longhand reads under everyday conditions, and whether what it accepts there is right."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from benchmarks.confidence import share
from benchmarks.results import Figure, Spoilt

ENOUGH = 50
"""Accepted pictures from which a condition alone says how many of them are wrong."""

APART = ("plain", "small")
"""The conditions that means leave out: the one that the others are compared with, and what people barely read."""


def describe_conditions(rows: Sequence[Spoilt]) -> Iterator[Figure]:
    """The mean and the worst over the conditions, those of APART on their own."""
    yield from _describe([row for row in rows if row.sample == "words"], "words", "CER", max, lambda row: row.cer)
    yield from _describe([row for row in rows if row.sample == "digits"], "digits", "right", min, lambda row: row.exact)
    yield from _accepted([row for row in rows if row.condition != "plain"])


def _describe(
    rows: Sequence[Spoilt],
    sample: str,
    what: str,
    worst: Callable[[Sequence[float]], float],
    value: Callable[[Spoilt], float],
) -> Iterator[Figure]:
    values = [value(row) for row in rows if row.condition not in APART]
    if values:
        yield Figure(f"{sample} under everyday conditions, {what}, mean", float(np.mean(values)))
        yield Figure(f"{sample} under everyday conditions, {what}, worst", worst(values))
    for row in rows:
        if row.condition in APART:
            yield Figure(f"{sample} under everyday conditions, {what}, {row.condition}", value(row))


def _accepted(rows: Sequence[Spoilt]) -> Iterator[Figure]:
    counts = [(row.wrong or 0, row.accepted or 0) for row in rows]
    yield from _share_wrong(counts, "")
    doubtful = [row.suspicious or 0 for row in rows]
    kept = [(wrong - less, accepted - less) for (wrong, accepted), less in zip(counts, doubtful, strict=True)]
    yield from _share_wrong(kept, " without suspicious labels")


def _share_wrong(counts: Sequence[tuple[int, int]], where: str) -> Iterator[Figure]:
    wrong, accepted = (sum(column) for column in zip(*counts, strict=True)) if counts else (0, 0)
    if accepted:
        yield share(f"under everyday conditions, wrong among the accepted{where}", wrong, accepted)
    shares = [wrong / accepted for wrong, accepted in counts if accepted >= ENOUGH]
    if shares:
        yield Figure(f"under everyday conditions, wrong among the accepted{where}, worst", max(shares))
