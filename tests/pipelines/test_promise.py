"""Words, lines and figures are calibrated apart, and each keeps the promise."""

from dataclasses import replace

import numpy as np
import pytest

from longhand.bundles.card import Card, find_kind
from longhand.learning.calibration import NEVER
from longhand.tasks import LATIN
from pipelines.heldout import HeldOutSet
from pipelines.promise import choose_scales, choose_thresholds
from tests.pipelines.test_acceptance import one_set

PLACES = ("Winterthur", "Herisau", "Glarus", "Stans")
WORDS = tuple(f"{place} {a}{b}" for place in PLACES for a in "abcdefghij" for b in "abcdefghij")
FIGURES = tuple(f"{number},50 Fr" for number in range(300))
LINES = tuple(f"am {number} im Jahre Null" for number in range(300))


def held_out(wrong_lines: int) -> HeldOutSet:
    """Words that are read right and surely; lines of another set that are read as surely, the last of them wrong."""
    words, right = one_set(WORDS, WORDS), len(LINES) - wrong_lines
    labels = [*LINES[:right], *(line.replace("Null", "Acht") for line in LINES[right:])]
    lines = [replace(one, item=replace(one.item, set="letters")) for one in one_set(LINES, labels).answers]
    return HeldOutSet(words.recogniser, [*words.answers, *lines])


def calibrate(one: HeldOutSet, drawn: HeldOutSet | None = None) -> Card:
    choose_scales([one], drawn)
    choose_thresholds([one], [one.read()], [np.zeros(len(one.answers), np.bool_)], 0.02, drawn)
    return one.recogniser.card


def test_a_line_has_four_words_and_more() -> None:
    texts = ("", "Straße des 18. März", "Straße des Friedens", "a  b c")
    assert [find_kind(text) for text in texts] == ["words", "lines", "words", "words"]


def test_figures_are_few_words_with_a_digit() -> None:
    texts = ("12,50 €", "Hof 3b", "5 m mal 3 m", "½")
    assert [find_kind(text) for text in texts] == ["figures", "figures", "lines", "words"]


def test_drawn_figures_are_calibrated_beside_what_people_wrote() -> None:
    one = held_out(0)
    wrong = [text.replace(",", ".") for text in FIGURES[:60]]
    card = calibrate(one, one_set(FIGURES, [*wrong, *FIGURES[60:]]))
    assert card.threshold <= 1
    assert card.figures is not None and card.figures["threshold"] == NEVER
    assert card.find_scale("12 Fr") == card.figures


def test_drawn_words_have_no_say() -> None:
    one = held_out(0)
    card = calibrate(one, one_set(WORDS, [text[::-1] for text in WORDS]))
    assert card.threshold <= 1 and card.figures is None


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
