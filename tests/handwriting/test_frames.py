"""Many pictures at once: each gets what it would get alone."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longhand.handwriting.ctc.alignment import align
from longhand.handwriting.ctc.candidates import find_candidates
from longhand.handwriting.ctc.greedy import decode_greedy, log_softmax
from longhand.handwriting.ctc.likelihood import Frames, pack, score, score_spellings, stack


def babble(rows: int, outputs: int, seed: int, sharpness: float = 3.0) -> np.ndarray:  # type: ignore[type-arg]
    return np.random.default_rng(seed).normal(0, sharpness, (rows, outputs)).astype(np.float32)


def spelled(path: list[int]) -> tuple[int, ...]:
    return tuple(o for o, before in zip(path, [0, *path], strict=False) if o and o != before)


pictures = given(
    rows=st.lists(st.integers(1, 30), min_size=1, max_size=5),
    outputs=st.integers(2, 6),
    seed=st.integers(0, 2**16),
    sharpness=st.sampled_from([0.1, 2.0, 8.0]),
)


@settings(deadline=None, max_examples=40)
@pictures
def test_a_text_is_as_likely_beside_other_pictures_as_alone(
    rows: list[int], outputs: int, seed: int, sharpness: float
) -> None:
    logits = [babble(n, outputs, seed + i, sharpness) for i, n in enumerate(rows)]
    candidates = find_candidates(stack(logits), 8)
    together = score(stack(logits), candidates.rows)
    for row, (owner, length) in enumerate(zip(candidates.rows.owners, candidates.rows.lengths, strict=True)):
        text = candidates.rows.outputs[row, :length].tolist()
        assert together[row] == pytest.approx(score_spellings(log_softmax(logits[owner]), [text])[0], abs=1e-4)


@settings(deadline=None, max_examples=40)
@pictures
def test_proposals_differ_and_the_greedy_one_comes_first(
    rows: list[int], outputs: int, seed: int, sharpness: float
) -> None:
    logits = [babble(n, outputs, seed + i, sharpness) for i, n in enumerate(rows)]
    found = find_candidates(stack(logits), 8)
    for picture in range(len(rows)):
        owned = np.flatnonzero(found.rows.owners == picture)
        texts = [tuple(found.rows.outputs[i, : found.rows.lengths[i]].tolist()) for i in owned]
        assert texts[0] == decode_greedy(log_softmax(logits[picture])).outputs
        assert len(set(texts)) == len(texts) <= 8
        assert [spelled(found.paths[i].tolist()) for i in owned] == texts


def test_what_nearly_stood_there_is_proposed() -> None:
    logits = np.full((6, 4), -9, np.float32)
    logits[range(6), [0, 1, 1, 0, 2, 2]] = 0
    logits[4:, 3] = -0.1
    found = find_candidates(stack([logits]), 4)
    texts = [row[row > 0].tolist() for row in found.rows.outputs]
    assert texts[0] == [1, 2] and [1, 3] in texts


def test_what_is_certain_is_proposed_alone() -> None:
    logits = np.full((5, 4), -50, np.float32)
    logits[range(5), [0, 1, 1, 0, 2]] = 50
    assert find_candidates(stack([logits]), 8).rows.outputs.tolist() == [[1, 2]]


def test_outputs_are_added_up_by_group_and_the_rest_is_impossible() -> None:
    logits = babble(7, 5, 3)
    found = stack([logits], 1.0, [[0], [1, 3]]).probabilities[0, :7]
    expected = np.exp(log_softmax(logits))
    expected = np.stack([expected[:, 0], expected[:, 1] + expected[:, 3]], axis=1)
    assert found == pytest.approx(expected / expected.sum(axis=1, keepdims=True), abs=1e-6)


@settings(deadline=None, max_examples=40)
@given(rows=st.integers(1, 25), letters=st.lists(st.integers(1, 3), max_size=8), seed=st.integers(0, 2**16))
def test_an_alignment_spells_its_text_or_says_that_it_does_not_fit(rows: int, letters: list[int], seed: int) -> None:
    probabilities = np.exp(log_softmax(babble(rows, 4, seed)))
    doubles = sum(a == b for a, b in pairwise(letters))
    if len(letters) + doubles > rows:
        with pytest.raises(ValueError, match="do not fit"):
            align(probabilities, letters)
    else:
        assert spelled(align(probabilities, letters).tolist()) == tuple(letters)


def test_an_alignment_is_the_likeliest_path() -> None:
    logits = babble(12, 4, 5)
    greedy = logits.argmax(axis=1)
    assert align(np.exp(log_softmax(logits)), spelled(greedy.tolist())).tolist() == greedy.tolist()


def test_a_long_line_is_scored_without_losing_its_digits() -> None:
    """1,000 frames at 1 % each are beyond what a float can hold."""
    probabilities = np.zeros((1, 1001, 100))
    probabilities[0, :1000], probabilities[0, 1000, 0] = 0.01, 1
    found = score(Frames(probabilities, np.array([1000])), pack([[]], [0]))
    assert found[0] == pytest.approx(1000 * np.log(0.01))
