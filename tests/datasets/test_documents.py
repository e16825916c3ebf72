"""Whole pages of archives: their splits are those of the pictures that the table names."""

from pathlib import Path

import numpy as np
import pytest

from longhand.datasets.catalogue import load
from longhand.datasets.sample import DatasetError
from longhand.datasets.synthetic.running import sample_lines
from longhand.handwriting.images import decode
from longhand.tasks import LATIN
from tests.datasets.drawn import document
from tests.datasets.test_pages import POLYGON, alto, scan

LINE = POLYGON.format(points="10,5 40,5 40,8 25,15 10,8", text="Größe")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("a", "b"):
        scan(tmp_path / "pages" / "wills", f"{name}.png")
        alto(tmp_path / "pages" / "wills", LINE, name=f"{name}.xml", file=f"{name}.png")
    document(tmp_path, "splits.csv", "set,image,group,split", "pages,wills/a.png,will-7,validation")
    return tmp_path


def test_a_line_has_the_group_and_split_of_its_page(root: Path) -> None:
    first, second = load("pages", root)
    assert (first.name, first.group, first.split) == ("wills/a-000", "will-7", "validation")
    assert second.group == "wills/b"


def test_boxes_are_a_set_beside_the_outlines(root: Path) -> None:
    outline, box = next(load("pages", root)), next(load("pages:box", root, cut="box"))
    assert (outline.set, box.set) == ("pages", "pages:box")
    shown, whole = decode(outline.read()).gray, decode(box.read()).gray
    assert shown.shape == whole.shape and not np.array_equal(shown, whole)


def test_running_text_is_drawn_evenly_from_its_files_and_spelled_with_the_alphabet(tmp_path: Path) -> None:
    document(tmp_path, "german.txt", "beſten Bey⸗", "ℓ is not of it")
    document(tmp_path, "french.txt", *(f"M^r Dupré {i}" for i in range(50)), "x" * 65)
    lines = sample_lines(tmp_path, 200, 3, LATIN)
    assert lines == sample_lines(tmp_path, 200, 3, LATIN) != sample_lines(tmp_path, 200, 4, LATIN)
    assert 60 < lines.count("besten Bey-") < 140
    assert {line[:8] for line in lines} == {"besten B", "Mr Dupré"}


def test_a_folder_without_text_says_what_is_missing(tmp_path: Path) -> None:
    document(tmp_path, "greek.txt", "λόγος")
    with pytest.raises(DatasetError, match="no line of text"):
        sample_lines(tmp_path, 1, 0)
