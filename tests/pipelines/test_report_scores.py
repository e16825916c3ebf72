"""The figures of a report, on readings so few that they can be counted by hand."""

from pathlib import Path

import numpy as np
import pytest

from longhand.learning.prepared import Item, PreparedSet, write_prepared
from pipelines.report.document import Cell, Paragraph, Sheet
from pipelines.report.duplicates import conflicts, count_exact, count_near, find_near
from pipelines.report.material import Prediction
from pipelines.report.scores import (
    count_edits,
    length_class,
    look_alike,
    mark,
    reliability,
    risk,
    trust,
)
from pipelines.report.sheets import WIDTH, compose_rows
from pipelines.report.tables import tabulate_classes, tabulate_edits, tabulate_look_alikes


def read(text: str, as_: str, confidence: float = 0.9, accepted: bool = False) -> Prediction:
    return Prediction("set", f"{text}-{as_}", "hand", text, as_, confidence, accepted)


def test_edits_are_counted_by_what_was_written() -> None:
    edits = count_edits([read("nur", "mur"), read("ab", "a"), read("ab", "abb"), read("", "x")])
    assert (edits.substituted, edits.deleted) == ({("n", "m"): 1}, {"b": 1})
    assert edits.inserted == {"b": 1, "x": 1}
    assert edits.missed == {"n": 1, "b": 1} and edits.seen["b"] == 2


def test_the_commonest_edits_stand_beside_each_other_though_there_are_more_of_one_kind() -> None:
    table = tabulate_edits([read("nur", "mur"), read("nun", "mum"), read("a b", "ab")])
    assert list(table.rows) == [("n → m", "3", "space", "1", "", "")]


def test_a_reading_is_marked_where_it_differs() -> None:
    assert mark("Gasse", "Gosse") == (("G", True), ("o", False), ("sse", True))
    assert mark("Gasse", "Gass") == (("Gass", True), ("_", False))


@pytest.mark.parametrize(
    ("size", "name"), [(0, "1"), (1, "1"), (2, "2"), (3, "3-4"), (12, "9-12"), (80, "41-80"), (81, "over 80")]
)
def test_lengths_are_counted_in_classes(size: int, name: str) -> None:
    assert length_class("x" * size) == name


def test_the_surest_are_accepted_first_and_those_of_one_confidence_together() -> None:
    readings = [read("a", "a", 0.9), read("a", "b", 0.5), read("a", "a", 0.5), read("a", "b", 0.1)]
    coverage, wrong = risk(readings)
    assert coverage.tolist() == [0.25, 0.75, 1.0]
    assert wrong == pytest.approx([0, 1 / 3, 1 / 2])


def test_bins_hold_as_many_readings_each() -> None:
    readings = [read("a", "a" if i % 2 else "b", i / 30) for i in range(30)]
    bins = reliability(readings)
    assert [size for *_, size in bins] == [2] * 15
    assert all(right == 0.5 for _, right, _ in bins)
    assert reliability(readings[:3]) == [(0, 0, 1), (pytest.approx(1 / 30), 1, 1), (pytest.approx(2 / 30), 0, 1)]


def test_trust_is_in_what_was_accepted() -> None:
    found = trust([read("a", "a", 0.9, True), read("a", "b", 0.9, True), read("a", "a", 0.1)])
    assert (found.coverage, found.accepted_error) == (pytest.approx(2 / 3), 0.5)
    assert trust([read("a", "b")]).accepted_error == 0


def test_characters_of_one_shape_look_alike_whatever_their_size() -> None:
    assert look_alike("o", "0") == look_alike("O", "o") == "oO0"
    assert look_alike("1", "l") == "1lI" and look_alike("w", "W")
    assert look_alike("a", "o") is None and look_alike("b", "B") is None


def test_the_share_of_errors_that_look_alike_is_told() -> None:
    said, table = tabulate_look_alikes([read("o", "0"), read("o", "O"), read("a", "d"), read("a", "a")])
    assert isinstance(said, Paragraph) and said.text.startswith("2 of 3 errors (66.67\u00a0%)")
    assert "75.00\u00a0% would be read exactly" in said.text
    assert getattr(table, "rows", None) == [("o/O/0", "2", "66.67\u00a0%")]
    (nothing,) = tabulate_look_alikes([read("a", "a")])
    assert nothing == Paragraph("Every character was read right.")


def test_a_class_that_was_never_written_has_its_row() -> None:
    table = tabulate_classes([read("a", "a"), read("a", "b")])
    cells = {cell for row in table.rows for cell in row}
    assert {"a", "b", "macro avg", "50.00\u00a0%", "100.00\u00a0%"} < cells
    assert len({len(row) for row in table.rows} | {len(table.head)}) == 1


def test_copies_are_counted_within_splits_and_across_them() -> None:
    lines = [
        {"sha256": "1", "split": "train", "text": "a"},
        {"sha256": "1", "split": "duplicate", "text": "a"},
        {"sha256": "2", "split": "train", "text": "a"},
        {"sha256": "2", "split": "test", "text": "b"},
        {"sha256": "3", "split": "test", "text": "c"},
        {"split": "train", "text": "no file"},
    ]
    found = count_exact(lines)
    assert (found.groups, found.pictures, found.within, found.across, found.conflicting) == (2, 4, 1, 1, 1)


@pytest.fixture
def prepared(tmp_path: Path) -> PreparedSet:
    """Twice the same stroke, in two splits and with two texts, a noisy third, and another one."""
    stroke = np.zeros((28, 28), np.uint8)
    stroke[4:24, 12:15] = 255
    other = np.zeros((28, 28), np.uint8)
    other[12:15, 4:24] = 255
    noisy = np.where(stroke > 0, 250, 0).astype(np.uint8)
    pictures = [("l", "train", stroke), ("I", "test", stroke), ("l", "train", noisy), ("-", "train", other)]
    items = [
        (Item("set", f"{i}", text, f"{i}", split, 28, 28), pixels) for i, (text, split, pixels) in enumerate(pictures)
    ]
    write_prepared(tmp_path / "prepared", items)
    return PreparedSet(tmp_path / "prepared")


def test_near_copies_are_found_with_the_texts_that_disagree(prepared: PreparedSet) -> None:
    groups = find_near(prepared)
    assert [[item.name for item in some] for some in groups] == [["0", "1", "2"]]
    found = count_near(groups)
    assert (found.groups, found.pictures, found.across, found.conflicting) == (1, 3, 1, 1)
    assert [sorted(item.name for item in some) for some in conflicts(groups)] == [["0", "1"]]


def test_a_sheet_is_as_wide_as_its_page_however_wide_a_picture_is() -> None:
    cells = [
        Cell(np.full((32, width), 200, np.uint8), "text", (("te", True), ("xd", False)), "set, 3 %")
        for width in (9, 300, 4000)
    ]
    rows = compose_rows(Sheet("some", cells, "Some.").cells)
    assert {row.width for row in rows} == {WIDTH} and len(rows) == 2
