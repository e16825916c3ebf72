"""The starter recipe run again, by the code as it is, and set beside what its lock says."""

from collections.abc import Iterator
from pathlib import Path

from pipelines.definition.recipes import Definition
from pipelines.recipe import read_json
from pipelines.relock.errors import NotProven
from pipelines.relock.locks import Lock, read_lock
from pipelines.relock.steps import describe_training
from pipelines.relock.workspace import NOWHERE, extract, lay_out, run_dvc

DATA = ("ingest", "validate", "prepare")


def run_again(root: Path, definition: Definition, commit: str, folder: Path) -> Iterator[str]:
    """Run the recipe and compare: data by their hashes, trainings by those of what was read with them.

    Where readings differ, the decoder has changed or the processor counts otherwise than the one of the lock: then the
    code of the last true lock runs here as well, and its networks must be the same. Raises NotProven.
    """
    workspace = folder / "starter"
    lay_out(root, workspace)
    run_dvc(workspace)
    before, after = read_lock(root, definition), read_lock(workspace, definition)
    compare_data(before, after)
    yield "starter: the data sets are the same, by hash"
    different = [name for name in after if name.startswith("evaluate") and _outs(before, name) != _outs(after, name)]
    if not different:
        yield "starter: what the trained networks read is the same, by hash"
        return
    yield f"starter: {', '.join(different)} reads otherwise than before; the code of {commit[:12]} runs as well"
    old = extract(root, commit, folder / f"starter-{commit[:12]}")
    for name in different:
        model = name.partition("@")[2]
        run_dvc(old, name, tracking=NOWHERE)
        yield from _compare_models(old, workspace, model)


def compare_data(before: Lock, after: Lock) -> None:
    """Raises NotProven where a stage that makes data made others than the lock says."""
    names = [name for name in after if name.partition("@")[0] in DATA]
    if moved := [name for name in names if _outs(before, name) != _outs(after, name)]:
        raise NotProven(f"{', '.join(moved)} makes other data than the lock says: train again, make reproduce.")


def _compare_models(old: Path, new: Path, model: str) -> Iterator[str]:
    places = [folder / "var/pipeline/starter" / model for folder in (old, new)]
    trained = [describe_training(place / "train") for place in places]
    if trained[0] != trained[1]:
        raise NotProven(f"starter: {model} is trained to other weights than before: train again, make reproduce.")
    metrics = [read_json(place / "evaluate/metrics.json") for place in places]
    moved = {key: (metrics[0].get(key), value) for key, value in metrics[1].items() if metrics[0].get(key) != value}
    yield f"starter: {model} has the same weights; figures that differ for the decoder's sake: {moved or 'none'}"


def _outs(lock: Lock, name: str) -> dict[str, str]:
    return {out["path"]: out["md5"] for out in lock[name]["outs"]} if name in lock else {}
