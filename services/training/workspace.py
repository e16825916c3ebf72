"""The folder in which dvc runs a recipe: a copy of the checkout's pipeline, never the checkout itself.

What the pipeline makes (below `var/`, with the checkpoints) and dvc's state stay from one job to the next.
"""

import fcntl
import filecmp
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from services.training.errors import BrokenSource
from services.training.recipes import PARAMS, PIPELINES, Params, write_params

FILES = ("dvc.yaml", "params.yaml", ".dvcignore")
LOCKS = ("dvc.lock", "pipelines/full/dvc.lock")
FOLDERS = ("pipelines", "src/longhand")
ALIGNMENTS = Path("var/alignments")
BUSY = ".busy"
STALE = ("rwlock", "rwlock.lock", "lock")
CONFIG = """[core]
    no_scm = true
    analytics = false
    check_update = false
[cache]
    dir = {cache}
"""


@contextmanager
def alone(workspace: Path, wait: Callable[[], None]) -> Iterator[None]:
    """Keeps other processes out of the workspace; calls `wait` before it waits. The kernel frees it after a kill."""
    workspace.mkdir(parents=True, exist_ok=True)
    with (workspace / BUSY).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            wait()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def lay_out(source: Path, workspace: Path, cache: Path, recipe: str, params: Params) -> None:
    """Make the workspace what the checkout is now, with these parameters. To be called `alone`."""
    if not (source / PIPELINES[recipe]).is_file():
        raise BrokenSource(f"{source} has no {PIPELINES[recipe]}; LONGHAND_TRAINING_SOURCE must name a checkout.")
    for name in FILES:
        _copy(source / name, workspace / name)
    for name in FOLDERS:
        _mirror(source / name, workspace / name)
    for name in LOCKS:  # dvc's state of this workspace, once there is one, is not the checkout's
        if not (workspace / name).exists():
            _copy(source / name, workspace / name)
    for alignment in _list_alignments(params):
        _copy(source / alignment, workspace / alignment)
    write_params(workspace / PARAMS[recipe], params)
    _init_dvc(workspace, cache)


def _list_alignments(params: Params) -> Iterator[Path]:
    """The files that recomposed sets rest on: no stage makes them, whoever runs the checkout has put them there."""
    for section in params.values():
        sets = section.get("sets") if isinstance(section, dict) else None
        for options in sets.values() if isinstance(sets, dict) else ():
            if sha256 := options.get("alignment"):
                yield ALIGNMENTS / f"{sha256}.jsonl"


def _init_dvc(workspace: Path, cache: Path) -> None:
    """What `dvc init --no-scm` makes, without locks that a killed process left: dvc only asks whether its id lives."""
    (workspace / ".dvc").mkdir(exist_ok=True)
    (workspace / ".dvc" / "config").write_text(CONFIG.format(cache=cache.resolve()))
    for name in STALE:
        (workspace / ".dvc" / "tmp" / name).unlink(missing_ok=True)


def _mirror(source: Path, target: Path) -> None:
    wanted = {path for path in _files(source) if path.name != "dvc.lock"}
    for stale in _files(target) - wanted:
        if stale.name != "dvc.lock":
            (target / stale).unlink()
    for path in wanted:
        _copy(source / path, target / path)


def _files(folder: Path) -> set[Path]:
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {path for path in found if "__pycache__" not in path.parts}


def _copy(source: Path, target: Path) -> None:
    """Copy a file that there is, unless it is there already: dvc need not read it again."""
    if not source.exists() or (target.exists() and filecmp.cmp(source, target)):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target)
