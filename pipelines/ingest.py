"""Ingest: gather the pictures of a recipe's data sets, as they are, with their texts and splits."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from longhand.datasets.catalogue import load
from longhand.datasets.cleaning import clean_samples
from longhand.datasets.sample import Sample
from longhand.datasets.synthetic.spoiled import Spoiling, spoil_samples
from pipelines.lines import Line
from pipelines.recipe import Recipe, main, write_json

ALIGNMENTS = Path("var/alignments")
"""Where alignments lie, each in a file that is called like its SHA-256."""
_OURS = ("folder", "format", "splits", "clean", "spoil")
"""The options of a folder that are not its format's."""


def ingest(recipe: Recipe) -> int:
    """Write every picture into one file and a line about each into another; returns their number.

    Pictures that cannot be had are kept as lines without a place, for `validate` to name. What a format left out is
    counted in `dropped.json`, and the labels that rules changed in `cleaned.json`, where there are any.
    """
    folder = recipe.folder("ingest")
    count = offset = 0
    dropped: defaultdict[str, Counter[str]] = defaultdict(Counter)
    cleaned: defaultdict[str, Counter[str]] = defaultdict(Counter)
    with (
        (folder / "pictures.bin").open("wb") as pictures,
        (folder / "samples.jsonl").open("w", encoding="utf-8") as lines,
    ):
        for sample in _samples(recipe.params["sets"], dropped, cleaned):
            line, data = _describe(sample)
            if data:
                pictures.write(data)
                line |= {"offset": offset, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
                offset += len(data)
            lines.write(json.dumps(line, ensure_ascii=False) + "\n")
            count += 1
    _write_counts(folder / "dropped.json", dropped)
    _write_counts(folder / "cleaned.json", cleaned)
    print(f"{recipe.model}: {count:,} pictures, {offset / 2**20:.1f} MB")
    return count


def _samples(
    sets: dict[str, dict[str, Any]], dropped: defaultdict[str, Counter[str]], cleaned: defaultdict[str, Counter[str]]
) -> Iterator[Sample]:
    for name, options in sets.items():
        samples = _read(name, options, dropped[name]) if "folder" in options else load(name, **_choose(options))
        if rules := options.get("clean"):
            samples = clean_samples(samples, rules, cleaned[name])
        if spoiling := options.get("spoil"):
            samples = spoil_samples(samples, Spoiling(**spoiling))
        yield from samples


def _choose(options: dict[str, Any]) -> dict[str, Any]:
    """What of a set's options the catalogue takes."""
    chosen: dict[str, Any] = {key: options[key] for key in ("count", "seed", "cut", "fonts") if key in options}
    if "alignment" in options:
        chosen["alignment"] = ALIGNMENTS / f"{options['alignment']}.jsonl"
    return chosen


def _read(name: str, options: dict[str, Any], dropped: Counter[str]) -> Iterator[Sample]:
    """A folder in its format, whose options are those that say nothing else."""
    from longhand.datasets.formats import read  # counts for recipes that name a folder, see pipelines/definition

    own = {key: value for key, value in options.items() if key not in _OURS}
    splits = Path(options["splits"]) if "splits" in options else None
    return read(Path(options["folder"]), name, options.get("format"), own, splits=splits, dropped=dropped)


def _write_counts(path: Path, counts: Mapping[str, Counter[str]]) -> None:
    path.unlink(missing_ok=True)
    if found := {name: counter for name, counter in counts.items() if counter}:
        write_json(path, found)


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
