"""Ingest: gather the pictures of a recipe's data sets, as they are, with their texts and splits."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from longhand.datasets.catalogue import load
from longhand.datasets.sample import Sample
from pipelines.lines import Line
from pipelines.recipe import Recipe, main, write_json


def ingest(recipe: Recipe) -> int:
    """Write every picture into one file and a line about each into another; returns their number.

    Pictures that cannot be had are kept as lines without a place, for `validate` to name; what a format left out is
    counted in `dropped.json`, where there is any.
    """
    folder = recipe.folder("ingest")
    count = offset = 0
    dropped: defaultdict[str, Counter[str]] = defaultdict(Counter)
    with (
        (folder / "pictures.bin").open("wb") as pictures,
        (folder / "samples.jsonl").open("w", encoding="utf-8") as lines,
    ):
        for sample in _samples(recipe.params["sets"], dropped):
            line, data = _describe(sample)
            if data:
                pictures.write(data)
                line |= {"offset": offset, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
                offset += len(data)
            lines.write(json.dumps(line, ensure_ascii=False) + "\n")
            count += 1
    (folder / "dropped.json").unlink(missing_ok=True)
    if counts := {name: reasons for name, reasons in dropped.items() if reasons}:
        write_json(folder / "dropped.json", counts)
    print(f"{recipe.model}: {count:,} pictures, {offset / 2**20:.1f} MB")
    return count


def _samples(sets: dict[str, dict[str, Any]], dropped: defaultdict[str, Counter[str]]) -> Iterator[Sample]:
    for name, options in sets.items():
        if "folder" in options:
            yield from _read(name, options, dropped[name])
        else:
            drawn = {key: options[key] for key in ("count", "seed") if key in options}
            yield from load(name, **drawn)


def _read(name: str, options: dict[str, Any], dropped: Counter[str]) -> Iterator[Sample]:
    """A folder in its format, whose options are those that say nothing else."""
    from longhand.datasets.formats import read  # counts for recipes that name a folder, see pipelines/definition

    own = {key: value for key, value in options.items() if key not in ("folder", "format", "splits")}
    splits = Path(options["splits"]) if "splits" in options else None
    return read(Path(options["folder"]), name, options.get("format"), own, splits=splits, dropped=dropped)


def _describe(sample: Sample) -> tuple[Line, bytes]:
    line: Line = {
        "set": sample.set,
        "name": sample.name,
        "text": sample.text,
        "group": sample.group,
        "split": sample.split,
    }
    try:
        return line, sample.read()
    except OSError as error:
        return {**line, "error": error.strerror or str(error)}, b""


if __name__ == "__main__":
    main(ingest, __doc__)
