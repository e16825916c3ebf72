"""What a job's own process uses to hear from its worker and to answer it: files in the job's folder.

Without a worker nothing is written, so that the same program can be started by a person.
"""

import json
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn, TextIO

from longhand import durable


def variables(job: str, by: str, folder: Path) -> dict[str, str]:
    """The environment in which a job runs: what it is called, who asked for it, and where its files lie."""
    return {
        "LONGHAND_JOB": job,
        "LONGHAND_JOB_BY": by,
        "LONGHAND_JOB_DIRECTORY": str(folder),
        "LONGHAND_PROGRESS": str(folder / "progress.json"),
        "LONGHAND_RESULT": str(folder / "result.json"),
        "LONGHAND_ERROR": str(folder / "error.json"),
        "LONGHAND_FOLLOW_UP": str(folder / "follow_up.json"),
    }


def job_folder() -> Path:
    """The job's own folder: it is empty when the job begins, and removed when it has ended."""
    return Path(os.environ["LONGHAND_JOB_DIRECTORY"])


def read_arguments() -> dict[str, object]:
    """The job's arguments."""
    arguments: dict[str, object] = json.loads((job_folder() / "arguments.json").read_text("utf-8"))
    return arguments


def report_progress(progress: Mapping[str, object]) -> None:
    """Reports how far the job is, in place of what it reported before; `done` and `total` say which share is done."""
    _write("LONGHAND_PROGRESS", progress)


def write_result(result: Mapping[str, object]) -> None:
    """Reports what came of the job; it counts once the process ends with 0."""
    _write("LONGHAND_RESULT", result)


def follow_up(kind: str, arguments: Mapping[str, object]) -> None:
    """Names the job that is queued in the transaction in which this one succeeds."""
    _write("LONGHAND_FOLLOW_UP", {"kind": kind, "arguments": dict(arguments)})


def fail(code: str, message: str) -> NoReturn:
    """Ends the process with 1, and the job with this code and sentence."""
    _write("LONGHAND_ERROR", {"code": code, "message": message})
    print(message, file=sys.stderr)
    raise SystemExit(1)


def serve(work: Callable[[], None]) -> None:
    """Does one job after another in this process, which keeps what it has loaded: for kinds whose process stays.

    The worker writes each job's environment to stdin, a line of JSON. `work` does the job that the environment names
    and prints into its log. An exception fails the job and not the process.
    """
    for line in _take_stdin():
        os.environ.update(json.loads(line))
        with _printing_to(job_folder() / "log"):
            status = _attempt(work)
        place_json(job_folder() / "ended.json", {"status": status})


def place_json(path: Path, content: Mapping[str, object]) -> None:
    """Writes a file that a reader finds as it was or as it is, whole; numbers of any library are written as floats."""
    durable.write(path, json.dumps(content, ensure_ascii=False, default=float), durable=False)


def _write(variable: str, content: Mapping[str, object]) -> None:
    if path := os.environ.get(variable):
        place_json(Path(path), content)


def _take_stdin() -> TextIO:
    """The worker's lines; what the jobs start finds nothing on stdin."""
    lines = os.fdopen(os.dup(0), encoding="utf-8")
    with open(os.devnull) as nothing:
        os.dup2(nothing.fileno(), 0)
    return lines


@contextmanager
def _printing_to(log: Path) -> Iterator[None]:
    """Sends what this process and its children print to a file, by descriptor: libraries in C print, too."""
    kept = [os.dup(number) for number in (1, 2)]
    with log.open("ab") as file:
        for number in (1, 2):
            os.dup2(file.fileno(), number)
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for number, before in zip((1, 2), kept, strict=True):
            os.dup2(before, number)
            os.close(before)


def _attempt(work: Callable[[], None]) -> int:
    try:
        work()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except Exception:
        traceback.print_exc()
        return 1
    return 0
