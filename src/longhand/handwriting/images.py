"""Pictures as they come in: bytes of any common format to one gray array."""

import io
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from longhand.handwriting.errors import ImageTooLarge, UnreadableImage, UnsupportedImage

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_SIDE = 30_000
FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF")


@dataclass(frozen=True)
class Picture:
    """A decoded picture: `gray` is uint8, height × width, upright, as bright as it was sent."""

    gray: NDArray[np.uint8]

    @property
    def height(self) -> int:
        """Rows of pixels."""
        return int(self.gray.shape[0])

    @property
    def width(self) -> int:
        """Columns of pixels."""
        return int(self.gray.shape[1])


def decode(data: bytes, max_bytes: int = MAX_BYTES) -> Picture:
    """Decode the bytes of a picture file, of at most `max_bytes`.

    Turns it upright by its EXIF orientation, lays transparent pictures on white (on black where the
    ink itself is light), and brings 16-bit, palette and CMYK pictures to 8-bit gray.

    Raises UnreadableImage, UnsupportedImage or ImageTooLarge.
    """
    if not data:
        raise UnreadableImage("The file is empty. Send a picture as PNG, JPEG, WebP, TIFF, BMP or GIF.")
    if len(data) > max_bytes:
        raise ImageTooLarge(f"The file has more than {max_bytes // 2**20} MB. Send a smaller picture.")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        image = _open(data)
        try:
            image.load()
            return Picture(_to_gray(ImageOps.exif_transpose(image)))
        except Image.DecompressionBombError as error:
            raise _too_many_pixels() from error
        except Exception as error:  # Pillow's parsers meet damage with struct.error, TypeError and many others
            raise _damaged() from error


def _open(data: bytes) -> Image.Image:
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except UnidentifiedImageError as error:
        raise UnsupportedImage(
            "This is not a picture that can be read. Send PNG, JPEG, WebP, TIFF, BMP or GIF."
        ) from error
    except Exception as error:
        raise _damaged() from error
    if image.width * image.height > MAX_PIXELS or max(image.size) > MAX_SIDE:
        raise _too_many_pixels()
    return image


def _damaged() -> UnreadableImage:
    return UnreadableImage("The picture is damaged or cut off. Save or scan it again.")


def _too_many_pixels() -> ImageTooLarge:
    return ImageTooLarge(f"The picture has more than {MAX_PIXELS // 10**6} million pixels. Scale it down.")


def _to_gray(image: Image.Image) -> NDArray[np.uint8]:
    if image.mode.startswith("I") or image.mode == "F":
        return _stretch(np.asarray(image))
    if "A" in image.getbands() or "transparency" in image.info:
        return _flatten(image.convert("RGBA"))
    return np.asarray(image.convert("RGB").convert("L") if image.mode == "CMYK" else image.convert("L"), np.uint8)


def _stretch(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Bring more than 8 bits to 0..255, by the full range of 16 bits where it is used, else by the highest value."""
    top = 65535.0 if values.max(initial=0) > 4095 else max(255.0, float(values.max(initial=0)))
    gray = np.empty(values.shape, np.uint8)
    for row, line in zip(gray, values, strict=True):  # by line: the whole in float64 would take gigabytes
        row[:] = np.clip(line.astype(np.float64) / top * 255, 0, 255)
    return gray


def _flatten(image: Image.Image) -> NDArray[np.uint8]:
    gray, alpha = np.asarray(image.convert("L"), np.uint16), np.asarray(image.getchannel("A"), np.uint16)
    weight, light = int(alpha.sum(dtype=np.int64)), int((gray * alpha).sum(dtype=np.int64))
    light_ink = light > 127 * weight and 2 * weight < 255 * alpha.size
    ground = np.uint16(0 if light_ink else 255)
    return ((gray * alpha + ground * (255 - alpha) + 127) // 255).astype(np.uint8)
