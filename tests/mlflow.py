"""A real MLflow server for tests."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from services.supervisor.programs import platform
from services.supervisor.settings import SupervisorSettings
from tests.ports import free_port


@contextmanager
def mlflow_server(folder: Path, port: int | None = None) -> Iterator[str]:
    """The address of a server that keeps everything below `folder`, started as the platform does; gone at the end."""
    settings = SupervisorSettings(var=folder, mlflow_port=port or free_port())
    (program,) = [one for one in platform(settings, os.environ) if one.name == "mlflow"]
    (folder / "mlflow").mkdir(exist_ok=True)
    with (folder / "mlflow" / "log").open("ab") as log:
        server = subprocess.Popen(
            program.command, stdout=log, stderr=log, env=dict(program.environment), cwd=folder, start_new_session=True
        )
    try:
        _wait(str(program.ready), server)
        yield settings.url("mlflow")
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _wait(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if httpx.get(url, trust_env=False).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError("the MLflow server did not start; see its log")
