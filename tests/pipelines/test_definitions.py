"""The two recipes are one pipeline, and the lock of the full one is of the bundles that are shipped."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.definition.stages import OPTIONAL

ROOT = Path(__file__).parents[2]
FULL = ROOT / "pipelines" / "full"


def stages(file: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(file.read_text(encoding="utf-8"))["stages"])


def as_starter(value: Any) -> Any:
    """What the full recipe says, as the starter's would."""
    if isinstance(value, dict):
        if list(value) == ["pipelines/full/params.yaml"]:
            return as_starter(value["pipelines/full/params.yaml"])
        return {as_starter(key): as_starter(one) for key, one in value.items() if key != "wdir"}
    if isinstance(value, list):
        flat = [as_starter(one) for one in value]
        return flat[0] if len(flat) == 1 and isinstance(flat[0], list) else flat
    return (
        value.replace("full", "starter").replace("bundles/${item.model}", BUNDLE) if isinstance(value, str) else value
    )


BUNDLE = "var/pipeline/starter/${item.model}/bundle"


def without_cache(outs: list[Any]) -> list[Any]:
    """Outputs by path alone: the shipped bundles lie in git, not in dvc's cache."""
    return sorted(next(iter(out)) if isinstance(out, dict) else out for out in outs)


def test_both_recipes_have_the_same_stages() -> None:
    """The full one begins with a base, which its training reads, and says what is optional."""
    starter, full = stages(ROOT / "dvc.yaml"), as_starter(stages(FULL / "dvc.yaml"))
    assert set(full.pop("base")["params"]) <= {"${item.model}." + name for name in BEGINNING}
    assert list(starter) == list(full)
    for name, stage in starter.items():
        for recipe in (stage, full[name]):
            recipe["outs"] = without_cache(recipe["outs"])
            recipe.pop("matrix")
        assert stage == without_base(full[name]), name


BEGINNING = ("base", "alphabet", "network", "preprocessing")


def without_base(stage: dict[str, Any]) -> dict[str, Any]:
    """A stage of the full recipe less what it has by its base, and by what is optional."""
    deps = [one for one in stage["deps"] if one != "var/pipeline/starter/${item.model}/base"]
    params = [one for one in stage.get("params", []) if one.rpartition(".")[2] not in OPTIONAL]
    kept = {name: value for name, value in stage.items() if name != "params"}
    return {**kept, **({"params": params} if params else {}), "deps": deps}


def test_both_recipes_have_the_same_models_and_parameters() -> None:
    """The full one has the quick network for words as well; what is optional, a base above all, is said there alone."""
    starter, full = (yaml.safe_load((folder / "params.yaml").read_text()) for folder in (ROOT, FULL))
    assert [*starter, "text-fast"] == list(full)
    for model, values in starter.items():
        assert set(full[model]) - set(values) <= {"base", *OPTIONAL}
        assert not set(values) - set(full[model])


def test_every_parameter_of_a_recipe_is_declared_by_a_stage() -> None:
    declared = {
        parameter.rpartition(".")[2]
        for stage in stages(ROOT / "dvc.yaml").values()
        for parameter in stage.get("params", [])
    }
    params = yaml.safe_load((ROOT / "params.yaml").read_text())
    assert {key for model in params.values() for key in model} == declared


def test_the_lock_of_the_full_recipe_is_of_the_bundles_that_are_shipped() -> None:
    lock = FULL / "dvc.lock"
    if not lock.exists():
        pytest.skip("the full recipe has no lock yet: run make reproduce RECIPE=full")
    outs = {out["path"]: out["md5"] for stage in stages(lock).values() for out in stage.get("outs", [])}
    for model, count in (("characters", 3), ("text", 6), ("text-fast", 4)):
        files = sorted((ROOT / "bundles" / model).iterdir())
        assert len(files) == count
        assert outs[f"bundles/{model}"] == tree(files)


def tree(files: list[Path]) -> str:
    """What dvc calls the MD5 of a folder: that of its files' names and MD5s."""
    listing = [{"md5": hashlib.md5(file.read_bytes()).hexdigest(), "relpath": file.name} for file in files]
    return hashlib.md5(json.dumps(listing, sort_keys=True).encode()).hexdigest() + ".dir"
