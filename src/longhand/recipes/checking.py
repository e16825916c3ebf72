"""From the values of a file or a request to a recipe, or to a sentence that names what is wrong."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeVar, cast

from pydantic import BaseModel, ValidationError, create_model

from longhand.recipes.errors import NotInRecipe, RecipeError, UnknownParam
from longhand.recipes.parameters import Folds, ModelRecipe, Network, Pretraining, Sampling, Schedule, Start
from longhand.tasks import ROWS, TASKS, Task, part

Values = Mapping[str, object]
Section = TypeVar("Section")

_UNIONS = {kind.__name__ for kind in (Pretraining, Start)}
"""Pydantic names the member of a union that it tried among the steps to an error; a parameter's name does not."""


@dataclass(frozen=True)
class Objection:
    """What is wrong with the parameter `name`, by its whole dotted name."""

    name: str
    reason: str
    unknown: bool = False


def list_networks(task: Task) -> Mapping[str, type[Network]]:
    """The parameters of each network that a task may have, by `network.kind`; that of the first need not be said."""
    networks: Mapping[str, type[Network]] = part(__package__, task).NETWORKS
    return networks


def find_recipe(task: Task, kind: str = "") -> type[ModelRecipe]:
    """A task's part of a recipe, with the parameters of its network."""
    return create_model("Recipe", __base__=ModelRecipe, network=(list_networks(task)[kind], ...))


def find_section(sections: Mapping[str, Section], model: str) -> Section:
    """A model's section of a recipe; raises NotInRecipe where it has none."""
    if model not in sections:
        raise NotInRecipe(f"This recipe makes no model {model}. Choose one that it makes: {', '.join(sections)}.")
    return sections[model]


def read_recipe(model: str, values: object) -> ModelRecipe:
    """A model's part of a recipe.

    Raises RecipeError with a sentence that names every parameter that is out of its bounds or of another kind, or
    UnknownParam where all that is wrong are unknown names.
    """
    task = TASKS[model]
    kind = find_recipe(task, _find_kind(task, values))
    found = list(_judge(kind, values, model))
    if found:
        raise _refuse(found, kind, model)
    recipe = kind.model_validate(values)
    found = [*_check_task(recipe, task), *_check_changes(recipe, task, cast(Values, values))]
    if found:
        raise _refuse(found, kind, model)
    return recipe


def list_names(kind: type[BaseModel], prefix: str) -> Iterator[str]:
    """The dotted names of all single parameters."""
    for name, field in kind.model_fields.items():
        whole = f"{prefix}.{field.alias or name}"
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from list_names(inner, whole)
        else:
            yield whole


def _find_kind(task: Task, values: object) -> str:
    """The kind of network that a recipe names."""
    network = values.get("network") if isinstance(values, Mapping) else None
    kind = network.get("kind", "") if isinstance(network, Mapping) else ""
    if kind not in (known := list_networks(task)):
        choices = ", ".join(filter(None, known)) or "no other"
        raise RecipeError(f"There is no {task.model}.network.kind {kind!r}. Leave it out, or choose {choices}.")
    return str(kind)


def _judge(kind: type[BaseModel], values: object, prefix: str) -> Iterator[Objection]:
    try:
        kind.model_validate(values)
    except ValidationError as error:
        for one in error.errors(include_url=False, include_context=False):
            name = ".".join([prefix, *(str(step) for step in one["loc"] if step not in _UNIONS)])
            if one["type"] == "extra_forbidden":
                yield Objection(name, "there is no such parameter", unknown=True)
            else:
                yield Objection(name, _explain(one["msg"], one["input"]))


def _explain(message: str, given: object) -> str:
    shown = f", not {given!r}" if isinstance(given, str | int | float | bool) else ""
    return message[0].lower() + message[1:] + shown


def _check_task(recipe: ModelRecipe, task: Task) -> Iterator[Objection]:
    if recipe.preprocessing not in task.preparations:
        known = ", ".join(task.preparations)
        yield Objection(f"{task.model}.preprocessing", f"choose one of {known}, not {recipe.preprocessing!r}")
    elif recipe.network.height != (rows := ROWS[recipe.preprocessing]):
        fit = " or ".join(name for name in task.preparations if ROWS[name] == recipe.network.height) or "none"
        yield Objection(
            f"{task.model}.network.height",
            f"{recipe.preprocessing} gives {rows} rows, not {recipe.network.height}; {fit} gives these",
        )
    if recipe.alphabet not in (None, *task.alphabets):
        known = ", ".join(task.alphabets)
        yield Objection(f"{task.model}.alphabet", f"choose one of {known}, not {recipe.alphabet!r}")
    if not any(recipe.sampling.weights.get(name, 1.0) for name in recipe.sets):
        yield Objection(f"{task.model}.draw.weights", "at least one set needs a weight above 0")
    if recipe.base is not None and recipe.base not in recipe.network.bases:
        known = ", ".join(recipe.network.bases) or "none"
        yield Objection(f"{task.model}.base", f"this network begins with {known}, not {recipe.base!r}")
    if recipe.teacher is not None and recipe.teacher.model not in (teachers := _list_teachers(task)):
        known = " or ".join(teachers) or "none"
        yield Objection(f"{task.model}.teacher.model", f"this model learns from {known}, not {recipe.teacher.model!r}")


def _list_teachers(task: Task) -> list[str]:
    """The models that may teach one: those that read the same in frames."""
    return [one.model for one in TASKS.values() if one.wire == task.wire and one.blank and one.model != task.model]


def _check_changes(recipe: ModelRecipe, task: Task, values: Values) -> Iterator[Objection]:
    """Whether the trainings beside the model's own can be done with what the recipe changes for them."""
    for where, section in (("pretrain", recipe.pretrain), ("folds", recipe.folds)):
        if isinstance(section, Pretraining | Folds):
            parts = {"network": section.network, "draw": section.sampling, "fit": section.schedule}
            kinds: dict[str, type[BaseModel]] = {"network": type(recipe.network), "draw": Sampling, "fit": Schedule}
            for name, changes in parts.items():
                merged = {**cast(Values, values[name]), **changes}
                yield from _judge(kinds[name], merged, f"{task.model}.{where}.{name}")


def _refuse(found: list[Objection], recipe: type[ModelRecipe], model: str) -> RecipeError:
    error = UnknownParam if all(one.unknown for one in found) else RecipeError
    known = list(list_names(recipe, model))
    said = [f"{one.name}: {one.reason}{_hint(one, known)}" for one in found]
    return error(f"Nothing can be trained with these parameters: {'; '.join(said)}.")


def _hint(one: Objection, known: list[str]) -> str:
    near = get_close_matches(one.name, known, n=3) if one.unknown else []
    return f" (near it are {', '.join(near)})" if near else ""
