"""A recipe: its parameters, and where its stages put what they make."""

import argparse
import hashlib
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from longhand import durable
from longhand.errors import LonghandError
from longhand.recipes.checking import find_section, read_recipe
from longhand.tasks import ALPHABETS, TASKS, Task

RECIPES = {"starter": Path("params.yaml"), "full": Path("pipelines/full/params.yaml")}

TRACKING = "MLFLOW_TRACKING_URI"
"""The variable that names the MLflow server to report to and to register with."""

FLOAT = "float.onnx"
"""The network as it was before it was made to count in eight bits."""


@dataclass(frozen=True)
class Recipe:
    """The part of a recipe that makes one model."""

    name: str
    model: str

    @cached_property
    def params(self) -> dict[str, Any]:
        """The model's parameters, as the recipe's file has them; raises RecipeError, or NotInRecipe."""
        values = find_section(read_sections(self.name), self.model)
        read_recipe(self.model, values)
        return values

    @property
    def task(self) -> Task:
        """What the model reads, with the alphabet that the recipe names."""
        task, named = TASKS[self.model], self.params.get("alphabet")
        return replace(task, alphabet=ALPHABETS[named]) if named else task

    @property
    def settings(self) -> dict[str, Any]:
        """How the model is trained, as Settings takes it."""
        optional = {key: self.params[key] for key in ("base", "teacher") if self.params.get(key)}
        return {key: self.params[key] for key in ("seed", "precision", "network", "pretrain", "draw", "fit")} | optional

    @property
    def kind(self) -> str:
        """The kind of its network."""
        return str(self.params["network"].get("kind", ""))

    @property
    def training(self) -> str:
        """What two parts of one training have in common: data and settings."""
        version = read_json(self.folder("prepare") / "receipt.json")["dataset_version"]
        return hashlib.sha256(json.dumps([self.model, version, self.settings], sort_keys=True).encode()).hexdigest()

    def folder(self, stage: str) -> Path:
        """Where a stage puts what it makes; made where it is missing."""
        path = Path("var/pipeline") / self.name / self.model / stage
        path.mkdir(parents=True, exist_ok=True)
        return path

    @property
    def bundle(self) -> Path:
        """Where the finished bundle goes: the full recipe's is the one that is shipped."""
        return Path("bundles") / self.model if self.name == "full" else self.folder("bundle")


def read_sections(recipe: str) -> dict[str, dict[str, Any]]:
    """The parameters of all models that a recipe makes, by model."""
    sections: dict[str, dict[str, Any]] = yaml.safe_load(RECIPES[recipe].read_text(encoding="utf-8"))
    return sections


def main(stage: Callable[[Recipe], object], description: str | None) -> None:
    """Run a stage as a command; an error that tells a person what to do ends it without a traceback."""
    try:
        stage(parse_recipe(description))
    except LonghandError as error:
        sys.exit(f"{error.code}: {error.sentence}")


def parse_recipe(description: str | None) -> Recipe:
    """The recipe and model that a stage's command line names."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--recipe", choices=RECIPES, default="starter")
    parser.add_argument("--model", choices=TASKS, required=True)
    arguments = parser.parse_args()
    return Recipe(arguments.recipe, arguments.model)


def write_json(path: Path, value: object) -> None:
    """Put a value in place as JSON, whole or not at all."""
    durable.write_json(path, value, indent=1, sort=True)


def read_json(path: Path) -> Any:
    """Read a JSON file."""
    return json.loads(path.read_text(encoding="utf-8"))
