"""A further model is an entry in the table of tasks and its own modules, nothing else."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import longhand

ROOT = Path(__file__).parents[2]
THIRD = Path(__file__).parent / "third"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """The library with a third entry, and the modules of its task in the rooms that ask for them."""
    folder = tmp_path / "src" / "longhand"
    shutil.copytree(Path(longhand.__file__).parent, folder, ignore=shutil.ignore_patterns("__pycache__"))
    table = folder / "tasks.py"
    head, default, tail = table.read_text().partition("DEFAULT = ")
    table.write_text(head + (THIRD / "entry.txt").read_text() + "\n" + default + tail)
    for room in ("recipes", "learning", "inference"):
        shutil.copy(THIRD / f"{room}.py", folder / room / "digits.py")
    return folder.parent


@pytest.mark.timeout(400)
def test_a_third_model_goes_through_all_rooms(library: Path, tmp_path: Path) -> None:
    command = [sys.executable, str(THIRD / "journey.py"), str(tmp_path / "home")]
    path = os.pathsep.join([str(library), str(ROOT)])
    environment = {**os.environ, "PYTHONPATH": path, "MLFLOW_TRACKING_URI": "http://127.0.0.1:9"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=390)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    assert done.stdout.endswith("read, described and asked for\n")
