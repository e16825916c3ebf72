"""CTC: from frames to texts, checked against every path there is."""

from itertools import groupby, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longhand.handwriting.ctc.greedy import collapse, decode_greedy, log_softmax
from longhand.handwriting.ctc.likelihood import Doubles, score_spellings


def frames(rows: int, outputs: int, seed: int, sharpness: float = 2.0) -> Doubles:
    return log_softmax(np.random.default_rng(seed).normal(0, sharpness, (rows, outputs)))


def path(*outputs: int, count: int = 4) -> Doubles:
    """Frames that say one output each with 90 %."""
    return log_softmax(np.log(np.where(np.arange(count) == np.array(outputs)[:, None], 0.9, 0.1 / (count - 1))))


def spell(outputs: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(output for output, _ in groupby(outputs) if output)


def probabilities(log_probabilities: Doubles) -> dict[tuple[int, ...], float]:
    """The probability of every spelling, by trying every path."""
    found: dict[tuple[int, ...], float] = {}
    rows, outputs = log_probabilities.shape
    for steps in product(range(outputs), repeat=rows):
        chance = np.exp(log_probabilities[range(rows), steps].sum())
        found[spell(steps)] = found.get(spell(steps), 0.0) + float(chance)
    return found


@settings(deadline=None, max_examples=40)
@given(rows=st.integers(1, 6), outputs=st.integers(2, 4), seed=st.integers(0, 2**16))
def test_the_chance_of_a_text_is_the_sum_over_all_paths_that_spell_it(rows: int, outputs: int, seed: int) -> None:
    log_probabilities = frames(rows, outputs, seed)
    expected = probabilities(log_probabilities)
    scores = np.exp(score_spellings(log_probabilities, list(expected)))
    assert scores == pytest.approx(list(expected.values()), abs=1e-12)
    assert scores.sum() == pytest.approx(1)


@settings(deadline=None, max_examples=20)
@given(rows=st.integers(1, 5), seed=st.integers(0, 2**16))
def test_all_other_spellings_are_impossible(rows: int, seed: int) -> None:
    log_probabilities = frames(rows, 3, seed)
    possible = probabilities(log_probabilities)
    others = [s for size in range(rows + 3) for s in product((1, 2), repeat=size) if s not in possible]
    assert (score_spellings(log_probabilities, others) == -np.inf).all()


def test_a_repeated_letter_needs_a_frame_between() -> None:
    assert score_spellings(frames(2, 3, 0), [(1, 1)])[0] == -np.inf
    assert score_spellings(frames(3, 3, 0), [(1, 1)])[0] > -np.inf


def test_nothing_to_score_gives_no_scores() -> None:
    assert score_spellings(frames(3, 3, 0), []).shape == (0,)


def test_the_empty_text_is_blanks_throughout() -> None:
    log_probabilities = frames(5, 3, 1)
    assert score_spellings(log_probabilities, [()])[0] == pytest.approx(log_probabilities[:, 0].sum())


@settings(deadline=None, max_examples=60)
@given(rows=st.integers(1, 60), seed=st.integers(0, 2**16), sharpness=st.sampled_from([0.1, 3.0, 30.0, 300.0]))
def test_a_chance_is_never_more_than_one(rows: int, seed: int, sharpness: float) -> None:
    log_probabilities = frames(rows, 40, seed, sharpness)
    spellings = [decode_greedy(log_probabilities).outputs, (), (1,)]
    assert (np.exp(score_spellings(log_probabilities, spellings)) <= 1 + 1e-9).all()


@pytest.mark.parametrize(
    ("outputs", "spelled"),
    [
        ((1, 1, 0, 2), (1, 2)),
        ((1, 0, 1), (1, 1)),
        ((1, 1, 1), (1,)),
        ((0, 0, 0), ()),
        ((0, 3, 3, 0, 0, 3, 2, 2), (3, 3, 2)),
        ((2,), (2,)),
    ],
)
def test_repeats_merge_unless_a_blank_parts_them(outputs: tuple[int, ...], spelled: tuple[int, ...]) -> None:
    assert decode_greedy(path(*outputs)).outputs == spelled


def test_every_character_knows_its_frames_and_how_sure_they_are() -> None:
    found = decode_greedy(path(0, 1, 1, 0, 2))
    assert found.spans == ((1, 2), (4, 4))
    assert found.confidences == pytest.approx((0.9, 0.9))


@given(st.lists(st.integers(0, 3), min_size=1, max_size=30))
def test_a_path_collapses_as_by_hand(outputs: list[int]) -> None:
    found = collapse(np.array(outputs), path(*outputs))
    assert found.outputs == spell(tuple(outputs))
    assert all(set(outputs[a : b + 1]) == {o} for o, (a, b) in zip(found.outputs, found.spans, strict=True))


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_probabilities_add_up_to_one_at_any_temperature(temperature: float) -> None:
    logits = np.random.default_rng(0).normal(0, 50, (7, 9)).astype(np.float32)
    assert np.exp(log_softmax(logits, temperature)).sum(axis=1) == pytest.approx(np.ones(7))


def test_a_higher_temperature_is_less_sure() -> None:
    logits = np.array([2.0, 0.0, -1.0])
    sure = [float(log_softmax(logits, t).max()) for t in (0.5, 1, 2, 8)]
    assert sure == sorted(sure, reverse=True)
