"""One short training of a variant, and what came of it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from longhand.datasets.drawn import is_drawn
from longhand.learning.prepared import PreparedSet
from longhand.learning.training import Settings, train
from pipelines.ablation.outcomes import outcome, place
from pipelines.ablation.variants import TRAINED, Budget, Variant, alter
from pipelines.recipe import Recipe, read_json, write_json

CER = "cer_"


def attempt(recipe: Recipe, variant: Variant, budget: Budget) -> dict[str, Any]:
    """Train a variant on what the recipe has prepared, and keep the outcome; what is done already is not done again.

    A training that was stopped goes on from its checkpoint.
    """
    folder = place(recipe, variant.name)
    params = alter(recipe.params, variant, budget)
    data = PreparedSet(recipe.folder("prepare"))
    settings = {key: params[key] for key in TRAINED}
    known = outcome(recipe, variant)
    if known and known["settings"] == settings and known["dataset_version"] == data.version:
        return known
    tally = Tally(folder / "pictures.json")
    trained = train(recipe.task, data, Settings(**settings), folder / "checkpoints", tally)
    result = {
        "name": variant.name,
        "title": variant.title,
        "settings": settings,
        "dataset_version": data.version,
        "device": trained.device,
        "parameters": trained.model.count_params(),
        "pictures": tally.pictures,
        "seconds": round(sum(line["seconds"] for line in trained.history), 1),
        **_best(trained.history),
    }
    write_json(folder / "result.json", result)
    return result


def _best(history: list[dict[str, float]]) -> dict[str, Any]:
    """The error rates of the epoch in which their mean over what people wrote is lowest."""
    written = [key for key in history[0] if key.startswith(CER) and not is_drawn(key.removeprefix(CER))]
    counted = written or [key for key in history[0] if key.startswith(CER)]

    def mean(line: Mapping[str, float]) -> float:
        return sum(line[key] for key in counted) / len(counted)

    best = min(history, key=mean)
    rates = {key.removeprefix(CER): round(best[key], 5) for key in counted}
    return {"epoch": best["epoch"], "cer": rates, "mean": round(mean(best), 5)}


class Tally:
    """A training logger that counts pictures, and goes on counting where a training goes on."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._means: dict[int, float] = {int(k): v for k, v in read_json(file).items()} if file.exists() else {}

    def note(self, step: int, values: Mapping[str, float]) -> None:
        """Remember how many pictures the batches until a step had on average."""
        if "batches/pictures" in values:
            self._means[step] = values["batches/pictures"]

    def show(self, step: int, texts: Mapping[str, str]) -> None:
        """Keep the count once an epoch is over."""
        write_json(self._file, self._means)

    @property
    def pictures(self) -> int:
        """All of them so far."""
        steps = sorted(self._means)
        return round(sum(self._means[step] * (step - before) for before, step in zip([0, *steps], steps, strict=False)))
