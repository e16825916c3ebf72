"""What is worth saying of a picture is said, and of a plain one nothing."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from longhand.handwriting.images import Picture
from longhand.handwriting.notices import SENTENCES, Notice
from longhand.handwriting.preprocessing import VERSIONS, prepare_single, prepare_written
from longhand.handwriting.transcription import Transcription
from tests.drawings import Gray
from tests.handwriting.test_finding import between_neighbours, cornered, framed, page, shadowed, underlined


def doubled(gray: Gray) -> Gray:
    return np.vstack([gray, gray])


def small(gray: Gray) -> Gray:
    return np.asarray(cv2.resize(gray, None, fx=0.2, fy=0.2, interpolation=cv2.INTER_AREA), np.uint8)


def on_its_side(gray: Gray) -> Gray:
    return np.rot90(gray).copy()


SAID = {
    framed: Notice.FRAME_REMOVED,
    underlined: Notice.FRAME_REMOVED,
    cornered: Notice.FRAME_REMOVED,
    shadowed: Notice.UNEVEN_LIGHT,
    between_neighbours: Notice.TOUCHES_BORDER,
    doubled: Notice.SEVERAL_LINES,
    small: Notice.LOW_RESOLUTION,
    on_its_side: Notice.TURNED,
}


@pytest.mark.parametrize(("spoil", "notice"), SAID.items(), ids=[one.__name__ for one in SAID])
def test_a_picture_that_is_spoilt_says_so(spoil: Callable[[Gray], Gray], notice: Notice) -> None:
    for text in ("minimum", "Garden path"):
        assert notice in prepare_written(Picture(spoil(page(text)))).notices


@pytest.mark.parametrize("text", ["minimum", "Garden path", "a longer line of text", "1", "i", "2026-11", "HALL", "-"])
def test_of_a_plain_picture_nothing_is_said(text: str) -> None:
    for seed in range(5):
        assert prepare_written(Picture(page(text, seed))).notices == ()
        if len(text) == 1:
            assert prepare_single(Picture(page(text, seed))).notices == ()


def test_hyphens_in_a_row_are_no_frame() -> None:
    assert prepare_written(Picture(page("e-e-e-e-e-e-e", seed=6))).notices == ()


@pytest.mark.parametrize("glyph", "4178g")
def test_the_dark_end_of_a_slope_of_light_is_no_frame(glyph: str) -> None:
    gray = page(glyph)
    sloping = (gray * np.linspace(1, 0.5, gray.shape[1])).astype(np.uint8)
    assert prepare_single(Picture(sloping)).notices == (Notice.UNEVEN_LIGHT,)


def test_a_long_line_is_small_by_its_letters_not_by_how_far_it_climbs() -> None:
    gray = small(page("a longer line of small text", margin=60))
    climbing = cv2.warpAffine(
        gray, np.array([[1, 0, 0], [-0.08, 1, 0.04 * gray.shape[1]]]), gray.shape[::-1], borderValue=240
    )
    assert Notice.LOW_RESOLUTION in prepare_written(Picture(np.asarray(climbing, np.uint8))).notices


def test_a_glyph_beside_its_box_says_so() -> None:
    assert prepare_single(Picture(cornered(page("4")))).notices == (Notice.FRAME_REMOVED,)


def test_every_notice_has_a_sentence_that_says_what_to_do() -> None:
    assert set(SENTENCES) == set(Notice)
    assert all(sentence.endswith(".") and sentence.count(".") >= 2 for sentence in SENTENCES.values())


@pytest.mark.parametrize("version", ["text-1", "text-2", "glyph-1"])
def test_preparations_of_earlier_models_say_nothing(version: str) -> None:
    assert VERSIONS[version](Picture(framed(page("word")))).notices == ()


def test_a_transcription_has_none_unless_its_picture_has() -> None:
    assert Transcription("a", 0.5, False).notices == ()
