"""Lines of running text from archives, to render: what the vocabulary of single words lacks."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from longhand.datasets.hidden import find_files
from longhand.datasets.sample import DatasetError
from longhand.datasets.tables import read_lines
from longhand.handwriting.alphabet import normalise
from longhand.tasks import WESTERN

_SPELLED = str.maketrans({"ſ": "s", "⸗": "-", "„": '"', "“": '"', "”": '"', "‘": "'", "ʼ": "'", "‒": "–", "^": ""})
"""Old spellings of characters that the alphabet has, and the mark of superscripts, which fonts do not raise."""


def sample_lines(folder: Path, count: int, seed: int, characters: str = WESTERN, longest: int = 64) -> list[str]:
    """Draw `count` lines of the text files of a folder, each file as often as the others.

    Only lines that `characters` can spell are drawn, none longer than `longest`; the same seed draws the same lines.
    Raises DatasetError where the folder has no such line.
    """
    files = [lines for file in find_files(folder, "*.txt") if (lines := _spell(read_lines(file), characters, longest))]
    if not files:
        raise DatasetError(f"{folder} has no line of text that can be drawn. Put text files in UTF-8 there.")
    random = np.random.default_rng(seed)
    chosen = (files[int(random.integers(len(files)))] for _ in range(count))
    return [lines[int(random.integers(len(lines)))] for lines in chosen]


def _spell(lines: Iterable[tuple[str, str]], characters: str, longest: int) -> list[str]:
    spelled = (normalise(line.translate(_SPELLED)) for _, line in lines)
    return [line for line in spelled if 0 < len(line) <= longest and set(line) <= set(characters)]
