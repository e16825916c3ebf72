"""The starter recipe from nothing, twice: in time, and with the same outcome; each test prints what it measured."""

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.prove
ROOT = Path(__file__).parents[2]
NEEDED = ("dvc.yaml", "params.yaml", ".dvcignore", ".dvc/config", "pipelines", "src")
MINUTES, SECONDS = 6.0, 5.0


@dataclass(frozen=True)
class Outcome:
    """What came of a run of the recipe, and how long it took, in seconds."""

    seconds: float
    versions: dict[str, str]
    metrics: dict[str, dict[str, float]]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy(tmp_path_factory.mktemp("first"))


@pytest.fixture(scope="module")
def first(checkout: Path) -> Outcome:
    return reproduce(checkout)


def copy(folder: Path) -> Path:
    """A folder with the pipeline and nothing that it has made."""
    for name in NEEDED:
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, target)
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    return folder


def run_dvc(folder: Path) -> str:
    """What `dvc repro` says; it registers with a server of its own."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {
        **os.environ,
        "PATH": path,
        "PYTHONPATH": "src:.",
        "LONGHAND_DATASETS": "",
        "MLFLOW_TRACKING_URI": "",
    }
    done = subprocess.run(["dvc", "repro"], cwd=folder, env=environment, capture_output=True, text=True, timeout=1500)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def read(path: Path) -> Any:
    """A JSON file."""
    return json.loads(path.read_text())


def reproduce(folder: Path) -> Outcome:
    """Run the recipe and read what it made."""
    started = time.monotonic()
    run_dvc(folder)
    seconds = time.monotonic() - started
    made = {model: folder / "var" / "pipeline" / "starter" / model for model in ("characters", "text")}
    return Outcome(
        seconds,
        {
            model: json.loads((path / "prepare/receipt.json").read_text())["dataset_version"]
            for model, path in made.items()
        },
        {model: json.loads((path / "evaluate/metrics.json").read_text()) for model, path in made.items()},
    )


def test_the_starter_recipe_takes_at_most_six_minutes_from_nothing(first: Outcome) -> None:
    print(f"\nthe starter recipe took {first.seconds:.0f} s: {first.metrics}")
    assert first.seconds <= MINUTES * 60


def test_a_second_run_does_nothing_and_says_so(first: Outcome, checkout: Path) -> None:
    started = time.monotonic()
    said = run_dvc(checkout)
    seconds = time.monotonic() - started
    print(f"\nthe second run took {seconds:.1f} s")
    assert "Data and pipelines are up to date." in said
    assert seconds <= SECONDS


def test_the_same_seed_gives_the_same_data_and_as_good_a_model(
    first: Outcome, tmp_path_factory: pytest.TempPathFactory
) -> None:
    again = reproduce(copy(tmp_path_factory.mktemp("second")))
    assert again.versions == first.versions
    rates = [outcome.metrics["text"]["strokes.cer"] for outcome in (first, again)]
    shares = [outcome.metrics["characters"]["digits.exact"] for outcome in (first, again)]
    print(f"\nCER {rates[0]:.4f} and {rates[1]:.4f}, digits right {shares[0]:.4f} and {shares[1]:.4f}")
    assert abs(rates[0] - rates[1]) <= 0.005
    assert abs(shares[0] - shares[1]) <= 0.002
