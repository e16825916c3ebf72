"""What can be trained with, and what is said of the rest."""

import inspect
import re
from copy import deepcopy
from math import inf, nan
from pathlib import Path
from typing import Any

import pytest
import yaml

from docs import recipes as page
from longhand.handwriting.preprocessing import VERSIONS
from longhand.learning import batches, fitting
from longhand.learning.methods import find_method
from longhand.recipes.checking import find_recipe, list_names, list_networks, read_recipe
from longhand.recipes.errors import RecipeError, UnknownParam
from longhand.recipes.parameters import Sampling, Schedule
from longhand.tasks import ROWS, TASKS
from tests.drawings import written

ROOT = Path(__file__).parents[2]
RECIPES = {name: yaml.safe_load((ROOT / name).read_text()) for name in ("params.yaml", "pipelines/full/params.yaml")}


NETWORKS = [(model, kind) for model, task in TASKS.items() for kind in list_networks(task)]
SVTR = {"kind": "svtr", "height": 48}


def changed(name: str, value: object) -> Any:
    """The full recipe for text, with an earlier training, and with another value, or one more."""
    values = deepcopy(RECIPES["pipelines/full/params.yaml"]["text"])
    values["pretrain"] = {"network": {}, "draw": {}, "fit": {}}
    values["folds"] |= {"draw": {}}
    values["teacher"] = {"model": "text-fast", "version": 1, "sha256": "0" * 64}
    *path, last = name.split(".")
    section = values
    for part in path:
        section = section[part]
    section[last] = value
    return values


@pytest.mark.parametrize(("file", "model"), [(file, model) for file, models in RECIPES.items() for model in models])
def test_the_recipes_of_the_checkout_can_be_trained_with(file: str, model: str) -> None:
    assert read_recipe(model, RECIPES[file][model]).seed == RECIPES[file][model]["seed"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("fit.epochs", 0),
        ("fit.epochs", 2.5),
        ("fit.epochs", True),
        ("fit.epochs", "4"),
        ("fit.rate", nan),
        ("fit.rate", inf),
        ("fit.average", 1.0),
        ("network.width", 100_000_000),
        ("network.height", 7),
        ("network.dropout", -0.1),
        ("seed", -1),
        ("seed", 2**32),
        ("precision", "float8"),
        ("preprocessing", "glyph-1"),
        ("served", "int4"),
        ("draw.batch", 0),
        ("draw.weights", {"dhsd": -1.0}),
        ("sets", {}),
        ("sets.rendered.count", 0),
        ("pretrain.fit.epochs", 0),
        ("pretrain.network.dropout", 1.0),
        ("folds.draw.strength", -1.0),
        ("folds.count", 1000),
        ("teacher.model", "characters"),
        ("teacher.model", "text"),
        ("teacher.every", 0),
        ("teacher.weight", 0.0),
        ("teacher.lag", -1),
    ],
)
def test_what_cannot_be_trained_with_is_named(name: str, value: object) -> None:
    with pytest.raises(RecipeError, match=rf"text\.{name}") as found:
        read_recipe("text", changed(name, value))
    assert not isinstance(found.value, UnknownParam)


@pytest.mark.parametrize(
    "name", ["fit.epoch", "epochs", "network.widht", "pretrain.fit.epoch", "folds.draw.strenght", "teacher.often"]
)
def test_a_name_that_is_not_known_is_said_to_be(name: str) -> None:
    with pytest.raises(UnknownParam, match=rf"text\.{name}: there is no such parameter"):
        read_recipe("text", changed(name, 1))


def test_everything_that_is_wrong_is_named_at_once() -> None:
    values = changed("fit.epochs", 0) | {"seed": -1, "precision": "float8"}
    with pytest.raises(RecipeError, match=r"text\.seed.*text\.precision.*text\.fit\.epochs"):
        read_recipe("text", values)


def test_a_recipe_names_its_network_and_the_base_that_it_begins_with() -> None:
    changes = {"preprocessing": "text-3", "pretrain": None, "base": "pp-ocrv6-small"}
    recipe = read_recipe("text", {**changed("network", SVTR), **changes})
    assert recipe.shape == {"kind": "svtr", "height": 48, "width": 96, "neck": 120, "heads": 8}
    assert recipe.base == "pp-ocrv6-small"
    assert "kind" not in read_recipe("text", RECIPES["params.yaml"]["text"]).shape


@pytest.mark.parametrize(
    ("model", "changes", "reason"),
    [
        (
            "text",
            {"network": {"kind": "svm", "height": 48}},
            "no text.network.kind 'svm'. Leave it out, or choose svtr",
        ),
        ("characters", {"network": {"kind": "svtr", "height": 28}}, "or choose no other"),
        ("text", {"network": {**SVTR, "neck": 100}}, "8 heads cannot share 100 channels"),
        ("text", {"network": SVTR, "pretrain": {"network": {"blocks": 2}}}, "pretrain.network.blocks: there is no"),
        ("text", {"network": SVTR, "base": "best"}, "begins with pp-ocrv6-small, not 'best'"),
        ("text", {"network": SVTR}, "text.network.height: text-2 gives 32 rows, not 48; text-3 or text-4 gives these"),
        (
            "text",
            {"preprocessing": "text-3"},
            "text.network.height: text-3 gives 48 rows, not 32; text-1 or text-2 or text-3-32 gives these",
        ),
        ("characters", {"base": "pp-ocrv6-small"}, "begins with none, not 'pp-ocrv6-small'"),
    ],
)
def test_a_network_or_a_base_that_cannot_be_is_refused(model: str, changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(RecipeError, match=re.escape(reason)):
        read_recipe(model, {**RECIPES["params.yaml"][model], **changes})


def test_only_a_folder_has_options_of_its_format() -> None:
    assert read_recipe("text", changed("sets", {"mine": {"folder": "mine", "unit": "words"}}))
    with pytest.raises(RecipeError, match="only a folder has options such as unit"):
        read_recipe("text", changed("sets", {"dhsd": {"unit": "words"}}))


@pytest.mark.parametrize(("model", "kind"), NETWORKS)
def test_a_network_is_built_from_the_parameters_that_are_described(model: str, kind: str) -> None:
    described = dict(list_networks(TASKS[model])[kind].model_fields)
    assert ("kind" in described) == bool(kind), "one network of a task is meant where nothing is said"
    described.pop("kind", None)
    taken = inspect.signature(find_method(TASKS[model], kind).build).parameters
    assert set(described) == set(taken) - {"outputs"}
    defaults = {name: one.default for name, one in taken.items() if one.default is not inspect.Parameter.empty}
    assert {name: field.default for name, field in described.items() if not field.is_required()} == defaults


def test_learning_takes_the_parameters_that_are_described() -> None:
    assert set(Sampling.model_fields) == set(inspect.signature(batches.Sampling).parameters) - {"steps", "seed"}
    assert set(Schedule.model_fields) == set(inspect.signature(fitting.Schedule).parameters)


def test_every_way_of_preparing_pictures_belongs_to_a_task() -> None:
    assert {name for task in TASKS.values() for name in task.preparations} == set(VERSIONS) == set(ROWS)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_way_of_preparing_pictures_gives_the_rows_that_recipes_are_held_to(version: str) -> None:
    assert VERSIONS[version](written("a")).pixels.shape[0] == ROWS[version]


def test_the_page_lists_every_parameter(tmp_path: Path) -> None:
    (tmp_path / page.PAGE).parent.mkdir(parents=True)
    text = page.write(tmp_path)[0].read_text()
    recipes = [find_recipe(TASKS[model], kind) for model, kind in NETWORKS]
    names = {name.partition(".")[2] for recipe in recipes for name in list_names(recipe, "model")}
    assert {name for name in names if f"| `{name}` |" not in text} == set()
