"""Validate: name every picture that cannot be used, and say what the rest is made of."""

import json
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator
from typing import Any

import numpy as np

from longhand.datasets.conflicts import find_conflicts
from longhand.datasets.sample import DatasetError
from longhand.handwriting.alphabet import Alphabet, normalise
from longhand.handwriting.errors import PictureError
from longhand.handwriting.images import decode
from pipelines.lines import Line
from pipelines.recipe import Recipe, main, read_json, write_json

MAX_REFUSED = 0.05
"""A recipe stops where more than this share of the pictures of a set cannot be used."""

USELESS = {
    "unreadable": "it cannot be read",
    "without_text": "it has no text of the alphabet",
    "several_characters": "its text is not one character",
    "conflicting_texts": "it has another text elsewhere",
}
"""The reasons that stop a recipe."""


def validate(recipe: Recipe) -> dict[str, Any]:
    """Sort the ingested lines into kept and refused, and report on them.

    Refused: unreadable, without text, an exact copy of an earlier picture of the same text, a copy of a picture
    in another split, a picture that also has another text, a glyph that is no single known character. Raises
    DatasetError where more than MAX_REFUSED of a set are of no use, naming the first.
    """
    folder = recipe.folder("validate")
    alphabet = Alphabet(recipe.task.alphabet)
    seen: dict[str, str] = {}
    conflicts = _find_conflicts(recipe)
    kept: list[Line] = []
    refused: defaultdict[str, list[str]] = defaultdict(list)
    for line, data in read_ingested(recipe):
        contradicted = line.get("sha256") in conflicts and line["split"] != "duplicate"
        reason = "conflicting_texts" if contradicted else _objection(recipe, line, data, seen, alphabet)
        if reason:
            refused[reason].append(f"{line['set']}/{line['name']}")
        else:
            seen[line["sha256"]] = line["split"]
            kept.append(line)
    _stop_if_bad(kept, refused)
    report = _report(kept, refused, alphabet) | _counts(recipe, "dropped") | _counts(recipe, "cleaned")
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in kept)
    (folder / "kept.jsonl").write_text(text, encoding="utf-8")
    write_json(folder / "report.json", report)
    return report


def _find_conflicts(recipe: Recipe) -> set[Hashable]:
    """The hashes of the pictures that were ingested with two texts."""
    with (recipe.folder("ingest") / "samples.jsonl").open(encoding="utf-8") as lines:
        usable = (line for line in map(json.loads, lines) if "sha256" in line and line["split"] != "duplicate")
        return find_conflicts((line["sha256"], line["text"]) for line in usable)


def read_ingested(recipe: Recipe) -> Iterator[tuple[Line, bytes]]:
    """The lines that `ingest` wrote, each with the bytes of its picture, empty where there are none."""
    folder = recipe.folder("ingest")
    file = folder / "pictures.bin"
    pictures = np.memmap(file, np.uint8, "r") if file.stat().st_size else np.empty(0, np.uint8)
    with (folder / "samples.jsonl").open(encoding="utf-8") as lines:
        for line in map(json.loads, lines):
            start = line.get("offset", 0)
            yield line, pictures[start : start + line.get("size", 0)].tobytes()


def _objection(recipe: Recipe, line: Line, data: bytes, seen: dict[str, str], alphabet: Alphabet) -> str | None:
    if not data:
        return "unreadable"
    if line["split"] == "duplicate" or seen.get(line["sha256"]) == line["split"]:
        return "duplicate"
    if line["sha256"] in seen:
        return "duplicate_across_splits"
    text = normalise(line["text"])
    if not text or not alphabet.encode(text):
        return "without_text"
    if recipe.task.single and len(text) != 1:
        return "several_characters"
    return _defect(data)


def _defect(data: bytes) -> str | None:
    try:
        decode(data)
    except PictureError:
        return "unreadable"
    return None


def _stop_if_bad(kept: list[Line], refused: dict[str, list[str]]) -> None:
    found = [(name, said) for reason, said in USELESS.items() for name in refused.get(reason, [])]
    good = Counter(line["set"] for line in kept)
    for set_, bad in Counter(name.partition("/")[0] for name, _ in found).items():
        if bad > MAX_REFUSED * (good[set_] + bad):
            name, said = next(one for one in found if one[0].startswith(f"{set_}/"))
            raise DatasetError(
                f"{bad} of {good[set_] + bad} pictures of the set {set_} cannot be used, the first of them {name}:"
                f" {said}. Mend or remove them; up to 5 % of a set are left out and named."
            )


def _report(kept: list[Line], refused: dict[str, list[str]], alphabet: Alphabet) -> dict[str, Any]:
    missing = Counter(c for line in kept for c in normalise(line["text"]) if c not in alphabet.characters)
    return {
        "pictures": len(kept),
        "by_set_and_split": {
            f"{s}/{p}": n for (s, p), n in sorted(Counter((k["set"], k["split"]) for k in kept).items())
        },
        "groups": len({(line["set"], line["group"]) for line in kept}),
        "characters": dict(sorted(Counter(c for line in kept for c in normalise(line["text"])).items())),
        "outside_the_alphabet": dict(sorted(missing.items())),
        "refused": {reason: {"count": len(names), "first": names[:20]} for reason, names in sorted(refused.items())},
    }


def _counts(recipe: Recipe, what: str) -> dict[str, Any]:
    """What `ingest` counted, by set, where there is any."""
    path = recipe.folder("ingest") / f"{what}.json"
    return {what: read_json(path)} if path.exists() else {}


def _tell(recipe: Recipe) -> None:
    report = validate(recipe)
    left_out = {reason: entry["count"] for reason, entry in report["refused"].items()}
    print(f"{recipe.model}: {report['pictures']:,} pictures kept, left out: {left_out or 'none'}")


if __name__ == "__main__":
    main(_tell, __doc__)
