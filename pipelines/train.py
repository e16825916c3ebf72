"""Train: fit the network, learn the language, and write both as they are served."""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from longhand.bundles.card import Card, read_card
from longhand.bundles.files import MODEL, digest
from longhand.bundles.language import write_language
from longhand.bundles.licences import copy_licence
from longhand.datasets.drawn import find_origin, is_drawn
from longhand.datasets.synthetic.vocabulary import make_texts
from longhand.handwriting.batching import SCALE, TEXT_MARGIN
from longhand.learning.export import count_features
from longhand.learning.language import learn_language
from longhand.learning.logger import TrainingLogger, TrainingLoggers
from longhand.learning.methods import find_method
from longhand.learning.prepared import PreparedSet
from longhand.learning.quantisation import Inputs, quantise
from longhand.learning.start import read_start
from longhand.learning.teaching import Lessons, read_lessons
from longhand.learning.tensorboard import write_events
from longhand.learning.training import Settings, Trained, train
from longhand.recipes.checking import read_recipe
from pipelines.folds import Fold, divide, fold_settings
from pipelines.recipe import FLOAT, TRACKING, Recipe, main, read_json, write_json

MADE = 40_000
"""How many texts of common words and names a language is learned from, beside those that people wrote; together they
weigh as much."""


STARTS = Path("var/start")
"""Where bundles to begin with lie, each in a folder that is called like the SHA-256 of its weights."""


def run(recipe: Recipe) -> None:
    """Train a recipe's model, and the networks of its folds, going on from the last checkpoints where data and
    parameters are the same."""
    data = PreparedSet(recipe.folder("prepare"))
    folder, checkpoints = recipe.folder("train"), recipe.folder("checkpoints")
    events = write_events(recipe.folder("tensorboard") / recipe.training[:12])
    with _curves(recipe, checkpoints) as curves:
        logger = TrainingLoggers(events, curves)
        settings, origin = Settings(**recipe.settings), _find_first(recipe)
        start = read_start(origin, _version(recipe)) if origin else None
        lessons = _read_lessons(recipe)
        trained = train(recipe.task, data, settings, checkpoints, logger, _is_private, _is_written, start, lessons)
    _write(recipe, data, trained, folder, origin)
    write_json(folder / "history.json", trained.history)
    write_json(folder / "receipt.json", _receipt(recipe, trained))
    for fold in divide(recipe, data):
        train_fold(recipe, data, fold)


@contextmanager
def _curves(recipe: Recipe, checkpoints: Path) -> Iterator[TrainingLogger]:
    """What reports on this training to the server that MLFLOW_TRACKING_URI names; nothing where it names none."""
    if not os.environ.get(TRACKING):
        print(f"{TRACKING} names no MLflow server: this training is reported to none.", flush=True)
        yield TrainingLoggers()
        return
    from pipelines.live import live  # nothing that is written here depends on it, see pipelines/definition

    with live(recipe, checkpoints) as curves:
        yield curves


def _find_first(recipe: Recipe) -> Path | None:
    """Where the network lies that the training begins with: a registered version, which whoever runs the recipe has put
    there, or else the base."""
    version = _version(recipe)
    return STARTS / version if version else _find_base(recipe)


def _version(recipe: Recipe) -> str:
    """The SHA-256 of the weights of the registered version that the recipe begins with, empty where there is none."""
    return str((recipe.params.get("pretrain") or {}).get("sha256", ""))


def _read_lessons(recipe: Recipe) -> Lessons | None:
    """What the registered version teaches that the recipe names, and which whoever runs it has put there; None where it
    names none."""
    teacher = read_recipe(recipe.model, recipe.params).teacher
    if teacher is None:
        return None
    how = teacher.model_dump(include={"every", "weight", "lag"})
    return read_lessons(STARTS / teacher.sha256, teacher.sha256, **how)


def _find_base(recipe: Recipe) -> Path | None:
    return recipe.folder("base") if recipe.params.get("base") else None


def train_fold(recipe: Recipe, data: PreparedSet, fold: Fold) -> None:
    """Train the network of a fold on all but its hands."""
    seen, kept = data.without(fold.holds), recipe.folder("checkpoints") / "folds" / str(fold.number)
    fold.folder.mkdir(parents=True, exist_ok=True)
    settings, base = Settings(**fold_settings(recipe)), _find_base(recipe)
    start = read_start(base) if base else None
    trained = train(recipe.task, seen, settings, kept, decisive=_is_written, start=start)
    _write(recipe, seen, trained, fold.folder, base)


def _write(recipe: Recipe, data: PreparedSet, trained: Trained, folder: Path, origin: Path | None) -> None:
    """Write a network as it is served, with the language of the texts that it was trained on, and what has to lie
    beside a network that descends from that of `origin`."""
    features = bool(recipe.params.get("features"))
    trained.write(folder, features)
    if origin:
        copy_licence(origin, folder)
    if recipe.params["served"] == "int8":
        (folder / MODEL).replace(folder / FLOAT)
        quantise(folder / FLOAT, folder / MODEL, _examples(recipe, data))
    Card(
        name=recipe.model,
        task=recipe.task.wire,
        characters=trained.alphabet.characters,
        height=recipe.params["network"]["height"],
        preprocessing=recipe.params["preprocessing"],
        network=read_recipe(recipe.model, recipe.params).shape,
        scale=SCALE,
        stride=find_method(recipe.task, recipe.kind).stride,
        margin=0 if recipe.task.single else TEXT_MARGIN,
        sha256=digest(folder / MODEL),
        language_sha256=_learn_language(data, trained, folder) if recipe.task.languages else "",
        device=trained.device,
        base=read_card(origin).base if origin else {},
        features=count_features(trained.model) if features else 0,
    ).write(folder)


def _is_private(name: str) -> bool:
    """Whether a set is a version of what people sent in: no log is the place for what they wrote."""
    return name.startswith("version-")


def _is_written(name: str) -> bool:
    """Whether people wrote what is in a set: they decide which epoch is best."""
    return not is_drawn(name)


def _examples(recipe: Recipe, data: PreparedSet, count: int = 256, batch: int = 8) -> Iterator[Inputs]:
    """Batches of pictures to learn from, evenly spaced, that show a network's activations at work."""
    items, lay = data.select("train"), find_method(recipe.task, recipe.kind).lay
    chosen = sorted(items[:: max(1, len(items) // count)], key=lambda item: item.width)
    for start in range(0, len(chosen), batch):
        yield lay([data.pixels(item) for item in chosen[start : start + batch]])


def _learn_language(data: PreparedSet, trained: Trained, folder: Path) -> str:
    """Learn the language of the texts to train on that people wrote, and of common words and names; its SHA-256."""
    originals = (item for item in data.select("train") if find_origin(item.set) == item.set)
    written = Counter(item.text for item in originals if not is_drawn(item.set))
    weights = {text: float(count) for text, count in written.items()}
    made = make_texts(MADE, seed=1, longest=64, names=0.35)
    for text in made:
        weights[text] = weights.get(text, 0.0) + max(1, written.total()) / len(made)
    return write_language(folder, learn_language(weights, trained.alphabet.characters))


def _receipt(recipe: Recipe, trained: Trained) -> dict[str, Any]:
    """Where and on what a training ran."""
    return {
        "command": f"python -m pipelines.train --recipe {recipe.name} --model {recipe.model}",
        "device": trained.device,
        "parameters": trained.model.count_params(),
        "dataset_version": read_json(recipe.folder("prepare") / "receipt.json")["dataset_version"],
        "epochs": len(trained.history),
        "seconds": round(sum(line["seconds"] for line in trained.history), 1),
        "left_out": trained.dropped,
    }


if __name__ == "__main__":
    main(run, __doc__)
