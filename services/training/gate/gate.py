"""The decision on a version: what is read, and the record that comes of it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, Protocol

from longhand.comparison.decision import Rule, Verdict, decide
from longhand.comparison.reliability import sort_into_bins
from longhand.contracts.gates import (
    GateBin,
    GateBudget,
    GateChange,
    GateComparison,
    GateMaterial,
    GateRecord,
    GateReliability,
    GateRule,
)
from longhand.inference import load
from longhand.tasks import TASKS
from services.training.errors import NothingToGateBy
from services.training.gate.budgets import measure_calibration, measure_size, measure_time
from services.training.gate.material import GateSet, count_groups, count_sets
from services.training.gate.pairing import Contest, Read, read_all, weigh
from services.training.gate.trusted import Trusted, take_corrections
from services.training.gate.wording import give_reasons, summarise

CHANGES = 500
"""How many pictures a record names: those on which the two models differ most."""

ENGINE = "onnxruntime"
"""Runs both models, so that neither has the quicker one by what was measured while the machine was busy."""


class Bundles(Protocol):
    """Where versions come from."""

    def download(self, name: str, version: int, to: Path, whole: bool = False) -> Path: ...


@dataclass(frozen=True)
class Gate:
    """Decides on versions. `trusted` gives the corrections of the gate's half, `read` a picture by its SHA-256."""

    bundles: Bundles
    open_gate_set: Callable[[str], GateSet]
    trusted: Trusted
    read: Callable[[str], bytes]
    report: Callable[[str], None]
    rule: Rule = field(default_factory=Rule)

    def decide(self, model: str, version: int, champion: int, by: str) -> GateRecord:
        """The record of whether a version may replace the champion; its bundles are fetched, and gone at the end.

        Raises NothingToGateBy, NotRegistered, BundleError, RegistryUnavailable.
        """
        gate_set = self.open_gate_set(model)
        self.report("fetches both versions")
        with TemporaryDirectory(prefix="gate-") as folder:
            numbers = (champion, version)
            places = [self.bundles.download(model, number, Path(folder) / str(number)) for number in numbers]
            contest = Contest(*(load(place, threads=1, engine=ENGINE) for place in places))
            return self._decide(gate_set, contest, places, Choice(model, version, champion, by))

    def _decide(self, gate_set: GateSet, contest: Contest, places: Sequence[Path], choice: "Choice") -> GateRecord:
        self.report("reads the gate set")
        plain = list(read_all(contest, gate_set.pictures()))
        if not plain:
            raise NothingToGateBy(f"No picture of the gate set of {choice.model} can be read.")
        self.report("reads everyday conditions")
        everyday = list(read_all(contest, gate_set.everyday()))
        self.report("reads corrections")
        standing = take_corrections(self.trusted(), TASKS[choice.model].wire, self.read)
        corrections = list(read_all(contest, standing))
        budgets = [measure_calibration(plain), measure_size(*places), measure_time(contest, plain)]
        self.report("decides")
        gate, corrected, spoiled = ([one.pair for one in read] for read in (plain, corrections, everyday))
        verdict = decide(gate, corrected, spoiled, budgets, self.rule)
        return describe(choice, verdict, gate_set, plain, corrections)


@dataclass(frozen=True)
class Choice:
    """Which version is decided on, and beside which."""

    model: str
    version: int
    champion: int
    by: str


def describe(
    choice: Choice, verdict: Verdict, gate_set: GateSet, plain: Sequence[Read], corrections: Sequence[Read]
) -> GateRecord:
    """The record of a verdict."""
    return GateRecord(
        **asdict(choice),
        passed=verdict.passed,
        summary=summarise(verdict, choice.version, choice.champion),
        reasons=give_reasons(verdict),
        decided_at=datetime.now(UTC),
        gate_set=_describe_gate_set(gate_set, len(plain)),
        corrections=_describe_corrections(corrections),
        rule=GateRule(**asdict(verdict.rule)),
        comparisons=[GateComparison(**asdict(one)) for one in verdict.comparisons],
        budgets=[GateBudget(**asdict(one), holds=one.holds) for one in verdict.budgets],
        reliability=_describe_reliability(plain),
        changed=_list_changes(plain, corrections),
    )


def _describe_gate_set(gate_set: GateSet, read: int) -> GateMaterial:
    samples = gate_set.samples
    groups, sets = count_groups(samples), count_sets(samples)
    return GateMaterial(pictures=read, groups=groups, version=gate_set.version, made=gate_set.made, sets=sets)


def _describe_corrections(read: Sequence[Read]) -> GateMaterial:
    groups, confirmed = {one.picture.group for one in read}, sum(one.pair.champion == 0 for one in read)
    return GateMaterial(pictures=len(read), groups=len(groups), confirmed=confirmed)


def _describe_reliability(plain: Sequence[Read]) -> GateReliability:
    champion, challenger = ([GateBin(**asdict(found)) for found in sort_into_bins(*one)] for one in weigh(plain))
    return GateReliability(champion=champion, challenger=challenger)


def _list_changes(plain: Sequence[Read], corrections: Sequence[Read]) -> list[GateChange]:
    """Corrections first, then by how much changed."""
    found = [*_find_changes("corrections", corrections), *_find_changes("gate set", plain)]
    return sorted(found, key=lambda one: (one.source != "corrections", -abs(one.champion - one.challenger)))[:CHANGES]


def _find_changes(source: Literal["corrections", "gate set"], read: Sequence[Read]) -> Iterator[GateChange]:
    for one in read:
        pair = one.pair
        if pair.champion != pair.challenger:
            yield GateChange(
                id=pair.picture,
                source=source,
                champion=pair.champion,
                challenger=pair.challenger,
                text=one.picture.text,
                champion_read=one.champion.text,
                challenger_read=one.challenger.text,
            )
