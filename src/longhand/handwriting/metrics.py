"""How far readings are from the truth."""

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from longhand.handwriting.alphabet import normalise


@dataclass(frozen=True)
class TextScore:
    """Scores over a set of pictures; rates are shares of 1 (CER can exceed it), `edits` is per picture."""

    pictures: int
    cer: float
    wer: float
    exact: float
    edits: float


def score_texts(truths: Sequence[str], readings: Sequence[str]) -> TextScore:
    """Score readings against true texts, both normalised; sums of edits over sums of true lengths.

    Raises ValueError where the two differ in number or there is nothing to score.
    """
    if not truths or len(truths) != len(readings):
        raise ValueError(f"{len(truths)} true texts and {len(readings)} readings cannot be scored")
    pairs = [(normalise(t), normalise(r)) for t, r in zip(truths, readings, strict=True)]
    edits = sum(Levenshtein.distance(t, r) for t, r in pairs)
    word_edits = sum(Levenshtein.distance(t.split(), r.split()) for t, r in pairs)
    characters = sum(len(t) for t, _ in pairs)
    words = sum(len(t.split()) for t, _ in pairs)
    exact = sum(t == r for t, r in pairs)
    return TextScore(
        pictures=len(pairs),
        cer=edits / max(1, characters),
        wer=word_edits / max(1, words),
        exact=exact / len(pairs),
        edits=edits / len(pairs),
    )
