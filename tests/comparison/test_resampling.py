"""Intervals and tests of differences between two models."""

import numpy as np
import pytest
from scipy.stats import binom

from longhand.comparison.pairs import Pair, Units, gather, rates
from longhand.comparison.resampling import adjust, bound, exchange, resample


def units(*more: int, length: int = 10) -> Units:
    return Units("picture", np.full(len(more), length), np.array(more))


def generator() -> np.random.Generator:
    return np.random.default_rng(7)


def test_pictures_of_a_writer_are_one_unit_and_few_writers_are_none() -> None:
    pairs = [Pair(str(i), f"writer {i % 12}", 5, 2, 1) for i in range(36)]
    whole = gather(pairs, fewest=10)
    assert (whole.by, whole.count, whole.lengths.tolist(), whole.more.tolist()) == ("group", 12, [15] * 12, [-3] * 12)
    single = gather(pairs, fewest=13)
    assert (single.by, single.count, single.difference) == ("picture", 36, -0.2)
    assert rates(pairs) == (0.4, 0.2)


def test_the_difference_is_that_of_sums_and_not_a_mean_of_pictures() -> None:
    pairs = [Pair("a", "a", 90, 0, 9), Pair("b", "b", 10, 10, 0)]
    assert gather(pairs, 10).difference == pytest.approx(-0.01)
    assert rates(pairs) == (0.1, 0.09)


def test_resampled_differences_spread_as_theory_says() -> None:
    """Of a mean of independent units, the bootstrap's spread is their spread over the root of their number."""
    more = generator().integers(-3, 4, 400)
    drawn = resample(units(*more.tolist()), 20_000, generator())
    assert drawn.mean() == pytest.approx(more.mean() / 10, abs=2e-3)
    assert drawn.std() == pytest.approx(more.std() / 10 / np.sqrt(400), rel=0.03)


def test_an_interval_of_few_units_is_longer_than_the_percentiles() -> None:
    drawn = resample(units(*[-2, -1, 0, 1, 2] * 2), 20_000, generator())
    plain, expanded = np.quantile(drawn, (0.05, 0.95)), bound(drawn, 10, 0.05)
    assert expanded.low < plain[0] and expanded.high > plain[1]
    many = bound(drawn, 100_000, 0.05)
    assert (many.low, many.high) == pytest.approx(tuple(plain), abs=1e-6)


def test_an_interval_holds_what_it_is_of_as_often_as_it_says() -> None:
    """Twelve writers, whose pictures share how much they differ: a bootstrap of pictures would be far too sure."""
    random = np.random.default_rng(3)
    missed = 0
    for _ in range(400):
        shared = np.repeat(random.normal(0, 3, 12), 20)
        more = np.rint(shared + random.normal(0, 1, 240)).astype(int)
        pairs = [Pair("", str(i // 20), 10, 0, int(m)) for i, m in enumerate(more)]
        gathered = gather(pairs, 10)
        missed += bound(resample(gathered, 500, random), 12, 0.05).high < 0
    assert missed <= binom.ppf(0.999, 400, 0.06)


def test_exchanging_answers_gives_the_probability_of_a_sign_test() -> None:
    better, worse = exchange(units(*[-1] * 6, 0, 0, 0), 40_000, generator())
    assert better == pytest.approx(2**-6, rel=0.15) and worse == 1.0
    assert exchange(units(0, 0, 0), 100, generator()) == (1.0, 1.0)


def test_p_values_are_adjusted_as_holm_does() -> None:
    assert adjust([0.01, 0.04, 0.03, 0.5]) == pytest.approx([0.04, 0.09, 0.09, 0.5])
    assert adjust([0.6, 0.9]) == [1.0, 1.0]
    assert adjust([]) == []
