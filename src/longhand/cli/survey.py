"""What a folder holds, told before anything is learnt from it."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from longhand.datasets.formats import FORMATS, detect, read
from longhand.datasets.sample import SPLITS, DatasetError, Sample, Split
from longhand.handwriting.alphabet import normalise
from longhand.handwriting.errors import PictureError
from longhand.handwriting.images import decode
from longhand.tasks import LATIN

SHOWN = 5
NEEDED: tuple[Split, ...] = ("train", "validation", "gate", "test")


@dataclass(frozen=True)
class Survey:
    """What was found: `opened` pictures were looked into, `refused` says which of them cannot be read, and why."""

    format: str
    samples: Sequence[Sample]
    dropped: Counter[str]
    opened: int
    refused: Sequence[str]


def survey(folder: Path, format: str | None, options: dict[str, Any], check: int) -> Survey:
    """Read a folder and open `check` of its pictures; raises DatasetError."""
    dropped: Counter[str] = Counter()
    form = format or detect(folder)
    samples = list(read(folder, None, form, options, dropped=dropped))
    chosen = samples[:: max(1, -(-len(samples) // check))] if check else []
    refused = [f"{sample.name}: {reason}" for sample in chosen if (reason := _objection(sample))]
    return Survey(form, samples, dropped, len(chosen), refused)


def parse_options(given: Sequence[str]) -> dict[str, Any]:
    """`name=value` each, the value as JSON where it is some, else a text; raises DatasetError."""
    options = {}
    for entry in given:
        name, sign, value = entry.partition("=")
        if not sign or not name:
            raise DatasetError(f"{entry!r} is no option. Write it as name=value, for example unit=words.")
        options[name] = _parse(value)
    return options


def describe(found: Survey) -> Iterator[str]:
    """The lines that tell a person."""
    splits = Counter(sample.split for sample in found.samples)
    groups = {sample.group for sample in found.samples}
    yield f"format      {found.format} ({FORMATS[found.format].title})"
    yield f"pictures    {len(found.samples):,} in {len(groups):,} groups"
    lacking = [split for split in NEEDED if not splits[split]]
    counts = _count({split: splits[split] for split in SPLITS if splits[split]})
    yield f"splits      {counts}" + (f" (none: {', '.join(lacking)})" if lacking else "")
    yield f"dropped     {_count(dict(sorted(found.dropped.items()))) or 'none'}"
    yield from _describe_texts([normalise(sample.text) for sample in found.samples])
    yield f"opened      {found.opened:,}, of which {len(found.refused):,} cannot be read"
    yield from (f"            {reason}" for reason in found.refused[:SHOWN])


def _describe_texts(texts: Sequence[str]) -> Iterator[str]:
    characters = Counter("".join(texts))
    outside = {c: n for c, n in characters.most_common() if c not in LATIN}
    lengths = [len(text) for text in texts] or [0]
    spread = f"{min(lengths)} to {max(lengths)} long, median {median(lengths):g}"
    yield f"texts       {len(set(texts)):,} different, {spread}"
    yield f"characters  {len(characters)}: {''.join(sorted(characters))}"
    yield f"unknown     {_count(outside) or 'none'} (the text model does not write it)"


def _count(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {number:,}" for name, number in counts.items())


def _objection(sample: Sample) -> str | None:
    try:
        decode(sample.read())
    except PictureError as error:
        return error.sentence
    except OSError as error:
        return error.strerror or str(error)
    return None


def _parse(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value
