"""A training is told in MLflow while it goes on, and goes on whatever becomes of the server."""

import threading
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from longhand.registry.errors import RegistryRefused, RegistryUnavailable
from longhand.registry.live import Ending, LiveRun, Point
from longhand.registry.registry import Registry
from pipelines.live import KEPT, LiveLogger, find_run, live
from pipelines.recipe import TRACKING, Recipe, read_json, write_json
from tests.pipelines.workshop import workshop
from tests.ports import free_port


class Server:
    """A server that can be away, refuse, or hang; it remembers what it took, and whom it served."""

    def __init__(self) -> None:
        self.away = self.refuses = False
        self.hangs = threading.Event()
        self.hangs.set()
        self.points: list[Point] = []
        self.pages: dict[str, str] = {}
        self.ended: list[Ending] = []
        self.asked, self.threads = 0, set[str]()

    def connect(self) -> "Server":
        self._check()
        return self

    @property
    def id(self) -> str:
        return "r1"

    def note(self, points: Sequence[Point]) -> None:
        self._check()
        self.points += points

    def keep(self, path: Path, folder: str = "") -> None:
        self._check()
        self.pages[f"{folder}/{path.name}"] = path.read_text()

    def end(self, status: Ending) -> None:
        self._check()
        self.ended.append(status)

    def close(self) -> None:
        self._check()

    def _check(self) -> None:
        self.asked += 1
        self.threads.add(threading.current_thread().name)
        self.hangs.wait(20)
        if self.away:
            raise RegistryUnavailable("The server is away.")
        if self.refuses:
            raise RegistryRefused("The server refuses.")


@pytest.fixture
def server() -> Server:
    return Server()


def until(condition: object) -> None:
    """Wait for what another thread does."""
    deadline = time.monotonic() + 20
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_what_is_told_arrives_from_another_thread(server: Server) -> None:
    logger = LiveLogger(server.connect, every=0.01)
    logger.note(20, {"training/loss": 3.0, "training/gradient_norm": float("inf")})
    until(lambda: server.points)
    logger.note(40, {"training/loss": 2.0})
    logger.show(40, {"readings/mine": "- `a` → `b`\n"})
    logger.ending = "FINISHED"
    logger.close()
    assert [(p.key, p.value, p.step) for p in server.points] == [("training/loss", 3, 20), ("training/loss", 2, 40)]
    assert server.pages == {"readings/step-000040.md": "## readings/mine\n\n- `a` → `b`\n"}
    assert (server.ended, logger.run_id, server.threads) == (["FINISHED"], "r1", {"live"})


def test_a_training_that_fails_is_a_run_that_failed(server: Server) -> None:
    LiveLogger(server.connect, every=60).close()
    assert server.ended == ["FAILED"]


def test_what_was_told_while_the_server_was_away_follows(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    logger = LiveLogger(server.connect, every=0.01)
    until(lambda: server.asked)
    server.away = True
    logger.note(20, {"loss": 3.0})
    asked = server.asked
    until(lambda: server.asked > asked + 2)
    server.away = False
    logger.note(40, {"loss": 2.0})
    logger.close()
    assert [p.step for p in server.points] == [20, 40]
    assert capsys.readouterr().out.count("The server is away. The training goes on, and its curves follow.") == 1


def test_only_the_newest_wait_for_a_server_that_stays_away(server: Server) -> None:
    server.away = True
    logger = LiveLogger(server.connect, every=60)
    for step in range(KEPT // 1000 + 2):
        logger.note(step, {str(i): 0.0 for i in range(1000)})
    server.away = False
    logger.close()
    assert len(server.points) == KEPT and server.points[0].step == 2


def test_a_server_that_refuses_is_asked_no_more(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    server.refuses = True
    logger = LiveLogger(server.connect, every=0.01)
    until(lambda: not logger._thread.is_alive())
    logger.note(20, {"loss": 3.0})
    logger.show(20, {"a": "b"})
    logger.close()
    assert (server.asked, server.points, logger.run_id) == (1, [], None)
    assert "goes on without its curves in MLflow: The server refuses." in capsys.readouterr().out


def test_nobody_waits_for_a_server_that_hangs(server: Server) -> None:
    server.hangs.clear()
    logger = LiveLogger(server.connect, every=0.01, patience=0.2)
    until(lambda: server.asked)
    started = time.monotonic()
    logger.note(20, {"loss": 3.0})
    logger.close()
    assert time.monotonic() - started < 5
    server.hangs.set()
    logger._thread.join(20)


def prepared(recipe: Recipe) -> Recipe:
    write_json(recipe.folder("prepare") / "receipt.json", {"dataset_version": "d1"})
    return recipe


def tell(recipe: Recipe, step: int) -> str | None:
    with live(prepared(recipe), recipe.folder("checkpoints")) as logger:
        logger.note(step, {"training/loss": 1.0 / step})
        logger.show(step, {"readings/mine": "- `é`"})
    return logger.run_id


def test_a_training_that_goes_on_goes_on_with_its_run(
    tmp_path: Path, mlflow_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TRACKING, mlflow_url)
    with workshop(tmp_path, "text") as recipe:
        first, again = tell(recipe, 20), tell(recipe, 40)
        assert first and first == again == read_json(recipe.folder("checkpoints") / "run.json")["run_id"]
        assert first == find_run(recipe, recipe.folder("checkpoints"))
    with workshop(tmp_path, "text", seed=2) as other:
        assert find_run(other, other.folder("checkpoints")) is None
        assert tell(other, 20) != first, "other settings are another training"
    with closing(Registry(mlflow_url)) as registry:
        rest = registry._rest
        curve = rest.get("metrics/get-history", run_id=first, metric_key="training/loss")["metrics"]
        run = rest.get("runs/get", run_id=first)["run"]
        rest.download(run["info"]["artifact_uri"] + "/readings/step-000040.md", tmp_path / "page")
    assert sorted((m["step"], m["value"]) for m in curve) == [(20, 0.05), (40, 0.025)]
    params = {p["key"]: p["value"] for p in run["data"]["params"]}
    assert (params["seed"], params["fit.epochs"]) == ("1", "2")
    assert run["info"]["status"] == "FINISHED" and (tmp_path / "page").read_text().endswith("- `é`")


def test_a_run_that_the_server_does_not_know_is_begun_anew(
    tmp_path: Path, mlflow_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TRACKING, mlflow_url)
    with workshop(tmp_path, "text") as recipe:
        first = tell(recipe, 20)
        with closing(Registry(mlflow_url)) as registry:
            registry._rest.post("runs/delete", run_id=first)
        assert tell(recipe, 20) not in (first, None)


def test_a_training_without_a_server_is_told_nowhere_and_does_not_mind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TRACKING, f"http://127.0.0.1:{free_port()}")
    with workshop(tmp_path, "text") as recipe:
        assert tell(recipe, 20) is None
        assert not (recipe.folder("checkpoints") / "run.json").exists()


def test_more_points_than_one_message_takes_arrive(mlflow_url: str) -> None:
    run = LiveRun.open(mlflow_url, "live", {}, {})
    with closing(run):
        run.note([Point("loss", float(step), step, 1_700_000_000_000 + step) for step in range(1900)])
        again = LiveRun.open(mlflow_url, "live", {}, {}, run.id)
        assert again.id == run.id
        history = run._rest.get("metrics/get-history", run_id=run.id, metric_key="loss", max_results=5000)["metrics"]
        assert len(history) == 1900
        again.close()
