"""What a job's own process uses; the standard library only.

Run as a script, `child.py COMMAND…`, it is the guardian of a job: it runs the command in its own process group, and
ends the whole group when the worker is gone, however that came about.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

LIFELINE = "LONGHAND_LIFELINE"


def report_progress(progress: Mapping[str, Any]) -> None:
    """Tells the worker how far this is: it replaces what was told before. Without a worker, nothing happens."""
    _write("LONGHAND_PROGRESS", progress)


def write_result(result: Mapping[str, Any]) -> None:
    """Tells the worker what came of it; counts once the process ends with 0."""
    _write("LONGHAND_RESULT", result)


def fail(code: str, message: str) -> NoReturn:
    """Ends the process with 1, and the job with this code and sentence."""
    _write("LONGHAND_ERROR", {"code": code, "message": message})
    print(message, file=sys.stderr)
    raise SystemExit(1)


def read_arguments() -> dict[str, Any]:
    """The job's arguments."""
    path = Path(os.environ["LONGHAND_JOB_DIRECTORY"]) / "arguments.json"
    arguments: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return arguments


def place_json(path: Path, content: Mapping[str, Any]) -> None:
    """Writes aside and renames, so that a reader finds the old content or the new, whole."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    aside.write_text(json.dumps(content, ensure_ascii=False, default=float), "utf-8")
    aside.replace(path)


def _write(variable: str, content: Mapping[str, Any]) -> None:
    if path := os.environ.get(variable):
        place_json(Path(path), content)


def hold_lifeline() -> None:
    """Kills this process group as soon as the worker's end of the lifeline closes; without a lifeline, nothing.

    The guardian does this for every job, so a job has no need to.
    """
    descriptor = os.environ.pop(LIFELINE, None)
    if descriptor is not None:
        threading.Thread(target=_wait_for_end, args=(int(descriptor),), daemon=True).start()


def _wait_for_end(descriptor: int) -> None:
    while os.read(descriptor, 1):
        pass
    os.killpg(os.getpgrp(), signal.SIGKILL)


def guard(command: Sequence[str]) -> int:
    """The command's exit status (128 + N after signal N); the guardian itself outlives a SIGTERM to the group."""
    hold_lifeline()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)  # not SIG_IGN, which the command would inherit
    try:
        status = subprocess.call(command)
    except OSError as error:
        print(f"{command[0]} cannot be started: {error}", file=sys.stderr)
        return 127
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(guard(sys.argv[1:]))
