"""`python -m benchmarks.child`: one engine in a process of its own, which is told what to do in lines of JSON.

    {"open": {"engine", "threads", "bundles", "task"}}    → {"version"}
    {"read": {"files", "batch", "rounds"}}                → {"readings", "rounds", "memory_mb"}

`rounds` are the seconds of every batch, once per round. What goes wrong is {"missing": sentence} or
{"failed": sentence}.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from benchmarks.engines.base import EFFORTS, Engine, EngineMissing, Reading, Task, find_bundle

Message = dict[str, Any]


def pin(threads: int) -> None:
    """Keep this process to its first cores, as many as it has threads, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])


def open_engine(name: str, task: Message, threads: int, bundles: str) -> Engine:
    """Import and load an engine, and nothing of the others."""
    pin(threads)
    asked = Task(**{**task, "lexicon": tuple(task["lexicon"])})
    if name in EFFORTS:
        from benchmarks.engines.longhand import LonghandEngine

        return LonghandEngine(asked, threads, find_bundle(Path(bundles), name, asked.model))
    if name == "rapidocr":
        from benchmarks.engines.rapidocr import RapidOcrEngine

        return RapidOcrEngine(asked, threads)
    from benchmarks.engines.tesseract import TesseractEngine

    return TesseractEngine(asked, threads)


def read(engine: Engine, files: list[str], batch: int, rounds: int) -> Message:
    """Read files from their bytes to text, `batch` at once, and time it."""
    pictures = [Path(file).read_bytes() for file in files]
    chunks = [pictures[start : start + batch] for start in range(0, len(pictures), batch)]
    timed = []
    readings: list[Reading] = []
    for _ in range(rounds):
        readings, seconds = [], []
        for chunk in chunks:
            started = time.perf_counter()
            readings += engine.read(chunk)
            seconds.append(time.perf_counter() - started)
        timed.append(seconds)
    return {"readings": [asdict(one) for one in readings], "rounds": timed, "memory_mb": peak()}


def peak() -> float:
    """The most memory that this process ever had, in MB."""
    try:  # getrusage would count what the parent had when it forked
        status = Path("/proc/self/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1000
    except (OSError, IndexError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def serve(requests: TextIO, answers: TextIO, open_named: Callable[..., Engine] = open_engine) -> None:
    """Answer requests line by line until there are no more."""
    engine: Engine | None = None
    for line in requests:
        request = json.loads(line)
        try:
            if "open" in request:
                asked = request["open"]
                engine = open_named(asked["engine"], asked["task"], asked["threads"], asked["bundles"])
                answer: Message = {"version": engine.version}
            else:
                assert engine is not None, "no engine is open"
                answer = read(engine, **request["read"])
        except EngineMissing as error:
            answer = {"missing": str(error)}
        except Exception as error:
            answer = {"failed": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)


def main() -> None:
    """Serve on the standard streams; whatever a library prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    serve(sys.stdin, answers)


if __name__ == "__main__":
    main()
