"""The files of MNIST, whole and damaged."""

import gzip
import struct
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from longhand.datasets.adapters.idx import has_idx, read_array, read_idx, read_mnist
from longhand.datasets.catalogue import load
from longhand.datasets.sample import DatasetError, Sample
from longhand.datasets.source import Source
from longhand.handwriting.images import decode
from tests.drawings import Gray


def idx(values: Gray) -> bytes:
    return b"\0\0\x08" + bytes([values.ndim]) + struct.pack(f">{values.ndim}I", *values.shape) + values.tobytes()


VALUES = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("name", ["a.gz", "a"])
def test_an_array_comes_back_packed_or_not_whatever_its_name(tmp_path: Path, name: str, packed: bool) -> None:
    data = idx(VALUES)
    (tmp_path / name).write_bytes(gzip.compress(data) if packed else data)
    assert np.array_equal(read_array(tmp_path / name), VALUES)


def test_files_in_folders_of_their_names_are_found(tmp_path: Path) -> None:
    for half, count in (("train", 24), ("t10k", 12)):
        for kind, values in (("images-idx3", np.zeros((count, 4, 4))), ("labels-idx1", np.arange(count) % 10)):
            folder = tmp_path / f"{half}-{kind}-ubyte"
            folder.mkdir()
            (folder / folder.name).write_bytes(idx(values.astype(np.uint8)))
    assert has_idx(tmp_path)
    assert len(list(read_idx(Source(tmp_path, "kaggle")))) == 36


DAMAGED = {
    "cut off": (gzip.compress(idx(VALUES))[:-12], "cut off"),
    "flipped": (gzip.compress(idx(VALUES))[:20] + b"\xff\xff\xff" + gzip.compress(idx(VALUES))[23:], "damaged"),
    "too few values": (gzip.compress(idx(VALUES)[:-1]), r"23 values where its header says \(2, 3, 4\)"),
    "too many values": (gzip.compress(idx(VALUES) + b"x"), "25 values"),
    "half a header": (gzip.compress(idx(VALUES)[:9]), "not an idx file"),
    "of floats": (gzip.compress(b"\0\0\x0d\1\0\0\0\0"), "not an idx file"),
    "something else": (gzip.compress(b"hello"), "not an idx file"),
    "empty": (b"", "not an idx file|damaged"),
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_file_is_reported(tmp_path: Path, damage: str) -> None:
    data, said = DAMAGED[damage]
    (tmp_path / "x.gz").write_bytes(data)
    with pytest.raises(DatasetError, match=rf"x\.gz.*({said})"):
        read_array(tmp_path / "x.gz")


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"x\.gz is missing"):
        read_array(tmp_path / "x.gz")


def mnist(folder: Path, train: int, test: int, labels: int | None = None) -> None:
    for part, count in (("train", train), ("t10k", test)):
        digits = (np.arange(labels if labels is not None else count) % 10).astype(np.uint8)
        pictures = np.zeros((count, 4, 4), np.uint8)
        pictures[:, 0, 0] = np.arange(count) % 10
        (folder / f"{part}-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(pictures)))
        (folder / f"{part}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx(digits)))


def test_pictures_have_their_labels_and_the_last_of_training_are_to_choose_by(tmp_path: Path) -> None:
    mnist(tmp_path, 240, 20)
    samples = list(read_mnist(tmp_path))
    assert Counter(s.split for s in samples) == {"train": 210, "gate": 10, "validation": 20, "test": 20}
    assert [s.split for s in samples[209:211]] == ["train", "gate"]
    assert [s.name for s in (samples[0], samples[-1])] == ["train-00000", "t10k-00019"]
    assert len({s.group for s in samples}) == len(samples)
    for sample in (samples[7], samples[-1]):
        assert str(decode(sample.read()).gray[0, 0]) == sample.text


def test_pictures_without_labels_are_reported(tmp_path: Path) -> None:
    mnist(tmp_path, 5, 5, labels=4)
    with pytest.raises(DatasetError, match="5 pictures and 4 labels in train"):
        list(read_mnist(tmp_path))


def test_half_of_a_set_is_reported(tmp_path: Path) -> None:
    mnist(tmp_path, 5, 5)
    (tmp_path / "t10k-images-idx3-ubyte.gz").unlink()
    with pytest.raises(DatasetError, match="training or test is missing"):
        list(read_mnist(tmp_path))


CORNER = np.array([[9, 1], [2, 3]], np.uint8)
"""Written by columns: the first row of what was drawn is 9 2."""


def emnist(folder: Path, part: str, labels: list[int], mapping: str | None) -> None:
    """A part as it is published: pictures by columns, labels, and the codes of what they stand for."""
    folder.mkdir(exist_ok=True)
    for half in ("train", "test"):
        stem = f"emnist-{part}-{half}"
        pictures = idx(np.stack([CORNER] * len(labels)))
        (folder / f"{stem}-images-idx3-ubyte.gz").write_bytes(gzip.compress(pictures))
        (folder / f"{stem}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx(np.array(labels, np.uint8))))
    if mapping is not None:
        (folder / f"emnist-{part}-mapping.txt").write_text(mapping)


def read(folder: Path, **options: object) -> list[Sample]:
    return list(read_idx(Source(folder, "emnist"), **options))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("part", "labels", "mapping", "texts"),
    [
        ("byclass", [0, 10, 36, 61], "0 48\n10 65\n36 97\n61 122\n", ["0", "A", "a", "z"]),
        ("bymerge", [9, 12, 46], "9 57\n12 67\n46 116\n", ["9", "C", "t"]),
        ("balanced", [10, 36], "10 65 \n36 97 \n", ["A", "a"]),
        ("letters", [1, 26], "1 65 97\n26 90 122\n", ["a", "z"]),
        ("digits", [0, 9], "0 48\n9 57\n", ["0", "9"]),
        ("mnist", [0, 9], None, ["0", "9"]),
    ],
)
def test_labels_of_emnist_become_characters(
    tmp_path: Path, part: str, labels: list[int], mapping: str | None, texts: list[str]
) -> None:
    emnist(tmp_path, part, labels, mapping)
    samples = read(tmp_path)
    assert [s.text for s in samples] == texts * 2
    assert samples[0].name == f"emnist-{part}-train-00000"


def test_pictures_of_emnist_are_turned_upright_and_those_of_mnist_are_not(tmp_path: Path) -> None:
    emnist(tmp_path, "digits", [1], None)
    assert decode(read(tmp_path)[0].read()).gray.tolist() == [[9, 2], [1, 3]]
    assert decode(read(tmp_path, transposed=False)[0].read()).gray.tolist() == CORNER.tolist()


def test_letters_whose_case_is_not_known_are_written_as_asked(tmp_path: Path) -> None:
    emnist(tmp_path, "letters", [1], "1 65 97\n")
    assert {s.text for s in read(tmp_path, case="upper")} == {"A"}
    with pytest.raises(DatasetError, match=r"case: 'both' is not known\. Use one of lower, upper"):
        read(tmp_path, case="both")


def test_of_several_parts_one_is_to_be_chosen(tmp_path: Path) -> None:
    for part in ("balanced", "digits"):
        emnist(tmp_path / "gzip", part, [1], "1 49\n")
    with pytest.raises(DatasetError, match="several parts: choose one of balanced, digits"):
        read(tmp_path)
    with pytest.raises(DatasetError, match="part: 'letters' is not known"):
        read(tmp_path, part="letters")
    assert {s.name[:13] for s in read(tmp_path, part="digits")} == {"emnist-digits"}


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ("1 49\n7 x\n", r"emnist-balanced-mapping\.txt, line 2: needs a label and one or two codes"),
        ("1 49\n", r"labels-idx1-ubyte\.gz, label 2: 44 is not in .*emnist-balanced-mapping\.txt"),
        (None, "Put that file there"),
    ],
)
def test_what_is_wrong_with_a_mapping_is_reported(tmp_path: Path, mapping: str | None, said: str) -> None:
    emnist(tmp_path, "balanced", [1, 44], mapping)
    with pytest.raises(DatasetError, match=said):
        read(tmp_path)


def test_a_folder_without_idx_files_is_reported(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="holds no idx files"):
        read(tmp_path)


def test_the_catalogue_knows_emnist_and_says_how_to_get_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="`longhand fetch emnist` brings it"):
        list(load("emnist-byclass", tmp_path))
    emnist(tmp_path / "emnist", "byclass", [36], "36 97\n")
    assert [(s.set, s.text) for s in load("emnist-byclass", tmp_path)] == [("emnist-byclass", "a")] * 2
