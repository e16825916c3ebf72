"""Every format that a folder can have, and how it is recognised."""

import inspect
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import UnionType
from typing import get_args, get_origin

from longhand.contracts.names import check_seen
from longhand.datasets.adapters.folders import LINES, has_classes, has_table, read_classes, read_lines, read_table
from longhand.datasets.adapters.fonts import has_fonts, read_fonts
from longhand.datasets.adapters.iam import has_iam, read_iam
from longhand.datasets.adapters.idx import has_idx, read_idx
from longhand.datasets.adapters.lists import has_listed, has_prescriptions, read_listed, read_prescriptions
from longhand.datasets.adapters.pages import has_pages, read_pages
from longhand.datasets.sample import DatasetError, NoTexts, Sample
from longhand.datasets.source import Source
from longhand.datasets.splits import read_splits
from longhand.handwriting.alphabet import normalise


@dataclass(frozen=True)
class Format:
    """What a format is called by people, how a folder of it is known, and what reads it."""

    title: str
    fits: Callable[[Path], bool]
    read: Callable[..., Iterator[Sample]]

    @property
    def options(self) -> dict[str, object]:
        """The names of what can be chosen, and of what kind each is."""
        parameters = inspect.signature(self.read, eval_str=True).parameters.values()
        return {p.name: p.annotation for p in parameters if p.kind is inspect.Parameter.KEYWORD_ONLY}


FORMATS: Mapping[str, Format] = {
    "lines": Format("lines.jsonl", lambda folder: (folder / LINES).is_file(), read_lines),
    "csv": Format("CSV of FILENAME and IDENTITY, with picture folders", has_listed, read_listed),
    "table": Format("labels.csv or data.csv", has_table, read_table),
    "idx": Format("idx files, as MNIST's and EMNIST's", has_idx, read_idx),
    "fonts": Format("handwriting fonts with words.txt", has_fonts, read_fonts),
    "iam": Format("IAM's words or lines", has_iam, read_iam),
    "prescriptions": Format("Training, Validation and Testing with a CSV each", has_prescriptions, read_prescriptions),
    "pages": Format("whole pages with ALTO or PAGE XML", has_pages, read_pages),
    "classes": Format("a folder of pictures per class", has_classes, read_classes),
}
"""In the order in which a folder is tried."""


def detect(folder: Path) -> str:
    """The format of a folder; raises NoTexts, which says how texts are given, where it has none that is known."""
    if not folder.is_dir():
        raise DatasetError(f"{folder} is not a folder.")
    found = next((name for name, known in FORMATS.items() if known.fits(folder)), None)
    if found is None:
        raise NoTexts(
            "No texts were found beside the pictures. Name them in labels.csv (image,text) or lines.jsonl, put an ALTO "
            "or PAGE file beside each page, or give each character a folder of its own."
        )
    return found


def read(
    folder: Path,
    name: str | None = None,
    format: str | None = None,
    options: Mapping[str, object] | None = None,
    *,
    splits: Path | None = None,
    dropped: Counter[str] | None = None,
) -> Iterator[Sample]:
    """Read a folder as the set `name`, in its format or the one it is found to have, with the format's options.

    `splits`, a CSV of set, image, group and split, overrules the folder's own. What is left out is counted in
    `dropped` by reason, while the samples are drawn; so are texts and groups with characters that cannot be seen, as
    NUL or a zero-width space. Raises DatasetError, also for an option that the format lacks.
    """
    form = _find(folder, format)
    _check(form, options or {})
    table = read_splits(splits) if splits else {}
    source = Source(folder, name or folder.name, table, Counter() if dropped is None else dropped)
    return _leave_out_unseen(FORMATS[form].read(source, **(options or {})), source)


def _leave_out_unseen(samples: Iterator[Sample], source: Source) -> Iterator[Sample]:
    for sample in samples:
        if _is_seen(normalise(sample.text)) and _is_seen(sample.group):
            yield sample
        else:
            source.drop("unseen_characters")


def _is_seen(text: str) -> bool:
    try:
        check_seen(text)
    except ValueError:
        return False
    return True


def _check(name: str, options: Mapping[str, object]) -> None:
    kinds = FORMATS[name].options
    unknown = sorted(options.keys() - kinds.keys())
    if unknown:
        have = f"It has {', '.join(kinds)}." if kinds else "It has none."
        raise DatasetError(f"The format {name} has no option {', '.join(unknown)}. {have}")
    for option, value in options.items():
        if not _is_a(value, kinds[option]):
            raise DatasetError(f"The format {name} takes no {option} of {value!r}. See its page in docs/how-to/data.")


def _is_a(value: object, kind: object) -> bool:
    """Whether a value that was read from YAML or JSON is of a kind that readers declare."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin is UnionType:
        return any(_is_a(value, part) for part in parts)
    if origin is Mapping:
        return isinstance(value, dict) and all(isinstance(text, str) for pair in value.items() for text in pair)
    if origin is Collection:
        return isinstance(value, list) and all(isinstance(text, str) for text in value)
    return type(value) is kind


def _find(folder: Path, format: str | None) -> str:
    if not folder.is_dir():
        raise DatasetError(f"{folder} is not a folder.")
    if format is not None and format not in FORMATS:
        raise DatasetError(f"There is no format {format!r}. Choose one of {', '.join(FORMATS)}.")
    return format or detect(folder)
