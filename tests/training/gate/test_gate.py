"""Decisions on small real models."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest

from longhand.comparison.decision import Rule
from longhand.contracts.gates import GateRecord
from longhand.datasets.png import encode_png
from longhand.datasets.sample import Sample
from longhand.datasets.synthetic.strokes import draw
from longhand.samples.blobs import Blobs
from longhand.samples.files import Files
from longhand.samples.sides import Side
from services.training.errors import NothingToGateBy
from services.training.gate.gate import Gate
from services.training.gate.material import GateSet
from tests.bundles import glyph_guesser

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


def draw_glyph(letter: str, seed: int) -> bytes:
    return encode_png(draw(letter, np.random.default_rng(seed)))


def make_gate_set(letters: str) -> GateSet:
    names = [(letter, f"{letter}-{number}") for number, letter in enumerate(letters)]
    samples = [
        Sample("stroke-glyphs", name, letter, name, "gate", partial(draw_glyph, letter, place))
        for place, (letter, name) in enumerate(names)
    ]
    return GateSet({"stroke-glyphs": samples}, made=True, single=True, spoiled=2)


@dataclass(frozen=True)
class Corrected:
    """A correction that counts for everybody, and that the gate may see."""

    number: int
    reading: str
    picture: str
    text: str
    by: str = "ann"
    task: str = "character"
    document: str | None = None
    writer: str | None = None
    answer: str = field(default="text", init=False)
    trusted: bool = field(default=True, init=False)
    side: Side = field(default=Side.GATE, init=False)
    at: datetime = field(default=NOON, init=False)


@dataclass(frozen=True)
class FolderBundles:
    """Versions in folders that are called like their numbers."""

    folder: Path

    def download(self, name: str, version: int, to: Path, whole: bool = False) -> Path:
        return Path(copytree(self.folder / str(version), to))


@dataclass(frozen=True)
class Station:
    """A gate with a store and the versions 1, which reads everything as q, and 2, which reads everything as 3."""

    folder: Path
    gate_set: GateSet
    corrections: Sequence[Corrected] = ()

    @property
    def blobs(self) -> Blobs:
        return Blobs(Files(str(self.folder / "store")))

    def correct(self, letter: str, count: int, **others: str) -> "Station":
        """So many pictures of a letter, corrected."""
        keys = [self.blobs.put(draw_glyph(letter, 1000 + number)) for number in range(count)]
        added = [Corrected(n, f"rdg-{letter}{n}", key, letter, **others) for n, key in enumerate(keys)]
        return replace(self, corrections=[*self.corrections, *added])

    def decide(self, champion: int = 1, version: int = 2) -> GateRecord:
        bundles, rule = FolderBundles(self.folder), Rule(draws=500)
        gate = Gate(bundles, lambda _: self.gate_set, lambda: self.corrections, self.blobs.get, lambda _: None, rule)
        return gate.decide("characters", version, champion, "ann")


@pytest.fixture
def station(tmp_path: Path) -> Station:
    for number, letter in enumerate("q33", start=1):
        glyph_guesser(tmp_path / str(number), letter)
    return Station(tmp_path, make_gate_set("333q" * 10))


def test_what_reads_corrections_better_and_the_gate_set_no_worse_passes(station: Station) -> None:
    record = station.correct("3", 40).decide()
    assert record.passed, record.reasons
    assert "may replace version 1" in record.summary and record.reasons == []
    assert (record.model, record.version, record.champion, record.by) == ("characters", 2, 1, "ann")
    assert (record.corrections.pictures, record.corrections.confirmed) == (40, 0)
    assert record.gate_set.made and record.gate_set.sets == {"stroke-glyphs": 40} and len(record.gate_set.version) == 64
    assert {one.name for one in record.budgets} == {"calibration error", "bytes", "seconds"}
    assert {"digits", "set stroke-glyphs", "condition pencil"} <= {one.name for one in record.comparisons}


def test_a_record_names_the_readings_that_changed_for_better_and_for_worse(station: Station) -> None:
    changed = station.correct("3", 40).correct("q", 5).decide().changed
    assert [one.id for one in changed[:45]] == [*(f"rdg-3{n}" for n in range(40)), *(f"rdg-q{n}" for n in range(5))]
    better, worse = changed[0], changed[44]
    assert (better.source, better.champion, better.challenger) == ("corrections", 1, 0)
    assert (worse.champion, worse.challenger) == (0, 1)
    assert (better.text, better.champion_read, better.challenger_read) == ("3", "q", "3")
    assert {one.source for one in changed[45:]} == {"gate set"}


def test_a_record_says_how_often_both_models_are_right_when_they_are_so_sure(station: Station) -> None:
    record = station.correct("3", 40).decide()
    assert record.reliability is not None
    for bins, right in ((record.reliability.champion, 10), (record.reliability.challenger, 30)):
        assert sum(one.pictures for one in bins) == record.gate_set.pictures == 40
        assert sum(one.right * one.pictures for one in bins) == pytest.approx(right)
        assert all(one.low <= one.confidence <= one.high for one in bins)


def test_what_loses_on_the_gate_set_is_refused_however_well_it_reads_corrections(station: Station) -> None:
    """Sixty wrong corrections of one person: pictures of q, which are said to show a 3."""
    wrong = [replace(one, text="3") for one in station.correct("q", 60).corrections]
    record = replace(station, gate_set=make_gate_set("3qqq" * 10), corrections=wrong).decide()
    assert not record.passed and "may not replace version 1" in record.summary
    assert any(reason.startswith("On the gate set") for reason in record.reasons)
    assert [one.holds for one in record.comparisons if one.name == "corrections"] == [True]


def test_without_corrections_that_count_the_same_model_is_no_better(station: Station) -> None:
    illegible = [replace(one, text="") for one in station.correct("3", 40).corrections]
    record = replace(station, corrections=illegible).correct("3", 40, task="text").decide(2, 3)
    assert not record.passed and record.corrections.pictures == 0
    (reason,) = record.reasons
    assert "fewer than 30 corrections stand" in reason


def test_corrections_of_a_writer_are_one_group_and_two_peoples_writers_are_two(station: Station) -> None:
    named = (
        station.correct("3", 20, writer="Anna").correct("q", 20, writer="Anna", by="bob").correct("x", 5, document="d")
    )
    assert named.decide().corrections.groups == 3


def test_a_picture_that_is_gone_is_left_out(station: Station) -> None:
    named = station.correct("3", 40)
    named.blobs.drop(named.corrections[0].picture)
    assert named.decide().corrections.pictures == 39


def test_a_bundle_twice_as_large_is_over_its_budget(station: Station) -> None:
    card = station.folder / "2" / "card.json"
    card.write_text(card.read_text() + " " * 20_000)
    reasons = station.correct("3", 40).decide().reasons
    assert any(reason.startswith("Its bytes") for reason in reasons)


def test_nothing_is_decided_where_no_picture_can_be_read(station: Station) -> None:
    empty = replace(station, gate_set=GateSet({}, made=True, single=True))
    with pytest.raises(NothingToGateBy):
        empty.decide()
