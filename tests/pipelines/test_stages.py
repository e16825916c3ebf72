"""From data sets to a bundle that reads, in one go, on a handful of drawn pictures."""

import csv
import json
import shutil
from contextlib import chdir, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from longhand.bundles.card import CALIBRATED, read_card
from longhand.inference import load
from longhand.learning.errors import EmptySplit, ParityError
from longhand.learning.export import load_network
from longhand.learning.prepared import PreparedSet
from longhand.registry.registry import Registry
from pipelines.evaluate import evaluate
from pipelines.export import export
from pipelines.folds import divide
from pipelines.recipe import TRACKING, Recipe, read_json
from pipelines.register import register
from tests.drawings import written
from tests.pipelines.workshop import STAGES, fill, run_stages, word, workshop

pytestmark = [
    pytest.mark.timeout(600),
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:In the future `np.object` will be defined:FutureWarning"),
]


@dataclass(frozen=True)
class Made:
    """What a recipe has made in a folder."""

    recipe: Recipe
    folder: Path

    def path(self, stage: str) -> Path:
        return self.folder / "var" / "pipeline" / "starter" / self.recipe.model / stage

    def read(self, file: str) -> Any:
        return read_json(self.path(file))


@pytest.fixture(scope="module", params=["text", "characters"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, mlflow_url: str) -> Made:
    folder = tmp_path_factory.mktemp(request.param)
    with pytest.MonkeyPatch.context() as patch, workshop(folder, request.param) as recipe:
        patch.setenv(TRACKING, mlflow_url)
        run_stages(recipe, *STAGES)
    return Made(recipe, folder)


def test_the_bundle_reads(made: Made) -> None:
    recogniser = load(made.path("bundle"), threads=1)
    (found,) = recogniser.read([written("7")])
    assert 0 <= found.confidence <= 1
    language = ["language.npz"] if made.recipe.model == "text" else []
    files = sorted(file.name for file in made.path("bundle").iterdir())
    assert files == ["card.json", *language, "model.onnx", "weights.keras"]


def test_the_card_says_where_the_bundle_comes_from(made: Made) -> None:
    card = read_card(made.path("bundle"))
    receipt, calibration = made.read("prepare/receipt.json"), made.read("evaluate/calibration.json")
    assert (card.name, card.task) == (made.recipe.model, made.recipe.task.wire)
    assert card.dataset_version == receipt["dataset_version"] == PreparedSet(made.path("prepare")).version
    assert {key: getattr(card, key) for key in CALIBRATED} == {key: calibration[key] for key in CALIBRATED}
    assert card.metrics == made.read("evaluate/metrics.json")
    assert card.sha256 == made.read("export/receipt.json")["sha256"]
    assert card.commit and card.created and card.device and card.versions["keras"]
    assert [data["licence"] for data in card.data] == ["own"]


def test_the_metrics_are_of_hands_that_were_not_trained_on(made: Made) -> None:
    (name,) = {key.partition(".")[0] for key in made.read("evaluate/metrics.json")}
    data = PreparedSet(made.path("prepare"))
    lines = (made.path("evaluate") / "predictions.jsonl").read_text().splitlines()
    predictions = [json.loads(line) for line in lines]
    assert {p["name"] for p in predictions} == {item.name for item in data.select("test")}
    assert made.read("evaluate/metrics.json")[f"{name}.pictures"] == len(predictions)
    exact = np.mean([p["text"] == p["read"] for p in predictions])
    assert made.read("evaluate/metrics.json")[f"{name}.exact"] == pytest.approx(exact, abs=1e-4)


def test_two_epochs_cannot_promise_anything(made: Made) -> None:
    assert made.read("evaluate/calibration.json")["threshold"] > 1
    assert made.read("evaluate/calibration.json")["coverage"] == 0


def test_the_training_is_told_by_epoch(made: Made) -> None:
    history, receipt = made.read("train/history.json"), made.read("train/receipt.json")
    assert [line["epoch"] for line in history] == [1, 2]
    assert (receipt["epochs"], receipt["dataset_version"]) == (2, made.read("prepare/receipt.json")["dataset_version"])
    assert receipt["command"] == f"python -m pipelines.train --recipe starter --model {made.recipe.model}"
    with (made.path("evaluate") / "curves.csv").open(newline="") as file:
        curves = list(csv.DictReader(file))
    assert [row["epoch"] for row in curves] == ["1", "2"]
    assert {"loss", "score"} < set(curves[0])
    assert len(list(made.path("tensorboard").rglob("events.out.tfevents.*"))) == 1


def test_the_report_counts_what_was_kept(made: Made) -> None:
    report = made.read("validate/report.json")
    assert (
        report["pictures"] == sum(report["by_set_and_split"].values()) == made.read("prepare/receipt.json")["pictures"]
    )
    assert report["refused"] == {}


def test_an_export_that_answers_otherwise_is_not_packed(made: Made, tmp_path: Path) -> None:
    shutil.copytree(made.folder, tmp_path, dirs_exist_ok=True)
    with chdir(tmp_path):
        weights = Recipe("starter", made.recipe.model).folder("train") / "weights.keras"
        network = load_network(weights)
        network.set_weights([w * 1.5 + 0.1 for w in network.get_weights()])
        network.save(weights)
        shutil.rmtree(Recipe("starter", made.recipe.model).bundle)
        with pytest.raises(ParityError, match="differs from the network"):
            export(Recipe("starter", made.recipe.model))
        assert list(Recipe("starter", made.recipe.model).bundle.iterdir()) == []


FOLDS = {"count": 2, "sets": ["strokes"], "fit": {"epochs": 1}}


def test_every_hand_is_left_out_of_one_fold(tmp_path: Path) -> None:
    with workshop(tmp_path, "text", folds=FOLDS) as recipe:
        run_stages(recipe, "ingest", "validate", "prepare")
        data = PreparedSet(recipe.folder("prepare"))
        first, second = divide(recipe, data)
        assert all(first.holds(item) != second.holds(item) for item in data.select("train"))
        assert not any(fold.holds(item) for fold in (first, second) for item in data.select("validation", "test"))


@pytest.mark.prove
def test_hands_that_a_fold_has_not_seen_tell_what_may_be_promised(tmp_path: Path) -> None:
    with workshop(tmp_path, "text", folds=FOLDS) as recipe:
        run_stages(recipe, "ingest", "validate", "prepare", "train", "evaluate")
        data = PreparedSet(recipe.folder("prepare"))
        trained, validation = len(data.select("train")), len(data.select("validation"))
        first, second = divide(recipe, data)
        told = read_json(recipe.folder("evaluate") / "calibration.json")
        assert told["pictures"] + told["mislabelled"] == trained + validation
        history = read_json(recipe.folder("train") / "history.json")
        assert len(history) == 2  # a fold is as long as the recipe says, the model as before
        digests = {read_card(folder).sha256 for folder in (recipe.folder("train"), first.folder, second.folder)}
        assert len(digests) == 3


def test_an_evaluation_says_how_far_it_is(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LONGHAND_PROGRESS", str(tmp_path / "progress.json"))
    before = made.read("evaluate/metrics.json")
    with chdir(made.folder):
        assert evaluate(made.recipe) == before, "the same network is measured alike"
    last = read_json(tmp_path / "progress.json")
    assert (last["stage"], last["part"], last["does"]) == ("evaluate", last["parts"], "done")


def test_nothing_is_measured_without_hands_to_measure_on(made: Made, tmp_path: Path) -> None:
    """Neither validation nor test: the prepared pictures are of training alone."""
    fill(tmp_path / "mine", {f"{i}.png": (word("a", i), "a") for i in range(12)}, split="train")
    shutil.copytree(made.folder, tmp_path, dirs_exist_ok=True)
    with workshop(tmp_path, made.recipe.model, sets={"mine": {"folder": "mine"}}) as recipe:
        run_stages(recipe, "ingest", "validate", "prepare")
        with pytest.raises(EmptySplit, match="nothing to calibrate"):
            evaluate(recipe)


def test_the_same_bundle_is_registered_once(made: Made, mlflow_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TRACKING, mlflow_url)
    (made.folder / "dvc.yaml").write_text("stages: {}\n")
    with chdir(made.folder):
        first, again = register(made.recipe), register(made.recipe)
    assert (first["version"], first["run_id"]) == (again["version"], again["run_id"])
    assert first == made.read("register/registered.json")
    assert first["run_id"] == made.read("checkpoints/run.json")["run_id"], "the run that the training reported to"
    with closing(Registry(mlflow_url)) as registry:
        version = registry.version(made.recipe.model, first["version"])
        assert version.tags["dataset_version"] == made.read("prepare/receipt.json")["dataset_version"]
        assert (version.tags["recipe"], version.tags["commit"]) == ("starter", first["commit"])
        assert registry.deployment(made.recipe.model) is None, "registering promotes nothing"
        curve = {"run_id": first["run_id"], "metric_key": "training/gradient_norm"}
        told = registry._rest.get("metrics/get-history", **curve)["metrics"]
    assert [point["step"] for point in told] == [3, 6]
