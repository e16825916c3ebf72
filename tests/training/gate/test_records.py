"""Decisions in training's database."""

from datetime import UTC, datetime

import pytest
from prometheus_client import CollectorRegistry

from longhand.contracts.gates import GateChange, GateMaterial, GateRecord, GateRule
from longhand.contracts.holdings import Subject
from services.training.errors import NotPassed
from services.training.gate.metrics import GateCollector
from services.training.gate.records import GateChanges, Gates
from services.training.gate.tables import changes, decisions

RULE = GateRule(
    margin=0.003, slice_margin=0.01, wide_margin=0.02, level=0.025, draws=10, fewest=10, enough=30, seed=20
)  # fmt: skip
READING = GateChange(
    id="rdg-1", source="corrections", champion=2, challenger=0,
    text="Wien", champion_read="Wem", challenger_read="Wien",
)  # fmt: skip
PICTURE = GateChange(id="dhsd/1.png", source="gate set", champion=0, challenger=1)


def decision(version: int, passed: bool, champion: int = 1) -> GateRecord:
    return GateRecord(
        model="text",
        version=version,
        champion=champion,
        passed=passed,
        summary="Said.",
        decided_at=datetime.now(UTC),
        by="ann",
        gate_set=GateMaterial(pictures=2, groups=2),
        corrections=GateMaterial(pictures=1, groups=1),
        rule=RULE,
        comparisons=[],
        budgets=[],
        changed=[READING, PICTURE],
    )


def test_the_newest_decision_is_kept_whole(gates: Gates) -> None:
    refused, passed = decision(2, False), decision(2, True)
    for record in (refused, passed):
        gates.keep(record, {"rdg-1": "a" * 64})
    assert gates.record("text", 2) == passed
    assert gates.record("text", 3) is None


def test_a_decision_of_before_reliability_and_readings_were_kept_is_shown(gates: Gates) -> None:
    record = decision(2, True).model_copy(update={"changed": []})
    gates.keep(record, {})
    with gates._engine.begin() as connection:
        row = {"number": 1, "place": 0, "id": "dhsd/1.png", "source": "gate set", "picture": ""}
        connection.execute(changes.insert().values(row | {"champion": 0, "challenger": 1}))
        old = record.model_dump(mode="json", exclude={"reliability", "changed"})
        connection.execute(decisions.update().values(record=old))
    assert gates.get("text", 2) == record.model_copy(update={"changed": [PICTURE]})


def test_decisions_are_listed_newest_first_without_their_numbers(gates: Gates) -> None:
    for version, passed in ((2, False), (3, True), (4, False)):
        gates.keep(decision(version, passed), {})
    first = gates.page("text", None, 2)
    assert [(one.version, one.passed, one.summary) for one in first] == [(4, False, "Said."), (3, True, "Said.")]
    assert [one.version for one in gates.page(None, first[-1].number, 2)] == [2]
    assert gates.page("characters", None, 2) == []


@pytest.mark.parametrize(
    ("kept", "sentence"),
    [
        ([], "has not been at the gate"),
        ([decision(2, False)], "was refused"),
        ([decision(2, True), decision(2, False)], "was refused"),
        ([decision(2, True, champion=7)], "version 1 serves now"),
    ],
)
def test_a_version_that_did_not_pass_beside_the_champion_is_not_let_through(
    gates: Gates, kept: list[GateRecord], sentence: str
) -> None:
    for record in kept:
        gates.keep(record, {})
    with pytest.raises(NotPassed, match=sentence):
        gates.require("text", 2, 1)


def test_a_version_that_passed_beside_the_champion_is_let_through(gates: Gates) -> None:
    gates.keep(decision(2, True), {})
    gates.require("text", 2, 1)


def test_readings_of_a_person_are_erased_and_the_decision_stays(gates: Gates) -> None:
    gates.keep(decision(2, True), {"rdg-1": "a" * 64})
    holding = GateChanges(gates._engine)
    ann, bob = (Subject(name=name, pictures=frozenset({key * 64})) for name, key in (("ann", "a"), ("bob", "b")))
    assert [one.place for one in holding.find(Subject(name="rita", corrected=frozenset({"rdg-1"})))] == ["rdg-1"]
    assert holding.find(bob) == [] and [one.place for one in holding.find(ann)] == ["rdg-1"]
    assert [one.holding for one in holding.delete(ann)] == ["gate"] and holding.find(ann) == []
    record = gates.record("text", 2)
    assert record is not None and record.changed == [PICTURE]


def test_decisions_are_counted_by_outcome(gates: Gates) -> None:
    registry = CollectorRegistry()
    registry.register(GateCollector(gates))
    for passed in (True, False, False):
        gates.keep(decision(2, passed), {})
    counted = {
        outcome: registry.get_sample_value("longhand_gate_decisions_total", {"model": "text", "outcome": outcome})
        for outcome in ("passed", "refused")
    }
    assert counted == {"passed": 1, "refused": 2}
