"""The recipes of a checkout: their files, their parameters, and changes to these."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from services.training.errors import BrokenSource, UnknownParam

PIPELINES = {"starter": "dvc.yaml", "full": "pipelines/full/dvc.yaml"}
PARAMS = {"starter": "params.yaml", "full": "pipelines/full/params.yaml"}
Params = dict[str, Any]


def read_params(source: Path, recipe: str) -> Params:
    """A recipe's parameters; raises BrokenSource where there are none."""
    try:
        params: Params = yaml.safe_load((source / PARAMS[recipe]).read_text("utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise BrokenSource(f"The parameters of the recipe {recipe} cannot be read: {error}.") from error
    return params


def change_params(params: Params, changes: Mapping[str, Any]) -> None:
    """Put values in place by dotted names; raises UnknownParam for a name that is new or a value of another kind."""
    for name, value in changes.items():
        *path, last = name.split(".")
        section: Any = params
        for part in path:
            section = section.get(part) if isinstance(section, dict) else None
        if not isinstance(section, dict) or last not in section:
            raise UnknownParam(f"The recipe has no parameter {name!r}; it has {', '.join(_names(params))}.")
        section[last] = _fit(name, section[last], value)


def write_params(path: Path, params: Params) -> None:
    """Write parameters where a recipe has them, aside and then renamed."""
    aside = path.with_name(f".{path.name}")
    aside.write_text(yaml.safe_dump(params, sort_keys=False, allow_unicode=True), "utf-8")
    aside.replace(path)


def _fit(name: str, before: Any, value: Any) -> Any:
    """The value, as the kind that the parameter has."""
    if isinstance(before, float) and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(before) is not type(value):
        raise UnknownParam(f"The parameter {name} is {before!r}; {value!r} is of another kind.")
    return value


def _names(params: Params, prefix: str = "") -> list[str]:
    """The dotted names of all single values."""
    found = []
    for name, value in params.items():
        if isinstance(value, dict):
            found += _names(value, f"{prefix}{name}.")
        elif not isinstance(value, list):
            found.append(prefix + name)
    return found
