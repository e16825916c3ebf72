"""`dvc repro` as a child process: its output is passed on, its stages are reported, its failure becomes a sentence."""

import re
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from services.training.errors import PipelineFailed

STAGE = re.compile(r"Running stage '(.+)':")
FAILED = re.compile(r"ERROR: failed to reproduce '(.+?)'")


def reproduce(
    workspace: Path, arguments: Sequence[str], environment: Mapping[str, str], begin: Callable[[str], None]
) -> None:
    """Run `dvc repro` with these arguments; `begin` is called with the name of each stage that is run.

    Raises PipelineFailed with the stage's last words.
    """
    command = [sys.executable, "-m", "dvc", "--wait-for-lock", "repro", *arguments]
    last: deque[str] = deque(maxlen=50)
    with subprocess.Popen(
        command, cwd=workspace, env=dict(environment), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            last.append(line.rstrip())
            if found := STAGE.search(line):
                begin(found[1].rpartition(":")[2])
    if process.returncode:
        raise PipelineFailed(_explain(last))


def _explain(last: Sequence[str]) -> str:
    """The stage that failed and what it said last, of the end of the output."""
    words, stage = "nothing was said", ""
    for line in last:
        if found := FAILED.search(line):
            stage = found[1].rpartition(":")[2]
            break
        if line and not line.startswith("ERROR: "):
            words = line
    if not stage:
        words = next((line for line in reversed(last) if line), words)
    return f"The stage {stage} failed: {words}" if stage else f"The pipeline failed: {words}"
