"""Challengers made of real answers: exchanged with the champion's, mended, or spoilt, at random.

`answers.json` holds what the shipped `text` and `text-fast` read in the validation parts of six sets, as numbers:
the set, the group, the characters of the true text, the edits of either model, and whether the text holds a digit.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from longhand.comparison.decision import Rule, Verdict, decide
from longhand.comparison.pairs import Pair

FILE = Path(__file__).with_name("answers.json")
ENGLISH, GERMAN = "stanford-memorials", "dhsd"
Pairs = Sequence[Pair]


@dataclass(frozen=True)
class World:
    """A gate set and the untouched half of corrections, read by two models."""

    gate_set: Pairs
    corrections: Pairs

    def decide(self, rule: Rule) -> Verdict:
        return decide(self.gate_set, self.corrections, rule=rule)


def load_pairs() -> list[Pair]:
    """`text` as the champion, `text-fast` as the challenger."""
    rows = json.loads(FILE.read_text())
    return [
        Pair(str(n), str(group), length, best, fast, name_slices(of, bool(digit)))
        for n, (of, group, length, best, fast, digit) in enumerate(rows)
    ]


def name_slices(of: str, digit: bool) -> frozenset[str]:
    language = {ENGLISH: "en", GERMAN: "de"}.get(of, "fr")
    return frozenset({f"set {of}", f"language {language}", *(["digits"] if digit else [])})


def divide(pairs: Pairs, corrected: int, random: np.random.Generator) -> World:
    """So many corrections chosen at random, of which half is untouched; what is left is the gate set."""
    order = random.permutation(len(pairs))
    return World([pairs[i] for i in order[corrected:]], [pairs[i] for i in order[: corrected // 2]])


def exchange_groups(world: World, random: np.random.Generator) -> World:
    """The two models' answers exchanged in each group with probability ½: models that differ by name alone."""
    groups = {pair.group for pair in (*world.gate_set, *world.corrections)}
    swapped = {group for group in sorted(groups) if random.random() < 0.5}

    def swap(pairs: Pairs) -> Pairs:
        return [
            replace(p, champion=p.challenger, challenger=p.champion) if p.group in swapped else p for p in pairs
        ]  # fmt: skip

    return World(swap(world.gate_set), swap(world.corrections))


def copy_champion(pairs: Pairs) -> Pairs:
    """A challenger that reads as the champion does."""
    return [replace(pair, challenger=pair.champion) for pair in pairs]


def mend(pairs: Pairs, share: float, random: np.random.Generator) -> Pairs:
    """The champion's errors mended at random until so large a share of them is gone."""
    return _change(pairs, -_choose_errors(pairs, share, random))


def retrain(pairs: Pairs, share: float, random: np.random.Generator) -> Pairs:
    """A challenger as good as the champion that errs elsewhere: so large a share of the errors is gone, and as many
    others are made, where the champion errs as well."""
    return _change(pairs, _choose_errors(pairs, share, random) - _choose_errors(pairs, share, random))


def spoil(pairs: Pairs, points: float, random: np.random.Generator) -> Pairs:
    """Characters misread at random, until the challenger's error rate is so many points higher."""
    characters = np.repeat(np.arange(len(pairs)), [pair.length for pair in pairs])
    misread = random.choice(characters, round(points / 100 * len(characters)), replace=False)
    more = np.bincount(misread, minlength=len(pairs))
    return [replace(p, challenger=p.challenger + int(m)) for p, m in zip(pairs, more, strict=True)]


def _choose_errors(pairs: Pairs, share: float, random: np.random.Generator) -> NDArray[np.int64]:
    """How many of each picture's errors are among so large a share of all."""
    errors = np.repeat(np.arange(len(pairs)), [pair.champion for pair in pairs])
    return np.bincount(random.choice(errors, int(np.ceil(share * len(errors))), replace=False), minlength=len(pairs))


def _change(pairs: Pairs, more: NDArray[np.int64]) -> Pairs:
    """A challenger that makes so many errors more than the champion."""
    return [replace(p, challenger=p.champion + int(m)) for p, m in zip(pairs, more, strict=True)]
