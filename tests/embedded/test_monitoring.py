"""Debian's own Prometheus, Alertmanager and node-exporter beside the running platform."""

import http.server
import json
import math
import os
import queue
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from grafana.dashboards import CONTAINERS, DASHBOARDS
from longhand.servicekit.jobs.leases import Leases
from longhand.servicekit.jobs.store import JobStore
from longhand.servicekit.state import open_engine
from tests.bundles import glyph_guesser, stroke_counter
from tests.databases import find_program, running, wait
from tests.platform import RunningPlatform, running_platform
from tests.ports import free_port
from tests.prediction.pictures import word

ROOT = Path(__file__).parents[2]
SCRAPED = {"gateway": "gateway_metrics", "ingestion": "ingestion", "training": "training", "prediction": "prediction"}

Alert = dict[str, Any]


@dataclass(frozen=True)
class Watch:
    """A Prometheus that watches a platform, and the alerts that came to its webhook."""

    platform: RunningPlatform
    address: str
    alerts: "queue.Queue[Alert]"

    def ask(self, query: str) -> list[float]:
        """The numbers that a query answers now."""
        answer = httpx.get(f"{self.address}/api/v1/query", params={"query": query}, trust_env=False).raise_for_status()
        return [float(line["value"][1]) for line in answer.json()["data"]["result"]]

    def targets(self) -> dict[str, str]:
        """The health of every target, by job."""
        answer = httpx.get(f"{self.address}/api/v1/targets", trust_env=False).raise_for_status()
        return {target["labels"]["job"]: target["health"] for target in answer.json()["data"]["activeTargets"]}

    def known(self) -> set[str]:
        """The names of what targets measure, those of which there is no number yet among them."""
        answer = httpx.get(f"{self.address}/api/v1/targets/metadata", trust_env=False).raise_for_status()
        return {line["metric"] for line in answer.json()["data"]}

    def told(self, name: str, job: str) -> bool:
        """Whether the webhook has heard of an alert."""
        heard = list(self.alerts.queue)
        return any((alert["labels"]["alertname"], alert["labels"].get("job")) == (name, job) for alert in heard)


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    folder = tmp_path_factory.mktemp("watched")
    stroke_counter(folder / "bundles" / "text", "a")
    glyph_guesser(folder / "bundles" / "characters", "7")
    with ExitStack() as stack:
        alerts, webhook = stack.enter_context(listening())
        ports = {name: free_port() for name in ("prometheus", "alertmanager", "machine")}
        programs = {
            "machine": [find_program("prometheus-node-exporter"), f"--web.listen-address=127.0.0.1:{ports['machine']}"],
            "alertmanager": alertmanager(folder, ports["alertmanager"]),
            "prometheus": [find_program("prometheus")],
        }
        platform = stack.enter_context(running_platform(folder / "var", LONGHAND_TRAINING_SOURCE=str(folder)))
        programs["prometheus"] += prometheus(folder, ports, platform)
        environment = os.environ | {"LONGHAND_ALERT_WEBHOOK": webhook}
        for name, command in programs.items():
            stack.enter_context(running(command, folder / f"{name}.log", environment))
        address = f"http://127.0.0.1:{ports['prometheus']}"
        wait(lambda: ready(address), folder / "prometheus.log")
        yield Watch(platform, address, alerts)


def prometheus(folder: Path, ports: dict[str, int], platform: RunningPlatform) -> list[str | Path]:
    """The arguments of a Prometheus with the committed configuration, its ports changed and its clock quickened."""
    config = yaml.safe_load((ROOT / "prometheus" / "embedded.yml").read_text())
    ports = ports | {job: platform.ports[name] for job, name in SCRAPED.items()}
    config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    config["rule_files"] = [str(ROOT / "prometheus" / file) for file in config["rule_files"]]
    config["alerting"]["alertmanagers"][0]["static_configs"][0]["targets"] = [f"127.0.0.1:{ports['alertmanager']}"]
    for scrape in config["scrape_configs"]:
        scrape["static_configs"][0]["targets"] = [f"127.0.0.1:{ports[scrape['job_name']]}"]
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
    return [
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'prometheus'}",
        f"--web.listen-address=127.0.0.1:{ports['prometheus']}",
    ]


def alertmanager(folder: Path, port: int) -> list[str | Path]:
    find_program("prometheus-alertmanager")
    return [
        ROOT / "alertmanager" / "start",
        f"--storage.path={folder / 'alertmanager'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=",
    ]


class listening:
    """A webhook on loopback; what is sent to it lies in a queue."""

    def __init__(self) -> None:
        heard: queue.Queue[Alert] = queue.Queue()

        class Webhook(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                for alert in body["alerts"]:
                    heard.put(alert)
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: Any) -> None: ...

        self.heard = heard
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Webhook)
        self.thread = threading.Thread(target=self.server.serve_forever)

    def __enter__(self) -> tuple["queue.Queue[Alert]", str]:
        self.thread.start()
        return self.heard, f"http://127.0.0.1:{self.server.server_port}/alerts?from=longhand&to=us"

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/-/ready", trust_env=False).is_success
    except httpx.TransportError:
        return False


def eventually(true: Callable[[], bool], what: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, what()
        time.sleep(0.3)


def work(platform: RunningPlatform) -> None:
    """A little of everything that the dashboards show."""
    with closing(platform.client("admin1")) as client:
        for task in ("text", "character"):
            client.post("/predict", files={"file": ("word.png", word(100), "image/png")}, data={"task": task})
        listed = {"candidates": '["word", "sword"]'}
        assert client.post("/predict", files={"file": ("word.png", word(100), "image/png")}, data=listed).is_success
        for path in ("/models", "/jobs", "/readings", "/datasets"):
            assert client.get(path).is_success


def fail_a_training(platform: RunningPlatform) -> None:
    """A training that tells its first epoch and then fails."""
    engine = open_engine(f"sqlite:///{platform.var}/training/state.db")
    store = JobStore(engine, "trn")
    job = store.submit("train", {"model": "text", "recipe": "starter"}, "admin1")
    leases = Leases(store)
    assert leases.claim(job.id, "test", 60)
    leases.heartbeat(job.id, "test", {"epoch": 1, "loss": 0.5})
    leases.fail(job.id, "test", "not_a_number", "The loss is not a number.")
    engine.dispose()


def test_every_target_is_up(watch: Watch) -> None:
    wanted = {*SCRAPED, "prometheus", "alertmanager", "machine"}
    eventually(lambda: set(watch.targets().values()) == {"up"}, watch.targets)
    assert watch.targets().keys() == wanted


def test_a_failed_training_is_told_and_every_panel_shows_something(watch: Watch) -> None:
    eventually(lambda: watch.ask('longhand_jobs{kind="train", status="failed"}') == [0], watch.targets)
    fail_a_training(watch.platform)
    panels = {
        f"{dashboard.name}: {panel.title}: {query.legend}": query.expression.replace("$__rate_interval", "30s")
        for dashboard in DASHBOARDS
        if dashboard is not CONTAINERS  # cAdvisor is not among Debian's packages
        for panel in dashboard.panels
        if not panel.quiet
        for query in panel.queries
    }

    def empty() -> list[str]:
        work(watch.platform)
        return [name for name, query in panels.items() if not any(map(math.isfinite, watch.ask(query)))]

    eventually(lambda: not empty(), empty)
    eventually(lambda: watch.told("TrainingFailed", "training"), lambda: list(watch.alerts.queue))


def test_what_a_quiet_panel_asks_for_is_measured(watch: Watch) -> None:
    quiet = [panel for dashboard in DASHBOARDS for panel in dashboard.panels if panel.quiet]
    asked = {
        name for panel in quiet for query in panel.queries for name in re.findall(r"longhand_\w+", query.expression)
    }
    assert asked

    def missing() -> set[str]:
        return asked - watch.known()

    eventually(lambda: not missing(), missing)


def test_the_alert_of_a_killed_service_arrives_at_the_webhook(watch: Watch) -> None:
    def killed() -> bool:
        if pid := watch.platform.find("services.prediction"):
            os.kill(pid, signal.SIGKILL)
        return watch.told("ServiceDown", "prediction")

    eventually(killed, lambda: (watch.targets(), list(watch.alerts.queue)), seconds=120)
