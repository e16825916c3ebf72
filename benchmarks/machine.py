"""Where a run takes place, and with which code."""

import os
import platform
import subprocess
import sys
from pathlib import Path

from benchmarks.process import ROOT, environment
from pipelines.commit import describe_commit

__all__ = ["describe_commit", "describe_machine", "time_reference"]


def describe_machine() -> str:
    """The processor's name and the number of cores that may be used."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{_processor()}, {cores} cores"


def _processor() -> str:
    about = Path("/proc/cpuinfo")
    lines = about.read_text().splitlines() if about.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def time_reference(threads: int) -> float:
    """Seconds that the reference workload takes here, in a process of its own; see benchmarks.reference."""
    command = [sys.executable, "-m", "benchmarks.reference", str(threads)]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(threads), capture_output=True, text=True, check=True, timeout=300
    )
    return float(done.stdout)
