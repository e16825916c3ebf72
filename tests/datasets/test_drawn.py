"""Sets that need no download: drawn, rendered, and those that come with scikit-learn."""

from collections import Counter
from pathlib import Path

import matplotlib
import numpy as np
import pytest

from longhand.datasets.catalogue import CATALOGUE, load
from longhand.datasets.sample import SPLITS, DatasetError, UnknownDataset
from longhand.datasets.splits import assign_split
from longhand.datasets.synthetic.rendered import find_fonts, render, render_samples
from longhand.datasets.synthetic.strokes import INK, draw, draw_samples
from longhand.datasets.synthetic.vocabulary import make_texts
from longhand.handwriting.alphabet import normalise
from longhand.handwriting.images import decode
from longhand.handwriting.ink.median import find_ink
from longhand.tasks import GLYPHS, LATIN

FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
DEJAVU = FONTS / "DejaVuSans.ttf"


@pytest.mark.parametrize("name", ["strokes", "stroke-glyphs"])
def test_the_same_seed_draws_the_same_set(name: str) -> None:
    one, same, other = (list(load(name, count=30, seed=seed)) for seed in (4, 4, 5))
    assert [(s.name, s.text, s.split) for s in one] == [(s.name, s.text, s.split) for s in same]
    assert [s.read() for s in one] == [s.read() for s in same]
    assert [s.read() for s in one] != [s.read() for s in other]


def test_a_drawn_picture_is_the_same_whenever_it_is_read() -> None:
    sample = next(draw_samples(["word"], 1, 3))
    assert sample.read() == sample.read()


def test_texts_are_drawn_evenly() -> None:
    counts = Counter(s.text for s in load("stroke-glyphs", count=620))
    assert counts == dict.fromkeys(GLYPHS, 10)


def test_everything_drawn_can_be_read_as_ink() -> None:
    for sample in (*load("strokes", count=20), *load("stroke-glyphs", count=62)):
        assert find_ink(decode(sample.read())).strength.max() == 1
        assert set(sample.text) <= INK and sample.split in SPLITS


@pytest.mark.parametrize("character", sorted(INK - {" "}))
def test_no_character_of_the_strokes_is_drawn_as_a_question_mark(character: str) -> None:
    mark, drawn = (draw(c, np.random.default_rng(3)) for c in ("?", character))
    assert character == "?" or mark.shape != drawn.shape or not np.array_equal(mark, drawn)


def test_the_digits_of_scikit_learn_are_eight_by_eight() -> None:
    samples = list(load("digits"))
    assert len(samples) == 1797
    assert {s.text for s in samples} == set("0123456789")
    assert decode(samples[0].read()).gray.shape == (8, 8)
    assert all(s.split == assign_split(s.group) for s in samples)


def test_a_font_renders_what_it_has_and_nothing_else() -> None:
    random = np.random.default_rng(0)
    pixels = render("Größe", DEJAVU, random)
    assert pixels is not None and pixels.dtype == np.uint8
    assert 40 < pixels.shape[0] < 110 and np.median(pixels) == 255 and pixels.min() < 90
    assert render("字", DEJAVU, random) is None
    assert render("a\U0010fffe", DEJAVU, random) is None


def test_a_rendered_text_is_whole_at_any_slant() -> None:
    for seed in range(12):
        pixels = render("Hf", DEJAVU, np.random.default_rng(seed))
        assert pixels is not None
        edges = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
        assert (edges > 200).all()


def test_a_font_is_a_group_and_the_same_seed_renders_the_same() -> None:
    fonts = find_fonts(FONTS)[:4]
    one, same = (list(render_samples(["ab", "12"], fonts, 12, 7, "rendered")) for _ in range(2))
    assert [s.read() for s in one] == [s.read() for s in same]
    assert {s.group for s in one} <= {font.stem for font in fonts}
    assert all(s.split == assign_split(s.group, 7) for s in one)


def test_what_no_font_can_write_is_reported_when_it_is_read() -> None:
    (sample,) = render_samples(["字"], [DEJAVU], 1, 0, "rendered")
    with pytest.raises(OSError, match="no font can write"):
        sample.read()


def test_a_folder_without_fonts_is_reported(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="holds no font"):
        find_fonts(tmp_path)


def test_texts_are_of_the_alphabet_and_the_same_for_a_seed() -> None:
    texts = make_texts(400, seed=3)
    assert texts == make_texts(400, seed=3) != make_texts(400, seed=4)
    assert set("".join(texts)) <= set(LATIN)
    assert all(0 < len(t) <= 32 and normalise(t) == t for t in texts)
    assert len(set(texts)) > 380
    kinds = [any(map(kind, texts)) for kind in (str.isdigit, str.istitle, str.isupper, str.islower)]
    assert all(kinds)
    assert set("äöüéèß") & set("".join(texts))


def test_texts_keep_to_fewer_characters_where_fewer_are_asked_for() -> None:
    texts = make_texts(100, seed=1, characters="abcdefghijklmnopqrstuvwxyz ", longest=9)
    assert all(len(t) <= 9 and set(t) <= set("abcdefghijklmnopqrstuvwxyz ") for t in texts)


def test_an_unknown_set_is_reported_with_those_there_are() -> None:
    with pytest.raises(UnknownDataset, match=r"no data set 'mnits'\. Choose one of digits, strokes"):
        load("mnits")


@pytest.mark.parametrize("name", ["dhsd", "mnist", "rendered", "omniglot-latin"])
def test_a_set_that_is_not_at_hand_says_where_it_is_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with pytest.raises(DatasetError, match=r"set LONGHAND_DATASETS .* published at http"):
        list(load(name, tmp_path))
    monkeypatch.delenv("LONGHAND_DATASETS", raising=False)
    with pytest.raises(DatasetError, match=r"Put it into a folder"):
        list(load(name))


def test_every_known_set_has_a_title_a_licence_and_a_source() -> None:
    assert all(entry.title and entry.licence and entry.source for entry in CATALOGUE.values())


def test_a_group_keeps_its_split_and_the_shares_are_as_said() -> None:
    splits = Counter(assign_split(f"group-{i}") for i in range(20_000))
    for split, share in (("train", 0.80), ("validation", 0.08), ("gate", 0.04), ("test", 0.08)):
        assert splits[split] / 20_000 == pytest.approx(share, abs=0.01)
    assert assign_split("w1", 3) == assign_split("w1", 3)
