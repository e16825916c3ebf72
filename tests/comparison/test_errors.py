"""How often the gate errs, on what two shipped models read in real pictures.

The long form is that of the promises; the short one has fewer trials, and the bounds that so few can keep.
"""

from collections.abc import Callable

import numpy as np
import pytest
from scipy.stats import binom

from longhand.comparison.decision import Rule
from tests.comparison.simulation import World, divide, exchange_groups, load_pairs, mend, retrain, spoil

CORRECTED = 300
LONG, SHORT = pytest.param(200, marks=pytest.mark.prove), 20
Make = Callable[[np.random.Generator], World]


def count_promotions(make: Make, trials: int) -> int:
    random, rule = np.random.default_rng(2026), Rule(draws=1000 if trials == 200 else 300)
    return sum(make(random).decide(rule).passed for _ in range(trials))


def differ_by_name(random: np.random.Generator) -> World:
    return exchange_groups(divide(load_pairs(), CORRECTED, random), random)


def improve(random: np.random.Generator) -> World:
    """A fifth of the errors on the corrections is gone; elsewhere as good as before, with 5 % of the errors others."""
    world = divide(load_pairs(), CORRECTED, random)
    return World(retrain(world.gate_set, 0.05, random), mend(world.corrections, 0.2, random))


def improve_and_forget(random: np.random.Generator) -> World:
    world = improve(random)
    return World(spoil(world.gate_set, 1.0, random), world.corrections)


@pytest.mark.parametrize("trials", [SHORT, LONG])
def test_two_models_whose_answers_are_exchanged_are_rarely_promoted(trials: int) -> None:
    promoted = count_promotions(differ_by_name, trials)
    assert promoted <= (17 if trials == 200 else binom.ppf(0.999, trials, Rule().level)), promoted


@pytest.mark.parametrize("trials", [SHORT, LONG])
def test_a_challenger_a_fifth_better_on_300_corrections_is_promoted(trials: int) -> None:
    assert count_promotions(improve, trials) >= 0.8 * trials


@pytest.mark.parametrize("trials", [SHORT, LONG])
def test_a_challenger_a_point_worse_on_the_gate_set_is_refused(trials: int) -> None:
    assert trials - count_promotions(improve_and_forget, trials) >= 0.95 * trials
