"""The idx format of MNIST (LeCun et al., http://yann.lecun.com/exdb/mnist): big-endian, gzipped or not."""

import gzip
import io
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from longhand.datasets.sample import DatasetError, Sample, Split

VALIDATION, GATE = 5000, 2500
"""Of the training pictures the last 5,000 are for validation, the 2,500 before them for the gate."""


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
    try:
        return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except FileNotFoundError as error:
        raise DatasetError(f"{path} is missing. Download it.") from error
    except (OSError, EOFError, zlib.error) as error:
        raise DatasetError(f"{path} is damaged or cut off. Download it again.") from error


def encode_png(pixels: NDArray[np.uint8]) -> bytes:
    """The PNG file of a gray picture."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def read_mnist(folder: Path) -> Iterator[Sample]:
    """MNIST's four files; every picture is a group of its own."""
    for part in ("train", "t10k"):
        pictures = read_array(folder / f"{part}-images-idx3-ubyte.gz")
        labels = read_array(folder / f"{part}-labels-idx1-ubyte.gz")
        if len(pictures) != len(labels):
            raise DatasetError(f"{folder}: {len(pictures)} pictures and {len(labels)} labels in {part}.")
        for i, (pixels, label) in enumerate(zip(pictures, labels, strict=True)):
            split = "test" if part == "t10k" else _split(i, len(pictures))
            name = f"{part}-{i:05}"
            yield Sample("mnist", name, str(label), name, split, partial(encode_png, pixels))


def _split(index: int, count: int) -> Split:
    if index >= count - VALIDATION:
        return "validation"
    return "gate" if index >= count - VALIDATION - GATE else "train"
