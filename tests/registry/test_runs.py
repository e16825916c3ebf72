"""What MLflow's pages say of runs, versions and models."""

import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from longhand.registry.errors import NotRegistered, RegistryError
from longhand.registry.live import LiveRun, Point
from longhand.registry.registry import Registry
from longhand.registry.runs import Dataset, Description
from tests.registry.test_registry import make_bundle

DESCRIPTION = Description(
    name="text, full recipe",
    by="ann",
    job="trn-1",
    text="Asked for by ann.",
    datasets=[Dataset("letters", "d" * 64, "pipelines/full"), Dataset("version-1", "e" * 64)],
)


@pytest.fixture
def registry(mlflow_url: str) -> Iterator[Registry]:
    with closing(Registry(mlflow_url)) as registry:
        yield registry


@pytest.fixture
def name() -> str:
    return f"text-{uuid.uuid4().hex[:8]}"


def test_mlflows_own_client_finds_who_what_and_from_which_data(
    registry: Registry, name: str, mlflow_url: str, tmp_path: Path
) -> None:
    version = registry.register(name, make_bundle(tmp_path / "b"), {}, {}, {}, description=DESCRIPTION)
    registry.describe(name, "Reads words.")
    registry.describe(name, "Something else.")
    program = """if True:
        import sys, mlflow
        url, name, number = sys.argv[1:]
        client = mlflow.MlflowClient(url)
        version = client.get_model_version(name, number)
        run = client.get_run(version.run_id)
        tags = run.data.tags
        print(run.info.run_name, tags["mlflow.user"], tags["job"], tags["mlflow.note.content"], sep="|")
        print(version.description, client.get_registered_model(name).description, sep="|")
        print(sorted((i.dataset.name, i.dataset.digest, i.tags[0].value) for i in run.inputs.dataset_inputs))
    """
    command = [sys.executable, "-c", program, mlflow_url, name, str(version)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.stdout.splitlines() == [
        "text, full recipe|ann|trn-1|Asked for by ann.",
        "Asked for by ann.|Reads words.",
        str([("letters", "d" * 36, "training"), ("version-1", "e" * 36, "training")]),
    ], done.stderr


def test_a_run_that_ended_well_fails_where_a_later_stage_did(registry: Registry, name: str, mlflow_url: str) -> None:
    with closing(LiveRun.open(mlflow_url, name, {}, {}, description=DESCRIPTION)) as run:
        run.note([Point("training/loss", 2.0, 1, 1_700_000_000_000)])
        run.end("FINISHED")
    registry.fail(run.id, "evaluate: there is nothing to calibrate on")
    found = registry._rest.get("runs/get", run_id=run.id)["run"]
    assert found["info"]["status"] == "FAILED" and found["info"]["run_name"] == "text, full recipe"
    assert {"key": "failed", "value": "evaluate: there is nothing to calibrate on"} in found["data"]["tags"]
    with pytest.raises(NotRegistered):
        registry.fail("0" * 32, "whatever")


def test_the_runs_of_a_job_that_failed_are_found_by_it(registry: Registry, name: str, mlflow_url: str) -> None:
    runs = []
    for job in ("trn-1", "trn-2"):
        with closing(LiveRun.open(mlflow_url, name, {}, {}, description=Description(job=job))) as run:
            run.end("FINISHED")
            runs.append(run.id)
    assert registry.fail_job(name, "trn-1", "why") == runs[:1]
    states = [registry._rest.get("runs/get", run_id=run)["run"]["info"]["status"] for run in runs]
    assert states == ["FAILED", "FINISHED"]
    assert registry.fail_job("no-such-model", "trn-1", "why") == []


def test_a_run_that_goes_on_is_no_longer_said_to_have_failed(registry: Registry, name: str, mlflow_url: str) -> None:
    with closing(LiveRun.open(mlflow_url, name, {}, {})) as run:
        registry.fail(run.id, "killed")
    with closing(LiveRun.open(mlflow_url, name, {}, {}, known=run.id)) as again:
        again.end("FINISHED")
    found = registry._rest.get("runs/get", run_id=run.id)["run"]
    assert found["info"]["status"] == "FINISHED"
    assert "failed" not in {tag["key"] for tag in found["data"].get("tags", [])}


def test_no_answer_quotes_the_servers_database(registry: Registry, name: str, tmp_path: Path) -> None:
    registry.register(name, make_bundle(tmp_path / "b"), {}, {}, {})
    for version in (2**31, 2**63, 10**30):
        with pytest.raises(RegistryError) as refused:
            registry.version(name, version)
        assert not any(word in str(refused.value).lower() for word in ("sql", "select", "integer", "overflow"))
