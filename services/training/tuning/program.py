"""`python -m pipelines.tuning` of a checkout as a child process: its output is passed on, its failure is a sentence."""

import os
import subprocess
import sys
from collections import deque
from collections.abc import Mapping
from pathlib import Path

from services.training.errors import PipelineFailed


def run(source: Path, arguments: Mapping[str, object], commit: str) -> None:
    """Run it with these arguments; raises PipelineFailed with its last words."""
    command = [sys.executable, "-m", "pipelines.tuning"]
    command += [part for name, value in arguments.items() for part in (f"--{name}", str(value))]
    code = source.resolve()
    environment = {**os.environ, "PYTHONPATH": f"{code / 'src'}{os.pathsep}{code}", "LONGHAND_COMMIT": commit}
    last: deque[str] = deque(maxlen=1)
    with subprocess.Popen(
        command, cwd=code, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            last += [line.strip()] if line.strip() else []
    if process.returncode:
        raise PipelineFailed(f"The fine-tune failed: {last[0] if last else 'nothing was said'}")
