"""The decision whether a challenger may replace the champion.

It may where it is not worse on the gate set, better on the corrections that no model has learned from, and worse on no
slice, and where calibration, size and time keep to their budgets. Not being worse is shown, not assumed: the interval
of the difference must end below a margin (non-inferiority, as in ICH E9, Statistical Principles for Clinical Trials,
section 3.3.2). A slice speaks against a challenger where its loss is larger than a margin and no accident. All the
conditions must hold at once, so none needs a correction for the others (Berger, Multiparameter Hypothesis Testing and
Acceptance Sampling, 1982); the slices can each refuse, so they are corrected for their number.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from longhand.comparison.pairs import Pair, Unit, Units, gather, rates, slice_names
from longhand.comparison.resampling import Interval, adjust, bound, exchange, resample

Claim = Literal["not_worse", "better", "no_loss"]
GATE_SET, CORRECTIONS = "gate set", "corrections"


@dataclass(frozen=True)
class Rule:
    """What is asked of a challenger. Rates and margins are shares of 1: 0.003 are 0.3 points.

    `level` is the risk of each test; `fewest` groups are resampled as groups, below that pictures are; a slice of
    pictures has the `wide` margin. Where less than `enough` corrections are at hand, the gate set must show that the
    challenger is better. Resampling begins with `seed`: the same answers give the same decision.
    """

    margin: float = 0.003
    slice_margin: float = 0.01
    wide_margin: float = 0.02
    level: float = 0.025
    draws: int = 4000
    fewest: int = 10
    enough: int = 30
    seed: int = 20


@dataclass(frozen=True)
class Comparison:
    """What two models' readings of some pictures say of a claim.

    `difference` is the challenger's error rate less the champion's, `low` and `high` bound it, each with the rule's
    level. `p` is the probability of such readings where the claim is wrong, of `no_loss` where it is right, corrected
    for the number of slices.
    """

    name: str
    claim: Claim
    pictures: int
    by: Unit
    units: int
    champion: float
    challenger: float
    difference: float
    low: float
    high: float
    margin: float
    p: float
    holds: bool


@dataclass(frozen=True)
class Budget:
    """Something that may grow up to `most`: calibration error, bytes, seconds."""

    name: str
    champion: float
    challenger: float
    most: float

    @property
    def holds(self) -> bool:
        """Whether it is kept."""
        return self.challenger <= self.most


@dataclass(frozen=True)
class Verdict:
    """Whether a challenger may replace the champion, and all the numbers that say so."""

    rule: Rule
    comparisons: tuple[Comparison, ...]
    budgets: tuple[Budget, ...]

    @property
    def passed(self) -> bool:
        """Whether it may."""
        return all(one.holds for one in self.comparisons) and all(one.holds for one in self.budgets)


def decide(
    gate_set: Sequence[Pair],
    corrections: Sequence[Pair],
    everyday: Sequence[Pair] = (),
    budgets: Sequence[Budget] = (),
    rule: Rule = Rule(),
) -> Verdict:
    """The decision on a challenger; raises ValueError where the gate set is empty.

    `everyday` are pictures of the gate set under everyday conditions: they and the gate set have the slices. The
    corrections have none: they are mostly pictures that the champion read wrong, on which almost any other model is
    ahead.
    """
    if not gate_set:
        raise ValueError("the gate set is empty: there is nothing to decide by")
    random = np.random.default_rng(rule.seed)
    shown = _compare_better(CORRECTIONS, corrections, rule, random) if len(corrections) >= rule.enough else None
    found = [_compare_worse(gate_set, rule, random), shown or _compare_better(GATE_SET, gate_set, rule, random)]
    return Verdict(rule, (*found, *_compare_slices([*gate_set, *everyday], rule, random)), tuple(budgets))


def _compare_worse(pairs: Sequence[Pair], rule: Rule, random: np.random.Generator) -> Comparison:
    units = gather(pairs, rule.fewest)
    differences = resample(units, rule.draws, random)
    found, over = bound(differences, units.count, rule.level), int((differences >= rule.margin).sum())
    p, holds = (1 + over) / (1 + rule.draws), found.high < rule.margin
    return _describe(GATE_SET, "not_worse", pairs, units, found, rule.margin, p, holds)


def _compare_better(name: str, pairs: Sequence[Pair], rule: Rule, random: np.random.Generator) -> Comparison:
    """By bootstrap and by exchange: the first alone promotes too often where few pictures are read differently."""
    units = gather(pairs, rule.fewest)
    found = bound(resample(units, rule.draws, random), units.count, rule.level)
    p = exchange(units, rule.draws, random)[0]
    return _describe(name, "better", pairs, units, found, 0.0, p, found.high < 0 and p <= rule.level)


def _compare_slices(pairs: Sequence[Pair], rule: Rule, random: np.random.Generator) -> Iterator[Comparison]:
    kept = [(name, [pair for pair in pairs if name in pair.slices]) for name in slice_names(pairs)]
    gathered = [gather(chosen, rule.fewest) for _, chosen in kept]
    adjusted = adjust([exchange(units, rule.draws, random)[1] for units in gathered])
    for (name, chosen), units, p in zip(kept, gathered, adjusted, strict=True):
        margin = rule.slice_margin if units.by == "group" else rule.wide_margin
        found = bound(resample(units, rule.draws, random), units.count, rule.level)
        holds = units.difference <= margin or p > rule.level
        yield _describe(name, "no_loss", chosen, units, found, margin, p, holds)


def _describe(
    name: str,
    claim: Claim,
    pairs: Sequence[Pair],
    units: Units,
    found: Interval,
    margin: float,
    p: float,
    holds: bool,
) -> Comparison:
    champion, challenger = rates(pairs)
    low, high = found.low, found.high
    return Comparison(
        name, claim, len(pairs), units.by, units.count, champion, challenger, units.difference, low, high, margin, p,
        holds,
    )  # fmt: skip
