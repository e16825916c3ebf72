"""A real container engine, where there is one, and the platform in it."""

import json
import os
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.ports import free_port

ROOT = Path(__file__).parents[2]
TOOL = Path(os.environ.get("LONGHAND_CONTAINER_ENGINE", ""))
DATABASES = ("POSTGRES", "GATEWAY_DATABASE", "INGESTION_DATABASE", "TRAINING_DATABASE")
PORTS = ("", "MLFLOW_", "PROMETHEUS_", "ALERTMANAGER_")


def start_engine() -> None:
    """Make sure that `docker compose` works; the test is left out where it does not."""
    make_images(ROOT / "docker-compose.yml")
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "info"], capture_output=True, timeout=60).returncode:
        pytest.skip("there is no container engine: install Docker with compose")


def make_images(file: Path) -> None:
    """Stand-ins for the public images that a compose file names, where LONGHAND_CONTAINER_ENGINE can make them."""
    if TOOL.is_file() and os.geteuid() == 0:
        subprocess.run([TOOL, "images", file], check=True, timeout=900)


@dataclass(frozen=True)
class Containers:
    """A compose project that is up."""

    project: str
    environment: dict[str, str]
    ports: dict[str, int]
    password: str

    def compose(self, *arguments: str, seconds: float = 600) -> str:
        """What `docker compose …` says; fails with it where it fails."""
        command = ["docker", "compose", "--project-name", self.project, *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=seconds)
        assert done.returncode == 0, f"{' '.join(arguments)}\n{done.stdout[-4000:]}\n{done.stderr[-8000:]}"
        return done.stdout

    def run(self, service: str, program: str) -> str:
        """What a Python program says inside a service's container."""
        return self.compose("exec", "-T", service, "python", "-c", program).strip()

    def health(self) -> dict[str, str]:
        """The health of every container by service; `running` or `exited` where none is checked."""
        lines = self.compose("ps", "--all", "--format", "json").splitlines()
        return {one["Service"]: one["Health"] or one["State"] for one in map(json.loads, lines)}

    def ingest(self, dataset: str, seconds: float = 150) -> dict[str, Any]:
        """The job that took a data set in, ended."""
        client, deadline = self.client(), time.monotonic() + seconds
        id = client.post("/ingest", json={"dataset": dataset}).raise_for_status().json()["id"]
        while (job := client.get(f"/jobs/{id}").json())["status"] in ("queued", "running"):
            assert time.monotonic() < deadline, job
            time.sleep(0.5)
        client.close()
        return dict(job)

    def client(self) -> httpx.Client:
        """The gateway, as the first administrator sees it."""
        client = httpx.Client(base_url=f"http://127.0.0.1:{self.ports['']}", trust_env=False, timeout=60)
        answer = client.post("/token", data={"username": "admin", "password": self.password})
        client.headers["Authorization"] = f"Bearer {answer.raise_for_status().json()['access_token']}"
        return client


@contextmanager
def containers(folder: Path, *overlays: str) -> Iterator[Containers]:
    """The platform built and up, every container healthy; gone at the end with its volumes."""
    files = ["docker-compose.yml", *overlays]
    start_engine()
    password = secrets.token_urlsafe(18)
    (folder / "admin_password").write_text(password)
    ports = {name: free_port() for name in PORTS}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LONGHAND_")}
    environment |= {f"LONGHAND_{name}PUBLISH": str(port) for name, port in ports.items()}
    environment |= {"LONGHAND_SECRETS": str(folder), "LONGHAND_TAG": "prove", "COMPOSE_FILE": ":".join(files)}
    environment |= {f"{name}_PASSWORD": secrets.token_hex(18) for name in DATABASES}
    up = Containers(f"longhand-prove-{secrets.token_hex(3)}", environment, ports, password)
    try:
        if overlays:
            (folder / "merged.yml").write_text(up.compose("config"))
            make_images(folder / "merged.yml")
        up.compose("build", seconds=1500)
        up.compose("up", "--detach", "--wait", "--wait-timeout", "300")
        yield up
    finally:
        up.compose("down", "--volumes", "--timeout", "20")
