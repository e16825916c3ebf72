"""The platform in real containers: built, healthy, confined, and it reads."""

import io
import json
import time
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest

from longhand.contracts.erasures import ErasureStep
from tests.containers.engine import ROOT, Containers, containers

pytestmark = pytest.mark.prove

PICTURE = ROOT / "services" / "supervisor" / "sample.png"
SIZE = """
import pathlib
files = [file for file in pathlib.Path("/opt/longhand").rglob("*") if file.is_file() and not file.is_symlink()]
print(sum(file.stat().st_size for file in files) // 1_000_000)
"""
SEEN = """
import json, socket
def sees(name):
    try:
        return bool(socket.gethostbyname(name))
    except OSError:
        return False
print(json.dumps([name for name in ("gateway", "ingestion", "training", "mlflow") if sees(name)]))
"""
WRITES = """
try:
    open("/app/new", "w")
except OSError as error:
    print(type(error).__name__, end=" ")
import os
print(os.getuid(), end=" ")
print(*sorted(os.listdir("/var/lib/longhand/keys")))
"""


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Containers]:
    with containers(tmp_path_factory.mktemp("secrets")) as up:
        yield up


def test_every_container_is_healthy(up: Containers) -> None:
    health = up.health()
    assert health.pop("keys") == "exited"
    watching = {"prometheus", "alertmanager", "node-exporter"}
    assert {health.pop(name) for name in watching} == {"running"}
    assert set(health.values()) == {"healthy"}, health


def test_a_word_is_read_through_the_gateway_and_kept(up: Containers) -> None:
    client = up.client()
    answer = client.post("/predict", files={"file": ("word.png", PICTURE.read_bytes(), "image/png")})
    assert answer.status_code == 200, answer.text
    reading = answer.json()
    assert reading["text"] and reading["predicted_text"] == reading["text"]
    deadline = time.monotonic() + 30
    while reading["id"] not in client.get("/readings").text:
        assert time.monotonic() < deadline
        time.sleep(0.5)
    client.close()


def test_a_data_set_is_taken_in_by_the_worker(up: Containers) -> None:
    job = up.ingest("digits")
    assert job["status"] == "succeeded", job


def test_an_archive_is_taken_in_and_what_a_person_sent_is_erased(up: Containers) -> None:
    client, packed = up.client(), io.BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("mine/word.png", PICTURE.read_bytes())
        archive.writestr("mine/labels.csv", "file,text\nword.png,Handwriting\n")
    sent = client.post("/ingest/archive", params={"name": "mine"}, content=packed.getvalue()).raise_for_status()
    assert wait(client, f"/jobs/{sent.json()['id']}", "status", "queued", "running") == "succeeded"
    client.post("/users", json={"name": "ann", "password": up.password, "role": "user"}).raise_for_status()
    erasure = client.delete("/users/ann/data").raise_for_status().json()
    steps = [step.value for step in ErasureStep if step is not ErasureStep.DONE]
    assert wait(client, f"/erasures/{erasure['id']}", "step", *steps) == "done"
    client.close()


def wait(client: httpx.Client, path: str, what: str, *passing: str) -> str:
    """What something has come to, once it is none of these any more."""
    deadline = time.monotonic() + 120
    while (now := str(client.get(path).raise_for_status().json()[what])) in passing:
        assert time.monotonic() < deadline, now
        time.sleep(0.5)
    return now


def test_the_demonstration_accounts_do_not_exist(up: Containers) -> None:
    answer = httpx.post(
        f"http://127.0.0.1:{up.ports['']}/token", data={"username": "admin1", "password": "1nimda"}, trust_env=False
    )
    assert answer.status_code == 401


def test_prediction_brings_half_a_gigabyte_at_most_and_no_tensorflow(up: Containers) -> None:
    assert int(up.run("prediction", SIZE)) <= 500
    found = "import importlib.util as u; print(u.find_spec('tensorflow'), u.find_spec('keras'), u.find_spec('mlflow'))"
    assert up.run("prediction", found) == "None None None"


def test_prediction_sees_the_gateway_and_the_registry_and_nobody_else(up: Containers) -> None:
    assert json.loads(up.run("prediction", SEEN)) == ["gateway", "mlflow"]
    assert json.loads(up.run("ingestion", SEEN)) == ["gateway", "ingestion"]


@pytest.mark.parametrize("service", ["ingestion", "training", "prediction"])
def test_a_service_runs_without_root_on_a_file_system_that_it_cannot_change_and_without_the_private_key(
    up: Containers, service: str
) -> None:
    assert up.run(service, WRITES) == "OSError 10001 gateway.pub"


def test_prometheus_sees_every_target(up: Containers) -> None:
    address = f"http://127.0.0.1:{up.ports['PROMETHEUS_']}/api/v1/targets"

    def health() -> dict[str, str]:
        targets = httpx.get(address, trust_env=False).raise_for_status().json()["data"]["activeTargets"]
        return {target["labels"]["job"]: target["health"] for target in targets}

    deadline = time.monotonic() + 60
    while set(health().values()) != {"up"}:
        assert time.monotonic() < deadline, health()
        time.sleep(1)
    assert health().keys() >= {"gateway", "ingestion", "training", "prediction", "alertmanager", "machine"}


def test_a_service_that_dies_comes_back(up: Containers) -> None:
    up.compose("exec", "-T", "prediction", "python", "-c", "import os, signal; os.kill(1, signal.SIGTERM)")
    client, deadline = up.client(), time.monotonic() + 90
    picture = Path(PICTURE).read_bytes()
    time.sleep(2)
    while client.post("/predict", files={"file": ("word.png", picture)}).status_code != 200:
        assert time.monotonic() < deadline
        time.sleep(0.5)
    client.close()
