"""Pages whose picture is stored turned are cut where their layout was made: on the stored or the upright picture."""

import logging
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from longhand.datasets.adapters.pages import read_pages
from longhand.datasets.adapters.scans import turn
from longhand.datasets.sample import Sample
from longhand.datasets.source import Source
from longhand.handwriting.images import decode
from tests.datasets.drawn import document
from tests.drawings import Gray, encode

TURNED = range(2, 9)
PAGE = """<PcGts><Page imageFilename="p1.png" imageWidth="{width}" imageHeight="{height}"><TextRegion>
<TextLine><Coords points="{points}"/><TextEquiv><Unicode>x</Unicode></TextEquiv></TextLine>
</TextRegion></Page></PcGts>"""


def stored(folder: Path, orientation: int, shape: tuple[int, int] = (60, 100)) -> tuple[Gray, Gray]:
    """A page of noise as a camera stores it, and as it is upright."""
    pixels = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    exif = Image.Exif()
    exif[0x0112] = orientation
    (folder / "p1.png").write_bytes(encode(Image.fromarray(pixels), "PNG", exif=exif))
    with Image.open(folder / "p1.png") as image:
        return pixels, np.asarray(ImageOps.exif_transpose(image))


def lay_out(folder: Path, size: tuple[int, int], box: tuple[int, int, int, int]) -> Sample:
    x0, y0, x1, y1 = box
    points = f"{x0},{y0} {x1},{y0} {x1},{y1} {x0},{y1}"
    document(folder, "p1.xml", PAGE.format(width=size[0], height=size[1], points=points))
    (sample,) = read_pages(Source(folder, "pages"))
    return sample


def upright_part(pixels: Gray, box: tuple[int, int, int, int], orientation: int) -> Gray:
    x0, y0, x1, y1 = box
    part = Image.fromarray(pixels[y0 : y1 + 1, x0 : x1 + 1])
    part.getexif()[0x0112] = orientation
    return np.asarray(ImageOps.exif_transpose(part))


@pytest.mark.parametrize("orientation", TURNED)
def test_a_layout_of_the_stored_size_is_cut_from_the_stored_picture_and_turned_upright(
    tmp_path: Path, orientation: int
) -> None:
    pixels, _ = stored(tmp_path, orientation)
    box = (10, 5, 40, 15)
    found = decode(lay_out(tmp_path, (100, 60), box).read()).gray
    assert np.array_equal(found, upright_part(pixels, box, orientation))


@pytest.mark.parametrize("orientation", [5, 6, 7, 8])
def test_a_layout_of_the_upright_size_is_cut_from_the_upright_picture(
    tmp_path: Path, orientation: int, caplog: pytest.LogCaptureFixture
) -> None:
    _, upright = stored(tmp_path, orientation)
    found = decode(lay_out(tmp_path, (60, 100), (5, 10, 15, 40)).read()).gray
    assert np.array_equal(found, upright[10:41, 5:16])
    assert not caplog.records


@pytest.mark.parametrize(
    ("orientation", "shape", "size"),
    [(3, (60, 100), (100, 60)), (2, (60, 100), (50, 30)), (6, (80, 80), (80, 80)), (8, (60, 100), (0, 0))],
    ids=["upside down", "mirrored", "square", "without a size"],
)
def test_where_sizes_cannot_tell_a_warning_names_the_picture(
    tmp_path: Path,
    orientation: int,
    shape: tuple[int, int],
    size: tuple[int, int],
    caplog: pytest.LogCaptureFixture,
) -> None:
    stored(tmp_path, orientation, shape)
    with caplog.at_level(logging.WARNING):
        lay_out(tmp_path, size, (10, 5, 40, 15)).read()
    assert [f"p1.png is stored turned (EXIF orientation {orientation})" in r.getMessage() for r in caplog.records] == [
        True
    ]


def test_a_layout_that_fits_neither_way_is_of_another_page(tmp_path: Path) -> None:
    stored(tmp_path, 6)
    with pytest.raises(OSError, match="100 × 60, its layout 90 × 90: not the same page"):
        lay_out(tmp_path, (90, 90), (10, 5, 40, 15)).read()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_points_lie_where_pillow_brings_their_pixels(orientation: int) -> None:
    pixels = np.arange(12, dtype=np.uint8).reshape(3, 4)
    y, x = np.divmod(np.arange(12), 4)
    places = turn(np.stack([x, y], axis=1).astype(float), orientation, 4, 3).astype(int)
    upright = upright_part(pixels, (0, 0, 3, 2), orientation)
    assert upright[places[:, 1], places[:, 0]].tolist() == list(range(12))
