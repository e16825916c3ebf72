"""One job as a process group of its own, with a log, and files for what it has to say."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from longhand.contracts.jobs import Job, JobError
from longhand.servicekit.jobs import child

# Without site-packages a guardian starts in 20 ms and takes 8 MB.
GUARDIAN = [sys.executable, "-I", "-S", child.__file__]


class Run:
    """A running job. Everything it starts stays in its process group and dies with it, and with this process."""

    def __init__(self, job: Job, folder: Path, process: subprocess.Popen[bytes], lifeline: int) -> None:
        self.job, self.folder = job, folder
        self._process, self._lifeline = process, lifeline
        self._told: dict[str, Any] | None = None

    @classmethod
    def start(cls, job: Job, command: Sequence[str], directory: Path) -> Self:
        """Starts the command with its files in <directory>/<job id>; OSError where that cannot be."""
        folder = (directory / job.id).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("result.json", "error.json"):
            (folder / name).unlink(missing_ok=True)
        child.place_json(folder / "arguments.json", job.arguments)
        inner, outer = os.pipe()
        try:
            process = _spawn([*GUARDIAN, *command], _environment(job, folder, inner), folder, inner)
        except OSError:
            os.close(outer)
            raise
        finally:
            os.close(inner)
        return cls(job, folder, process, outer)

    def progress(self) -> dict[str, Any] | None:
        """What the job last told of its progress, where that is new; else None."""
        told = _read(self.folder / "progress.json")
        if told is None or told == self._told:
            return None
        self._told = told
        return told

    def ended(self) -> bool:
        """Whether the job's process has ended; what it left running is then killed."""
        if self._process.poll() is None:
            return False
        self._sweep()
        return True

    def terminate(self) -> None:
        """Asks the whole group to end."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """Ends the whole group, now."""
        self._signal(signal.SIGKILL)
        self._process.wait()
        self._sweep()

    def result(self) -> dict[str, Any]:
        """What came of it; empty where the job said nothing."""
        return _read(self.folder / "result.json") or {}

    def error(self) -> JobError | None:
        """Why it failed; None where it succeeded."""
        if self._process.returncode == 0:
            return None
        if told := _read(self.folder / "error.json"):
            return JobError(code=str(told.get("code")), message=str(told.get("message")))
        return JobError(code="job_failed", message=f"The job ended with {self._process.returncode}: its log says why.")

    def _sweep(self) -> None:
        self._signal(signal.SIGKILL)
        if self._lifeline >= 0:
            os.close(self._lifeline)
            self._lifeline = -1

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)


def _environment(job: Job, folder: Path, lifeline: int) -> dict[str, str]:
    own = {
        "LONGHAND_JOB": job.id,
        "LONGHAND_JOB_DIRECTORY": str(folder),
        "LONGHAND_PROGRESS": str(folder / "progress.json"),
        "LONGHAND_RESULT": str(folder / "result.json"),
        "LONGHAND_ERROR": str(folder / "error.json"),
        child.LIFELINE: str(lifeline),
        "PYTHONUNBUFFERED": "1",
    }
    return dict(os.environ) | own


def _spawn(command: Sequence[str], environment: dict[str, str], folder: Path, lifeline: int) -> subprocess.Popen[bytes]:
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            pass_fds=(lifeline,),
            start_new_session=True,
        )


def _read(path: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(path.read_text("utf-8"), parse_constant=lambda _: None)  # PostgreSQL has no NaN
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None
