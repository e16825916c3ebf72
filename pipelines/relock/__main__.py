"""Make the locks of both recipes true again where code moved and its outcome did not. Nothing is written before all of
it is shown; what takes long is done once for a version of the code, below var/relock."""

import os
import sys
from collections.abc import Collection, Iterator
from pathlib import Path

from longhand.datasets.readers import VARIABLE
from longhand.errors import LonghandError
from pipelines.definition.recipes import DEFINITIONS, Definition, write_definitions
from pipelines.relock.errors import NotProven
from pipelines.relock.full import check_bundles, check_data, check_training
from pipelines.relock.locks import Lock, find_stale, read_lock, renew, write_lock
from pipelines.relock.starter import run_again
from pipelines.relock.workspace import extract, list_commits

FOLDER = Path("var/relock")
TRAINS = "train@"


def relock(root: Path, folder: Path) -> Iterator[str]:
    """Prove and renew every lock that is stale; says what was done. Raises NotProven, and then writes no lock."""
    folder.mkdir(parents=True, exist_ok=True)
    yield from (f"{file} is written from the import graph" for file in write_definitions(root))
    renewed: list[tuple[Definition, Lock]] = []
    for definition in DEFINITIONS:
        stale = find_stale(root, definition)
        if not stale:
            yield f"{definition.lock} is true"
            continue
        yield f"{definition.lock} is stale: {', '.join(stale)}"
        yield from _prove(root, definition, {name.partition("@")[0] for name in stale}, folder)
        again = definition.recipe == "starter"
        renewed.append((definition, read_lock(folder / "starter", definition) if again else renew(root, definition)))
    for definition, lock in renewed:
        write_lock(root, definition, lock)
        yield f"{definition.lock} is true again"


def _prove(root: Path, definition: Definition, stale: Collection[str], folder: Path) -> Iterator[str]:
    """Show that the outcome of stale stages is that of the lock. Raises NotProven."""
    commit = _find_true(root, definition, folder)
    if definition.recipe == "starter":
        yield from run_again(root, definition, commit, folder)
        return
    if not os.environ.get(VARIABLE):
        raise NotProven(f"Only the data sets of the full recipe can show that its outcome is the same: set {VARIABLE}.")
    yield from check_data(root, definition, folder)
    if "train" in stale:
        yield from check_training(root, definition, commit, folder)
    if {"evaluate", "export"} & set(stale):
        yield from check_bundles(root, definition, commit, folder)


def _find_true(root: Path, definition: Definition, folder: Path) -> str:
    """The first commit since the lock was written in which it is true of the trainings. Raises NotProven."""
    for commit in list_commits(root, definition.lock):
        code = extract(root, commit, folder / f"code-{commit[:12]}")
        if not any(name.startswith(TRAINS) for name in find_stale(code, definition)):
            return commit
    raise NotProven(f"In no commit is {definition.lock} true of the trainings: train again, make reproduce.")


if __name__ == "__main__":
    try:
        for said in relock(Path.cwd(), FOLDER):
            print(said, flush=True)
    except LonghandError as error:
        sys.exit(f"{error.code}: {error.sentence}")
