"""The decision whether a challenger may replace the champion."""

from dataclasses import replace

import numpy as np
import pytest

from longhand.comparison.decision import Budget, Comparison, Rule, Verdict, decide
from longhand.comparison.pairs import Pair
from tests.comparison.simulation import copy_champion, divide, load_pairs, mend, retrain, spoil

QUICK = Rule(draws=500)


def generator() -> np.random.Generator:
    return np.random.default_rng(5)


def find(verdict: Verdict, name: str, claim: str) -> Comparison:
    (found,) = [one for one in verdict.comparisons if (one.name, one.claim) == (name, claim)]
    return found


def failed(verdict: Verdict) -> set[str]:
    return {one.name for one in (*verdict.comparisons, *verdict.budgets) if not one.holds}


def test_a_challenger_that_is_as_good_and_mends_what_was_corrected_passes() -> None:
    world = divide(load_pairs(), 300, generator())
    gate_set, corrections = retrain(world.gate_set, 0.05, generator()), mend(world.corrections, 0.2, generator())
    verdict = decide(gate_set, corrections, rule=QUICK)
    assert verdict.passed and failed(verdict) == set()
    kept, better = find(verdict, "gate set", "not_worse"), find(verdict, "corrections", "better")
    assert (kept.by, kept.units) == ("group", 28) and -0.01 < kept.low <= kept.high < kept.margin == 0.003
    assert better.pictures == 150 and better.challenger == pytest.approx(0.8 * better.champion, rel=0.02)
    assert better.high < 0 and better.p <= QUICK.level


def test_the_same_answers_give_the_same_numbers() -> None:
    world = divide(load_pairs(), 300, generator())
    first, second = (decide(world.gate_set[:200], world.corrections, rule=QUICK) for _ in range(2))
    assert first == second


def test_a_challenger_that_reads_as_the_champion_does_is_no_better() -> None:
    world = divide(load_pairs(), 300, generator())
    verdict = decide(copy_champion(world.gate_set), copy_champion(world.corrections), rule=QUICK)
    assert failed(verdict) == {"corrections"}


def test_without_enough_corrections_the_gate_set_must_show_that_it_is_better() -> None:
    pairs, few = load_pairs()[:400], [Pair("c", "c", 5, 5, 0)] * 29
    assert failed(decide(copy_champion(pairs), few, rule=QUICK)) == {"gate set"}
    better = decide(mend(pairs, 0.3, generator()), few, rule=QUICK)
    assert better.passed and find(better, "gate set", "better").p <= QUICK.level


def test_what_is_better_on_corrections_alone_is_refused_for_the_gate_set() -> None:
    """Whoever learned wrong corrections by heart reads them so again, and everything else worse."""
    world = divide(load_pairs(), 300, generator())
    learned = [replace(pair, champion=pair.length, challenger=0) for pair in world.corrections]
    verdict = decide(spoil(copy_champion(world.gate_set), 2, generator()), learned, rule=QUICK)
    assert find(verdict, "corrections", "better").holds and "gate set" in failed(verdict)


def test_a_slice_that_is_lost_refuses_although_the_whole_is_no_worse() -> None:
    pairs = copy_champion(load_pairs())
    english = [pair for pair in pairs if "language en" in pair.slices]
    others = mend([pair for pair in pairs if "language en" not in pair.slices], 0.1, generator())
    verdict = decide([*others, *spoil(english, 15, generator())], [], rule=QUICK)
    assert {"language en", "set stanford-memorials"} <= failed(verdict)
    assert find(verdict, "gate set", "not_worse").difference < 0
    lost = find(verdict, "language en", "no_loss")
    assert (lost.by, lost.margin) == ("picture", QUICK.wide_margin) and lost.difference > 0.1


def test_everyday_conditions_are_slices_of_their_own_and_not_of_the_gate_set() -> None:
    pairs = mend(load_pairs()[:400], 0.3, generator())
    pencil = [replace(pair, slices=frozenset({"condition pencil"})) for pair in copy_champion(pairs)[:60]]
    assert decide(pairs, [], pencil, rule=QUICK).passed
    verdict = decide(pairs, [], spoil(pencil, 20, generator()), rule=QUICK)
    assert failed(verdict) == {"condition pencil"}
    assert find(verdict, "gate set", "not_worse").pictures == 400


def test_a_budget_that_is_broken_refuses() -> None:
    pairs = mend(load_pairs()[:400], 0.3, generator())
    kept, broken = Budget("bytes", 10, 12, 15), Budget("seconds", 1.0, 1.6, 1.5)
    assert decide(pairs, [], (), [kept], QUICK).passed
    assert failed(decide(pairs, [], (), [kept, broken], QUICK)) == {"seconds"}


def test_nothing_is_decided_without_a_gate_set() -> None:
    with pytest.raises(ValueError, match="empty"):
        decide([], [])
