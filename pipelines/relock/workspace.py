"""Copies of code in which the pipeline runs aside: below `var/relock`, never in the checkout itself."""

import os
import shutil
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path

from pipelines.recipe import TRACKING
from pipelines.relock.errors import NotProven

FILES = ("dvc.yaml", "params.yaml", ".dvcignore")
FOLDERS = ("pipelines", "src")
LOCKS = ("dvc.lock", "pipelines/full/dvc.lock")
CONFIG = "[core]\n    no_scm = true\n    analytics = false\n    check_update = false\n"
NOWHERE = "http://127.0.0.1:9"
"""Where nobody listens: code of any age reports its trainings there, and to no platform."""


def lay_out(root: Path, folder: Path) -> None:
    """Make the folder's code what the checkout's is; what its pipeline made, and dvc's locks there, stay."""
    locks = {name: (folder / name).read_bytes() for name in LOCKS if (folder / name).exists()}
    for name in FOLDERS:
        shutil.rmtree(folder / name, ignore_errors=True)
        shutil.copytree(root / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "dvc.lock"))
    for name in FILES:
        shutil.copyfile(root / name, folder / name)
    for name, content in locks.items():
        (folder / name).write_bytes(content)
    _init_dvc(folder)


def extract(root: Path, commit: str, folder: Path) -> Path:
    """The pipeline's code as it was in a commit; nothing is done where it lies there already."""
    if not folder.exists():
        content = _git(root, "archive", commit, *FOLDERS, *FILES, "dvc.lock")
        aside = folder.with_name(f".{folder.name}")
        shutil.rmtree(aside, ignore_errors=True)
        with tarfile.open(fileobj=BytesIO(content)) as archive:
            archive.extractall(aside, filter="data")
        _init_dvc(aside)
        aside.rename(folder)
    return folder


def list_commits(root: Path, lock: Path) -> list[str]:
    """The commits since the lock was last written, that one first."""
    first = _git(root, "log", "-1", "--format=%H", "--", lock.as_posix()).decode().strip()
    later = _git(root, "rev-list", "--reverse", f"{first}..HEAD").decode().split() if first else []
    return [first, *later] if first else []


def show(root: Path, commit: str, path: str) -> bytes:
    """A file as it was in a commit."""
    return _git(root, "show", f"{commit}:{path}")


def run_dvc(folder: Path, *targets: str, tracking: str = "") -> None:
    """`dvc repro` in a workspace; raises NotProven where a stage fails."""
    run([sys.executable, "-m", "dvc", "repro", *targets], folder, folder, tracking)


def run(command: list[str], folder: Path, code: Path, tracking: str) -> None:
    """A command in a folder, with the project's code of another; raises NotProven where it fails."""
    source = code.resolve()
    environment = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "PYTHONPATH": f"{source / 'src'}{os.pathsep}{source}",
        TRACKING: tracking,
        # Threads add in any order otherwise, and two runs of one training end with other weights.
        "TF_DETERMINISTIC_OPS": "1",
    }
    done = subprocess.run(command, cwd=folder, env={**os.environ, **environment}, check=False)
    if done.returncode:
        raise NotProven(f"`{' '.join(command[1:])}` failed in {folder} and says why above. No lock is written.")


def _init_dvc(folder: Path) -> None:
    """What `dvc init --no-scm` makes."""
    (folder / ".dvc").mkdir(exist_ok=True)
    (folder / ".dvc" / "config").write_text(CONFIG)


def _git(root: Path, *words: str) -> bytes:
    done = subprocess.run(["git", *words], cwd=root, capture_output=True, check=False)
    if done.returncode:
        raise NotProven(f"git {words[0]} failed: {done.stderr.decode().strip()}")
    return done.stdout
