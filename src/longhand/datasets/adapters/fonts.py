"""Handwriting fonts with a list of words: a folder of fonts and `words.txt`."""

from collections.abc import Iterator
from pathlib import Path

from longhand.datasets.hidden import find_files
from longhand.datasets.sample import DatasetError, Sample
from longhand.datasets.source import Source
from longhand.datasets.synthetic.rendered import FONTS, find_fonts, render_samples
from longhand.datasets.tables import read_lines
from longhand.handwriting.alphabet import normalise

WORDS = "words.txt"


def read_fonts(source: Source, *, words: str = WORDS, count: int | None = None, seed: int = 0) -> Iterator[Sample]:
    """Render `count` pictures (one of each where absent) of the lines of `words`; a font is a group."""
    fonts, files = find_fonts(source.folder), source.files(words)
    texts = [normalise(line) for file in files for _, line in read_lines(file)]
    if not texts:
        raise DatasetError(f"{source.folder / words} has no words. Write one on each line.")
    return render_samples(texts, fonts, len(texts) if count is None else count, seed, source.name)


def has_fonts(folder: Path) -> bool:
    """Whether a folder holds fonts and words."""
    return (folder / WORDS).is_file() and any(file.suffix.lower() in FONTS for file in find_files(folder, "*"))
