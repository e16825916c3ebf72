"""What a folder holds, reported before anything is learnt from it."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from longhand.datasets.conflicts import agree, explain
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
    """What was found: `opened` pictures were looked into, `refused` says which of them cannot be used, and why."""

    format: str
    samples: Sequence[Sample]
    dropped: Counter[str]
    opened: int
    refused: Sequence[str]


def survey(folder: Path, format: str | None, options: Mapping[str, object], check: int) -> Survey:
    """Read a folder and open `check` of its pictures; raises DatasetError."""
    dropped: Counter[str] = Counter()
    form = format or detect(folder)
    samples = list(read(folder, None, form, options, dropped=dropped))
    chosen = samples[:: max(1, -(-len(samples) // check))] if check else []
    return Survey(form, samples, dropped, len(chosen), list(_open(chosen)))


def _open(samples: Sequence[Sample]) -> Iterator[str]:
    """The pictures that cannot be used, and why: those that cannot be read, and those that come with two texts."""
    seen: dict[bytes, Sample] = {}
    for sample in samples:
        reason, data = _look(sample)
        first = seen.setdefault(hashlib.sha256(data).digest(), sample)
        if reason is None and not agree(first.text, sample.text):
            reason = explain(first.name, first.text)
        if reason:
            yield f"{sample.name}: {reason}"


def parse_options(given: Sequence[str]) -> dict[str, object]:
    """`name=value` each, the value as JSON where it is some, else a text; raises DatasetError."""
    options: dict[str, object] = {}
    for entry in given:
        name, sign, value = entry.partition("=")
        if not sign or not name:
            raise DatasetError(f"{entry!r} is no option. Write it as name=value, for example unit=words.")
        options[name] = _parse(value)
    return options


def describe(found: Survey) -> Iterator[str]:
    """The lines that say it to a person."""
    splits = Counter(sample.split for sample in found.samples)
    groups = {sample.group for sample in found.samples}
    yield f"format      {found.format} ({FORMATS[found.format].title})"
    yield f"pictures    {len(found.samples):,} in {len(groups):,} groups"
    lacking = [split for split in NEEDED if not splits[split]]
    counts = _count({split: splits[split] for split in SPLITS if splits[split]})
    yield f"splits      {counts}" + (f" (none: {', '.join(lacking)})" if lacking else "")
    yield f"dropped     {_count(dict(sorted(found.dropped.items()))) or 'none'}"
    yield from _describe_texts([normalise(sample.text) for sample in found.samples])
    yield f"opened      {found.opened:,}, of which {len(found.refused):,} cannot be used"
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


def _look(sample: Sample) -> tuple[str | None, bytes]:
    """Why a picture cannot be read, if so, and its bytes."""
    try:
        data = sample.read()
        decode(data)
    except PictureError as error:
        return error.sentence, b""
    except OSError as error:
        return error.strerror or str(error), b""
    return None, data


def _parse(value: str) -> object:
    try:
        return json.loads(value)
    except ValueError:
        return value
