"""Tiny recipes in folders of their own."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import chdir, contextmanager
from pathlib import Path
from typing import Any

import yaml

from pipelines.evaluate import evaluate
from pipelines.export import export
from pipelines.ingest import ingest
from pipelines.prepare import prepare
from pipelines.recipe import Recipe
from pipelines.train import run
from pipelines.validate import validate
from tests.drawings import encode, written

STAGES: dict[str, Callable[[Recipe], Any]] = {
    "ingest": ingest,
    "validate": validate,
    "prepare": prepare,
    "train": run,
    "evaluate": evaluate,
    "export": export,
}
PARAMS: dict[str, dict[str, Any]] = {
    "text": {
        "preprocessing": "text-2",
        "served": "int8",
        "network": {"height": 32, "width": 8, "blocks": 1, "dropout": 0.0},
        "sets": {"strokes": {"count": 120, "seed": 1}},
    },
    "characters": {
        "preprocessing": "glyph-1",
        "served": "float32",
        "network": {"height": 28, "width": 4, "dropout": 0.0},
        "sets": {"stroke-glyphs": {"count": 124, "seed": 1}},
    },
}
SHARED = {
    "seed": 1,
    "precision": "float32",
    "pretrain": None,
    "folds": None,
    "draw": {"batch": 8, "strength": 0.5, "weights": {}},
    "fit": {"epochs": 2, "steps": 3, "rate": 0.002},
}


@contextmanager
def workshop(folder: Path, model: str, **params: Any) -> Iterator[Recipe]:
    """A recipe of that model in a folder, which is the working directory meanwhile."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "params.yaml").write_text(yaml.safe_dump({model: {**SHARED, **PARAMS.get(model, {}), **params}}))
    with chdir(folder):
        yield Recipe("starter", model)


def run_stages(recipe: Recipe, *names: str) -> list[Any]:
    """Run stages in their order; what each returned."""
    return [STAGES[name](recipe) for name in names]


def fill(folder: Path, files: Mapping[str, tuple[bytes | None, str]], **columns: str) -> None:
    """A folder of pictures with `labels.csv`: bytes and text by name, None for a file that is missing."""
    folder.mkdir(parents=True)
    extra = "".join(f",{column}" for column in columns)
    values = "".join(f",{value}" for value in columns.values())
    rows = [f"{name},{text}{values}" for name, (_, text) in files.items()]
    (folder / "labels.csv").write_text("\n".join([f"file,label{extra}", *rows]) + "\n", encoding="utf-8")
    for name, (data, _) in files.items():
        if data is not None:
            (folder / name).write_bytes(data)


def word(text: str, seed: int = 0) -> bytes:
    """A picture file of a drawn text."""
    return encode(written(text, seed).gray)
