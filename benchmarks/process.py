"""Engines in child processes: one at a time, on the same cores with the same number of threads."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from benchmarks.engines.base import EngineMissing, Reading, Task

ROOT = Path(__file__).resolve().parents[1]
_LIMITS = ("OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class EngineFailed(Exception):
    """An engine stopped, or said what is wrong with it."""


@dataclass(frozen=True)
class Installation:
    """How an engine is started, and with what."""

    bundles: Path = ROOT / "bundles"
    peers: Path = ROOT / ".venv-peers" / "bin" / "python"
    child: str = "benchmarks.child"
    threads: int = 2

    def python(self, engine: str) -> str:
        """The interpreter that runs an engine: of the ready-made ones, one needs packages of its own."""
        return str(self.peers) if engine == "rapidocr" and self.peers.exists() else sys.executable


@dataclass(frozen=True)
class Timed:
    """Readings with the seconds of every batch, once per round, and the most memory that the process ever had."""

    readings: list[Reading]
    rounds: list[list[float]]
    memory_mb: float

    @property
    def seconds(self) -> float:
        """The best round."""
        return min(map(sum, self.rounds))


class Child:
    """An engine that is loaded; ends with the `with`. Raises EngineMissing or EngineFailed.

    `openmp` limits the threads of engines that keep to OMP_THREAD_LIMIT, by default as many as the others have.
    """

    def __init__(self, engine: str, task: Task, installed: Installation, openmp: int | None = None) -> None:
        self.engine, self._started = engine, time.perf_counter()
        self._noise = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115
        self._process = subprocess.Popen(
            [installed.python(engine), "-m", installed.child],
            cwd=ROOT,
            env=environment(openmp or installed.threads),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._noise,
            text=True,
            encoding="utf-8",
        )
        about = {"engine": engine, "threads": installed.threads, "bundles": str(installed.bundles)}
        try:
            self.version: str = self._ask({"open": {**about, "task": asdict(task)}})["version"]
        except BaseException:
            self._end()
            raise

    def read(self, files: Sequence[Path], batch: int, rounds: int = 1) -> Timed:
        """Read picture files in batches, `rounds` times."""
        answer = self._ask({"read": {"files": list(map(str, files)), "batch": batch, "rounds": rounds}})
        return Timed([Reading(**one) for one in answer["readings"]], answer["rounds"], answer["memory_mb"])

    def start(self, file: Path) -> float:
        """Read a first picture; the seconds from the start of the process until then."""
        self.read([file], 1)
        return time.perf_counter() - self._started

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None and self._process.stdout is not None
        try:
            print(json.dumps(request), file=self._process.stdin, flush=True)
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        answer: dict[str, Any] = json.loads(line) if line else {"failed": f"it stopped: {self._last_words()}"}
        if "missing" in answer:
            raise EngineMissing(answer["missing"])
        if "failed" in answer:
            raise EngineFailed(f"{self.engine}: {answer['failed']}")
        return answer

    def _last_words(self) -> str:
        self._noise.seek(0)
        return (self._noise.read().strip().splitlines() or ["without a word"])[-1]

    def _end(self) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.stdout.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._noise.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end()


def environment(threads: int) -> dict[str, str]:
    """The environment in which libraries keep to so many threads, which sleep while they wait."""
    limits = dict.fromkeys(_LIMITS, str(threads))
    return {**os.environ, **limits, "OMP_WAIT_POLICY": "PASSIVE", "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"}
