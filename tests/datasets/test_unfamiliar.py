"""Pictures of what no model reads."""

from pathlib import Path

import matplotlib
import numpy as np
import pytest

from longhand.datasets.synthetic.rendered import find_fonts, has_glyph
from longhand.datasets.synthetic.scripts import OTHER_SCRIPTS, Script, write_script
from longhand.datasets.synthetic.unfamiliar import CALIBRATED, MEASURED, draw_unfamiliar
from longhand.tasks import WESTERN

FONTS = find_fonts(Path(matplotlib.get_data_path()) / "fonts" / "ttf")


def test_no_kind_that_guards_are_calibrated_on_is_measured_on() -> None:
    assert not CALIBRATED.scripts.keys() & MEASURED.scripts.keys()
    assert not set(CALIBRATED.figures.values()) & set(MEASURED.figures.values())


@pytest.mark.parametrize("single", [False, True])
@pytest.mark.parametrize("kinds", [CALIBRATED, MEASURED])
def test_a_picture_depends_on_its_kind_and_number_alone(kinds: object, single: bool) -> None:
    unfamiliar = CALIBRATED if kinds is CALIBRATED else MEASURED
    few = list(draw_unfamiliar(unfamiliar, FONTS, 1, single))
    more = dict(reversed(list(draw_unfamiliar(unfamiliar, FONTS, 2, single))))
    assert {name for name, _ in few} >= unfamiliar.figures.keys()
    for name, pixels in few:
        assert pixels.dtype == np.uint8 and int(pixels.max()) - int(pixels.min()) > 60
        assert (pixels == more[name]).all() if pixels.shape == more[name].shape else False


def test_every_alphabet_of_calibration_can_be_drawn_with_the_font_that_comes_along() -> None:
    drawn = {name for name, _ in draw_unfamiliar(CALIBRATED, FONTS, 1)}
    assert drawn == CALIBRATED.scripts.keys() | CALIBRATED.figures.keys()
    font = next(font for font in FONTS if font.stem == "DejaVuSans")
    for script in OTHER_SCRIPTS.values():
        assert all(has_glyph(font, letter) for letter in script.distinct)


def test_distinct_letters_are_none_of_those_that_models_write() -> None:
    for script in (*MEASURED.scripts.values(), *CALIBRATED.scripts.values()):
        assert not set(script.distinct) & set(WESTERN)


def test_an_alphabet_without_a_font_is_left_out_or_refused() -> None:
    assert not {name for name, _ in draw_unfamiliar(MEASURED, [], 1)} & MEASURED.scripts.keys()
    font = next(font for font in FONTS if font.stem == "DejaVuSans")
    with pytest.raises(ValueError, match="No font"):
        write_script(Script("的", "的", ("DejaVuSans",)), [font], np.random.default_rng(0))
