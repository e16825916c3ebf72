"""Folds: parts of the training writers that a network trained beside the model does not see.

Its readings of them are as good or bad as the model's readings of a stranger, so the acceptance threshold rests on many
writers instead of the few of the validation part.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from longhand.datasets.drawn import find_origin
from longhand.learning.prepared import Item, PreparedSet
from pipelines.recipe import Recipe


@dataclass(frozen=True)
class Fold:
    """A part of the writers, each a set and a group, that the network in `folder` has not seen, whichever of a recipe's
    sets their pictures are in."""

    number: int
    writers: frozenset[tuple[str, str]]
    folder: Path

    def holds(self, item: Item) -> bool:
        """Whether a picture is held back from this fold's network."""
        return item.split == "train" and _name_writer(item) in self.writers


def divide(recipe: Recipe, data: PreparedSet) -> list[Fold]:
    """The folds that a recipe asks for: every `count`th writer of its `sets`; none where it asks for none."""
    asked = recipe.params.get("folds") or {"count": 0, "sets": []}
    writers = sorted({_name_writer(item) for item in data.select("train") if item.set in asked["sets"]})
    folder, count = recipe.folder("train") / "folds", asked["count"]
    return [Fold(number, frozenset(writers[number::count]), folder / str(number)) for number in range(count)]


def _name_writer(item: Item) -> tuple[str, str]:
    return find_origin(item.set), item.group


def fold_settings(recipe: Recipe) -> Mapping[str, Any]:
    """How a fold's network is trained: like the model but from nothing, with what the recipe says of folds, and without
    a teacher, who has seen the writers that the fold must not."""
    asked, own = recipe.params["folds"], recipe.settings
    changed = {part: {**own[part], **asked.get(part, {})} for part in ("network", "draw", "fit")}
    return {**own, "pretrain": None, "teacher": None, **changed}
