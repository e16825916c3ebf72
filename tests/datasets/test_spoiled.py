"""Pictures are spoiled before they are prepared: always in the same way, and so that their text stays in them."""

import io

import numpy as np
import pytest
from PIL import Image

from longhand.datasets.sample import DatasetError, Sample
from longhand.datasets.synthetic.conditions import CONDITIONS
from longhand.datasets.synthetic.damages import DAMAGES, reach_in
from longhand.datasets.synthetic.spoiled import Spoiling, spoil_picture, spoil_samples
from longhand.datasets.synthetic.strokes import draw_samples
from longhand.handwriting.images import decode
from tests.drawings import Gray, encode, written

GRAY = written("Handwriting", paper=250).gray


def levels(gray: Gray) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return gray.astype(np.float32)


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damage_changes_the_picture_and_leaves_most_of_the_ink(name: str) -> None:
    for seed in range(5):
        damaged = DAMAGES[name](levels(GRAY), np.random.default_rng(seed))
        again = DAMAGES[name](levels(GRAY), np.random.default_rng(seed))
        assert np.array_equal(damaged, again)
        assert damaged.shape != GRAY.shape or np.abs(damaged - GRAY).max() > 5
        depth, before = np.percentile(damaged, 85) - damaged, np.percentile(GRAY, 85) - GRAY
        assert (depth > 24).sum() > 0.25 * (before > 24).sum()


def test_another_line_reaches_in_at_the_edge_and_not_in_the_middle() -> None:
    blank = np.full((64, 200), 240, np.float32)
    line = levels(written("pgdbpgdb").gray)
    blank[30:34, 20:180] = 20
    for seed in range(8):
        dark = reach_in(blank, line, np.random.default_rng(seed)) < 200
        assert dark[:22].any() != dark[42:].any()
        assert np.array_equal(dark[24:40], blank[24:40] < 200)


def test_spoiled_copies_are_of_what_is_learnt_from_and_always_the_same() -> None:
    samples = list(draw_samples(["one", "two", "three"], 60, 3))
    one, same, other = (list(spoil_samples(iter(samples), Spoiling(2, seed))) for seed in (1, 1, 2))
    learnt = [s for s in samples if s.split in ("train", "validation")]
    assert [(s.name, s.text, s.group, s.split) for s in one[:2]] == [
        (f"{learnt[0].name}~{n}", learnt[0].text, learnt[0].group, learnt[0].split) for n in (1, 2)
    ]
    assert len(one) == 2 * len(learnt) and {s.split for s in one} == {"train", "validation"}
    assert [s.read() for s in one[:8]] == [s.read() for s in same[:8]] != [s.read() for s in other[:8]]
    assert one[0].read() != one[1].read()


def test_a_picture_is_spoiled_alike_whatever_comes_with_it() -> None:
    samples = list(draw_samples(["one", "two", "three"], 9, 3))
    whole, part = (list(spoil_samples(iter(some), Spoiling(1, 5))) for some in (samples, samples[:4]))
    assert [s.read() for s in whole[: len(part)]] == [s.read() for s in part]


def test_only_the_conditions_that_are_asked_for_happen() -> None:
    seen = {spoil_picture(GRAY, GRAY, ["dark-desk"], np.random.default_rng(i)).shape[:2] for i in range(6)}
    assert all(rows > 1.5 * GRAY.shape[0] for rows, _ in seen)
    with pytest.raises(DatasetError, match=r"no condition 'rain'\. Choose of plain"):
        Spoiling(conditions=["plain", "rain"])


def test_a_small_light_glyph_becomes_a_larger_dark_one_before_it_is_spoiled() -> None:
    glyph = np.zeros((28, 28), np.uint8)
    glyph[6:22, 12:16] = 255
    spoiled = spoil_picture(glyph, glyph, ["plain"], np.random.default_rng(3))
    assert len(spoiled) > 112 and np.median(spoiled) > 200


def test_some_pictures_come_out_in_colour_and_all_can_be_read() -> None:
    sample = Sample("s", "1", "Handwriting", "w", "train", lambda: encode(GRAY))
    copies = [copy.read() for copy in spoil_samples(iter([sample]), Spoiling(60, 1))]
    modes = {Image.open(io.BytesIO(data)).mode for data in copies}
    assert modes == {"L", "RGB"}
    assert all(decode(data).gray.ndim == 2 for data in copies)


def test_every_condition_is_chosen_now_and_then() -> None:
    shapes = [spoil_picture(GRAY, GRAY, (), np.random.default_rng(i)).shape[:2] for i in range(60)]
    assert len(CONDITIONS) > 10 and len(set(shapes)) > 5
