"""The test of a canary: how often it is wrong, and how soon it is right."""

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longhand.comparison.canary import ALPHA, Measurement, Tally, assess
from longhand.comparison.sequential import Arms, Outcomes, combine, weigh
from tests.comparison.trials import ALIKE, simulate

SPOILT = {**ALIKE, Measurement.CONFIDENCE: 0.75, Measurement.CORRECTIONS: 0.2}


@settings(deadline=None, max_examples=30)
@given(st.lists(st.booleans(), min_size=1, max_size=7), st.sampled_from([0.05, 0.2, 0.5, 0.9]))
def test_versions_that_are_alike_have_an_expected_evidence_of_one_whatever_the_outcomes(
    bad: list[bool], share: float
) -> None:
    """Exactly, over every way in which the readings could have been given to the two."""
    expected = 0.0
    for mine in itertools.product([True, False], repeat=len(bad)):
        probability = math.prod(share if one else 1 - share for one in mine)
        counts = [
            Outcomes(
                *(sum(arm == who and b == wrong for arm, b in zip(mine, bad, strict=True)) for wrong in (True, False))
            )
            for who in (True, False)
        ]
        expected += probability * weigh(Arms(*counts), share)
    assert expected == pytest.approx(1.0)


def test_evidence_grows_with_a_challenger_that_does_worse_and_falls_with_one_that_does_better() -> None:
    champion = Outcomes(20, 80)
    found = [weigh(Arms(Outcomes(bad, 50 - bad), champion), 1 / 3) for bad in (2, 10, 25, 40)]
    assert found == sorted(found)
    assert found[0] < 1 < 80 < found[-1]


def test_counts_without_end_are_evidence_and_no_overflow() -> None:
    assert math.isfinite(weigh(Arms(Outcomes(10**6, 0), Outcomes(0, 10**6)), 0.5))
    assert weigh(Arms(Outcomes(0, 10**6), Outcomes(10**6, 0)), 0.5) >= 0


def test_one_measurement_needs_as_much_evidence_as_four_tests_share() -> None:
    assert combine([4 / ALPHA, 0, 0, 0]) == pytest.approx(1 / ALPHA)


def test_a_difference_within_the_margin_withdraws_nobody() -> None:
    small = Arms(Outcomes(2_100, 7_900), Outcomes(2_000, 8_000))
    large = Arms(Outcomes(2_400, 7_600), Outcomes(2_000, 8_000))
    found = [assess(Tally(10_000, 10_000, {Measurement.CONFIDENCE: arms}), 0.5) for arms in (small, large)]
    assert [one.worse for one in found] == [False, True]
    assert found[1].worst.measurement is Measurement.CONFIDENCE


def test_versions_that_are_alike_are_rarely_withdrawn_though_looked_at_all_the_time() -> None:
    trials = simulate(1, 100, 600, 0.2, ALIKE, ALIKE, every=30)
    assert trials.withdrawn() <= ALPHA


def test_a_version_that_is_often_unsure_is_withdrawn_within_two_hundred_readings() -> None:
    trials = simulate(2, 60, 200, 0.2, SPOILT, ALIKE, every=20)
    assert trials.withdrawn(200) >= 0.95


@pytest.mark.prove
@pytest.mark.parametrize("share", [0.05, 0.2, 0.5])
def test_a_thousand_canaries_of_versions_that_are_alike(share: float) -> None:
    trials = simulate(3, 1_000, 5_000, share, ALIKE, ALIKE, every=25)
    print(f"\nalike, share {share}: withdrawn {trials.withdrawn():.1%}")
    assert trials.withdrawn() <= ALPHA


@pytest.mark.prove
@pytest.mark.parametrize(
    ("worse", "least"),
    [
        ({Measurement.CONFIDENCE: 0.6}, 0.95),
        ({Measurement.CONFIDENCE: 0.3}, 0.5),
        ({Measurement.LATENCY: 0.5}, 0.95),
        ({Measurement.ERRORS: 0.1}, 0.95),
        ({Measurement.CORRECTIONS: 0.2}, 0.95),
    ],
)
def test_how_soon_a_worse_version_is_withdrawn(worse: dict[Measurement, float], least: float) -> None:
    trials = simulate(4, 300, 2_500, 0.2, {**ALIKE, **worse}, ALIKE, every=10)
    soon, ever, median = trials.withdrawn(200), trials.withdrawn(), sorted(trials.stops)[len(trials.stops) // 2]
    print(f"\n{worse}: within 200 {soon:.0%}, within 2,500 {ever:.0%}, median {median or 'none'}")
    assert trials.withdrawn() >= least
