"""Pictures that the project's own code draws, and files made of them."""

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from longhand.datasets.synthetic.strokes import draw
from longhand.handwriting.images import Picture

Gray = NDArray[np.uint8]


def written(text: str, seed: int = 0, paper: int = 240) -> Picture:
    """A text drawn with strokes, dark on light."""
    return Picture(draw(text, np.random.default_rng(seed), paper))


def negative(picture: Picture) -> Picture:
    """Light ink on dark paper, pixel by pixel."""
    return Picture(255 - picture.gray)


def encode(image: Image.Image | Gray, kind: str = "PNG", **options: Any) -> bytes:
    """The bytes of a picture file."""
    buffer = io.BytesIO()
    (image if isinstance(image, Image.Image) else Image.fromarray(image)).save(buffer, kind, **options)
    return buffer.getvalue()
