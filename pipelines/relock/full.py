"""What the lock of the full recipe says, shown to hold without training it again."""

import hashlib
import json
from collections.abc import Collection, Iterator
from pathlib import Path

import yaml

from longhand import durable
from longhand.bundles.files import CARD
from longhand.inference import load
from longhand.learning.prepared import PreparedSet
from pipelines.definition.imports import Imports
from pipelines.definition.recipes import Definition, unused_edges
from pipelines.definition.stages import BASE, choose_stages
from pipelines.evaluate import measure
from pipelines.relock.errors import NotProven
from pipelines.relock.locks import read_lock
from pipelines.relock.starter import compare_data
from pipelines.relock.steps import train_steps
from pipelines.relock.workspace import extract, lay_out, run_dvc, show

CLOSE = 0.005
"""How far a figure may be from the card's: readings of single pictures change with a repair of the decoder."""


def check_data(root: Path, definition: Definition, folder: Path) -> Iterator[str]:
    """Make the data sets again where their code changed: the hashes must be those of the lock. Raises NotProven."""
    workspace = folder / "full"
    lay_out(root, workspace)
    stages = [name for name in (BASE, "prepare") if name in _stages(root, definition)]
    run_dvc(
        workspace, *(f"{definition.file}:{stage}@{model}" for stage in stages for model in _models(root, definition))
    )
    compare_data(read_lock(root, definition), read_lock(workspace, definition))
    yield "full: the data sets are the same, by hash"


def check_training(root: Path, definition: Definition, commit: str, folder: Path) -> Iterator[str]:
    """Twenty seeded steps by the code of the last true lock and by the code as it is. Raises NotProven."""
    old = extract(root, commit, folder / f"code-{commit[:12]}")
    code = _fingerprint(root, definition)
    for model in _models(root, definition):
        prepared = folder / "full/var/pipeline/full" / model / "prepare"
        before = _remembered(folder, old, prepared, model, commit)
        after = _remembered(folder, root, prepared, model, code)
        if different := [name for name in before if before[name] != after.get(name)]:
            raise NotProven(
                f"full: twenty steps of {model} have other {', '.join(different)} than with the code of {commit[:12]}:"
                " train again, make reproduce RECIPE=full."
            )
        yield f"full: twenty seeded steps of {model} give the same weights as the code of {commit[:12]}"


def check_bundles(root: Path, definition: Definition, commit: str, folder: Path) -> Iterator[str]:
    """The bundles hold the networks of the last true lock, and read the test sets as their cards say."""
    for model in _models(root, definition):
        bundle = root / "bundles" / model
        for file in sorted(bundle.iterdir()):
            if file.name != CARD and file.read_bytes() != show(root, commit, f"bundles/{model}/{file.name}"):
                raise NotProven(f"bundles/{model}/{file.name} is another than in {commit[:12]}.")
        recogniser = load(bundle, engine="onnxruntime")
        figures, _ = measure(recogniser, PreparedSet(folder / "full/var/pipeline/full" / model / "prepare"))
        said = recogniser.card.metrics
        moved = {key: (said[key], figures.get(key)) for key in said if said[key] != figures.get(key)}
        if far := {key: pair for key, pair in moved.items() if not _close(key, *pair)}:
            raise NotProven(f"bundles/{model} reads otherwise than its card says: {far}")
        but = f", but for {moved}" if moved else ""
        yield f"full: the bundle {model} reads the test sets as its card says{but}"


def _close(name: str, said: float, found: float | None) -> bool:
    allowed = max(5.0, 0.02 * said) if name.endswith((".edits", ".pictures")) else CLOSE
    return found is not None and abs(found - said) <= allowed


def _remembered(folder: Path, code: Path, prepared: Path, model: str, version: str) -> dict[str, str]:
    """The outcome of the steps, which are done once for a version of the code and of the data."""
    data = json.loads((prepared / "receipt.json").read_text("utf-8"))["dataset_version"]
    key = hashlib.sha256(f"{version} {data}".encode()).hexdigest()[:16]
    file = folder / "steps" / f"{model}-{key}.json"
    if not file.exists():
        durable.write_json(file, train_steps(code, prepared, model, folder / "steps" / f"{model}-{key}"))
    found: dict[str, str] = json.loads(file.read_text("utf-8"))
    return found


def _fingerprint(root: Path, definition: Definition) -> str:
    """One hash for the code that trains, and for the parameters."""
    unused = unused_edges(yaml.safe_load((root / definition.params).read_text("utf-8")))
    files = [*Imports(root).files("pipelines.train", unused), definition.params.as_posix()]
    return hashlib.sha256(b"".join((root / file).read_bytes() for file in files)).hexdigest()


def _models(root: Path, definition: Definition) -> list[str]:
    return list(yaml.safe_load((root / definition.params).read_text("utf-8")))


def _stages(root: Path, definition: Definition) -> Collection[str]:
    return choose_stages(yaml.safe_load((root / definition.params).read_text("utf-8"))).keys()
