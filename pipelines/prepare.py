"""Prepare: turn pictures into what the network sees, once, with the function that also serves."""

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray

from longhand.handwriting.alphabet import normalise
from longhand.handwriting.errors import NoInk
from longhand.handwriting.images import decode
from longhand.handwriting.preprocessing import preprocessing
from longhand.learning.prepared import Item, PreparedSet, write_prepared
from pipelines.lines import Line
from pipelines.recipe import Recipe, main, read_json, write_json
from pipelines.validate import read_ingested

_CHUNK = 500
_Pixels = NDArray[np.uint8]


def prepare(recipe: Recipe) -> dict[str, Any]:
    """Prepare every kept picture; blank ones are left out and named. Returns the receipt."""
    folder = recipe.folder("prepare")
    blank: list[str] = []
    count = write_prepared(folder, _prepared(recipe, blank))
    receipt = {
        "pictures": count,
        "blank": blank,
        "preprocessing": recipe.params["preprocessing"],
        "dataset_version": PreparedSet(folder).version,
    }
    cleaned = recipe.folder("ingest") / "cleaned.json"
    if cleaned.exists():
        receipt["cleaned"] = read_json(cleaned)
    write_json(folder / "receipt.json", receipt)
    return receipt


def _prepared(recipe: Recipe, blank: list[str]) -> Iterator[tuple[Item, _Pixels]]:
    version = recipe.params["preprocessing"]
    pending = _kept(recipe)
    with Parallel(n_jobs=-1, return_as="generator") as parallel:
        chunks = iter(lambda: list(islice(pending, _CHUNK)), [])
        for lines, results in parallel(delayed(_prepare_chunk)(chunk, version) for chunk in chunks):
            for line, pixels in zip(lines, results, strict=True):
                if pixels is None:
                    blank.append(f"{line['set']}/{line['name']}")
                else:
                    yield _item(line, pixels), pixels


def _kept(recipe: Recipe) -> Iterator[tuple[Line, bytes]]:
    """The lines that `validate` kept, in their order, each with its picture."""
    with (recipe.folder("validate") / "kept.jsonl").open(encoding="utf-8") as file:
        kept = {(line["set"], line["name"]) for line in map(json.loads, file)}
    return ((line, data) for line, data in read_ingested(recipe) if (line["set"], line["name"]) in kept)


def _prepare_chunk(chunk: list[tuple[Line, bytes]], version: str) -> tuple[list[Line], list[_Pixels | None]]:
    return [line for line, _ in chunk], [_prepare_one(data, version) for _, data in chunk]


def _prepare_one(data: bytes, version: str) -> _Pixels | None:
    try:
        return preprocessing(version)(decode(data)).pixels
    except NoInk:
        return None


def _item(line: Line, pixels: _Pixels) -> Item:
    return Item(
        set=line["set"],
        name=line["name"],
        text=normalise(line["text"]),
        group=line["group"],
        split=line["split"],
        height=pixels.shape[0],
        width=pixels.shape[1],
    )


def _tell(recipe: Recipe) -> None:
    made = prepare(recipe)
    blank, version = len(made["blank"]), made["dataset_version"][:12]
    print(f"{recipe.model}: {made['pictures']:,} prepared, {blank} blank, version {version}")


if __name__ == "__main__":
    main(_tell, __doc__)
