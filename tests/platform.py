"""The whole platform, started as a person starts it, beside whatever else runs on this machine."""

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.ports import free_port

ROOT = Path(__file__).parents[1]
PORTS = ("gateway", "gateway_metrics", "ingestion", "training", "prediction", "mlflow")
PASSWORDS = {"user1": "1resu", "reviewer1": "1reweiver", "admin1": "1nimda"}


@dataclass
class RunningPlatform:
    """A started platform: where it listens, what it has said, and its processes."""

    process: subprocess.Popen[str]
    var: Path
    ports: dict[str, int]
    said: list[str] = field(default_factory=list)

    def url(self, name: str) -> str:
        """Where a service listens."""
        return f"http://127.0.0.1:{self.ports[name]}"

    def client(self, name: str = "user1") -> httpx.Client:
        """A client of the gateway, signed in."""
        login = {"username": name, "password": PASSWORDS[name]}
        answer = httpx.post(f"{self.url('gateway')}/token", data=login, trust_env=False, timeout=30)
        headers = {"Authorization": f"Bearer {answer.raise_for_status().json()['access_token']}"}
        return httpx.Client(base_url=self.url("gateway"), trust_env=False, timeout=30, headers=headers)

    def pids(self) -> dict[int, str]:
        """The processes that the supervisor has started, and theirs, with their command lines."""
        return {pid: line for pid, line in _processes().items() if self.process.pid in _ancestors(pid)}

    def find(self, module: str) -> int | None:
        """The process that runs `python -m module`; none while it is down."""
        wanted = f"-m {module}"
        return next((pid for pid, line in self.pids().items() if line.endswith(wanted)), None)

    def stop(self, number: int = signal.SIGTERM, seconds: float = 40) -> int:
        """Send a signal and wait for the end; the exit status."""
        self.process.send_signal(number)
        return self.process.wait(seconds)


@contextmanager
def running_platform(var: Path, *, seconds: float = 300, **environment: str) -> Iterator[RunningPlatform]:
    """A platform that has shown its first reading; gone at the end, however the test went."""
    ports = {name: free_port() for name in PORTS}
    told = {f"LONGHAND_{name.upper()}_PORT": str(port) for name, port in ports.items()}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("LONGHAND_", "COV_"))}
    process = subprocess.Popen(
        [sys.executable, "-m", "services.supervisor"],
        env={
            **inherited,
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
            "LONGHAND_VAR": str(var),
            **told,
            "LONGHAND_SUPERVISOR_PATIENCE": str(seconds),
            **environment,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    platform = RunningPlatform(process, var, ports)
    try:
        _await_last_line(platform, time.monotonic() + seconds)
        yield platform
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def _await_last_line(platform: RunningPlatform, deadline: float) -> None:
    lines: queue.Queue[str | None] = queue.Queue()

    def listen() -> None:
        stdout = platform.process.stdout
        try:
            for line in stdout or ():
                platform.said.append(line.rstrip("\n"))
                lines.put(line)
        except ValueError:
            pass  # closed at the end
        lines.put(None)

    threading.Thread(target=listen, daemon=True).start()
    with suppress(queue.Empty):
        while (line := lines.get(timeout=max(0.1, deadline - time.monotonic()))) is not None:
            if "Ctrl-C stops everything" in line:
                return
    raise RuntimeError("the platform did not start:\n" + "\n".join(platform.said))


def alive(pid: int) -> bool:
    """Whether the process runs; one that has ended and is only waited for does not."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def _processes() -> dict[int, str]:
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
        except OSError:
            continue
    return found


def _ancestors(pid: int) -> list[int]:
    found: list[int] = []
    while pid > 1:
        try:
            pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            break
        found.append(pid)
    return found
