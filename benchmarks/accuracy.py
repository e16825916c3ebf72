"""How well Longhand reads, with intervals, in parts, and beside the better of the others."""

from collections.abc import Iterator, Sequence

import numpy as np

from benchmarks.intervals import bootstrap, choose_unit, count_edits
from benchmarks.measurements import Measured
from benchmarks.results import Figure
from benchmarks.sets import Material, Set
from longhand.handwriting.alphabet import normalise
from longhand.handwriting.metrics import score_texts


def describe_characters(of: Set, material: Material, found: Measured, name: str = "right") -> Figure:
    """The share of single characters that are read right."""
    return exact(of, material, found.places, found.texts, name)


def describe_texts(of: Set, material: Material, found: Measured) -> Iterator[Figure]:
    """CER and the share of texts that are entirely right."""
    yield cer(of, material, found.places, found.texts, "CER")
    yield exact(of, material, found.places, found.texts, "exact")


def describe_halves(of: Set, material: Material, found: Measured) -> Iterator[Figure]:
    """The same for texts that also stand in the training part, written by others, and for new ones."""
    for part, trained in (("text also in training", True), ("new text", False)):
        kept = [i for i, place in enumerate(found.places) if is_trained(material, place) is trained]
        if kept:
            places, texts = [found.places[i] for i in kept], [found.texts[i] for i in kept]
            yield cer(of, material, places, texts, f"{part}, CER")
            yield exact(of, material, places, texts, f"{part}, exact")


def is_trained(material: Material, place: int) -> bool:
    """Whether the text of a picture also stands in the training part."""
    return normalise(material.samples[place].text) in material.trained


def cer(of: Set, material: Material, places: Sequence[int], texts: Sequence[str], name: str) -> Figure:
    """Σ edits ÷ Σ true characters."""
    edits, lengths = count_edits([material.truths[place] for place in places], texts)
    unit, groups = choose_unit([material.groups[place] for place in places], of.unit)
    interval = bootstrap(groups, edits.tolist(), lengths.tolist())
    return Figure(f"{of.name}, {name}", float(edits.sum() / max(1, lengths.sum())), "%", interval, unit)


def exact(of: Set, material: Material, places: Sequence[int], texts: Sequence[str], name: str) -> Figure:
    """The share of texts without any edit."""
    edits, _ = count_edits([material.truths[place] for place in places], texts)
    unit, groups = choose_unit([material.groups[place] for place in places], of.unit)
    right = edits == 0
    interval = bootstrap(groups, right.tolist(), [1.0] * len(right))
    return Figure(f"{of.name}, {name}", float(np.mean(right)), "%", interval, unit)


def compare(of: Set, material: Material, ours: Measured, others: Sequence[Measured]) -> Iterator[Figure]:
    """Longhand's CER as a multiple of the better engine's, on the pictures that both have read."""
    if others:
        best = min(others, key=lambda other: other.row.cer)
        texts = dict(zip(ours.places, ours.texts, strict=True))
        both = [place for place in best.places if place in texts]
        own = score_texts([material.truths[place] for place in both], [texts[place] for place in both]).cer
        yield Figure(f"{of.name}, CER beside the better ready-made engine", own / max(best.row.cer, 1e-9), "×")


def compare_efforts(of: Set, ours: Measured, best: Sequence[Measured]) -> Iterator[Figure]:
    """The CER of an effort as a multiple of the best effort's on the same pictures."""
    if best:
        yield Figure(f"{of.name}, CER beside the best effort", ours.row.cer / max(best[-1].row.cer, 1e-9), "×")
