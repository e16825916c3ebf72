"""Confidence that means what it says, checked against draws from what is known."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from longhand.handwriting.ctc.greedy import log_softmax
from longhand.learning.calibration import (
    NEVER,
    TEMPERATURES,
    Doubles,
    choose_line,
    choose_odds,
    choose_temperature,
    choose_threshold,
    expected_calibration_error,
)

PROMISED = 0.02


@pytest.mark.parametrize("truth", [TEMPERATURES[1], 1.0, TEMPERATURES[-3]])
def test_the_temperature_that_spoiled_the_logits_is_found(truth: float) -> None:
    random = np.random.default_rng(0)
    honest = random.normal(0, 2.5, (4000, 10))
    labels = (honest + random.gumbel(size=honest.shape)).argmax(axis=1)  # drawn from softmax(honest)
    answered = honest.argmax(axis=1)

    def read(temperature: float) -> tuple[Doubles, NDArray[np.bool_]]:
        return np.exp(log_softmax(honest * truth, temperature).max(axis=1)), answered == labels

    found = choose_temperature(read)
    assert abs(np.log(found / truth)) <= np.log(TEMPERATURES[1] / TEMPERATURES[0]) * 1.01
    assert expected_calibration_error(*read(found)) < 0.03


def test_the_line_that_bent_the_confidences_is_found() -> None:
    random = np.random.default_rng(0)
    odds = random.normal(0, 2, 20_000)
    right = random.random(20_000) < 1 / (1 + np.exp(-(0.6 * odds - 0.4)))
    said = 1 / (1 + np.exp(-odds))
    slope, offset = choose_line(said, right)
    assert (slope, offset) == pytest.approx((0.6, -0.4), abs=0.05)
    meant = 1 / (1 + np.exp(-(slope * odds + offset)))
    assert expected_calibration_error(meant, right) < 0.02 < 0.1 < expected_calibration_error(said, right)


def test_where_nothing_tells_of_a_line_there_is_none() -> None:
    said = np.linspace(0.1, 0.9, 50)
    assert choose_line(said, np.ones(50, np.bool_)) == (1.0, 0.0)
    assert choose_line(said, said < 0.5) == (1.0, 0.0)


def test_the_odds_that_made_things_right_are_found() -> None:
    random = np.random.default_rng(0)
    evidence = random.normal(0, 2, (20_000, 2))
    right = random.random(20_000) < 1 / (1 + np.exp(-(evidence @ [0.7, 2.0] + 0.4)))
    assert choose_odds(evidence, right, np.ones(20_000)) == pytest.approx([0.7, 2.0, 0.4], abs=0.1)


def test_evidence_that_speaks_against_itself_has_no_weight() -> None:
    random = np.random.default_rng(0)
    evidence = random.normal(0, 2, (5_000, 2))
    right = evidence[:, 0] - 0.5 * evidence[:, 1] > random.normal(0, 1, 5_000)
    first, second, _ = choose_odds(evidence, right, np.ones(5_000))
    assert first > 0 and second == 0


def test_the_first_evidence_stands_alone_where_nothing_is_wrong() -> None:
    assert choose_odds(np.ones((5, 2)), np.ones(5, np.bool_), np.ones(5)) == [1.0, 0.0, 0.0]


Wrong = Callable[[Doubles], Doubles]
WORLDS: dict[str, Wrong] = {
    "a little worse than promised throughout": lambda c: np.full_like(c, 1.01 * PROMISED),
    "ever worse below": lambda c: 0.1 * (1 - c),
    "good above, hopeless below": lambda c: np.where(c > 0.4, 0.005, 0.5),
    "confidence says nothing": lambda c: np.where(c * 97 % 1 < 0.9, 0.0, 0.3),
}


@pytest.mark.parametrize("world", WORLDS)
def test_the_promise_is_kept_nineteen_times_of_twenty(world: str) -> None:
    """At most 5 % of all draws may accept too many wrong ones; 8 % are allowed for the luck of 120 draws."""
    random, broken = np.random.default_rng(1), 0
    for _ in range(120):
        confidences = random.random(800)
        right = random.random(800) >= WORLDS[world](confidences)
        threshold = choose_threshold(confidences, right, PROMISED)
        if threshold != NEVER:
            broken += float(WORLDS[world](np.linspace(threshold, 1, 4001)).mean()) > PROMISED
    assert broken / 120 <= 0.08


def test_where_the_sure_ones_are_right_most_of_them_are_accepted() -> None:
    random = np.random.default_rng(2)
    confidences = random.random(3000)
    right = random.random(3000) >= WORLDS["good above, hopeless below"](confidences)
    assert 0.38 < choose_threshold(confidences, right, PROMISED) < 0.6


def test_where_all_are_right_all_are_accepted() -> None:
    confidences = np.random.default_rng(0).random(1000)
    assert choose_threshold(confidences, np.ones(1000, bool), PROMISED) == confidences.min()


@pytest.mark.parametrize("count", [1, 20, 148])
def test_too_few_readings_support_no_threshold(count: int) -> None:
    """Even 148 right ones say 95 % surely only that fewer than 2 % are wrong … of 149."""
    assert choose_threshold(np.linspace(0.1, 1, count), np.ones(count, bool), PROMISED) == NEVER


def test_where_many_are_wrong_nothing_is_accepted() -> None:
    right = np.random.default_rng(0).random(5000) > 0.2
    assert choose_threshold(np.random.default_rng(1).random(5000), right, PROMISED) == NEVER


def test_readings_of_the_same_confidence_are_accepted_together_or_not_at_all() -> None:
    """A threshold cannot part the right from the wrong among the equally sure."""
    right = np.arange(1000) < 600
    assert choose_threshold(np.ones(1000), right, PROMISED) == NEVER
    assert choose_threshold(np.where(right, 1.0, 0.5), right, PROMISED) == 1.0


def test_no_confidence_reaches_never() -> None:
    assert NEVER > 1


@pytest.mark.parametrize(
    ("confidences", "right", "gap"),
    [
        ([1.0, 1.0], [True, True], 0.0),
        ([1.0, 1.0], [False, False], 1.0),
        ([0.5] * 15, [True] * 15, 0.5),
        ([0.2] * 14 + [0.9] * 16, [False] * 14 + [True] * 16, (14 * 0.2 + 16 * 0.1) / 30),
        ([0.3], [True], 0.7),
    ],
)
def test_the_calibration_error_is_the_one_counted_by_hand(
    confidences: list[float], right: list[bool], gap: float
) -> None:
    assert expected_calibration_error(np.array(confidences), np.array(right)) == pytest.approx(gap)


def test_honest_confidences_have_a_small_calibration_error() -> None:
    random = np.random.default_rng(0)
    honest = random.random(20_000)
    assert expected_calibration_error(honest, random.random(20_000) < honest) < 0.02
