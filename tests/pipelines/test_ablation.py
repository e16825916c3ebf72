"""What parts are worth is found out by short trainings that differ in one thing, each done once."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from longhand.learning.batches import Sampling
from longhand.learning.fitting import Schedule
from longhand.learning.networks import build_text
from pipelines.ablation.outcomes import gather
from pipelines.ablation.page import PAGE, RESULTS, render, write
from pipelines.ablation.trials import Tally, attempt
from pipelines.ablation.variants import TRAINED, VARIANTS, Budget, Variant, alter
from pipelines.recipe import Recipe, read_json
from tests.pipelines.workshop import run_stages, workshop

ROOT = Path(__file__).parents[2]
RECIPE = yaml.safe_load((ROOT / "pipelines/full/params.yaml").read_text())["text-fast"]
TINY = Budget(epochs=2, steps=3)
others = pytest.mark.parametrize("variant", [v for v in VARIANTS.values() if v.changes], ids=lambda v: v.name)


@pytest.fixture(scope="module")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recipe]:
    fit = {"epochs": 4, "steps": 6, "rate": 0.002, "average": 0.9}
    with workshop(tmp_path_factory.mktemp("ablation"), "text", fit=fit) as recipe:
        run_stages(recipe, "ingest", "validate", "prepare")
        yield recipe


def test_there_are_at_most_eight_and_the_first_is_the_whole_recipe() -> None:
    assert len(VARIANTS) <= 8 and not next(iter(VARIANTS.values())).changes


@others
def test_a_variant_differs_from_the_recipe_in_one_thing_that_can_be_trained(variant: Variant) -> None:
    whole, altered = (alter(RECIPE, one, Budget()) for one in (VARIANTS["full"], variant))
    assert [key for key in whole if whole[key] != altered[key]] == list(variant.changes)
    assert Schedule(**altered["fit"]).epochs == 8
    draw = Sampling(seed=1, steps=1, **altered["draw"])
    assert set(draw.weights) == set(RECIPE["draw"]["weights"]), "only sets that the recipe has"
    assert draw.weights["dhsd"] > 0
    assert build_text(outputs=5, **{**altered["network"], "width": 8}).count_params() > 0


def test_the_average_spans_the_same_share_of_a_short_training() -> None:
    params = {"fit": {"epochs": 40, "steps": 200, "average": 0.999, "rate": 0.1}, "seed": 3}
    short = alter(params, VARIANTS["full"], Budget(8, 100))
    assert short["fit"] == {"epochs": 8, "steps": 100, "average": 0.99, "rate": 0.1}
    assert params["fit"] == {"epochs": 40, "steps": 200, "average": 0.999, "rate": 0.1}


@pytest.mark.timeout(900)
def test_a_variant_is_trained_once(recipe: Recipe, capsys: pytest.CaptureFixture[str]) -> None:
    whole = attempt(recipe, VARIANTS["full"], TINY)
    assert whole["settings"]["fit"]["average"] == pytest.approx(0.6)
    assert set(whole["settings"]) == set(TRAINED) and set(whole["cer"]) == {"strokes"}
    assert whole["mean"] == whole["cer"]["strokes"] > 0 and whole["pictures"] >= 6 * 4 and whole["seconds"] > 0
    capsys.readouterr()
    assert attempt(recipe, VARIANTS["full"], TINY) == whole
    assert capsys.readouterr().out == "", "nothing is trained again"
    found = gather(recipe, TINY)
    assert (found["trials"], found["epochs"], found["steps"]) == ([whole], 2, 3)


def test_pictures_are_counted_on_where_a_training_goes_on(tmp_path: Path) -> None:
    first = Tally(tmp_path / "pictures.json")
    first.note(20, {"batches/pictures": 10.0})
    first.note(25, {"batches/pictures": 20.0, "training/loss": 3.0})
    first.show(25, {})
    first.note(45, {"batches/pictures": 99.0})
    again = Tally(tmp_path / "pictures.json")
    assert again.pictures == 20 * 10 + 5 * 20
    again.note(50, {"batches/pictures": 10.0})
    assert again.pictures == 300 + 25 * 10


def trial(name: str, dhsd: float, lines: float) -> dict[str, Any]:
    mean = (dhsd + lines) / 2
    return {"name": name, "cer": {"dhsd": dhsd, "lines": lines}, "mean": mean, "pictures": 45_000, "seconds": 301.4}


def test_the_page_sets_every_variant_against_the_whole_recipe() -> None:
    trials = [trial("full", 0.2, 0.4), trial("joins", 0.215, 0.39)]
    page = render({"epochs": 8, "steps": 100, "device": "two cores", "commit": "abc", "trials": trials})
    assert "| without | dhsd | lines | mean | pictures | seconds |" in page
    assert "| *nothing* | 20.0% | 40.0% | 30.0% | 45,000 | 301 |" in page
    assert "| joins | 21.5% (+1.5) | 39.0% (-1.0) | 30.2% (+0.2) | 45,000 | 301 |" in page
    assert "8 epochs of 100 steps each, on two cores, with the code of commit abc" in page
    assert "Not measured yet" in render(None)


def test_the_committed_page_says_what_the_committed_results_say(tmp_path: Path) -> None:
    (tmp_path / RESULTS).parent.mkdir(parents=True)
    if (ROOT / RESULTS).exists():
        (tmp_path / RESULTS).write_text((ROOT / RESULTS).read_text())
    (written,) = write(tmp_path)
    assert (ROOT / PAGE).read_text() == written.read_text(), "make docs"


def command(*arguments: str) -> str:
    """Run the command in the working directory; what it printed."""
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "LONGHAND_COMMIT": "abc"}
    line = [sys.executable, "-m", "pipelines.ablation", "--recipe", "starter", *arguments]
    done = subprocess.run(line, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.prove
def test_the_command_trains_a_variant_and_writes_the_page(recipe: Recipe) -> None:
    told = command("--variant", "joins", "--epochs", "1", "--steps", "2")
    assert "joins: mean CER" in told
    assert "joins" in [one["name"] for one in read_json(RESULTS)["trials"]]
    assert "| joins |" in PAGE.read_text()


@pytest.mark.prove
def test_the_command_trains_every_variant_and_none_twice(recipe: Recipe) -> None:
    command("--epochs", "1", "--steps", "2")
    assert [one["name"] for one in read_json(RESULTS)["trials"]] == list(VARIANTS)
    again = command("--epochs", "1", "--steps", "2")
    assert "stage train" not in again and again.count("mean CER") == len(VARIANTS)
