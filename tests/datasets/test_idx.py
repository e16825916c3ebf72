"""The files of MNIST, whole and damaged."""

import gzip
import struct
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from longhand.datasets.idx import GATE, VALIDATION, read_array, read_mnist
from longhand.datasets.sample import DatasetError
from longhand.handwriting.images import decode
from tests.drawings import Gray


def idx(values: Gray) -> bytes:
    return b"\0\0\x08" + bytes([values.ndim]) + struct.pack(f">{values.ndim}I", *values.shape) + values.tobytes()


VALUES = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)


@pytest.mark.parametrize("name", ["a.gz", "a"])
def test_an_array_comes_back(tmp_path: Path, name: str) -> None:
    data = idx(VALUES)
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith("gz") else data)
    assert np.array_equal(read_array(tmp_path / name), VALUES)


DAMAGED = {
    "cut off": (gzip.compress(idx(VALUES))[:-12], "cut off"),
    "not gzipped": (idx(VALUES), "damaged"),
    "flipped": (gzip.compress(idx(VALUES))[:20] + b"\xff\xff\xff" + gzip.compress(idx(VALUES))[23:], "damaged"),
    "too few values": (gzip.compress(idx(VALUES)[:-1]), r"23 values where its header says \(2, 3, 4\)"),
    "too many values": (gzip.compress(idx(VALUES) + b"x"), "25 values"),
    "half a header": (gzip.compress(idx(VALUES)[:9]), "not an idx file"),
    "of floats": (gzip.compress(b"\0\0\x0d\1\0\0\0\0"), "not an idx file"),
    "something else": (gzip.compress(b"hello"), "not an idx file"),
    "empty": (b"", "not an idx file|damaged"),
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_file_is_told(tmp_path: Path, damage: str) -> None:
    data, told = DAMAGED[damage]
    (tmp_path / "x.gz").write_bytes(data)
    with pytest.raises(DatasetError, match=rf"x\.gz.*({told})"):
        read_array(tmp_path / "x.gz")


def test_a_missing_file_is_told(tmp_path: Path) -> None:
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
    mnist(tmp_path, VALIDATION + GATE + 30, 20)
    samples = list(read_mnist(tmp_path))
    assert Counter(s.split for s in samples) == {"train": 30, "gate": GATE, "validation": VALIDATION, "test": 20}
    assert [s.split for s in samples[29:31]] == ["train", "gate"]
    assert len({s.group for s in samples}) == len(samples)
    for sample in (samples[7], samples[-1]):
        assert str(decode(sample.read()).gray[0, 0]) == sample.text


def test_pictures_without_labels_are_told(tmp_path: Path) -> None:
    mnist(tmp_path, 5, 5, labels=4)
    with pytest.raises(DatasetError, match="5 pictures and 4 labels in train"):
        list(read_mnist(tmp_path))
