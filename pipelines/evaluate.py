"""Evaluate: calibrates on the validation writers, then measures what will be served on writers that are new to it."""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import matplotlib
import numpy as np
from sklearn.metrics import confusion_matrix

from longhand.bundles.card import FIGURES, find_kind
from longhand.datasets.catalogue import CATALOGUE
from longhand.datasets.drawn import find_origin, find_picture, is_drawn
from longhand.datasets.judged import find_written
from longhand.handwriting.metrics import score_texts
from longhand.handwriting.transcription import Transcription
from longhand.inference import Recogniser, load
from longhand.learning.calibration import expected_calibration_error
from longhand.learning.errors import EmptySplit
from longhand.learning.prepared import Item, PreparedSet
from longhand.learning.progress import report
from longhand.learning.scoring import thin
from longhand.recipes.checking import read_recipe
from longhand.recipes.parameters import Calibrating
from longhand.tasks import find
from pipelines.calibration import settle
from pipelines.folds import divide
from pipelines.guard import answer_unfamiliar
from pipelines.heldout import HeldOutSet
from pipelines.lines import Prediction
from pipelines.logits import Answer, answer, interpret
from pipelines.recipe import Recipe, main, read_json, write_json
from pipelines.suspicious import is_doubtful

PARTS = ("reads the validation pictures", "reads the folds' pictures", "calibrates", "reads the test pictures", "done")
"""What an evaluation does, in this order."""

MOST = 1000
"""The most drawn pictures of a set to calibrate on."""

REPORTED = ("test", "unseen")
"""The splits that figures are reported on."""


def evaluate(recipe: Recipe) -> dict[str, float]:
    """Write calibration, metrics and predictions; the metrics are those of the ONNX file, by set."""
    folder = recipe.folder("evaluate")
    data = PreparedSet(recipe.folder("prepare"))
    recogniser = load(recipe.folder("train"), engine="onnxruntime")
    _report(recipe, 0)
    checked = read_recipe(recipe.model, recipe.params)
    choose = partial(_choose, calibrating=checked.calibrate)
    validation = list(answer(recogniser, data, choose(data.select("validation"))))
    if not validation or not data.select(*REPORTED):
        raise EmptySplit(
            "There is nothing to calibrate or to report on. Give the recipe data with validation and test parts."
        )
    drawn = list(answer(recogniser, data, _choose_drawn(data.select("validation")))) if recipe.task.lexicons else []
    _report(recipe, 1)
    folds = _open_folds(recipe, data, choose)
    _report(recipe, 2)
    texts = {item.text for item in data.select("train", "validation") if not is_drawn(item.set)}
    unfamiliar = answer_unfamiliar(recogniser)
    calibration = settle(recogniser, validation, checked.promised_error, folds, texts, unfamiliar, drawn)
    _report(recipe, 3)
    metrics, predictions = measure(recogniser, data)
    _report(recipe, 4)
    write_json(folder / "calibration.json", calibration)
    write_json(folder / "metrics.json", metrics)
    _write_curves(recipe, folder / "curves.csv")
    with (folder / "predictions.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in predictions)
    if recipe.task.single:
        _draw_confusion(predictions, folder / "confusion.png")
    return metrics


def _report(recipe: Recipe, part: int) -> None:
    """Say which part of the evaluation begins."""
    report({"stage": "evaluate", "model": recipe.model, "part": part, "parts": len(PARTS) - 1, "does": PARTS[part]})


def _open_folds(recipe: Recipe, data: PreparedSet, choose: Callable[[list[Item]], list[Item]]) -> list[HeldOutSet]:
    """The networks of the folds with their logits for the writers that each has not seen."""
    folds = [(fold, load(fold.folder, engine="onnxruntime")) for fold in divide(recipe, data)]
    held = [list(answer(network, data, choose([i for i in data.items if fold.holds(i)]))) for fold, network in folds]
    return [HeldOutSet(network, answers) for (_, network), answers in zip(folds, held, strict=True)]


def _choose(items: Sequence[Item], calibrating: Calibrating) -> list[Item]:
    """What is calibrated on: what people wrote, or all where there is nothing of that; of a large set a part.

    Its texts are what is on the paper: a reading that is right must not count as wrong for its label. How many wrong
    ones show that a promise is kept is known of independent pictures: what is misread in one copy is so in others.
    """
    some = [item for item in items if not is_drawn(item.set)] or items
    if calibrating.independent:
        some = list({(item.set, find_picture(item.name)): item for item in reversed(some)}.values())[::-1]
    return list(_correct(thin(some, calibrating.most)))


def _choose_drawn(items: Sequence[Item]) -> list[Item]:
    """What is drawn with figures in it, beside what people wrote."""
    some = [item for item in items if is_drawn(item.set) and find_kind(item.text) == FIGURES]
    return thin(some, MOST) if any(not is_drawn(item.set) for item in items) else []


def _correct(items: Iterable[Item]) -> Iterator[Item]:
    """Pictures with the text that is written there; those where nobody can say are left out."""
    for item in items:
        if (text := find_written(item.set, item.name, item.text)) is not None:
            yield replace(item, text=text)


def measure(recogniser: Recogniser, data: PreparedSet) -> tuple[dict[str, float], list[Prediction]]:
    """The figures of a recogniser by set, on pictures of writers that it has never seen, and what it read in each."""
    sets: defaultdict[str, list[Answer]] = defaultdict(list)
    for one in answer(recogniser, data, data.select(*REPORTED)):
        sets[one.item.set].append(one)
    read: dict[str, list[tuple[Item, Transcription]]] = {}
    for name, given in sets.items():
        entry = CATALOGUE.get(find_origin(name))
        charset = entry.charset if entry else "full"
        read[name] = list(zip((a.item for a in given), interpret(recogniser, given, charset), strict=True))
    labels = _list_labels(data) if find(recogniser.card.task).lexicons else frozenset()
    metrics: dict[str, float] = {}
    for name, pairs in sorted(read.items()):
        metrics |= {f"{name}.{key}": round(value, 5) for key, value in _score(recogniser, pairs, labels).items()}
    return metrics, [_predict(i, r, labels) for pairs in read.values() for i, r in pairs]


def _list_labels(data: PreparedSet) -> frozenset[str]:
    """The texts of all pictures that people wrote."""
    return frozenset(item.text for item in data.items if not is_drawn(item.set))


def _predict(item: Item, reading: Transcription, labels: Collection[str]) -> Prediction:
    line: Prediction = {
        "set": item.set,
        "name": item.name,
        "group": item.group,
        "text": item.text,
        "read": reading.text,
        "confidence": round(reading.confidence, 4),
        "accepted": reading.accepted,
    }
    if is_doubtful(item, reading.text, reading.confidence, labels):
        line["suspicious"] = True
    return line


def _score(
    recogniser: Recogniser, pairs: Sequence[tuple[Item, Transcription]], labels: Collection[str]
) -> dict[str, float]:
    """The figures of a set, and beside them those without the pictures whose label is suspicious, where there are
    some."""
    kept = [
        (item, reading) for item, reading in pairs if not is_doubtful(item, reading.text, reading.confidence, labels)
    ]
    scores = _score_some(recogniser, pairs)
    if not 0 < len(kept) < len(pairs):
        return scores
    without = {f"{key}_without_suspicious": value for key, value in _score_some(recogniser, kept).items()}
    return {**scores, "suspicious": len(pairs) - len(kept), **without}


def _score_some(recogniser: Recogniser, pairs: Sequence[tuple[Item, Transcription]]) -> dict[str, float]:
    texts = score_texts([i.text for i, _ in pairs], [r.text for _, r in pairs])
    right = np.array([i.text == r.text for i, r in pairs])
    confidences = np.array([r.confidence for _, r in pairs])
    accepted = np.array([r.accepted for _, r in pairs])
    shared = {
        "pictures": len(pairs),
        "exact": texts.exact,
        "calibration_error": expected_calibration_error(confidences, right),
        "coverage": float(accepted.mean()),
        "accepted_error": float((~right[accepted]).mean()) if accepted.any() else 0.0,
    }
    return (
        shared
        if find(recogniser.card.task).single
        else shared | {"cer": texts.cer, "wer": texts.wer, "edits": texts.edits}
    )


def _write_curves(recipe: Recipe, path: Path) -> None:
    """The training's curves as a table, one row per epoch."""
    history = read_json(recipe.folder("train") / "history.json")
    columns = [key for key in history[-1] if key not in ("epochs", "seconds", "steps_per_second")]
    rows = [",".join(columns), *(",".join(f"{line[c]:.6g}" for c in columns) for line in history)]
    path.write_text("\n".join(rows) + "\n")


def _draw_confusion(predictions: Sequence[Prediction], path: Path) -> None:
    matplotlib.use("Agg")
    from matplotlib import pyplot

    labels = sorted({p["text"] for p in predictions} | {p["read"] for p in predictions})
    matrix = confusion_matrix(
        [p["text"] for p in predictions], [p["read"] for p in predictions], labels=labels, normalize="true"
    )
    figure, axes = pyplot.subplots(figsize=(10, 10))
    axes.imshow(matrix, cmap="Greys", vmin=0, vmax=1)
    axes.set(xticks=range(len(labels)), yticks=range(len(labels)), xlabel="read", ylabel="written")
    axes.set_xticklabels(labels, fontsize=7)
    axes.set_yticklabels(labels, fontsize=7)
    figure.savefig(path, dpi=100, bbox_inches="tight", metadata={"Software": None})
    pyplot.close(figure)


def _tell(recipe: Recipe) -> None:
    for key, value in evaluate(recipe).items():
        print(f"{recipe.model}  {key}  {value:.4g}")


if __name__ == "__main__":
    main(_tell, __doc__)
