"""Where the outcomes of variants lie, and all of them together."""

from pathlib import Path
from typing import Any

from pipelines.ablation.variants import VARIANTS, Budget, Variant
from pipelines.commit import describe_commit
from pipelines.recipe import Recipe, read_json

FOLDER = Path("var/ablation")


def place(recipe: Recipe, name: str) -> Path:
    """A folder of that name for a recipe's variants; made where it is missing."""
    folder = FOLDER / recipe.name / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def outcome(recipe: Recipe, variant: Variant) -> dict[str, Any] | None:
    """What came of a variant when it was last trained to the end."""
    file = place(recipe, variant.name) / "result.json"
    return dict(read_json(file)) if file.exists() else None


def gather(recipe: Recipe, budget: Budget) -> dict[str, Any]:
    """What came of every variant that was trained on this budget, one at least, the whole recipe first."""
    known = [outcome(recipe, variant) for variant in VARIANTS.values()]
    asked = {"epochs": budget.epochs, "steps": budget.steps}
    trials = [one for one in known if one and asked.items() <= one["settings"]["fit"].items()]
    return {
        "recipe": recipe.name,
        **asked,
        "commit": describe_commit(),
        "device": trials[0]["device"],
        "trials": trials,
    }
