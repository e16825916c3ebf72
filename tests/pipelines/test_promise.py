"""Words and lines are calibrated apart, and each keeps the promise."""

from dataclasses import replace

import numpy as np
import pytest

from longhand.bundles.card import Card, is_line
from longhand.learning.calibration import NEVER
from longhand.tasks import LATIN
from pipelines.heldout import HeldOutSet
from pipelines.promise import choose_scales, choose_thresholds
from tests.pipelines.test_acceptance import one_set

WORDS = tuple(f"{place} {number}" for place in ("Winterthur", "Herisau", "Glarus", "Stans") for number in range(100))
LINES = tuple(f"am {number} im Jahre Null" for number in range(300))


def held_out(wrong_lines: int) -> HeldOutSet:
    """Words that are read right and surely; lines of another set that are read as surely, the last of them wrong."""
    words, right = one_set(WORDS, WORDS), len(LINES) - wrong_lines
    labels = [*LINES[:right], *(line.replace("Null", "Acht") for line in LINES[right:])]
    lines = [replace(one, item=replace(one.item, set="letters")) for one in one_set(LINES, labels).answers]
    return HeldOutSet(words.recogniser, [*words.answers, *lines])


def calibrate(one: HeldOutSet) -> Card:
    choose_scales([one])
    choose_thresholds([one], [one.read()], [np.zeros(len(one.answers), np.bool_)], promised_error=0.02)
    return one.recogniser.card


def test_a_line_has_four_words_and_more() -> None:
    assert [is_line(text) for text in ("", "Straße des 18. März", "Straße des 18.", "a  b c")] == [
        *(False, True, False, False)
    ]


def test_lines_that_are_often_wrong_take_nothing_from_words() -> None:
    card = calibrate(held_out(wrong_lines=60))
    assert card.threshold <= 1
    assert card.lines is not None and card.lines["threshold"] == NEVER
    read = held_out(60)
    read.change(**card.calibration)
    accepted = [reading.accepted for reading in read.read()]
    assert np.mean(accepted[: len(WORDS)]) > 0.9 and not any(accepted[len(WORDS) :])


def test_lines_that_are_right_are_accepted_by_a_threshold_of_their_own() -> None:
    card = calibrate(held_out(wrong_lines=0))
    assert card.threshold <= 1 and card.lines is not None and card.lines["threshold"] <= 1


def test_the_confidence_of_a_line_says_how_often_lines_are_right() -> None:
    one = held_out(wrong_lines=60)
    calibrate(one)
    confidences = [reading.confidence for reading in one.read()]
    assert np.mean(confidences[len(WORDS) :]) == pytest.approx(0.8, abs=0.02)
    assert np.mean(confidences[: len(WORDS)]) > 0.95


def test_a_few_lines_are_calibrated_with_the_words() -> None:
    one = held_out(0)
    assert calibrate(HeldOutSet(one.recogniser, one.answers[: len(WORDS) + 20])).lines is None


def test_a_card_without_values_for_lines_treats_them_as_words() -> None:
    card = Card("text", "text", LATIN, 32, "text-1", threshold=0.7, confidence_slope=0.5, confidence_offset=0.1)
    assert card.find_scale("a b c d e") == card.find_scale("a") == {"slope": 0.5, "offset": 0.1, "threshold": 0.7}
