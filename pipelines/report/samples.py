"""Pictures of a recipe's data, as they are and as training distorts them."""

from collections.abc import Iterator

import numpy as np

from longhand.learning.methods import find_method
from longhand.learning.prepared import Item
from pipelines.report.document import Block, Cell, Paragraph, Sheet, percent
from pipelines.report.material import Material
from pipelines.report.sheets import show

MOST = 24
"""Pictures on a sheet."""
ORIGINALS, VERSIONS = 5, 4
"""Pictures of a set that are distorted, and how often each."""
HIDDEN = "Pictures of somebody's own, not of a published data set, are not shown."


def show_samples(material: Material) -> Iterator[Block]:
    """Pictures of each set that may be shown, chosen by chance."""
    random = np.random.default_rng(0)
    for name in dict.fromkeys(item.set for item in material.data.items):
        if name not in material.drawable:
            yield Paragraph(f"{name}: {HIDDEN}")
            continue
        own = [item for item in material.data.items if item.set == name]
        some = [own[i] for i in sorted(random.permutation(len(own))[:MOST])]
        share = percent(len(own) / len(material.data.items))
        cells = [cell(material, item, item.split) for item in some]
        yield Sheet(f"samples-{name}", cells, f"{name}: {share} of all pictures; some, as the network sees them.")


def show_augmented(material: Material) -> Iterator[Block]:
    """Training pictures of each set that may be shown, each beside what distortions make of it."""
    random = np.random.default_rng(0)
    strength = float(material.recipe.params["draw"].get("strength", 1.0))
    distort = find_method(material.recipe.task, material.recipe.kind).distort
    for name in dict.fromkeys(item.set for item in material.data.select("train")):
        if name not in material.drawable:
            continue
        own = [item for item in material.data.select("train") if item.set == name]
        cells = []
        for i in sorted(random.permutation(len(own))[:ORIGINALS]):
            pixels = material.data.pixels(own[i])
            cells.append(Cell(show(pixels), own[i].text, (), "as it is"))
            cells += [Cell(show(distort(pixels, random, strength)), "", (), "distorted") for _ in range(VERSIONS)]
        yield Sheet(f"augmented-{name}", cells, f"{name}: what training makes of them, at strength {strength:g}.")


def cell(material: Material, item: Item, remark: str) -> Cell:
    """A prepared picture with its text."""
    return Cell(show(material.data.pixels(item)), item.text, (), f"{item.set}, {remark}")
