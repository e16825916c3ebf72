"""What a network sees, pinned: a model that is served brings the version that it was trained with."""

import hashlib
from itertools import product

import cv2
import numpy as np
import pytest

from longhand.handwriting.errors import NoInk, UnknownPreprocessing
from longhand.handwriting.images import Picture
from longhand.handwriting.preprocessing import (
    GLYPH_SIZE,
    TEXT_HEIGHT,
    VERSIONS,
    prepare_glyph,
    prepare_line,
    prepare_text,
    preprocessing,
)
from longhand.tasks import GLYPHS
from tests.drawings import Gray, written

PINNED = {
    "text-1": {
        "Word": "c4587ee6842a52c4895246b0404c764a61bd3b3efadbec8d8ba552a8345c194a",
        "Longhand reads": "dcf007a3c16b799fa517bc17a11cf578b115a9fe5f5d178db27e5e9f66b5cdfe",
        "i": "3c9f1d3785ee03c073cb3dd351c8ee644621098e231d2a538c3ad4f9b9543357",
        "2026-11": "71499c092e987a8e5d646b8b8c957b5bb765655fb0a0033bb3e36ec1d04291cd",
    },
    "text-2": {
        "Word": "e5d2bc3199cd6df4aa02de2d135d570bad4a915aa77cf1cc229b430aa8803b8d",
        "Longhand reads": "f47a8423a6e6fa2d84faad077caea9bfc852cfe6e84ea139fbc73bff444be00a",
        "i": "3c1079874ab4ccec6e9d0e255c465bd6c6a45fc976bdccf4358c503f7b7f0dd4",
        "2026-11": "96939ca680aea18eca33e34b6fb172307435f66015cf2760b3e68c0553eddfb3",
    },
    "glyph-1": {
        "A": "c2a6398eed2dc489632ff787b743af64c1b78493e6d1c2ccd069687c8208eef5",
        "g": "d3e751c99c74deadc386fe39cbf5c3d9f93ff1ca28756f3549cc3d0cee83c8b6",
        "1": "243f491967452c1fd277d15579114813ca68faff75b414018811258c4e75394b",
        "0": "e1c14aa76e657d029b4da1d5ff2b8d7d6adaf4cfdcf61afd21f0263e59656520",
    },
    "text-3": {
        "Word": "4a234adf21d1a75cc29164e10a72121add6a60c4a0dd1ec17be5e09421c355c7",
        "Longhand reads": "75ff1a0f379dcf38c3834322b07f9bb9850e496112c2c06165cca22365ecb98a",
        "i": "df6e75404e2e769123cae8c1f67cfa321e6d5d072b67c10d14216ff0d5c6213c",
        "2026-11": "fa1962df85f844f6f65e439a28a94a6567f0c8d16e74f68d921f426681484314",
    },
    "text-3-40": {
        "Word": "a161412713564c4a4fa54703a1ee23d45fc5426650db87d8d1def4d5fb846d1f",
        "Longhand reads": "cb75e0c7f91c65fdb9006a0f373debb0ffefec4afeb44ccafeae8b47695bf91f",
    },
    "text-3-32": {
        "Word": "2444883ba20d90de58792c00cfd855b3ad3c9a3739f4a2c9d0c58c578643a381",
        "Longhand reads": "2d34a2087c3cd92ef7578cdf2fa6db2f5bde01b70f0a85dab5c0821138a4441e",
    },
    "text-4": {
        "Word": "f6db4868b6e3fafffa761a98bed9d7ace8cb12c47414655d650e649c2b8d1672",
        "Longhand reads": "58755e701b7b452bbf790f50d6a9068b5dc6fea78c5378c169f5698a2d705054",
        "i": "457f71316bc592358a49d4364d93e14a55bccf2c5c880acf8e8daf486ebc2521",
        "2026-11": "a5c297f142822bb8872f19de1196e30b26b12c21e6935aca9745fd5a937c6971",
    },
    "glyph-2": {
        "A": "0bec8177b79ecab7634e61f930cc959031f18e2191fc226243e925f6afc19063",
        "g": "ea6bdfc2d04830bef371f2383b753005a088dbb1bfbd81c2f44f947669c59f53",
        "1": "8f75fe5cfcac4d4ce548c8edfbc9938420245a83ddb4e4575e72380a8c1b2de2",
        "0": "d68e13e5b8981f7bb97b5a9677cbc782728091caf429ca83889e0492eb772681",
    },
}
"""SHA-256 of what a version makes of `written(text, seed)`. A changed hash is a changed model: add a version."""


def frame(rows: int, columns: int, margin: int = 30) -> Picture:
    """The outline of a rectangle, two pixels thick."""
    gray: Gray = np.full((rows + 2 * margin, columns + 2 * margin), 255, np.uint8)
    gray[margin:-margin, margin:-margin] = 0
    gray[margin + 2 : -margin - 2, margin + 2 : -margin - 2] = 255
    return Picture(gray)


def centre(pixels: Gray) -> tuple[float, float]:
    """The centre of mass, row and column, in pixels."""
    mass = pixels.astype(float)
    return tuple((mass.sum(axis=1 - axis) * np.arange(mass.shape[axis])).sum() / mass.sum() for axis in (0, 1))


@pytest.mark.parametrize(("version", "text"), [(v, t) for v, texts in PINNED.items() for t in texts])
def test_a_released_version_gives_what_it_always_gave(version: str, text: str) -> None:
    pixels = preprocessing(version)(written(text, seed=len(text))).pixels
    assert hashlib.sha256(repr(pixels.shape).encode() + pixels.tobytes()).hexdigest() == PINNED[version][text]


def test_every_released_version_is_pinned() -> None:
    assert set(PINNED) == set(VERSIONS)
    assert all(PINNED.values())


def test_an_unknown_version_asks_for_an_update() -> None:
    with pytest.raises(UnknownPreprocessing, match="Update Longhand"):
        preprocessing("text-999")


@pytest.mark.parametrize(("rows", "columns"), [(40, 40), (40, 400), (200, 100), (15, 300), (64, 1000)])
def test_a_line_keeps_its_aspect_ratio(rows: int, columns: int) -> None:
    prepared = prepare_text(frame(rows, columns))
    x0, y0, x1, y1 = prepared.box
    assert np.abs(np.subtract((y1 - y0, x1 - x0), (rows, columns))).max() <= 2
    assert prepared.pixels.shape[0] == TEXT_HEIGHT
    assert abs(prepared.width - 8 - (x1 - x0) * (TEXT_HEIGHT - 2) / (y1 - y0)) <= 1


def test_the_ink_of_a_line_touches_its_margins_and_no_more() -> None:
    pixels = prepare_text(written("Margin", seed=5)).pixels
    assert not pixels[:, :4].any() and not pixels[:, -4:].any()
    assert not pixels[0].any() and not pixels[-1].any()
    assert pixels[:, 4].any() and pixels[:, -5].any() and pixels[1].any() and pixels[-2].any()


@pytest.mark.parametrize(("rows", "columns", "width"), [(20, 5000, 2008), (900, 3, 12)])
def test_the_width_of_a_line_has_limits(rows: int, columns: int, width: int) -> None:
    assert prepare_text(frame(rows, columns)).width == width


def test_a_leaning_word_is_laid_upright() -> None:
    gray = written("Hillside", seed=5).gray
    for lean in (-0.5, 0.5):
        back = np.array([[1, lean, -lean * gray.shape[0] / 2], [0, 1, 0]])
        bent = cv2.warpAffine(gray, back, gray.shape[::-1], flags=cv2.WARP_INVERSE_MAP, borderValue=255)
        assert abs(prepare_line(Picture(bent)).width - prepare_line(Picture(gray)).width) <= 12


def test_a_sloping_line_is_laid_level() -> None:
    gray = np.pad(written("a long and level line", seed=3).gray, 60, constant_values=255)
    back = np.array([[1, 0, 0], [-0.08, 1, 0.04 * gray.shape[1]]])
    bent = cv2.warpAffine(gray, back, gray.shape[::-1], flags=cv2.WARP_INVERSE_MAP, borderValue=255)
    level, sloping = (centre(prepare_line(Picture(g)).pixels)[0] for g in (gray, bent))
    ends = prepare_line(Picture(bent)).pixels
    assert abs(level - sloping) < 1
    assert abs(centre(ends[:, :60])[0] - centre(ends[:, -60:])[0]) < 4


def test_wide_and_narrow_writing_become_alike() -> None:
    gray = written("density", seed=2).gray
    wide = cv2.resize(gray, None, fx=1.4, fy=1, interpolation=cv2.INTER_LINEAR)
    one, other = (prepare_line(Picture(np.asarray(g, np.uint8))).width for g in (gray, wide))
    assert abs(one - other) <= 8


def test_the_mass_of_a_word_lies_on_the_middle_row_whatever_its_ascenders() -> None:
    for text in ("mean", "Hilltop", "gypsy"):
        assert abs(centre(prepare_line(written(text, seed=1)).pixels)[0] - 15.5) < 1.5


@pytest.mark.parametrize(("rows", "columns"), [(40, 40), (90, 30), (30, 90), (400, 4), (4, 400)])
def test_a_glyph_keeps_its_aspect_ratio_and_twenty_pixels(rows: int, columns: int) -> None:
    pixels = prepare_glyph(frame(rows, columns)).pixels
    height, width = (int(np.ptp(np.flatnonzero(pixels.any(axis=axis)))) + 1 for axis in (1, 0))
    scale = 20 / max(rows, columns)
    assert pixels.shape == (GLYPH_SIZE, GLYPH_SIZE)
    assert max(height, width) == 20
    assert abs(height - max(1, rows * scale)) <= 1 and abs(width - max(1, columns * scale)) <= 1


@pytest.mark.parametrize("glyph", GLYPHS)
def test_a_glyph_has_its_centre_of_mass_in_the_middle(glyph: str) -> None:
    """The middle of 28 pixels lies between the 13th and the 14th."""
    for seed in range(4):
        assert np.abs(np.subtract(centre(prepare_glyph(written(glyph, seed)).pixels), 13.5)).max() <= 1.01


def test_a_glyph_stays_whole_where_its_mass_is_all_on_one_side() -> None:
    gray: Gray = np.full((100, 100), 255, np.uint8)
    gray[20:80, 20:30], gray[70:80, 20:80] = 0, 0
    gray[70:80, 30:80:8] = 0
    pixels = prepare_glyph(Picture(gray)).pixels
    assert np.ptp(np.flatnonzero(pixels.any(axis=0))) + 1 == 20


def test_where_and_how_large_the_ink_was_is_kept() -> None:
    for prepare in VERSIONS.values():
        prepared = prepare(frame(40, 80, margin=10))
        x0, y0, x1, y1 = prepared.box
        assert np.abs(np.subtract(prepared.box, (10, 10, 90, 50))).max() <= 1
        assert prepared.extent == ((y1 - y0) / 60, (x1 - x0) / 100)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_page_of_any_size_gives_the_same_picture_of_a_word(version: str) -> None:
    gray = written("same", seed=8, paper=255).gray
    wide = np.pad(gray, ((70, 30), (11, 200)), constant_values=255)
    one, other = (VERSIONS[version](Picture(g)).pixels for g in (gray, wide))
    assert np.array_equal(one, other)


@pytest.mark.parametrize(("version", "scale"), list(product(VERSIONS, (2, 3))))
def test_a_larger_scan_gives_nearly_the_same_picture(version: str, scale: int) -> None:
    gray = written("scan", seed=8).gray
    large = np.kron(gray, np.ones((scale, scale), np.uint8))
    one, other = (VERSIONS[version](Picture(g)).pixels.astype(int) for g in (gray, large))
    columns = min(one.shape[1], other.shape[1])
    assert abs(one.shape[1] - other.shape[1]) <= 2
    assert np.abs(one[:, :columns] - other[:, :columns]).mean() < 20


@pytest.mark.parametrize("version", VERSIONS)
def test_a_blank_page_is_not_prepared(version: str) -> None:
    with pytest.raises(NoInk):
        VERSIONS[version](Picture(np.full((60, 60), 200, np.uint8)))
