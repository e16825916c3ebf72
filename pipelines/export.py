"""Export: check the exported network against the trained one, and pack the bundle with its card."""

import datetime
import importlib.metadata
import shutil
from dataclasses import replace
from typing import Any

import numpy as np

from longhand.datasets.catalogue import CATALOGUE
from longhand.handwriting.card import MODEL, WEIGHTS, Card, read_card
from longhand.inference.session import OnnxRuntimeSession
from longhand.learning.batches import pad
from longhand.learning.export import OPSET, check_parity, load_network
from longhand.learning.prepared import PreparedSet
from pipelines.commit import describe_commit
from pipelines.recipe import Recipe, main, read_json, write_json

_PACKAGES = ("keras", "tensorflow-cpu", "onnx", "onnxruntime", "numpy", "opencv-python-headless")


def export(recipe: Recipe) -> Card:
    """Write the finished bundle; raises ParityError where the export answers otherwise than the network."""
    trained, bundle = recipe.folder("train"), recipe.bundle
    difference = _compare(recipe)
    bundle.mkdir(parents=True, exist_ok=True)
    for name in (MODEL, WEIGHTS):
        shutil.copyfile(trained / name, bundle / name)
    card = _complete(recipe, read_card(trained))
    card.write(bundle)
    write_json(recipe.folder("export") / "receipt.json", {"largest_difference": difference, "sha256": card.sha256})
    print(f"{recipe.model}: exported, the largest difference to the trained network is {difference:.2g}")
    return card


def _compare(recipe: Recipe, count: int = 16) -> float:
    data = PreparedSet(recipe.folder("prepare"))
    items = data.select("validation")[:count]
    inputs = _inputs(recipe, data, items)
    network = load_network(recipe.folder("train") / WEIGHTS)
    return check_parity(network, OnnxRuntimeSession(recipe.folder("train") / MODEL, 1).run(inputs), inputs)


def _inputs(recipe: Recipe, data: PreparedSet, items: Any) -> Any:
    pictures = [data.pixels(item) for item in items]
    if recipe.model == "text":
        return pad(pictures)
    return (np.stack(pictures).astype(np.float32)[..., None] / np.float32(255),)


def _complete(recipe: Recipe, card: Card) -> Card:
    """The card with everything that is known by now."""
    calibration = read_json(recipe.folder("evaluate") / "calibration.json")
    return replace(
        card,
        temperature=calibration["temperature"],
        threshold=calibration["threshold"],
        promised_error=calibration["promised_error"],
        opset=OPSET,
        dataset_version=read_json(recipe.folder("prepare") / "receipt.json")["dataset_version"],
        commit=describe_commit(),
        created=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        versions={name: importlib.metadata.version(name) for name in _PACKAGES},
        metrics=read_json(recipe.folder("evaluate") / "metrics.json"),
        data=[
            {
                "name": name,
                "title": CATALOGUE[name].title,
                "licence": CATALOGUE[name].licence,
                "source": CATALOGUE[name].source,
            }
            for name in recipe.params["sets"]
            if name in CATALOGUE
        ],
    )


if __name__ == "__main__":
    main(export, __doc__)
