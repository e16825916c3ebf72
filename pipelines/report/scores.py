"""Figures over readings: by what they have in common, by character, and by how sure they were."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from longhand.handwriting.metrics import TextScore, score_texts
from longhand.learning.calibration import expected_calibration_error
from pipelines.report.document import Spans
from pipelines.report.material import Prediction

LENGTHS = (1, 2, 4, 8, 12, 20, 40, 80)
"""Texts are counted together up to each of these lengths, and beyond the last."""

LOOK_ALIKES = ("cC", "kK", "oO0", "pP", "sS", "uU", "vV", "wW", "xX", "yY", "zZ", "1lI", "jJ")
"""Characters of one shape: alone on a page, without neighbours, often nobody can tell them apart."""

BINS = 15
Key = TypeVar("Key", bound=Hashable)
Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Trust:
    """How confidence and truth go together; shares of 1."""

    calibration_error: float
    coverage: float
    accepted_error: float


@dataclass(frozen=True)
class Edits:
    """How often each character stood there and was not read, what it was read as, and what was read in addition."""

    seen: Counter[str]
    missed: Counter[str]
    substituted: Counter[tuple[str, str]]
    deleted: Counter[str]
    inserted: Counter[str]


def score(predictions: Sequence[Prediction]) -> TextScore:
    """The score of some readings together."""
    return score_texts([p.text for p in predictions], [p.read for p in predictions])


def group(predictions: Iterable[Prediction], key: Callable[[Prediction], Key]) -> dict[Key, list[Prediction]]:
    """The readings by what they have in common, in the order in which that is met."""
    found: defaultdict[Key, list[Prediction]] = defaultdict(list)
    for one in predictions:
        found[key(one)].append(one)
    return dict(found)


def trust(predictions: Sequence[Prediction]) -> Trust:
    """Expected calibration error over 15 bins of equal mass, coverage, error among accepted."""
    confidences, right = weigh(predictions)
    accepted = np.array([p.accepted for p in predictions])
    wrong = float((~right[accepted]).mean()) if accepted.any() else 0.0
    return Trust(expected_calibration_error(confidences, right, BINS), float(accepted.mean()), wrong)


def weigh(predictions: Sequence[Prediction]) -> tuple[Doubles, NDArray[np.bool_]]:
    """Confidence of each reading, and whether it is right."""
    return np.array([p.confidence for p in predictions]), np.array([p.right for p in predictions])


def reliability(predictions: Sequence[Prediction]) -> list[tuple[float, float, int]]:
    """Mean confidence, share of right readings and their number, over bins of equal mass, rising."""
    confidences, right = weigh(predictions)
    parts = np.array_split(np.argsort(confidences, kind="stable"), BINS)
    return [(float(confidences[p].mean()), float(right[p].mean()), len(p)) for p in parts if len(p)]


def risk(predictions: Sequence[Prediction]) -> tuple[Doubles, Doubles]:
    """Coverage and error among the accepted, where the surest readings are accepted first.

    Readings of one confidence are accepted together.
    """
    confidences, right = weigh(predictions)
    order = np.argsort(-confidences, kind="stable")
    ends = np.flatnonzero(np.diff(confidences[order], append=-1.0))
    wrong = np.cumsum(~right[order])[ends]
    return (ends + 1) / len(order), wrong / (ends + 1)


def length_class(text: str) -> str:
    """How long a text is, in words that sort into a table: `1`, `3-4`, `over 80`."""
    size = len(text)
    if size > LENGTHS[-1]:
        return f"over {LENGTHS[-1]}"
    place = next(i for i, bound in enumerate(LENGTHS) if size <= bound)
    first = LENGTHS[place - 1] + 1 if place else 1
    return str(first) if first == LENGTHS[place] else f"{first}-{LENGTHS[place]}"


def count_edits(predictions: Iterable[Prediction]) -> Edits:
    """What a shortest way from each true text to its reading changes, character by character."""
    edits = Edits(Counter(), Counter(), Counter(), Counter(), Counter())
    for one in predictions:
        edits.seen.update(one.text)
        for step in Levenshtein.editops(one.text, one.read):
            _count(
                edits, step.tag, one.text[step.src_pos : step.src_pos + 1], one.read[step.dest_pos : step.dest_pos + 1]
            )
    return edits


def _count(edits: Edits, tag: str, written: str, read: str) -> None:
    if tag == "insert":
        edits.inserted[read] += 1
        return
    edits.missed[written] += 1
    if tag == "delete":
        edits.deleted[written] += 1
    else:
        edits.substituted[written, read] += 1


def mark(text: str, read: str) -> Spans:
    """A reading in pieces, those wrong that differ from the text; what was left out is an underscore."""
    pieces: list[tuple[str, bool]] = []
    for step in Levenshtein.opcodes(text, read):
        right = step.tag == "equal"
        pieces.append((read[step.dest_start : step.dest_end] or "_", right))
    return tuple(pieces)


def look_alike(written: str, read: str) -> str | None:
    """The class of one shape that both characters belong to."""
    return next((members for members in LOOK_ALIKES if written in members and read in members), None)
