"""The workspace in which dvc runs, and what becomes of its output."""

import json
import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from longhand.bundles.files import WEIGHTS, digest
from longhand.contracts.jobs import TrainRequest
from longhand.recipes.errors import RecipeError
from longhand.recipes.text import TextNetwork
from longhand.registry.registry import Registry
from longhand.samples.blobs import Blobs
from longhand.samples.files import Files
from longhand.samples.versions import Line, Versions
from services.training.child import Places, make_params, train
from services.training.deployment.lineage import to_origin
from services.training.erasing.learned import datasets_of
from services.training.errors import BrokenSource, PipelineFailed, UnknownDataset, UnknownStart
from services.training.recipes import read_params
from services.training.reproduction import reproduce
from services.training.workspace import alone, lay_out
from tests.training.checkout import make_bundle, make_checkout


@pytest.fixture
def places(tmp_path: Path) -> Places:
    source = make_checkout(tmp_path / "checkout")
    return Places(source, tmp_path / "workspace", tmp_path / "cache", str(tmp_path / "store"), "http://127.0.0.1:1")


@pytest.fixture
def here(places: Places, own_mlflow: str) -> Places:
    """The places beside a registry that answers."""
    return replace(places, mlflow=own_mlflow)


def lay(places: Places, workspace: Path) -> None:
    lay_out(places.source, workspace, places.cache, "starter", read_params(places.source, "starter"))


def test_the_workspace_follows_the_checkout_and_keeps_what_was_made_in_it(places: Places, tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    (places.source / "dvc.lock").write_text("of the checkout")
    (places.source / "pipelines" / "full").mkdir()
    lay(places, workspace)
    assert (workspace / "dvc.lock").read_text() == "of the checkout"
    made = {"dvc.lock": "of the run", "pipelines/full/dvc.lock": "too", "var/checkpoint": "3"}
    for name, text in {**made, "pipelines/old.py": "", ".dvc/tmp/rwlock": "cut off", ".dvc/tmp/lock": "1"}.items():
        (workspace / name).parent.mkdir(parents=True, exist_ok=True)
        (workspace / name).write_text(text)
    (places.source / "pipelines" / "train.py").write_text("new")
    lay(places, workspace)
    assert {name: (workspace / name).read_text() for name in made} == made
    assert (workspace / "pipelines" / "train.py").read_text() == "new"
    gone = ["pipelines/old.py", ".dvc/tmp/rwlock", ".dvc/tmp/lock"]
    assert [name for name in gone if (workspace / name).exists()] == []
    assert str(places.cache) in (workspace / ".dvc" / "config").read_text()


def test_a_folder_that_is_no_checkout_is_named(tmp_path: Path) -> None:
    with pytest.raises(BrokenSource, match="cannot be used"):
        read_params(tmp_path, "starter")
    with pytest.raises(BrokenSource, match=r"has no dvc.yaml"):
        lay_out(tmp_path, tmp_path / "workspace", tmp_path / "cache", "starter", {})


def test_whoever_comes_second_waits_and_says_so(tmp_path: Path) -> None:
    inside, waiting = threading.Event(), threading.Event()

    def second() -> None:
        with alone(tmp_path, waiting.set):
            inside.set()

    other = threading.Thread(target=second)
    with alone(tmp_path, lambda: None):
        other.start()
        assert waiting.wait(10) and not inside.is_set()
    assert inside.wait(10)
    other.join()


def test_changed_parameters_are_of_the_kind_that_they_were(places: Places) -> None:
    params = make_params(TrainRequest(params={"text.fit.rate": 1}), places)
    assert params["text"]["fit"]["rate"] == 1.0 and isinstance(params["text"]["fit"]["rate"], float)
    for wrong in ({"text.fit.epochs": 1.5}, {"text.fit.epochs": True}, {"text.fit.rate": True}, {"speech.x": 1}):
        with pytest.raises(RecipeError):
            make_params(TrainRequest.model_validate({"params": wrong}), places)
    with pytest.raises(UnknownDataset, match="Ingest it first"):
        make_params(TrainRequest(datasets=["0" * 64]), places)


def test_a_training_by_hand_registers_and_does_nothing_twice(
    here: Places, registry: Registry, capfd: pytest.CaptureFixture[str]
) -> None:
    request = TrainRequest(model="characters", params={"characters.fit.rate": 0.3})
    subprocess.run(["git", "init", "--quiet"], cwd=here.source, check=True)
    receipt = train(request, here)
    assert registry.version("characters", receipt["version"]).run_id == receipt["run_id"]
    capfd.readouterr()
    assert train(request, here) == receipt
    assert "Running stage" not in capfd.readouterr().out
    params = yaml.safe_load((here.workspaces / "starter" / "params.yaml").read_text())
    assert params["characters"]["fit"]["rate"] == 0.3


def test_a_receipt_of_another_registry_is_written_again(here: Places, registry: Registry) -> None:
    request = TrainRequest(model="characters", params={"characters.fit.rate": 0.4})
    train(request, here)
    workspace = here.workspaces / "starter"
    receipt = workspace / "var" / "pipeline" / "starter" / "characters" / "register" / "registered.json"
    receipt.write_text(json.dumps({"model": "characters", "version": 77, "run_id": "gone"}))
    search = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    command = [sys.executable, "-m", "dvc", "commit", "--force", "register@characters"]
    subprocess.run(command, cwd=workspace, env={**os.environ, "PATH": search}, check=True)
    again = train(request, here)
    assert registry.version("characters", again["version"]).run_id == again["run_id"]
    checkpoint = workspace / "var" / "pipeline" / "starter" / "characters" / "checkpoint.json"
    assert json.loads(checkpoint.read_text()) == [1, 2]


def test_dvcs_own_failures_are_told_too(places: Places, tmp_path: Path) -> None:
    lay(places, tmp_path / "workspace")
    (tmp_path / "workspace" / "dvc.yaml").unlink()
    with pytest.raises(PipelineFailed, match=r"The pipeline failed: .*dvc.yaml"):
        reproduce(tmp_path / "workspace", ["register@text"], os.environ, lambda stage: None)


def test_a_version_to_begin_with_is_fetched_and_declared_by_its_hash(
    here: Places, registry: Registry, tmp_path: Path
) -> None:
    bundle = make_bundle(tmp_path / "bundle", "begun")
    bare = registry.register("text", bundle, {}, {}, {})
    (bundle / WEIGHTS).write_bytes(b"weights")
    (bundle / "card.json").write_text(json.dumps({"network": TextNetwork(height=32).model_dump(exclude={"dropout"})}))
    version = registry.register("text", bundle, {}, {}, {})
    request = TrainRequest(start_from=f"text/{version}")
    assert make_params(request, here)["text"]["pretrain"] == {"version": version, "sha256": digest(bundle / WEIGHTS)}
    fetched = here.workspaces / "starter" / "var" / "start" / digest(bundle / WEIGHTS)
    assert (fetched / WEIGHTS).read_bytes() == b"weights" and (fetched / "card.json").is_file()
    with pytest.raises(UnknownStart, match="without weights"):
        make_params(TrainRequest(start_from=f"text/{bare}"), here)
    with pytest.raises(UnknownStart, match="blocks 6, not 2"):
        make_params(TrainRequest(start_from=f"text/{version}", params={"text.network.blocks": 2}), here)
    (bundle / "card.json").write_text(json.dumps({"preprocessing": "text-1"}))
    other = registry.register("text", bundle, {}, {}, {})
    with pytest.raises(UnknownStart, match="prepared by text-1, not text-2"):
        make_params(TrainRequest(start_from=f"text/{other}"), here)


def test_a_version_says_with_what_its_training_began_and_what_taught_it(
    here: Places, registry: Registry, tmp_path: Path
) -> None:
    bundle = make_bundle(tmp_path / "bundle", "first")
    sha256 = weigh(bundle, b"weights")
    first, other = (registry.register(name, bundle, {}, {}, {}) for name in ("text", "text-fast"))
    change_source(here, "text", teacher={"model": "text-fast", "version": 77, "sha256": sha256})
    files = Files(here.store)
    line = Line(Blobs(files).put(b"picture"), "Genf", "w", "train", "mine", "a.png")
    frozen = Versions(files).freeze("mine", [line], {}).version
    made = train(TrainRequest(start_from=f"text/{first}", datasets=[frozen]), here)
    found = registry.version("text", made["version"])
    assert (found.tags["started_from"], found.tags["taught_by"]) == (f"text/{first}", f"text-fast/{other}")
    assert to_origin(found).datasets[0] == frozen and frozen in datasets_of(found)


def test_what_a_recomposed_set_rests_on_goes_into_the_workspace(places: Places, tmp_path: Path) -> None:
    known, workspace = "a" * 64, tmp_path / "workspace"
    (places.source / "var/alignments").mkdir(parents=True)
    (places.source / f"var/alignments/{known}.jsonl").write_text("{}")
    change_source(places, "text", sets={"recomposed": {"alignment": known}, "other": {"alignment": "b" * 64}})
    lay(places, workspace)
    assert [one.stem for one in (workspace / "var/alignments").iterdir()] == [known]


def weigh(bundle: Path, weights: bytes) -> str:
    """Give a bundle weights to begin with; their SHA-256."""
    (bundle / WEIGHTS).write_bytes(weights)
    return digest(bundle / WEIGHTS)


def change_source(places: Places, model: str, **changes: object) -> None:
    """Change what the checkout's recipe says of a model."""
    file = places.source / "params.yaml"
    params = yaml.safe_load(file.read_text())
    params[model].update(changes)
    file.write_text(yaml.safe_dump(params))


def test_the_teacher_that_a_recipe_names_is_fetched(here: Places, registry: Registry, tmp_path: Path) -> None:
    bundle = make_bundle(tmp_path / "bundle", "teaching")
    sha256 = weigh(bundle, b"what a teacher knows")
    teacher = {"model": "text-fast", "version": registry.register("text-fast", bundle, {}, {}, {}), "sha256": sha256}
    change_source(here, "text", teacher=teacher | {"version": 77})
    found = make_params(TrainRequest(), here)["text"]["teacher"]
    assert isinstance(found, dict) and found == found | teacher
    fetched = here.workspaces / "starter" / "var" / "start" / sha256
    assert (fetched / WEIGHTS).read_bytes() == b"what a teacher knows"
    change_source(here, "text", teacher=teacher | {"sha256": "0" * 64})
    with pytest.raises(UnknownStart, match="not registered here"):
        make_params(TrainRequest(), here)
    change_source(here, "text", teacher=teacher | {"model": "characters"})
    with pytest.raises(BrokenSource, match="learns from text-fast, not 'characters'"):
        make_params(TrainRequest(), here)
