"""Pictures cut to their writing, as Longhand's own preparation finds it, for engines that do not look for it."""

from collections.abc import Sequence
from pathlib import Path

from longhand.bundles.card import read_card
from longhand.datasets.png import encode_png
from longhand.handwriting.errors import PictureError
from longhand.handwriting.images import decode
from longhand.handwriting.preprocessing import Preprocess, preprocessing


def crop_files(files: Sequence[Path], bundle: Path) -> list[Path]:
    """The crops of pictures, each a file beside its picture, cut as a bundle's card prepares. Raises BundleError."""
    prepare = preprocessing(read_card(bundle).preprocessing)
    return [_crop_file(file, prepare) for file in files]


def crop(data: bytes, prepare: Preprocess) -> bytes:
    """The gray part of a picture that a preparation finds writing in, as a file; all of it where it finds none."""
    try:
        picture = decode(data)
        left, top, right, bottom = prepare(picture).box
    except PictureError:
        return data
    return encode_png(picture.gray[top:bottom, left:right])


def _crop_file(file: Path, prepare: Preprocess) -> Path:
    cropped = file.with_suffix(".crop")
    if not cropped.exists():
        cropped.write_bytes(crop(file.read_bytes(), prepare))
    return cropped
