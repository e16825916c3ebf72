"""The frozen gate set."""

import ast
import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from longhand.datasets.synthetic.conditions import CONDITIONS
from longhand.handwriting.images import decode
from services.training.gate.material import LANGUAGES, SPOILED, GateSet, open_gate_set
from tests.real import data_sets

ROOT = Path(__file__).parents[3]
RECIPE = yaml.safe_load((ROOT / "pipelines" / "full" / "params.yaml").read_text())
STAGES = ("pipelines", "src/longhand/learning", "src/longhand/recipes")
COUNTS = "pipelines/report/data.py"
"""Says how many pictures each part has."""


def list_sets(model: str) -> list[str]:
    return list(RECIPE[model]["sets"])


def literals(file: Path) -> Iterator[object]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Constant):
            yield node.value


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> GateSet:
    """The gate set of characters on a machine without data."""
    return open_gate_set("characters", list_sets("characters"), tmp_path_factory.mktemp("empty"))


@pytest.mark.parametrize("model", ["characters", "text"])
def test_no_test_writer_is_at_the_gate(model: str) -> None:
    """By splits.csv, the manifest of the data sets: neither a picture nor a writer that it names otherwise."""
    gate_set = open_gate_set(model, list_sets(model), data_sets())
    with (data_sets() / "splits.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    of_images = {(row["set"], row["image"]): row["split"] for row in rows}
    of_groups = {(row["set"], row["group"]): row["split"] for row in rows if row["split"] != "duplicate"}
    assert not gate_set.made and len(gate_set.samples) > 1000
    named = 0
    for sample in gate_set.samples:
        assert sample.split == "gate"
        assert of_images.get((sample.set, sample.name), "gate") == "gate"
        assert of_groups.get((sample.set, sample.group), "gate") == "gate"
        named += (sample.set, sample.name) in of_images
    assert named == sum(count for of, count in Counter(s.set for s in gate_set.samples).items() if of != "mnist")
    assert model == "characters" or gate_set.sets.keys() <= LANGUAGES.keys()


def test_no_stage_of_a_recipe_names_the_gate_part() -> None:
    """Trainings, schedules, early stopping and calibration choose their parts by name; no stage names this one."""
    files = (file for folder in STAGES for file in sorted((ROOT / folder).rglob("*.py")))
    assert {f.relative_to(ROOT).as_posix() for f in files if "gate" in literals(f)} == {COUNTS}
    assert not {"test", "unseen", "validation", "train"} & set(literals(ROOT / "services/training/gate/material.py"))


def test_without_data_the_gate_set_is_what_the_code_makes(made: GateSet, tmp_path: Path) -> None:
    words = open_gate_set("text-fast", list_sets("text-fast"), tmp_path)
    assert words.sets.keys() == {"strokes"} and made.sets.keys() == {"digits", "stroke-glyphs"}
    for gate_set in (made, words):
        assert gate_set.made and len(gate_set.samples) > 200
        assert all(sample.split == "gate" for sample in gate_set.samples)
    assert made.version == open_gate_set("characters", [], tmp_path).version != words.version


def test_pictures_under_everyday_conditions_are_slices_and_the_same_each_time(made: GateSet) -> None:
    spoiled = list(made.everyday())
    counted = Counter(name for one in spoiled for name in one.slices)
    assert counted == {f"condition {name}": SPOILED for name in CONDITIONS if name != "plain"}
    again = {one.id: one for one in made.everyday()}
    for one in spoiled[::97]:
        assert one.read() == again[one.id].read() and decode(one.read()).gray.size


def test_a_picture_with_a_digit_is_in_the_slice_of_digits(made: GateSet) -> None:
    shown = {one.text: one.slices for one in made.pictures()}
    assert "digits" in shown["7"] and "digits" not in shown["q"] and "set stroke-glyphs" in shown["q"]
