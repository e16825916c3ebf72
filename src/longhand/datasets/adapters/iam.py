"""The IAM Handwriting Database (U.-V. Marti and H. Bunke, 2002): English, 657 writers, words and lines.

ascii/lines.txt, ascii/words.txt      what is written, a segment per line
ascii/forms.txt                       the writers
lines/a01/a01-000u/a01-000u-00.png    the pictures; words/a01/a01-000u/a01-000u-00-00.png
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from longhand.datasets.sample import DatasetError, Sample, Split
from longhand.datasets.source import Source, choose
from longhand.datasets.tables import read_lines

_UNITS = ("lines", "words")
_TASK: Mapping[str, Split] = {
    "trainset": "train",
    "validationset1": "validation",
    "validationset2": "gate",
    "testset": "test",
    "train": "train",
    "validation": "validation",
    "test": "test",
}
_EXAMPLE = "`a01-000u-00 ok 154 19 408 746 1661 89 A|MOVE|to|stop`"


@dataclass(frozen=True)
class _Segment:
    """A line or a word; its id begins with that of its form, and a word's with that of its line."""

    id: str
    sound: bool
    text: str

    @property
    def form(self) -> str:
        return "-".join(self.id.split("-")[:2])

    @property
    def file(self) -> str:
        return f"{self.id.split('-')[0]}/{self.form}/{self.id}.png"


def read_iam(
    source: Source,
    *,
    unit: str | None = None,
    err: str | None = None,
    punctuation: str = "apart",
    task: str | None = None,
) -> Iterator[Sample]:
    """Read the `unit` (`lines`, or `words`) that is there.

    Segments marked `err` are to `drop`, or to `keep`; by default words are dropped and lines kept, as the mark says
    of a line only that its words were not found. IAM writes punctuation `apart` (`stop .`); `attached` closes the
    gap. A group is a writer, or a form where forms.txt is not there. `task` is the folder of a published split
    (trainset.txt, validationset1.txt, …); what it does not name is dropped.
    """
    unit = choose("unit", unit or _find_unit(source.folder), _UNITS)
    err = choose("err", err or ("keep" if unit == "lines" else "drop"), ("keep", "drop"))
    choose("punctuation", punctuation, ("apart", "attached"))
    writers, splits = _read_writers(source.folder), _read_task(source, task) if task else None
    for segment in _read_segments(_table(source.folder, f"{unit}.txt")):
        split = _find_split(segment.id, splits) if splits else None
        if err == "drop" and not segment.sound:
            source.drop("segmented_wrongly")
        elif splits and split is None:
            source.drop("outside_the_task")
        else:
            text = _attach(segment.text) if punctuation == "attached" else segment.text
            yield source.sample(f"{unit}/{segment.file}", text, writers.get(segment.form, segment.form), split)


def has_iam(folder: Path) -> bool:
    """Whether a folder holds IAM's lines or words with what is written in them."""
    return any(_table(folder, f"{unit}.txt").is_file() and (folder / unit).is_dir() for unit in _UNITS)


def _find_unit(folder: Path) -> str:
    ready = (u for u in _UNITS if _table(folder, f"{u}.txt").is_file() and (folder / u).is_dir())
    unit = next(ready, None)
    if unit is None:
        raise DatasetError(f"{folder} needs ascii/lines.txt and lines/, or ascii/words.txt and words/.")
    return unit


def _table(folder: Path, name: str) -> Path:
    return folder / "ascii" / name if (folder / "ascii" / name).is_file() else folder / name


def _read_segments(path: Path) -> Iterator[_Segment]:
    for where, line in read_lines(path):
        fields = line.rstrip().split(" ", 8)
        if len(fields) < 9 or fields[1] not in ("ok", "err", "er") or fields[0].count("-") < 2:
            raise DatasetError(f"{where}: needs nine fields, as {_EXAMPLE}.")
        yield _Segment(fields[0], fields[1] == "ok", fields[8].replace("|", " "))


def _read_writers(folder: Path) -> dict[str, str]:
    path = _table(folder, "forms.txt")
    writers = {}
    for where, line in read_lines(path) if path.is_file() else ():
        form, *rest = line.split()
        if not rest:
            raise DatasetError(f"{where}: needs a form and its writer, as `a01-000u 000`.")
        writers[form] = f"writer-{rest[0]}"
    return writers


def _read_task(source: Source, folder: str) -> dict[str, Split]:
    files = [file for file in source.files(f"{folder}/*.*") if file.stem in _TASK]
    if not files:
        raise DatasetError(f"{source.folder / folder} holds none of {', '.join(f'{name}.txt' for name in _TASK)}.")
    return {line.strip(): _TASK[file.stem] for file in files for _, line in read_lines(file)}


def _find_split(segment: str, splits: Mapping[str, Split]) -> Split | None:
    """The split of a word, its line or its form, whichever the task names."""
    steps = segment.split("-")
    return next((splits[key] for n in range(len(steps), 1, -1) if (key := "-".join(steps[:n])) in splits), None)


def _attach(text: str) -> str:
    """Close the gap before punctuation and after an opening bracket; quotation marks stay, as both sides look alike."""
    return re.sub(r"\( ", "(", re.sub(r" ([.,;:!?)])", r"\1", text))
