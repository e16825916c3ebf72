"""dvc.yaml does not lie: a stage depends on the code that it imports, and on no other."""

from pathlib import Path
from typing import Any

import grimp
import pytest
import yaml

ROOT = Path(__file__).parents[2]
RECIPES = {"starter": ROOT / "dvc.yaml", "full": ROOT / "pipelines" / "full" / "dvc.yaml"}
CODE = ("src/", "pipelines/")
STAGES = ["ingest", "validate", "prepare", "train", "evaluate", "export", "register"]


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("longhand", "pipelines", cache_dir=None)


def describe(recipe: str, stage: str) -> dict[str, Any]:
    stages = yaml.safe_load(RECIPES[recipe].read_text())["stages"]
    return dict(stages[stage])


def path(module: str) -> str:
    """Where a module lies, from the checkout's root."""
    stem = Path(*module.split(".")) if module.startswith("pipelines") else Path("src", *module.split("."))
    file = stem.with_suffix(".py")
    return str(file if (ROOT / file).exists() else stem / "__init__.py")


def imported(graph: grimp.ImportGraph, stage: str) -> set[str]:
    """The files that a stage's module needs, with the packages on the way to them; empty files are nothing to need."""
    module = f"pipelines.{stage}"
    files = {path(name) for name in graph.find_upstream_modules(module) | {module}}
    return {file for file in files if not file.endswith("__init__.py")}


def code(recipe: str, stage: str) -> set[str]:
    """The code that a stage depends on, from the checkout's root."""
    folder = RECIPES[recipe].parent
    described = describe(recipe, stage)
    base = folder / described.get("wdir", ".")
    deps = {str((base / dep).resolve().relative_to(ROOT)) for dep in described["deps"]}
    return {dep for dep in deps if dep.startswith(CODE)}


def covers(dep: str, file: str) -> bool:
    return file == dep or file.startswith(f"{dep}/")


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_pipeline_has_its_stages_for_both_models(recipe: str) -> None:
    stages = yaml.safe_load(RECIPES[recipe].read_text())["stages"]
    assert list(stages) == STAGES
    assert all(stage["matrix"] == {"model": ["characters", "text"]} for stage in stages.values())


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("recipe", RECIPES)
def test_a_stage_depends_on_the_code_that_it_imports(graph: grimp.ImportGraph, recipe: str, stage: str) -> None:
    deps = code(recipe, stage)
    missing = {file for file in imported(graph, stage) if not any(covers(dep, file) for dep in deps)}
    assert missing == set()


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("recipe", RECIPES)
def test_a_stage_depends_on_no_other_code(graph: grimp.ImportGraph, recipe: str, stage: str) -> None:
    files = imported(graph, stage)
    needless = {dep for dep in code(recipe, stage) if not any(covers(dep, file) for file in files)}
    assert needless == set()
