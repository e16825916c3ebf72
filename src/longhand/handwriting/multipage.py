"""Files that hold several pictures: pages of a TIFF, frames of an animated GIF, WebP or PNG."""

from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

from longhand.handwriting.errors import SeveralPictures

MOST = 1000
"""Pictures of a file that are counted; a file of ten megabytes can hold half a million, which take seconds to count."""
_SUBFILE, _REDUCED, _MASK = 254, 1, 4


def select_only(image: Image.Image, data: bytes) -> None:
    """Turn to the only picture of an opened file; raises SeveralPictures where there is more than one.

    A JPEG may carry others behind the first (as phones add a gain map or a preview): those are no pages, and the
    first is the picture.
    """
    if isinstance(image, TiffImageFile):
        pages = _find_pages(image)
        count = len(pages)
        image.seek(pages[0] if pages else 0)
    elif image.format == "GIF":
        count = _count_frames(data)
    else:
        count = getattr(image, "n_frames", 1) if image.format in ("WEBP", "PNG") else 1
    if count > 1:
        said = f"more than {MOST:,}" if count > MOST else f"{count:,}"
        raise SeveralPictures(f"The file holds {said} pictures, and one is read at a time. Send each in its own file.")


def _find_pages(image: TiffImageFile) -> list[int]:
    """The directories of a TIFF that are pages: not those of previews and masks, which scanners add."""
    pages: list[int] = []
    place = 0
    while len(pages) <= MOST and place <= 2 * MOST:
        try:
            image.seek(place)
        except EOFError:
            break
        if not image.tag_v2.get(_SUBFILE, 0) & (_REDUCED | _MASK):
            pages.append(place)
        place += 1
    return pages


def _count_frames(data: bytes) -> int:
    """The image descriptors of a GIF, up to where it is cut off (GIF89a specification, section 20).

    Pillow counts them too, but keeps a record of each: five seconds for the worst file that is let in.
    """
    count, place = 0, 13 + _table(data[10])
    try:
        while count <= MOST:
            if data[place] == 0x2C:
                count += 1
                place += 11 + _table(data[place + 9])
            elif data[place] == 0x21:
                place += 2
            else:
                break
            while data[place]:
                place += data[place] + 1
            place += 1
    except IndexError:
        pass
    return count


def _table(flags: int) -> int:
    """The bytes of a colour table by the flags that announce it."""
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0
