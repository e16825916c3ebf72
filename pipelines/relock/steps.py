"""The first steps of a training, seeded: the same code gives the same weights, to the last bit."""

import hashlib
import json
import shutil
import sys
import zipfile
from collections import Counter
from pathlib import Path

import yaml

from longhand import durable
from longhand.bundles.files import LANGUAGE, WEIGHTS
from pipelines.definition.stages import BASE
from pipelines.relock.workspace import NOWHERE, run

STEPS, SAMPLES = 20, 8
"""How long the trainings are, and on how many pictures of a set they are scored."""

CHILD = """
import runpy, sys
import tensorflow
tensorflow.config.experimental.enable_op_determinism()
sys.argv = ["pipelines.train", "--recipe", "full", "--model", sys.argv[1]]
runpy.run_module("pipelines.train", run_name="__main__")
"""


def train_steps(code: Path, prepared: Path, model: str, folder: Path) -> dict[str, str]:
    """What twenty steps of each part of the full recipe's training leave, as hashes: weights, language, curves.

    The folds are left out: they are trained as the model is.
    """
    shutil.rmtree(folder, ignore_errors=True)
    made = folder / "var/pipeline/full" / model
    _thin(prepared, made / "prepare")
    if (base := prepared.with_name(BASE)).exists():
        (made / BASE).symlink_to(base.resolve())
    _shorten(code / "pipelines/full/params.yaml", folder / "pipelines/full/params.yaml")
    run([sys.executable, "-c", CHILD, model], folder, code, NOWHERE)
    return describe_training(made / "train")


def _thin(prepared: Path, folder: Path) -> None:
    """The prepared pictures with few to validate on: what is scored takes no part in the steps."""
    folder.mkdir(parents=True)
    (folder / "pixels.bin").symlink_to((prepared / "pixels.bin").resolve())
    shutil.copyfile(prepared / "receipt.json", folder / "receipt.json")
    seen: Counter[str] = Counter()
    with (prepared / "index.jsonl").open(encoding="utf-8") as lines, (folder / "index.jsonl").open("w") as kept:
        for line in lines:
            item = json.loads(line)
            seen[item["set"]] += item["split"] == "validation"
            if item["split"] == "train" or (item["split"] == "validation" and seen[item["set"]] <= SAMPLES):
                kept.write(line)


def _shorten(params: Path, target: Path) -> None:
    """The recipe with one epoch of STEPS steps wherever it trains."""
    values = yaml.safe_load(params.read_text("utf-8"))
    _set_all(values, {"epochs": 1, "steps": STEPS})
    for own in values.values():
        own["folds"] = None
    durable.write(target, yaml.safe_dump(values, sort_keys=False))


def _set_all(values: object, wanted: dict[str, int]) -> None:
    if isinstance(values, dict):
        values |= {key: value for key, value in wanted.items() if key in values}
        for inner in values.values():
            _set_all(inner, wanted)


def describe_training(trained: Path) -> dict[str, str]:
    """Hashes of what a training has learned: the files that hold it hold dates, speeds and passing names as well."""
    with zipfile.ZipFile(trained / WEIGHTS) as weights:
        found = {"weights": weights.read("model.weights.h5")}
    if (language := trained / LANGUAGE).exists():
        found["language"] = language.read_bytes()
    history = json.loads((trained / "history.json").read_text("utf-8"))
    kept = [{k: v for k, v in line.items() if not k.startswith(("seconds", "steps"))} for line in history]
    found["curves"] = json.dumps(kept, sort_keys=True).encode()
    return {name: hashlib.sha256(content).hexdigest() for name, content in found.items()}
