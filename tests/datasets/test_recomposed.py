"""Lines of one writer are cut between their characters and put together to other texts."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from longhand.datasets.catalogue import load
from longhand.datasets.sample import DatasetError, Sample
from longhand.datasets.synthetic.pieces import (
    ROWS,
    Alignment,
    cut_piece,
    read_alignments,
    straighten,
    write_alignments,
)
from longhand.datasets.synthetic.recomposed import Writer, gather_writers, recompose, recompose_samples
from longhand.handwriting.images import decode
from tests.drawings import Gray, encode

PITCH = 24


def bars(text: str) -> Gray:
    """A line in which each letter is one bar for a, two for b, and so on, PITCH columns apart."""
    page = np.full((60, PITCH * len(text)), 235, np.uint8)
    for place, letter in enumerate(text):
        for bar in range(ord(letter) - ord("a") + 1 if letter != " " else 0):
            left = PITCH * place + 2 + 6 * bar
            cv2.rectangle(page, (left, 18), (left + 2, 42), 30, -1)
    return page


def line(number: int, text: str, split: str = "train") -> tuple[Sample, Alignment]:
    sample = Sample("bars", f"{number}", text, "w1", split, lambda: encode(bars(text)))  # type: ignore[arg-type]
    ink = [PITCH * i / (PITCH * len(text) - 14) for i in range(1, len(text))]
    return sample, Alignment("bars", f"{number}", text, (0.0, *ink, 1.0), (0.99,) * len(text))


LINES = [line(i, text) for i, text in enumerate(["abc", "cab", "bca", "abca", "acb", "ba c", "cc ab", "bab"])]


def count_bars(pixels: Gray, dark: bool = True) -> int:
    inked = (pixels < 128).any(axis=0) if dark else (pixels > 128).any(axis=0)
    return int(np.count_nonzero(np.diff(inked.astype(int), prepend=0) == 1))


def test_a_line_is_laid_upright_with_its_small_letters_between_the_same_rows() -> None:
    page = bars("abcab")
    leaning = cv2.warpAffine(page, np.array([[1, -0.2, 15], [0, 1, 0]]), (page.shape[1] + 30, 60), borderValue=235)
    for gray in (page, np.asarray(leaning, np.uint8), cv2.resize(page, None, fx=2, fy=2)):
        upright = straighten(np.asarray(gray, np.uint8))
        rows = np.flatnonzero((upright.pixels > 128).any(axis=1))
        assert len(upright.pixels) == ROWS and abs(int(rows[-1]) - 61) <= 3
        assert count_bars(upright.pixels, dark=False) == 1 + 2 + 3 + 1 + 2
    assert straighten(np.asarray(leaning, np.uint8)).lean < -0.12 < 0.05 > abs(straighten(page).lean)


def test_a_piece_holds_its_characters_and_no_other() -> None:
    upright, alignment = straighten(bars("abcab")), line(0, "abcab")[1]
    bars_of = [count_bars(cut_piece(upright, alignment, i, i + 1), dark=False) for i in range(5)]
    assert bars_of == [1, 2, 3, 1, 2]
    assert count_bars(cut_piece(upright, alignment, 1, 4), dark=False) == 2 + 3 + 1


def test_a_text_is_spelled_by_the_longest_pieces_and_by_nothing_unsure() -> None:
    writer = Writer("w1", LINES)
    spelled = writer.spell("abcab cc", np.random.default_rng(1))
    assert spelled is not None
    assert [sum(p.stop - p.start for p in word) for word in spelled] == [5, 2]
    assert spelled[0][0].stop - spelled[0][0].start == 4  # "abca"
    assert writer.spell("abd", np.random.default_rng(1)) is None
    sample, alignment = LINES[0]
    unsure = Writer("w1", [(sample, Alignment("bars", "0", "abc", alignment.edges, (0.99, 0.2, 0.99)))])
    assert unsure.spell("b", np.random.default_rng(1)) is None


def test_a_recomposed_picture_shows_its_text_dark_on_light_and_always_the_same() -> None:
    writer = Writer("w1", LINES)
    for text in ("cabba", "ab ca"):
        pixels, again = (recompose(text, writer, np.random.default_rng(3)) for _ in range(2))
        assert pixels is not None and again is not None and np.array_equal(pixels, again)
        assert abs(count_bars(pixels) - sum(ord(c) - ord("a") + 1 for c in text if c != " ")) <= 1
        assert np.median(pixels) > 180


def test_a_recomposed_text_leans_as_its_lines_do() -> None:
    leaning = np.array([[1, -0.3, 20], [0, 1, 0]])
    lines = []
    for sample, alignment in LINES:
        page = cv2.warpAffine(bars(sample.text), leaning, (PITCH * len(sample.text) + 30, 60), borderValue=235)
        data = encode(np.asarray(page, np.uint8))
        lines.append((Sample("bars", sample.name, sample.text, "w1", "train", lambda data=data: data), alignment))
    pixels = recompose("a", Writer("w1", lines), np.random.default_rng(3))
    assert pixels is not None
    rows = [np.flatnonzero(row < 128).mean() for row in pixels if (row < 128).any()]
    assert rows[0] > rows[-1] + 3


def test_writers_are_those_to_train_on_with_lines_enough() -> None:
    samples, alignments = zip(*LINES, strict=True)
    (writer,) = gather_writers(samples, alignments)
    assert writer.group == "bars/w1"
    assert gather_writers(samples[:7], alignments) == []
    held = [line(i, text, "test")[0] for i, text in enumerate(["abc"] * 9)]
    assert gather_writers(held, alignments) == []


def test_samples_are_of_texts_that_some_writer_can_write() -> None:
    samples, alignments = zip(*LINES, strict=True)
    writers = gather_writers(samples, alignments)
    made = list(recompose_samples(["abc", "xyz", "cab", "bb"], writers, 2, 5, "recomposed"))
    assert [(s.text, s.group, s.split) for s in made] == [("abc", "bars/w1", "train"), ("cab", "bars/w1", "train")]
    assert all(decode(s.read()).gray.shape[0] > ROWS for s in made)


def test_alignments_are_called_like_their_content_and_refused_where_they_are_not(tmp_path: Path) -> None:
    alignments = [alignment for _, alignment in LINES]
    path = write_alignments(tmp_path, alignments)
    assert read_alignments(path) == alignments
    path.write_text(path.read_text()[:-40])
    with pytest.raises(DatasetError, match="content is not what its name says"):
        read_alignments(path)
    with pytest.raises(DatasetError, match=r"Make one with python -m pipelines\.align"):
        next(load("recomposed"))
