"""The real pages: read in ALTO, their lines are those that the sets' makers' lines were cut from."""

from collections import Counter
from pathlib import Path

import cv2
import numpy as np
import pytest

from longhand.datasets.catalogue import load
from longhand.datasets.formats import detect, read
from longhand.datasets.sample import Sample
from longhand.handwriting.alphabet import normalise
from longhand.handwriting.images import decode
from tests.drawings import Gray
from tests.real import data_sets

PAGES = {"peraire": (145, 4), "stanford-memorials": (177, 10), "testament-de-poilus": (100, 6)}
"""Lines and pages of each set."""


@pytest.fixture(scope="module")
def root() -> Path:
    return data_sets()


def alike(one: Gray, two: Gray) -> float:
    """How strongly two pictures of one line correlate."""
    larger = cv2.resize(one, (two.shape[1], two.shape[0]), interpolation=cv2.INTER_AREA)
    return float(np.corrcoef(larger.ravel(), two.ravel())[0, 1])


def unique(samples: list[Sample]) -> dict[str, Sample]:
    """The samples whose text no other has."""
    counts = Counter(normalise(s.text) for s in samples)
    return {normalise(s.text): s for s in samples if counts[normalise(s.text)] == 1}


@pytest.mark.parametrize("name", PAGES)
def test_every_line_of_a_page_can_be_cut(root: Path, name: str) -> None:
    folder = root / "pages" / name
    assert detect(folder) == "pages"
    samples = list(read(folder, name))
    assert (len(samples), len({s.group for s in samples})) == PAGES[name]
    for sample in samples[::10]:
        assert decode(sample.read()).height > 15


@pytest.mark.parametrize("name", PAGES)
def test_the_lines_look_as_those_that_were_cut_by_others(root: Path, name: str) -> None:
    own, theirs = (unique(list(samples)) for samples in (read(root / "pages" / name, name), load(name, root)))
    both = sorted(own.keys() & theirs.keys())
    assert len(both) > 50
    found = [alike(decode(own[t].read()).gray, decode(theirs[t].read()).gray) for t in both[::8]]
    assert np.median(found) > 0.95


def test_printed_lines_can_be_left_out(root: Path) -> None:
    dropped: Counter[str] = Counter()
    folder, options = root / "pages" / "stanford-memorials", {"leave_out": ["Print", "Typewritten"]}
    kept = list(read(folder, options=options, dropped=dropped))
    assert dropped["left_out"] > 5 and len(kept) + dropped["left_out"] == 177
