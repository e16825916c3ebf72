"""The MLflow server that a recipe registers with."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

VARIABLE = "MLFLOW_TRACKING_URI"
PLATFORM = "http://127.0.0.1:5000"
FOLDER = Path("var/mlflow")


@contextmanager
def tracking_server() -> Iterator[str]:
    """The address of the server that MLFLOW_TRACKING_URI names, else of the running platform's, else of one
    that is started over the same folder for as long as it is needed."""
    if named := os.environ.get(VARIABLE):
        yield named
    elif _answers(PLATFORM):
        yield PLATFORM
    else:
        with _own_server(FOLDER.resolve()) as url:
            yield url


@contextmanager
def _own_server(folder: Path) -> Iterator[str]:
    folder.mkdir(parents=True, exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "mlflow",
        "server",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--workers",
        "1",
        "--serve-artifacts",
        "--artifacts-destination",
        str(folder / "artifacts"),
        "--backend-store-uri",
        f"sqlite:///{folder / 'mlflow.db'}",
    ]
    quiet = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true"}
    with (folder / "server.log").open("ab") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, **quiet}, start_new_session=True)
    try:
        yield _wait(f"http://127.0.0.1:{port}", server, folder)
    finally:
        os.killpg(server.pid, 15)
        server.wait()


def _wait(url: str, server: subprocess.Popen[bytes], folder: Path, seconds: float = 90) -> str:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and server.poll() is None:
        if _answers(url):
            return url
        time.sleep(0.2)
    raise RuntimeError(f"The MLflow server did not start; {folder / 'server.log'} says why.")


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health", timeout=2, trust_env=False).is_success
    except httpx.TransportError:
        return False
