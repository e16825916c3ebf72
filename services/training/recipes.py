"""The recipes of a checkout: their files, their parameters, and changes to these."""

from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path

import yaml

from longhand import durable
from longhand.recipes.checking import find_section, read_recipe
from longhand.recipes.errors import RecipeError, UnknownParam
from longhand.recipes.parameters import ModelRecipe
from longhand.tasks import TASKS
from services.training.errors import BrokenSource

PIPELINES = {"starter": "dvc.yaml", "full": "pipelines/full/dvc.yaml"}
PARAMS = {"starter": "params.yaml", "full": "pipelines/full/params.yaml"}
Section = dict[str, object]
Params = dict[str, Section]


def read_params(source: Path, recipe: str) -> Params:
    """A recipe's parameters; raises BrokenSource where there are none, or none that can be trained with."""
    try:
        params: Params = yaml.safe_load((source / PARAMS[recipe]).read_text("utf-8"))
        for model in params.keys() & TASKS.keys():
            read_recipe(model, params[model])
    except (OSError, yaml.YAMLError, AttributeError, RecipeError) as error:
        raise BrokenSource(f"The parameters of the recipe {recipe} cannot be used: {error}") from error
    return params


def change_params(params: Params, model: str, changes: Mapping[str, object]) -> ModelRecipe:
    """Put values in place by dotted names; returns what the model is then trained by.

    Raises NotInRecipe where the recipe does not make the model, UnknownParam for a name that the model's recipe does
    not have, and RecipeError for a value out of its bounds.
    """
    changed = deepcopy(find_section(params, model))
    for name, value in changes.items():
        owner, *path, last = name.split(".") if "." in name else ("", name)
        if owner != model:
            raise UnknownParam(
                f"{name} is no parameter of {model}: its names begin with {str(model)!r}, as {model}.seed."
            )
        section: object = changed
        for part in path:
            section = section.setdefault(part, {}) if isinstance(section, dict) else None
        if not isinstance(section, dict):
            raise UnknownParam(f"{name} is no parameter: in this recipe, {'.'.join([owner, *path])} has none.")
        section[last] = float(value) if type(value) is int and isinstance(section.get(last), float) else value
    recipe = read_recipe(model, changed)
    params[model] = changed
    return recipe


def add_set(params: Params, model: str, name: str, folder: Path) -> None:
    """Let a model learn from a folder beside its recipe's own sets."""
    sets = params[model]["sets"]
    assert isinstance(sets, dict)  # read_recipe has seen to it
    sets[name] = {"folder": str(folder.resolve())}


def write_params(path: Path, params: Params) -> None:
    """Write parameters where a recipe has them, whole or not at all."""
    durable.write(path, yaml.safe_dump(params, sort_keys=False, allow_unicode=True))
