"""Two gateways and two predictions behind Debian's HAProxy, with one of each other service; all on loopback."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx

from longhand.servicekit.keys import create_keys
from tests.bundles import glyph_guesser, stroke_counter
from tests.databases import answers, find_program, postgres, running, wait
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
REPLICAS = ("ingestion", "training", "prediction-a", "prediction-b", "gateway-a", "gateway-b")
DRAIN_SECONDS = 2
BALANCER = """
global
    maxconn 2000
defaults
    mode http
    timeout connect 2s
    timeout client 60s
    timeout server 60s
    timeout check 10s
    retries 3
    option redispatch
    retry-on conn-failure
    option httpchk GET /readyz
    default-server check inter 300ms fall 1 rise 1 pool-purge-delay 1s
"""


class Fleet:
    """The services by name, each a process that can be restarted."""

    def __init__(self, folder: Path, state: str, mlflow: str) -> None:
        self._folder = folder
        self._ports = {name: free_port() for name in (*REPLICAS, "gateways", "predictions", "metrics-a", "metrics-b")}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._shared = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
            "LONGHAND_VAR": str(folder / "var"),
            "LONGHAND_DEMO": "true",
            "LONGHAND_MLFLOW_URL": mlflow,
            "LONGHAND_DRAIN_SECONDS": str(DRAIN_SECONDS),
            "LONGHAND_TRAINING_SOURCE": str(folder),
            "LONGHAND_GATEWAY_STATE_URL": f"{state}?schema=gateway",
            "LONGHAND_GATEWAY_RATE": "1000000",
            "LONGHAND_GATEWAY_INGESTION_URL": self.url("ingestion"),
            "LONGHAND_GATEWAY_TRAINING_URL": self.url("training"),
            "LONGHAND_GATEWAY_PREDICTION_URL": self.url("predictions"),
        }

    def url(self, name: str) -> str:
        """Where a service answers; `gateways` and `predictions` are the balancer."""
        return f"http://127.0.0.1:{self._ports[name]}"

    def start(self, name: str) -> None:
        """Starts a service and waits until it is ready."""
        service, _, replica = name.partition("-")
        own = {f"LONGHAND_{service.upper()}_PORT": str(self._ports[name])}
        if service == "gateway":
            own["LONGHAND_GATEWAY_METRICS_PORT"] = str(self._ports[f"metrics-{replica}"])
            own["LONGHAND_GATEWAY_OUTBOX"] = str(self._folder / name)
        if service == "prediction":
            own["LONGHAND_PREDICTION_CACHE"] = str(self._folder / name)
        log = self._folder / f"{name}.log"
        with log.open("ab") as output:
            command = [sys.executable, "-m", f"services.{service}"]
            self._processes[name] = subprocess.Popen(command, env=self._shared | own, stdout=output, stderr=output)
        wait(lambda: self._ready(name), log, 120)

    def stop(self, name: str) -> int:
        """Asks a service to stop and waits for its end; its exit status."""
        self._processes[name].send_signal(signal.SIGTERM)
        return self._processes[name].wait(60)

    def restart(self, name: str) -> None:
        """Stops a service, and starts it once more; time enough for the balancer to notice both."""
        assert self.stop(name) == 0
        self.start(name)
        time.sleep(2)

    def sign_in(self) -> str:
        """A token of `user1`."""
        form = {"username": "user1", "password": "1resu"}
        answer = httpx.post(f"{self.url('gateways')}/token", data=form, trust_env=False, timeout=30)
        return str(answer.raise_for_status().json()["access_token"])

    def waiting(self) -> int:
        """How many accepted readings no gateway has delivered yet."""
        return len([*self._folder.glob("gateway-*/*.json")])

    def balance(self) -> str:
        """The balancer's configuration."""
        lines = [BALANCER]
        for service in ("gateway", "prediction"):
            lines.append(f"listen {service}s\n    bind 127.0.0.1:{self._ports[f'{service}s']}")
            lines += [f"    server {name} 127.0.0.1:{self._ports[f'{service}-{name}']}" for name in "ab"]
        return "\n".join(lines) + "\n"

    def end(self) -> None:
        """Kills what still runs."""
        for process in self._processes.values():
            process.kill()
            process.wait()

    def _ready(self, name: str) -> bool:
        try:
            return httpx.get(f"{self.url(name)}/readyz", trust_env=False, timeout=5).is_success
        except httpx.TransportError:
            return False


@contextmanager
def running_fleet(folder: Path, mlflow: str) -> Iterator[Fleet]:
    """A fleet that reads every upright stroke as `a`."""
    program = find_program("haproxy")
    create_keys(folder / "var" / "keys")
    stroke_counter(folder / "bundles" / "text", "a")
    glyph_guesser(folder / "bundles" / "characters", "7")
    with ExitStack() as stack:
        fleet = Fleet(folder, stack.enter_context(postgres()), mlflow)
        stack.callback(fleet.end)
        (folder / "balancer").write_text(fleet.balance())
        stack.enter_context(running([program, "-f", folder / "balancer"], folder / "balancer.log"))
        with ThreadPoolExecutor() as pool:
            list(pool.map(fleet.start, REPLICAS[:-2]))
        for name in REPLICAS[-2:]:  # one after the other: the first makes the tables
            fleet.start(name)
        wait(lambda: answers(fleet._ports["gateways"]), folder / "balancer.log")
        time.sleep(2)
        yield fleet
