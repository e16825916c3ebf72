"""An MLflow server of one's own, for as long as it is needed."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from longhand.registry.errors import RegistryUnavailable

QUIET = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true"}
"""Job execution would double the server's memory for something that is not used here."""


@contextmanager
def serving(folder: Path, port: int | None = None, patience: float = 90) -> Iterator[str]:
    """The address of a server on loopback that keeps everything below `folder`; gone at the end.

    Raises RegistryUnavailable where it does not answer within `patience` seconds.
    """
    folder.mkdir(parents=True, exist_ok=True)
    port = port or _free_port()
    command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", "1", "--serve-artifacts", "--artifacts-destination", str(folder / "artifacts")]
    command += ["--backend-store-uri", f"sqlite:///{folder / 'mlflow.db'}"]
    with (folder / "server.log").open("ab") as log:
        server = subprocess.Popen(
            command, stdout=log, stderr=log, env={**os.environ, **QUIET}, cwd=folder, start_new_session=True
        )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url, server, patience, folder / "server.log")
        yield url
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def answers(url: str) -> bool:
    """Whether a server works at this address."""
    try:
        return httpx.get(f"{url}/health", timeout=2, trust_env=False).is_success
    except httpx.TransportError:
        return False


def _wait(url: str, server: subprocess.Popen[bytes], patience: float, log: Path) -> None:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline and server.poll() is None:
        if answers(url):
            return
        time.sleep(0.1)
    raise RegistryUnavailable(f"The MLflow server did not start; {log} says why.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
