"""dvc.yaml does not lie: it is what the generator writes, and a stage depends on the files that it imports."""

import subprocess
from pathlib import Path

import pytest
import yaml

from longhand.tasks import TASKS, TEXT, TEXT_FAST
from pipelines.definition.imports import Imports
from pipelines.definition.recipes import CURVES, DEFINITIONS, FORMATS, Definition, unused_edges

ROOT = Path(__file__).parents[2]
recipes = pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda one: one.recipe)

SERVING = (
    "src/longhand/cli/",
    "src/longhand/contracts/",
    "src/longhand/inference/",
    "src/longhand/registry/",
    "src/longhand/samples/",
    "src/longhand/servicekit/",
    "src/longhand/handwriting/ctc/candidates.py",
    "src/longhand/handwriting/ctc/language.py",
    "src/longhand/handwriting/ctc/lexicon.py",
    "src/longhand/handwriting/ctc/likelihood.py",
    "src/longhand/handwriting/ctc/paths.py",
    "src/longhand/handwriting/ctc/rescoring.py",
    "src/longhand/handwriting/ctc/uncertainty.py",
)
"""What reads for others: none of it has a say in a training."""


@pytest.fixture(scope="module")
def imports() -> Imports:
    return Imports(ROOT)


@recipes
def test_dvc_yaml_is_what_the_generator_writes(definition: Definition, imports: Imports) -> None:
    assert (ROOT / definition.file).read_text() == definition.render(ROOT, imports), "make definition"


def test_a_recipe_with_one_more_model_has_the_same_stages_for_it(imports: Imports, tmp_path: Path) -> None:
    (starter,) = (one for one in DEFINITIONS if one.recipe == "starter")
    sections = yaml.safe_load((ROOT / starter.params).read_text())
    (tmp_path / starter.params).write_text(yaml.safe_dump({**sections, TEXT_FAST.model: sections[TEXT.model]}))
    two, three = (yaml.safe_load(starter.render(root, imports))["stages"] for root in (ROOT, tmp_path))
    for stage in three.values():
        assert TEXT_FAST.model in stage["matrix"]["model"]
        stage["matrix"]["model"].remove(TEXT_FAST.model)
    assert three == two


@pytest.mark.parametrize("edge", [CURVES, FORMATS])
def test_what_is_left_out_is_imported(imports: Imports, edge: tuple[str, str]) -> None:
    assert imports.imports(edge), "an exception for what nobody imports is none"


def test_a_recipe_that_names_a_folder_depends_on_the_formats(imports: Imports) -> None:
    sets = {"text": {"sets": {"mine": {"folder": "mine"}}}}
    assert unused_edges(sets) == [CURVES]
    with_folder = imports.files("pipelines.ingest", unused_edges(sets))
    without = imports.files("pipelines.ingest", unused_edges({"text": {"sets": {"strokes": {"count": 1}}}}))
    assert {"src/longhand/datasets/formats.py", "src/longhand/datasets/adapters/iam.py"} <= set(with_folder) - set(
        without
    )


def test_packages_count_where_they_do_something(imports: Imports) -> None:
    files = imports.files("pipelines.evaluate")
    assert "src/longhand/inference/__init__.py" in files
    assert "src/longhand/__init__.py" not in files, "a docstring decides nothing"


def test_the_parts_of_tasks_count_though_they_are_found_by_name(imports: Imports) -> None:
    files = imports.files("pipelines.train")
    assert {f"src/longhand/learning/{task.module}.py" for task in TASKS.values()} <= set(files)


def test_data_beside_the_code_count(imports: Imports) -> None:
    names = [file for file in imports.files("pipelines.train") if file.endswith("names.txt")]
    assert names, "texts to learn a language from are made of it"


@recipes
def test_the_decoder_that_serves_makes_no_training_stale(definition: Definition) -> None:
    stages = yaml.safe_load((ROOT / definition.file).read_text())["stages"]
    for name in ("ingest", "validate", "prepare", "train"):
        assert [dep for dep in stages[name]["deps"] if dep.startswith(SERVING)] == [], name
    decoder = "src/longhand/handwriting/ctc/rescoring.py"
    assert [name for name, stage in stages.items() if decoder in stage["deps"]] == ["evaluate", "export"]


@recipes
def test_every_file_that_a_stage_depends_on_is_in_git(definition: Definition) -> None:
    stages = yaml.safe_load((ROOT / definition.file).read_text())["stages"]
    code = {dep for stage in stages.values() for dep in stage["deps"] if dep.endswith(".py")}
    known = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert code - set(known.splitlines()) == set()
