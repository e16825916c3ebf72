"""Train: fit the network, and write it as weights and as the ONNX file that is served."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from longhand.datasets.prepared import Item, PreparedSet
from longhand.handwriting.alphabet import GLYPHS, TEXT, Alphabet
from longhand.handwriting.card import MODEL, WEIGHTS, Card
from longhand.handwriting.decoding import decode_greedy, log_softmax
from longhand.handwriting.metrics import score_texts
from longhand.learning.batches import Draw, GlyphBatches, TextBatches, fits, pad
from longhand.learning.devices import set_precision
from longhand.learning.errors import EmptySplit
from longhand.learning.export import export_onnx, in_float32, sha256
from longhand.learning.fitting import Fitted, Plan, fit
from longhand.learning.losses import CtcLoss
from longhand.learning.networks import build_characters, build_text
from pipelines.recipe import Recipe, parse_recipe, read_json, write_json

Build = Callable[[], keras.Model]


def train(recipe: Recipe) -> None:
    """Train a recipe's model, going on from its last checkpoint where code, data and parameters are the same."""
    params, folder = recipe.params, recipe.folder("train")
    keras.utils.set_random_seed(params["seed"])
    set_precision(params["precision"])
    data = PreparedSet(recipe.folder("prepare"))
    build, alphabet = _network(recipe)
    items, dropped = _choose(recipe, data, alphabet)
    fitted = _fit(recipe, data, items, alphabet, build)
    set_precision("float32")
    model = in_float32(fitted.model, build())
    _write(recipe, model, fitted, alphabet, dropped, folder)


def _network(recipe: Recipe) -> tuple[Build, Alphabet]:
    network = recipe.params["network"]
    if recipe.model == "text":
        alphabet = Alphabet(TEXT)
        return lambda: build_text(network["height"], alphabet.size, network["width"], network["blocks"], network["dropout"]), alphabet
    glyphs = Alphabet(GLYPHS, offset=0)
    return lambda: build_characters(network["height"], glyphs.size, network["width"], network["dropout"]), glyphs


def _choose(recipe: Recipe, data: PreparedSet, alphabet: Alphabet) -> tuple[dict[str, list[Item]], list[str]]:
    """The items to train and to choose on, and the names of those whose labels do not fit their frames."""
    chosen, dropped = {}, []
    for split in ("train", "validation"):
        items = data.select(split)
        fitting = [i for i in items if recipe.model != "text" or fits(i, alphabet)]
        dropped += [f"{i.set}/{i.name}" for i in items if recipe.model == "text" and not fits(i, alphabet)]
        if not fitting:
            raise EmptySplit(f"The {split} split is empty. Give the recipe data that has one.")
        chosen[split] = fitting
    if dropped:
        print(f"{len(dropped)} labels do not fit their frames and are left out, among them {', '.join(dropped[:5])}")
    return chosen, dropped


def _fit(recipe: Recipe, data: PreparedSet, items: dict[str, list[Item]], alphabet: Alphabet, build: Build) -> Fitted:
    plan = Plan(**recipe.params["fit"])
    draw = Draw(seed=recipe.params["seed"], steps=plan.steps, **recipe.params["draw"])
    checkpoints = recipe.folder("checkpoints")
    key = _key(recipe, data)
    if recipe.model == "text":
        return fit(build, CtcLoss(), lambda e: TextBatches(data, items["train"], alphabet, draw, e),
                   lambda m: _score_text(m, data, items["validation"], alphabet), plan, checkpoints, key)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return fit(build, loss, lambda e: GlyphBatches(data, items["train"], alphabet, draw, e),
               lambda m: _score_characters(m, data, items["validation"], alphabet), plan, checkpoints, key)


def _key(recipe: Recipe, data: PreparedSet) -> str:
    """What a checkpoint must have in common with a training to serve it."""
    return hashlib.sha256(f"{recipe}{sorted(recipe.params.items())}{data.version}".encode()).hexdigest()


def _score_text(model: keras.Model, data: PreparedSet, items: Sequence[Item], alphabet: Alphabet) -> dict[str, float]:
    """Character error rate by set on the validation hands; the score is minus their mean."""
    ordered = sorted(items, key=lambda item: item.width)
    read: dict[str, list[tuple[str, str]]] = {}
    for start in range(0, len(ordered), 32):
        batch = ordered[start : start + 32]
        logits = keras.ops.convert_to_numpy(model(pad([data.pixels(i) for i in batch]), training=False))
        for item, rows in zip(batch, logits, strict=True):
            spelling = decode_greedy(log_softmax(rows[: -(-item.width // 4)]))
            read.setdefault(item.set, []).append((item.text, alphabet.decode(spelling.outputs)))
    rates = {name: score_texts(*zip(*pairs, strict=True)).cer for name, pairs in sorted(read.items())}
    return {"score": -float(np.mean(list(rates.values()))), **{f"cer_{name}": rate for name, rate in rates.items()}}


def _score_characters(model: keras.Model, data: PreparedSet, items: Sequence[Item], alphabet: Alphabet) -> dict[str, float]:
    """Accuracy by set on the validation pictures; the score is their mean."""
    right: dict[str, list[bool]] = {}
    for start in range(0, len(items), 500):
        batch = items[start : start + 500]
        pixels = np.stack([data.pixels(i) for i in batch]).astype(np.float32)[..., None] / 255
        best = keras.ops.convert_to_numpy(model(pixels, training=False)).argmax(axis=1)
        for item, output in zip(batch, best, strict=True):
            right.setdefault(item.set, []).append(alphabet.decode([output]) == item.text)
    rates = {name: float(np.mean(hits)) for name, hits in sorted(right.items())}
    return {"score": float(np.mean(list(rates.values()))), **{f"accuracy_{name}": rate for name, rate in rates.items()}}


def _write(recipe: Recipe, model: keras.Model, fitted: Fitted, alphabet: Alphabet, dropped: list[str], folder: Path) -> None:
    model.save(folder / WEIGHTS)
    export_onnx(model, folder / MODEL)
    Card(name=recipe.model, task=_task(recipe), characters=alphabet.characters, height=recipe.params["network"]["height"],
         preprocessing=recipe.params["preprocessing"], sha256=sha256(folder / MODEL), device=fitted.device).write(folder)
    write_json(folder / "history.json", fitted.history)
    write_json(folder / "receipt.json", _receipt(recipe, fitted, dropped))


def _task(recipe: Recipe) -> str:
    return "text" if recipe.model == "text" else "character"


def _receipt(recipe: Recipe, fitted: Fitted, dropped: list[str]) -> dict[str, Any]:
    data = read_json(recipe.folder("prepare") / "receipt.json")
    return {"command": f"python -m pipelines.train --recipe {recipe.name} --model {recipe.model}", "device": fitted.device,
            "parameters": fitted.model.count_params(), "dataset_version": data["dataset_version"],
            "epochs": len(fitted.history), "seconds": round(sum(line["seconds"] for line in fitted.history), 1),
            "left_out": dropped}


if __name__ == "__main__":
    train(parse_recipe(__doc__))
