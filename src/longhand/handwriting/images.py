"""Pictures as they come in: bytes of any common format to one gray array, and to colour for who asks."""

import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.ExifTags import Base

from longhand.handwriting.errors import ImageTooLarge, PictureError, UnreadableImage, UnsupportedImage
from longhand.handwriting.multipage import select_only
from longhand.handwriting.transparency import flatten

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_SIDE = 30_000
FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF")


@dataclass(frozen=True)
class Picture:
    """A decoded picture: `gray` is uint8, height × width, upright, as bright as it was sent."""

    gray: NDArray[np.uint8]
    file: bytes = field(default=b"", repr=False, compare=False)
    """The bytes it was decoded from; none where it was made as gray."""
    orientation: int = 1
    """How the file's own pixels lie, by its EXIF orientation: 1 upright, else 2 to 8; `gray` is upright."""

    @property
    def height(self) -> int:
        """Rows of pixels."""
        return int(self.gray.shape[0])

    @property
    def width(self) -> int:
        """Columns of pixels."""
        return int(self.gray.shape[1])

    @cached_property
    def colour(self) -> NDArray[np.uint8]:
        """The picture in red, green and blue: uint8, height × width × 3, upright as `gray`.

        Decoded from the file when it is first asked for: what only needs gray, as every released preprocessing,
        spends neither the time nor the memory.
        """
        if self.file:
            return _read(self.file, _to_colour)[0]
        return np.repeat(self.gray[:, :, None], 3, axis=2)


def decode(data: bytes, max_bytes: int = MAX_BYTES) -> Picture:
    """Decode the bytes of a picture file, of at most `max_bytes`.

    Turns it upright by its EXIF orientation, lays transparent pictures on a ground (see transparency.py), and brings
    16-bit, float, palette and CMYK pictures to 8-bit gray.

    Raises UnreadableImage, UnsupportedImage, ImageTooLarge or SeveralPictures.
    """
    if not data:
        raise UnreadableImage("The file is empty. Send a picture as PNG, JPEG, WebP, TIFF, BMP or GIF.")
    if len(data) > max_bytes:
        raise ImageTooLarge(f"The file has more than {max_bytes // 2**20} MB. Send a smaller picture.")
    gray, orientation = _read(data, _to_gray)
    return Picture(gray, data, orientation)


def _read(data: bytes, convert: Callable[[Image.Image], NDArray[np.uint8]]) -> tuple[NDArray[np.uint8], int]:
    """The pixels of a file, upright, and the orientation in which they are stored."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        image = _open(data)
        try:
            select_only(image, data)
            _check_size(image)
            image.load()
            orientation = image.getexif().get(Base.Orientation, 1)
            return convert(ImageOps.exif_transpose(image)), orientation if orientation in range(1, 9) else 1
        except PictureError:
            raise
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
    _check_size(image)
    return image


def _check_size(image: Image.Image) -> None:
    if image.width * image.height > MAX_PIXELS or max(image.size) > MAX_SIDE:
        raise _too_many_pixels()


def _damaged() -> UnreadableImage:
    return UnreadableImage("The picture is damaged or cut off. Save or scan it again.")


def _too_many_pixels() -> ImageTooLarge:
    return ImageTooLarge(f"The picture has more than {MAX_PIXELS // 10**6} million pixels. Scale it down.")


def _to_gray(image: Image.Image) -> NDArray[np.uint8]:
    if _is_deep(image):
        return _stretch(np.asarray(image))
    if _is_transparent(image):
        return flatten(image.convert("RGBA"))
    return np.asarray(image.convert("RGB").convert("L") if image.mode == "CMYK" else image.convert("L"), np.uint8)


def _to_colour(image: Image.Image) -> NDArray[np.uint8]:
    if _is_deep(image):
        return np.repeat(_stretch(np.asarray(image))[:, :, None], 3, axis=2)
    if _is_transparent(image):
        return flatten(image.convert("RGBA"), colour=True)
    return np.asarray(image.convert("RGB"), np.uint8)


def _is_deep(image: Image.Image) -> bool:
    """Whether it has more than 8 bits; Pillow has such pictures in gray only."""
    return image.mode.startswith("I") or image.mode == "F"


def _is_transparent(image: Image.Image) -> bool:
    return "A" in image.getbands() or "transparency" in image.info


def _stretch(values: NDArray[np.generic]) -> NDArray[np.uint8]:
    """Bring other values than 8 bits to 0..255, by the highest that their kind can have (see `_find_top`).

    What is no number, as programs write where nothing was measured, is as bright as paper.
    """
    top = _find_top(values)
    gray = np.empty(values.shape, np.uint8)
    for row, line in zip(gray, values, strict=True):  # by line: the whole in float64 would take gigabytes
        known = np.nan_to_num(line.astype(np.float64), nan=top, posinf=top, neginf=0)
        row[:] = np.clip(known / top * 255, 0, 255)
    return gray


def _find_top(values: NDArray[np.generic]) -> float:
    """The value that is white: 1 for fractions, 65,535 where the range of 16 bits is used, else the highest value, and
    at least 255. A picture of integers up to 4,095 is one of 10 or 12 bits."""
    fractions = values.dtype.kind == "f"
    highest = max(map(_highest, values), default=0.0) if fractions else float(np.max(values, initial=0))
    if fractions and highest <= 1:
        return 1.0
    return 65535.0 if 4095 < highest <= 65535 else max(255.0, highest)


def _highest(line: NDArray[np.generic]) -> float:
    """The highest finite value of a line of floats."""
    return float(np.max(line, initial=0.0, where=np.isfinite(line.astype(np.float64))))
