"""The outcome as a page: docs/explanation/ablation.md."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from longhand import durable
from pipelines.ablation.variants import FULL, VARIANTS
from pipelines.recipe import read_json

PAGE, RESULTS = Path("docs/explanation/ablation.md"), Path("pipelines/ablation/results.json")
_PAGE = """\
# What each part of the recipe is worth

*Written by `python -m pipelines.ablation` from [its results](../../pipelines/ablation).*

The full recipe's small network for words and lines (`text-fast`) is trained again from nothing, shortly, and then
with one part taken away at a time: the same pictures, seed, network and schedule, and as many steps. Batches hold as
many columns of pixels, so that all variants are shown about as many pictures. Measured is the character error rate on
the validation part of what people wrote, at most 500 pictures of a set, read without a language and without a
lexicon, after the epoch in which the mean over the sets is lowest. Nothing here has seen the test parts.

{outcome}

## What is taken away

{variants}

## How far this carries

Each variant was trained once, and shortly: a part that a long training needs, because without it the network learns
its pictures by heart, may cost something in a short one, and what teaches rare things cannot show yet. *seed* says how
far chance alone moves the figures: a difference not clearly larger than its own says nothing. The moving average of the
weights spans the same share of the short training as of the long one.

## Do it again

```sh
.venv/bin/python -m pipelines.ablation                       # all of them, one after another, at low priority
.venv/bin/python -m pipelines.ablation --variant joins       # one
.venv/bin/python -m pipelines.ablation --epochs 12 --steps 150
```

It needs what the full recipe's stages up to `prepare` make. A variant that is done is not trained again, one that was
stopped goes on after its last whole epoch; all lies below `var/ablation`.
"""
_NOTHING = "**Not measured yet.** The table stands here once it has run."
_HEAD = """\
{epochs} epochs of {steps} steps each, on {device}, with the code of commit {commit}. In brackets, the difference to the
whole recipe, in points: what leaving the part out costs, or gains where it is negative.
"""


def write(root: Path) -> list[Path]:
    """Write the page, and say where."""
    file = root / PAGE
    results = read_json(root / RESULTS) if (root / RESULTS).exists() else None
    durable.write(file, render(results))
    return [file]


def render(results: dict[str, Any] | None) -> str:
    """The page for results, or for none."""
    outcome = _HEAD.format(**results) + "\n" + "\n".join(_rows(results["trials"])) if results else _NOTHING
    variants = "\n".join(f"- **{variant.name}**: {variant.title}" for variant in VARIANTS.values())
    return _PAGE.format(outcome=outcome, variants=variants)


def _rows(trials: list[dict[str, Any]]) -> Iterator[str]:
    sets = list(trials[0]["cer"])
    yield f"| without | {' | '.join(sets)} | mean | pictures | seconds |"
    yield "|---|" + "---:|" * (len(sets) + 3)
    whole = next((trial for trial in trials if trial["name"] == FULL), None)
    for trial in trials:
        against = None if trial is whole else whole
        rates = [_rate(trial["cer"][name], against["cer"][name] if against else None) for name in sets]
        mean = _rate(trial["mean"], against["mean"] if against else None)
        name = "*nothing*" if trial is whole else trial["name"]
        yield f"| {name} | {' | '.join(rates)} | {mean} | {trial['pictures']:,} | {trial['seconds']:,.0f} |"


def _rate(rate: float, against: float | None) -> str:
    return f"{rate:.1%}" if against is None else f"{rate:.1%} ({100 * (rate - against):+.1f})"
