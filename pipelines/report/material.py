"""What the stages of a recipe have left for a report to be made from."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from longhand.datasets.catalogue import CATALOGUE
from longhand.datasets.drawn import find_origin
from longhand.handwriting.alphabet import normalise
from longhand.learning.prepared import Item, PreparedSet
from pipelines.recipe import Recipe, read_json
from pipelines.report.errors import NothingToReport


@dataclass(frozen=True)
class Prediction:
    """What was read in a picture of hands never seen; texts are normalised, `confidence` is in 0..1."""

    set: str
    name: str
    group: str
    text: str
    read: str
    confidence: float
    accepted: bool
    suspicious: bool = False

    @property
    def right(self) -> bool:
        """Whether every character is right."""
        return self.text == self.read


@dataclass(frozen=True)
class Material:
    """A recipe and what its stages left."""

    recipe: Recipe
    data: PreparedSet
    receipt: dict[str, Any]
    drawable: frozenset[str] = field(default_factory=frozenset)
    """The sets whose pictures and names may be shown: published ones, never a folder of somebody's own."""

    @cached_property
    def calibration(self) -> dict[str, Any]:
        """Temperature, threshold and promise."""
        return dict(_read(self.recipe, "evaluate", "calibration.json"))

    @cached_property
    def history(self) -> list[dict[str, float]]:
        """The training's curves, a line per epoch."""
        return list(_read(self.recipe, "train", "history.json"))

    @cached_property
    def training(self) -> dict[str, Any]:
        """Where and how long the training ran."""
        return dict(_read(self.recipe, "train", "receipt.json"))

    @cached_property
    def metrics(self) -> dict[str, float]:
        """The figures that the evaluate stage wrote, which register goes with."""
        return dict(_read(self.recipe, "evaluate", "metrics.json"))

    @cached_property
    def predictions(self) -> Sequence[Prediction]:
        """What was read on test and unseen pictures."""
        threshold = float(self.calibration["threshold"])
        lines = _find(self.recipe, "evaluate", "predictions.jsonl").read_text(encoding="utf-8").splitlines()
        return [_predict(json.loads(line), threshold) for line in lines]

    @cached_property
    def suspicious(self) -> Sequence[Prediction]:
        """The pictures of all sets whose label is probably wrong, those that calibrated first."""
        held_out = [
            Prediction(one["set"], one["name"], "", one["text"], one["read"], one["confidence"], False, True)
            for one in self.calibration.get("suspicious", [])
        ]
        return [*held_out, *(one for one in self.predictions if one.suspicious)]

    @cached_property
    def items(self) -> dict[tuple[str, str], Item]:
        """The prepared pictures that may be shown, by set and name."""
        return {(item.set, item.name): item for item in self.data.items if item.set in self.drawable}


def gather(recipe: Recipe) -> Material:
    """What there is of a recipe; raises NothingToReport where no pictures have been prepared."""
    receipt = _read(recipe, "prepare", "receipt.json")
    own = {name for name, options in recipe.params["sets"].items() if "folder" in (options or {})}
    drawn = frozenset(name for name in recipe.params["sets"] if find_origin(name) in CATALOGUE and name not in own)
    return Material(recipe, PreparedSet(recipe.folder("prepare")), receipt, drawn)


def _predict(line: dict[str, Any], threshold: float) -> Prediction:
    confidence = float(line["confidence"])
    accepted = bool(line.get("accepted", confidence >= threshold))
    texts = normalise(line["text"]), normalise(line["read"])
    suspicious = bool(line.get("suspicious"))
    return Prediction(line["set"], line["name"], line["group"], *texts, confidence, accepted, suspicious)


def _read(recipe: Recipe, stage: str, name: str) -> Any:
    return read_json(_find(recipe, stage, name))


def _find(recipe: Recipe, stage: str, name: str) -> Path:
    path = recipe.folder(stage) / name
    if not path.exists():
        raise NothingToReport(
            f"{path} is missing: the stage {stage} of the recipe {recipe.name} has not run for {recipe.model}."
            f" Run `dvc repro` first, or `make reproduce RECIPE={recipe.name}`."
        )
    return path
