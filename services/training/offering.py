"""What a recipe lets a training change, for those who ask before they start one."""

from collections.abc import Iterator, Mapping
from typing import Literal, cast

from longhand.contracts.recipes import RecipeDescription, RecipeModel, RecipeParameter
from longhand.recipes.checking import read_recipe
from longhand.tasks import TASKS
from services.training.recipes import Params

Schema = Mapping[str, object]
KINDS = ("integer", "number", "boolean", "string")
BOUNDS = {"least": ("minimum", "exclusiveMinimum"), "most": ("maximum", "exclusiveMaximum")}
WHOLE = frozenset({"pretrain", "folds", "sets"})
"""Parts that a training changes by a version to begin with and by dataset versions, not value by value."""


def describe(name: Literal["starter", "full"], params: Params) -> RecipeDescription:
    """The models of a recipe with their single parameters, in the order in which the code declares them."""
    models = [_describe_model(model, section) for model, section in params.items() if model in TASKS]
    return RecipeDescription(name=name, models=models)


def _describe_model(model: str, section: Mapping[str, object]) -> RecipeModel:
    recipe = read_recipe(model, section)
    schema = type(recipe).model_json_schema(by_alias=True)
    values = recipe.model_dump(by_alias=True)
    found = _list(schema, cast(Schema, schema["$defs"]), values, model)
    return RecipeModel(model=model, sets=list(recipe.sets), parameters=list(found))


def _list(schema: Schema, parts: Schema, values: Mapping[str, object], prefix: str) -> Iterator[RecipeParameter]:
    """The single values among the properties of a schema and of the parts that it refers to."""
    for key, about in cast(Mapping[str, Schema], schema["properties"]).items():
        if key in WHOLE:
            continue
        if "$ref" in about:
            part = cast(Schema, parts[str(about["$ref"]).rpartition("/")[2]])
            yield from _list(part, parts, cast(Mapping[str, object], values[key]), f"{prefix}.{key}")
        elif (single := _single(about)) is not None:
            yield _parameter(f"{prefix}.{key}", str(about["description"]), single, values[key])


def _single(schema: Schema) -> Schema | None:
    """The schema of a single value, that of the value where it may be null too; none of a list or a mapping."""
    kinds = [one for one in cast(list[Schema], schema.get("anyOf", [schema])) if one.get("type") in KINDS]
    return kinds[0] if kinds else None


def _parameter(name: str, about: str, schema: Schema, value: object) -> RecipeParameter:
    bounds = {side: schema.get(closed, schema.get(opened)) for side, (closed, opened) in BOUNDS.items()}
    opened = [side for side, (_, key) in BOUNDS.items() if key in schema]
    choices = [schema["const"]] if "const" in schema else schema.get("enum", [])
    return RecipeParameter.model_validate(
        {"name": name, "about": about, "kind": schema["type"], "value": value, "open": opened, "choices": choices}
        | bounds
    )
