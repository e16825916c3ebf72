"""A training's curves in MLflow while it goes on; a training never fails or waits for want of a server."""

import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import isfinite
from pathlib import Path
from typing import Protocol

from longhand.registry.errors import RegistryUnavailable
from longhand.registry.live import LiveRun, Point
from longhand.registry.runs import Ending, flatten
from pipelines.recipe import TRACKING, Recipe, read_json, write_json
from pipelines.tracking import describe

RUN = "run.json"
"""The file that names a training's run."""

KEPT = 20_000
"""The most numbers that wait for a server, the newest; a training of fifty epochs tells about as many."""


class Run(Protocol):
    """What a run has to take."""

    @property
    def id(self) -> str: ...
    def note(self, points: Sequence[Point]) -> None: ...
    def keep(self, path: Path, folder: str = "") -> None: ...
    def end(self, status: Ending) -> None: ...
    def close(self) -> None: ...


class LiveLogger:
    """Gathers what it is told and sends it in a thread of its own: every few seconds, `every` of them, less often while
    the server is away. `run_id` is known once it has answered; closing waits `patience` seconds at most."""

    def __init__(self, connect: Callable[[], Run], every: float = 5.0, patience: float = 10.0) -> None:
        self._connect, self._every, self._pause, self._patience = connect, every, every, patience
        self._run: Run | None = None
        self.run_id: str | None = None
        self.ending: Ending = "FAILED"
        self._points: list[Point] = []
        self._pages: list[tuple[int, Mapping[str, str]]] = []
        self._lock, self._closing, self._refused = threading.Lock(), threading.Event(), False
        self._thread = threading.Thread(target=self._work, name="live", daemon=True)
        self._thread.start()

    def note(self, step: int, values: Mapping[str, float]) -> None:
        """Keep the finite ones of some numbers for the next sending: MLflow takes no others."""
        now = int(time.time() * 1000)
        points = [Point(name, float(value), step, now) for name, value in values.items() if isfinite(value)]
        with self._lock:
            self._points = [] if self._refused else (self._points + points)[-KEPT:]

    def show(self, step: int, texts: Mapping[str, str]) -> None:
        """Keep texts for the next sending."""
        with self._lock:
            self._pages += [] if self._refused else [(step, texts)]

    def close(self) -> None:
        """Send the rest, and say how the training ended."""
        self._closing.set()
        self._thread.join(self._patience)

    def _work(self) -> None:
        while not self._closing.wait(self._pause) and not self._refused:
            self._try(self._send)
        if not self._refused:
            self._try(self._finish)
        if self._run:
            self._run.close()

    def _finish(self) -> None:
        self._send().end(self.ending)

    def _try(self, act: Callable[[], object]) -> None:
        """Act, and gather on where the server is away; where it is not what it should be, send nothing more."""
        try:
            act()
            self._pause = self._every
        except RegistryUnavailable as error:
            if self._pause == self._every:
                print(f"{error.sentence} The training goes on, and its curves follow.", flush=True)
            self._pause = min(60.0, 2 * self._pause)
        except Exception as error:  # whatever it is, it is no reason to end a training
            self._refused = True
            print(f"The training goes on without its curves in MLflow: {error}", flush=True)

    def _send(self) -> Run:
        run = self._run = self._run or self._connect()
        self.run_id = run.id
        with self._lock:
            points, self._points = self._points, []
        try:
            run.note(points)
        except RegistryUnavailable:
            with self._lock:
                self._points = (points + self._points)[-KEPT:]
            raise
        while self._pages:
            self._publish(run, *self._pages[0])
            del self._pages[0]
        return run

    def _publish(self, run: Run, step: int, texts: Mapping[str, str]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            page = Path(folder) / f"step-{step:06}.md"
            page.write_text("\n".join(f"## {name}\n\n{text}" for name, text in texts.items()), encoding="utf-8")
            run.keep(page, "readings")


@contextmanager
def live(recipe: Recipe, folder: Path) -> Iterator[LiveLogger]:
    """A training logger that goes to the run of this training, on the server that MLFLOW_TRACKING_URI names.

    The run's id lies in `folder`, beside the checkpoints: a training that goes on goes on with its run.
    """
    url = os.environ[TRACKING]
    logger = LiveLogger(lambda: _open(url, recipe, folder / RUN))
    try:
        yield logger
        logger.ending = "FINISHED"
    finally:
        logger.close()


def find_run(recipe: Recipe, folder: Path) -> str | None:
    """The id of the run that was written of this training, if any."""
    kept = read_json(folder / RUN) if (folder / RUN).exists() else {}
    return str(kept["run_id"]) if kept.get("training") == recipe.training else None


def _open(url: str, recipe: Recipe, file: Path) -> LiveRun:
    version = str(read_json(recipe.folder("prepare") / "receipt.json")["dataset_version"])
    tags = {"recipe": recipe.name, "dataset_version": version}
    known, said = find_run(recipe, file.parent), describe(recipe, version)
    run = LiveRun.open(url, recipe.model, dict(flatten(recipe.settings)), tags, known, description=said)
    write_json(file, {"run_id": run.id, "training": recipe.training})
    return run
