"""The idx format of MNIST (LeCun et al., http://yann.lecun.com/exdb/mnist) and EMNIST (Cohen et al., arXiv 1702.05373).

Big-endian, gzipped or not. EMNIST's pictures are stored by columns, and its labels stand for the characters that a
mapping file names by their codes.
"""

import gzip
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from longhand.datasets.hidden import find_files, find_folders
from longhand.datasets.png import encode_png
from longhand.datasets.sample import DatasetError, Sample, Split
from longhand.datasets.source import Source, choose
from longhand.datasets.tables import read_lines

_GZIP = b"\x1f\x8b"
VALIDATION, GATE = 12, 24
"""Of the training pictures the last twelfth is for validation, half as many before them for the gate."""
_PICTURES = re.compile(r"(?P<part>.*?)-?(?P<half>train|t10k|test)-images[-.]idx3-ubyte(\.gz)?")


@dataclass(frozen=True)
class _Half:
    """The training or the test pictures of a part, as `balanced`; `stem` is what their samples' names begin with."""

    part: str
    stem: str
    pictures: Path

    @property
    def labels(self) -> Path:
        name = self.pictures.name.replace("-images", "-labels").replace("idx3", "idx1")
        return self.pictures.with_name(name)

    @property
    def mapping(self) -> Path:
        return self.pictures.with_name(f"{self.stem.rsplit('-', 1)[0]}-mapping.txt")


def read_idx(
    source: Source, *, part: str | None = None, case: str = "lower", transposed: bool | None = None
) -> Iterator[Sample]:
    """Read idx files; every picture is a group of its own.

    `part` says which of EMNIST's (`balanced`, `byclass`, …) is meant where more than one is there; `case` (`lower`
    or `upper`) how its part `letters` is written, which does not tell them apart; `transposed` whether pictures are
    stored by columns, as those of EMNIST are.
    """
    choose("case", case, ("lower", "upper"))
    halves = _find(source.folder, part)
    for half in halves:
        yield from _read_half(source, half, case, half.part.startswith("emnist") if transposed is None else transposed)


def read_mnist(folder: Path) -> Iterator[Sample]:
    """MNIST's four files."""
    return read_idx(Source(folder, "mnist"))


def has_idx(folder: Path) -> bool:
    """Whether a folder, or its `gzip` as EMNIST is packed, holds idx files."""
    return any(True for _ in _halves(folder))


def read_array(path: Path) -> NDArray[np.uint8]:
    """Read an idx file of unsigned bytes; raises DatasetError where it is cut off or of another kind."""
    data = _bytes(path)
    rank = data[3] if len(data) > 3 else 0
    if data[:3] != b"\0\0\x08" or len(data) < 4 + 4 * rank:
        raise DatasetError(f"{path}: not an idx file of unsigned bytes.")
    shape = tuple(int(n) for n in np.frombuffer(data, ">u4", rank, 4))
    body = np.frombuffer(data, np.uint8, offset=4 + 4 * rank)
    if body.size != int(np.prod(shape)):
        raise DatasetError(f"{path}: {body.size} values where its header says {shape}. Download it again.")
    return body.reshape(shape)


def _bytes(path: Path) -> bytes:
    """What a file holds, unpacked where its first bytes say that it is packed; the name of a file that a browser
    unpacked may still end in `.gz`."""
    path = _locate(path)
    try:
        data = path.read_bytes()
        return gzip.decompress(data) if data.startswith(_GZIP) else data
    except FileNotFoundError as error:
        raise DatasetError(f"{path} is missing. Download it.") from error
    except (OSError, EOFError, zlib.error) as error:
        raise DatasetError(f"{path} is damaged or cut off. Download it again.") from error


def _locate(path: Path) -> Path:
    """Where a file is: there, packed or unpacked beside it, or in a folder of its name, as Kaggle packs each."""
    bare = path.with_name(path.name.removesuffix(".gz"))
    packed = path.with_name(f"{bare.name}.gz")
    places = (path, path / path.name, bare, bare / bare.name, packed)
    return next((place for place in places if place.is_file()), path)


def _find(folder: Path, part: str | None) -> list[_Half]:
    found = {half.stem: half for half in _halves(folder)}
    if not found:
        raise DatasetError(f"{folder} holds no idx files, as train-images-idx3-ubyte.gz. Download them.")
    parts = sorted({half.part.removeprefix("emnist-") for half in found.values()})
    if part is None and len(parts) > 1:
        raise DatasetError(f"{folder} has several parts: choose one of {', '.join(parts)} with `part`.")
    chosen = choose("part", parts[0] if part is None else part, parts)
    halves = [half for _, half in sorted(found.items(), reverse=True) if half.part.removeprefix("emnist-") == chosen]
    if len(halves) != 2:
        raise DatasetError(f"{folder} has {halves[0].pictures.name} alone: training or test is missing. Download both.")
    return halves


def _halves(folder: Path) -> Iterator[_Half]:
    for pattern in ("*-images*", "gzip/*-images*"):
        for path in sorted([*find_files(folder, pattern), *find_folders(folder, pattern)]):
            if match := _PICTURES.fullmatch(path.name):
                yield _Half(match["part"], path.name.split("-images")[0], path)


def _read_half(source: Source, half: _Half, case: str, transposed: bool) -> Iterator[Sample]:
    pictures, labels = read_array(half.pictures), read_array(half.labels)
    if pictures.ndim != 3 or len(pictures) != len(labels):
        raise DatasetError(f"{half.labels}: {len(pictures)} pictures and {len(labels)} labels in {half.stem}.")
    texts = _read_mapping(half.mapping, case) if half.mapping.is_file() else {n: str(n) for n in range(10)}
    for i, (pixels, label) in enumerate(zip(pictures, labels, strict=True)):
        if int(label) not in texts:
            raise DatasetError(f"{half.labels}, label {i + 1}: {label} is not in {half.mapping}. Put that file there.")
        split = _split(i, len(pictures)) if half.stem.endswith("train") else "test"
        name = f"{half.stem}-{i:05}"
        yield source.sample(
            name, texts[int(label)], name, split, partial(encode_png, pixels.T if transposed else pixels)
        )


def _read_mapping(path: Path, case: str) -> Mapping[int, str]:
    """Label → character; a line has a label and the code of its character, or those of capital and small letter."""
    known = {}
    for where, line in read_lines(path):
        if not re.fullmatch(r"\s*\d+\s+\d+(\s+\d+)?\s*", line):
            raise DatasetError(f"{where}: needs a label and one or two codes of characters, as `10 65`.")
        label, *codes = (int(n) for n in line.split())
        known[label] = chr(codes[-1] if case == "lower" else codes[0])
    return known


def _split(index: int, count: int) -> Split:
    validation, gate = count // VALIDATION, count // GATE
    if index >= count - validation:
        return "validation"
    return "gate" if index >= count - validation - gate else "train"
