"""`docs/reference/recipes.md`: every parameter of a recipe, from the models that check them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from longhand.recipes.checking import list_networks
from longhand.recipes.parameters import (
    Calibrating,
    Folds,
    ModelRecipe,
    Network,
    Pretraining,
    Sampling,
    Schedule,
    Source,
    Spoiling,
    Start,
)
from longhand.tasks import TASKS

PAGE = Path("docs/reference/recipes.md")
HEAD = """\
# Recipes

A recipe says how models are trained. The `starter` recipe is `params.yaml`, the `full` recipe is
`pipelines/full/params.yaml`. Each has a section for each model, named like the model.

`POST /train` changes single parameters by their dotted names, for example `{"params": {"text.fit.epochs": 4}}`. The
names begin with the model that the job trains. A name that is not listed here is refused with `unknown_param`, a value
outside its bounds with `invalid_param`, both before the job is queued. The stages of the pipeline refuse the same.

*Written by `make docs` from `longhand.recipes`.*
"""
PARTS: tuple[tuple[str, type[BaseModel]], ...] = (
    ("draw", Sampling),
    ("fit", Schedule),
    ("pretrain", Pretraining),
    ("pretrain", Start),
    ("folds", Folds),
    ("calibrate", Calibrating),
    ("sets.<name>", Source),
    ("sets.<name>.spoil", Spoiling),
)
BOUNDS = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}


def write(root: Path) -> list[Path]:
    """Write the page, and say where."""
    (root / PAGE).write_text("\n".join(_lines()) + "\n", encoding="utf-8")
    return [root / PAGE]


def _lines() -> Iterator[str]:
    yield HEAD.rstrip()
    yield from _section("The recipe of a model", "", ModelRecipe)
    for (kind, network), models in _networks().items():
        named = f" where `kind` is `{kind}`" if kind else ""
        yield from _section(f"`network`, of {' and '.join(models)}{named}", "network.", network)
    for name, section in PARTS:
        yield from _section(f"`{name}`: {section.__name__.lower()}", f"{name}.", section)


def _networks() -> Mapping[tuple[str, type[Network]], list[str]]:
    """Every network by its kind, with the models that may have it."""
    found: defaultdict[tuple[str, type[Network]], list[str]] = defaultdict(list)
    for task in TASKS.values():
        for one in list_networks(task).items():
            found[one].append(f"`{task.model}`")
    return found


def _section(title: str, prefix: str, kind: type[BaseModel]) -> Iterator[str]:
    yield from ("", f"## {title[0].upper()}{title[1:]}", "", " ".join((kind.__doc__ or "").split()), "")
    yield from ("| parameter | values | default | what it sets |", "|---|---|---|---|")
    schema = kind.model_json_schema(by_alias=True)
    for name, field in kind.model_fields.items():
        shown = field.alias or name
        values = _values(schema["properties"][shown])
        yield f"| `{prefix}{shown}` | {values} | {_default(field)} | {field.description} |"


def _values(schema: Mapping[str, Any]) -> str:
    """What a parameter may be, in words."""
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_values(one) for one in schema["anyOf"]))
    if "const" in schema or "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema.get("enum", [schema.get("const")]))
    if "$ref" in schema:
        return "see below"
    bounds = [f"{sign} {schema[key]:,}" for key, sign in BOUNDS.items() if key in schema]
    kind = {"object": "a mapping", "array": "a list", "null": "`null`"}.get(schema["type"], schema["type"])
    return " ".join([kind, ", ".join(bounds)]).strip()


def _default(field: FieldInfo) -> str:
    if field.default_factory is not None:
        return "see below"
    if field.default is PydanticUndefined:
        return "*needed*"
    return f"`{'null' if field.default is None else field.default}`"
