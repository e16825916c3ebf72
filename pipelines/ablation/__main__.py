"""Ablation: train the full recipe without one part at a time, shortly, and write what each part is worth."""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from longhand.errors import LonghandError
from longhand.tasks import TEXT, TEXT_FAST
from pipelines.ablation.outcomes import gather
from pipelines.ablation.page import RESULTS, write
from pipelines.ablation.variants import VARIANTS, Budget
from pipelines.commit import describe_commit
from pipelines.recipe import RECIPES, Recipe, read_sections, write_json

NICE = 15
"""Whatever else runs on the machine comes first."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Train one variant here, or every one of them in a process of its own; ends with 1 where one could not be."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.ablation", description=__doc__)
    parser.add_argument("--recipe", choices=RECIPES, default="full", help="%(default)s where absent")
    parser.add_argument("--variant", choices=VARIANTS, help="only this one")
    parser.add_argument("--epochs", type=int, default=Budget.epochs, help="%(default)s where absent")
    parser.add_argument("--steps", type=int, default=Budget.steps, help="of each epoch; %(default)s where absent")
    given = parser.parse_args(arguments)
    recipe, budget = Recipe(given.recipe, _find_model(given.recipe)), Budget(given.epochs, given.steps)
    if given.variant:
        sys.exit(0 if _train(recipe, given.variant, budget) else 1)
    commit = describe_commit()
    failed = [name for name in VARIANTS if not _succeeds(recipe, name, budget, commit)]
    sys.exit(f"These could not be trained: {', '.join(failed)}." if failed else 0)


def _find_model(recipe: str) -> str:
    """The model for words and lines that is trained quickly: the small one, where the recipe has two."""
    return next(name for name in (TEXT_FAST.model, TEXT.model) if name in read_sections(recipe))


def _succeeds(recipe: Recipe, name: str, budget: Budget, commit: str) -> bool:
    """Train a variant in a process of its own, whose memory is free again afterwards.

    The commit is that of now: the results of the variants before are no change to the code.
    """
    command = [sys.executable, "-m", "pipelines.ablation", "--recipe", recipe.name, "--variant", name]
    command += ["--epochs", str(budget.epochs), "--steps", str(budget.steps)]
    return subprocess.run(command, check=False, env={**os.environ, "LONGHAND_COMMIT": commit}).returncode == 0


def _train(recipe: Recipe, name: str, budget: Budget) -> bool:
    from pipelines.ablation.trials import attempt  # TensorFlow: not for the process that only starts the others

    os.nice(max(0, NICE - os.nice(0)))
    print(f"{name}: {VARIANTS[name].title}", flush=True)
    try:
        result = attempt(recipe, VARIANTS[name], budget)
    except LonghandError as error:
        print(f"{name}: {error.code}: {error.sentence}", file=sys.stderr)
        return False
    print(
        f"{name}: mean CER {result['mean']:.2%} after epoch {result['epoch']}, {result['seconds']:,.0f} s", flush=True
    )
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    write_json(RESULTS, gather(recipe, budget))
    write(Path())
    return True


if __name__ == "__main__":
    main()
