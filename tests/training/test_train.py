"""POST /train: from a queued job to a registered version, by way of real dvc."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from longhand.contracts.accounts import Role
from longhand.registry.registry import Registry
from longhand.registry.runs import find_runs
from longhand.samples.blobs import Blobs
from longhand.samples.files import Files
from longhand.samples.versions import Line, Versions
from longhand.servicekit.jobs.working.worker import Worker
from services.training.settings import TrainingSettings
from services.training.worker import working
from tests.service import Client, busy


def epochs(settings: TrainingSettings, model: str = "text") -> list[int]:
    """The epochs that were trained, of the checkpoint."""
    path = settings.workspaces / "starter" / "var" / "pipeline" / "starter" / model / "checkpoint.json"
    trained: list[int] = json.loads(path.read_text())
    return trained


async def submit(client: Client, **asked: object) -> str:
    answer = await client.post("/train", json=asked)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


async def reach(client: Client, id: str, epoch: int) -> None:
    """Wait for a running job's epoch."""
    job = await client.job(id, "running")
    while job["progress"].get("epoch", 0) < epoch:
        assert job["status"] == "running", (await client.get(f"/jobs/{id}/log")).text
        await asyncio.sleep(0.05)
        job = (await client.get(f"/jobs/{id}")).json()


async def test_a_training_ends_as_a_registered_version_and_the_next_finds_it_done(
    client: Client, worker: Worker, settings: TrainingSettings, registry: Registry
) -> None:
    job = await client.job(await submit(client))
    assert job["status"] == "succeeded", (await client.get(f"/jobs/{job['id']}/log")).text
    assert job["result"]["model"] == "text" and job["id"].startswith("trn-")
    version = registry.version("text", job["result"]["version"])
    assert version.run_id == job["result"]["run_id"] and not version.champion
    assert len(version.tags["commit"]) > 0
    again = await client.job(await submit(client))
    assert again["result"] == job["result"]
    assert epochs(settings) == [1, 2, 3]
    assert "didn't change" in (await client.get(f"/jobs/{again['id']}/log")).text
    metrics = (await client.get("/metrics")).text
    assert "longhand_training_epoch 3.0" in metrics and "longhand_training_loss 0.33" in metrics


async def test_parameters_and_frozen_versions_reach_the_pipeline(
    client: Client, worker: Worker, settings: TrainingSettings, registry: Registry, tmp_path: Path
) -> None:
    files = Files(settings.store_url)
    line = Line(Blobs(files).put(b"picture"), "Genf", "w", "train", "mine", "a.png")
    frozen = Versions(files).freeze("mine", [line], {}).version
    id = await submit(client, params={"text.fit.rate": 1, "text.fit.epochs": 1}, datasets=[frozen])
    version = (await client.job(id))["result"]["version"]
    fit, sets = json.loads((registry.download("text", version, tmp_path / "bundle") / "model.onnx").read_text())
    assert fit == {"epochs": 1, "rate": 1.0, "steps": 1, "warmup": 0.05}
    assert Path(sets[f"version-{frozen[:12]}"]["folder"], "lines.jsonl").is_file() and sets["strokes"] == {}


@pytest.mark.parametrize(
    ("asked", "code", "names"),
    [
        ({"params": {"text.fit.epoch": 1}}, "unknown_param", "text.fit.epochs"),
        ({"params": {"text.fit.epochs.more": 1}}, "unknown_param", "text.fit.epochs"),
        ({"params": {"text.fit": 1}}, "invalid_param", "text.fit: "),
        ({"params": {"text.fit.epochs": "many"}}, "invalid_param", "text.fit.epochs: input should be a valid integer"),
        ({"params": {"text.fit.epochs": 0}}, "invalid_param", "text.fit.epochs"),
        ({"params": {"text.fit.epochs": -3, "text.seed": -1}}, "invalid_param", "text.seed"),
        ({"params": {"text.network.width": 100_000_000}}, "invalid_param", "text.network.width"),
        ({"params": {"text.network.height": 7}}, "invalid_param", "text.network.height"),
        ({"params": {"text.precision": "float8"}}, "invalid_param", "text.precision"),
        ({"params": {"text.preprocessing": "glyph-1"}}, "invalid_param", "choose one of text-1, text-2"),
        ({"params": {"text.draw.weights.strokes": 0}}, "invalid_param", "text.draw.weights"),
        ({"params": {"characters.fit.epochs": 1}}, "unknown_param", "no parameter of text"),
        ({"model": "characters", "params": {"characters.network.blocks": 2}}, "unknown_param", "network.blocks"),
        ({"params": {"epochs": 1}}, "unknown_param", "its names begin with 'text', as text.seed"),
        ({"start_from": "text/999"}, "unknown_start", "no version 999"),
        ({"start_from": "characters/1"}, "unknown_start", "no version of text"),
        ({"start_from": "text"}, "invalid", "start_from"),
        ({"datasets": ["0" * 64]}, "unknown_dataset", "There are: none"),
        ({"recipe": "full"}, "broken_source", "recipe full"),
        ({"model": "text-fast"}, "not_in_recipe", "characters, text"),
        ({"model": "speech"}, "invalid", ""),
    ],
)
async def test_a_request_that_cannot_be_met_is_refused_before_it_is_queued(
    client: Client, asked: dict[str, object], code: str, names: str
) -> None:
    answer = await client.post("/train", json=asked)
    assert answer.json()["code"] == code and names in answer.text
    assert answer.status_code == (503 if code == "broken_source" else 422)
    assert (await client.get("/jobs")).json()["items"] == []


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
async def test_a_parameter_that_is_no_number_is_named(client: Client, number: str) -> None:
    body = f'{{"params": {{"text.fit.rate": {number}}}}}'
    answer = await client.post("/train", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert "text.fit.rate" in answer.json()["detail"]


async def test_a_stage_that_fails_says_why(client: Client, worker: Worker, registry: Registry) -> None:
    id = await submit(client, params={"text.fit.rate": 0.95})
    job = await client.job(id)
    (run,) = find_runs(registry._rest, "text", id)
    assert registry._rest.get("runs/get", run_id=run.id)["run"]["info"]["status"] == "FAILED"
    assert (job["status"], job["error"]["code"]) == ("failed", "pipeline_failed")
    assert job["error"]["message"] == (
        "The stage train@text failed: ValueError: The loss is not a number; lower the rate."
    )


async def test_a_second_training_waits_for_the_first_and_a_cancelled_one_leaves_nothing_running(
    client: Client, worker: Worker, settings: TrainingSettings, registry: Registry
) -> None:
    first = await submit(client, params={"text.fit.epochs": 500})
    await reach(client, first, epoch=1)
    second = await submit(client, model="characters")
    assert (await client.get(f"/jobs/{second}")).json()["status"] == "queued"
    assert (await client.post(f"/jobs/{first}/cancel")).status_code == 200
    assert (await client.job(first))["status"] == "cancelled"
    (run,) = find_runs(registry._rest, "text", first)
    assert registry._rest.get("runs/get", run_id=run.id)["run"]["info"]["status"] == "KILLED"
    assert (await client.job(second))["status"] == "succeeded"
    assert len(epochs(settings)) < 500


async def test_a_training_whose_worker_is_killed_goes_on_from_its_checkpoint_and_registers_once(
    client: Client, settings: TrainingSettings, registry: Registry
) -> None:
    before = len(registry.versions("text"))
    doomed = start_worker(settings)
    id = await submit(client, params={"text.fit.epochs": 30, "text.fit.warmup": 0.11})
    try:
        await reach(client, id, epoch=5)
    finally:
        doomed.kill()
        doomed.wait()
    await asyncio.sleep(0.5)
    done = epochs(settings)
    await asyncio.sleep(0.5)
    assert epochs(settings) == done  # nobody went on training

    with working(settings) as worker, busy(worker):
        job = await client.job(id)
    log = (await client.get(f"/jobs/{id}/log")).text
    assert (job["status"], job["attempt"]) == ("succeeded", 2), log
    assert epochs(settings) == list(range(1, 31))
    assert f"goes on after epoch {len(done)}" in log
    assert len(registry.versions("text")) == before + 1


async def test_only_an_admin_may_train(client: Client) -> None:
    assert (await client.be("rita", Role.REVIEWER).post("/train", json={})).status_code == 403
    assert (await client.get("/models")).status_code == 403
    client.be_nobody()
    assert {(await client.request(m, p)).status_code for m, p in [("POST", "/train"), ("GET", "/models")]} == {401}


def start_worker(settings: TrainingSettings) -> subprocess.Popen[bytes]:
    """A worker as a program of its own, which can be killed."""
    told = {
        "LONGHAND_VAR": str(settings.var),
        "LONGHAND_MLFLOW_URL": settings.mlflow_url,
        "LONGHAND_TRAINING_SOURCE": str(settings.source),
        "LONGHAND_TRAINING_LEASE": str(settings.lease),
    }
    return subprocess.Popen([sys.executable, "-m", "services.training.worker"], env={**os.environ, **told})


def test_the_api_brings_neither_networks_nor_opencv_nor_dvc() -> None:
    program = "import sys, json, services.training.app; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert {"cv2", "tensorflow", "keras", "dvc", "mlflow", "onnxruntime"} & set(json.loads(done.stdout)) == set()
