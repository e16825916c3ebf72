"""What the compose file and the Dockerfiles promise, read from the files themselves."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.gateway.settings import GatewaySettings
from services.ingestion.settings import IngestionSettings

ROOT = Path(__file__).parents[2]
PROGRAMS = Path(sys.executable).parent
DOCKERFILES = sorted((ROOT / "services").glob("*/Dockerfile"))
OURS = {"gateway", "ingestion", "ingestion-worker", "training", "training-worker", "prediction", "mlflow"}

Services = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def services() -> Services:
    return dict(yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"])


def meet(services: Services, one: str, other: str) -> set[str]:
    """The networks on which two services see each other."""
    return set(services[one]["networks"]) & set(services[other]["networks"])


def check(*command: str | Path) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("file", ["docker-compose.yml", "docker-compose.database.yml"])
def test_a_compose_file_follows_the_specification(file: str) -> None:
    check(PROGRAMS / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", file)


@pytest.mark.parametrize("file", DOCKERFILES, ids=lambda file: file.parent.name)
def test_a_dockerfile_passes_hadolint(file: Path) -> None:
    check(PROGRAMS / "hadolint", file)


@pytest.mark.parametrize("file", DOCKERFILES, ids=lambda file: file.parent.name)
def test_an_image_runs_without_root_and_says_whether_it_is_healthy(file: Path) -> None:
    lines = file.read_text().splitlines()
    assert "USER 10001:10001" in lines
    assert any(line.startswith("HEALTHCHECK") for line in lines)
    assert lines[0] == "ARG PYTHON_IMAGE=python:3.11-slim"


@pytest.mark.parametrize("file", DOCKERFILES, ids=lambda file: file.parent.name)
def test_an_image_installs_only_its_own_locked_requirements(file: Path) -> None:
    assert f"--require-hashes /requirements/{file.parent.name}.txt" in file.read_text()


def test_the_dockerfiles_say_the_same_but_for_what_is_in_an_image() -> None:
    """Each can be read alone, so they repeat each other; this keeps the repetitions alike."""
    said = [
        {
            line.replace(name, "SERVICE").replace(name.upper(), "SERVICE").removesuffix(" \\")
            for line in text.splitlines()
        }
        for name, text in ((file.parent.name, file.read_text()) for file in DOCKERFILES)
    ]
    own = set.union(*said) - set.intersection(*said)
    parts = ("COPY ", "EXPOSE ", "    CMD ", "    && install ", "    && uv pip install ", "    && xargs ")
    assert [line for line in own if not line.startswith(parts)] == []


def test_the_whole_platform_is_in_the_file(services: Services) -> None:
    assert services.keys() >= OURS | {"keys", "prometheus", "alertmanager", "node-exporter"}


def test_only_the_gateway_is_published_beyond_loopback(services: Services) -> None:
    ports = {name: port for name, service in services.items() for port in service.get("ports", [])}
    assert {name for name, port in ports.items() if not port.startswith("127.0.0.1:")} == {"gateway"}


def test_only_the_gateway_gets_the_private_key(services: Services) -> None:
    volumes = {name: " ".join(service.get("volumes", [])) for name, service in services.items()}
    assert {name for name, mounted in volumes.items() if "private-key:" in mounted} == {"keys", "gateway"}


@pytest.mark.parametrize("volume", ["store", "ingestion"])
def test_training_reads_what_ingestion_alone_writes(services: Services, volume: str) -> None:
    mounts = {
        name: mount
        for name, service in services.items()
        for mount in service.get("volumes", [])
        if mount.startswith(f"{volume}:")
    }
    assert {name for name, mount in mounts.items() if not mount.endswith(":ro")} == {"ingestion", "ingestion-worker"}
    assert mounts.keys() == {"ingestion", "ingestion-worker", "training", "training-worker"}


def test_services_see_each_other_only_where_the_flows_say_so(services: Services) -> None:
    for one, other in [("prediction", "ingestion"), ("prediction", "training"), ("ingestion", "training")]:
        assert meet(services, one, other) == set()
    for service in ("ingestion", "training", "prediction"):
        assert meet(services, "gateway", service) == {service}
    assert meet(services, "gateway", "mlflow") == set()


def test_alertmanager_may_ask_the_gateway_and_reaches_nothing_else(services: Services) -> None:
    assert meet(services, "gateway", "alertmanager") == {"alerts"}
    assert {name for name, service in services.items() if "alerts" in service.get("networks", [])} == {
        "gateway",
        "alertmanager",
    }


GATEWAY = GatewaySettings(var=Path("/var/lib/longhand"), demo=False)
INGESTION = IngestionSettings(var=Path("/var/lib/longhand"))
WRITTEN = {
    "gateway": (GATEWAY.directory, GATEWAY.outbox_directory, GATEWAY.erasures_directory),
    "ingestion": (INGESTION.directory, INGESTION.imports_url, INGESTION.store_url),
    "ingestion-worker": (INGESTION.directory, INGESTION.imports_url, INGESTION.store_url),
}


@pytest.mark.parametrize("service", WRITTEN)
def test_what_a_service_writes_lies_in_volumes_that_its_user_may_write_to(services: Services, service: str) -> None:
    mounts = [volume.split(":")[1] for volume in services[service]["volumes"] if not volume.endswith(":ro")]
    assert [folder for folder in WRITTEN[service] if not any(Path(folder).is_relative_to(one) for one in mounts)] == []
    made = (ROOT / "services" / service.removesuffix("-worker") / "Dockerfile").read_text()
    assert [mount for mount in mounts if mount not in made] == [], "made in the image, for the user who runs there"


def test_every_container_is_confined(services: Services) -> None:
    for name, service in services.items():
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["mem_limit"], name


def test_no_password_lies_in_the_file() -> None:
    lines = (ROOT / "docker-compose.yml").read_text().splitlines()
    said = [line for line in lines if "password" in line.lower() and not line.lstrip().startswith("#")]
    assert all("/run/secrets/" in line or "secrets: [" in line or line.strip() in KNOWN for line in said), said


KNOWN = {"admin_password:", "file: ${LONGHAND_SECRETS:-./secrets}/admin_password"}
