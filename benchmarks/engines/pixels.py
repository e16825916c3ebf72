"""Pictures for the ready-made engines."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def decode(data: bytes) -> NDArray[np.uint8]:
    """The gray picture, height × width; a transparent one lies on white."""
    image: Image.Image = Image.open(io.BytesIO(data))
    if "A" in image.getbands() or "transparency" in image.info:
        ink = image.convert("RGBA")
        image = Image.new("RGBA", ink.size, "white")
        image.alpha_composite(ink)
    return np.asarray(image.convert("L"), np.uint8)
