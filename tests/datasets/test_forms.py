"""What people write into forms: made by kind, rendered in fonts, measured in fonts that train nothing."""

import re
from pathlib import Path

import matplotlib
import numpy as np
import pytest

from longhand.datasets.synthetic.entries import KINDS, make_entries
from longhand.datasets.synthetic.families import (
    CONTINENTAL,
    HELD_OUT,
    find_continental,
    find_held_out,
    find_training,
    name_family,
)
from longhand.datasets.synthetic.fields import FORMS, render_entries, render_forms, render_spaced
from longhand.datasets.synthetic.rendered import find_fonts
from longhand.handwriting.alphabet import normalise
from longhand.handwriting.images import decode
from longhand.tasks import DIGITS, LATIN, WESTERN
from tests.real import data_sets

FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
DEJAVU = [FONTS / "DejaVuSans.ttf", FONTS / "DejaVuSans-Oblique.ttf"]
SHAPES = {
    "date": r".*\d{2}.*",
    "time": r"\d.*",
    "amount": r".*[€$£]\s?[\d].*|.*\d.* ?(€|EUR|CHF|USD|Fr\.)|(EUR|CHF|USD|Fr\.) .*\d.*",
    "share": r".*\d ?%",
    "telephone": r"[+0(\d][\d /()+-]{6,}",
    "electronic": r"[a-z0-9._@/:-]*\.[a-z.]+(/[a-z0-9_]+)?",
    "capitals": r"[^a-z]+",
    "character": r".",
}


@pytest.mark.parametrize("kind", KINDS)
def test_entries_of_a_kind_look_like_it_and_are_the_same_for_a_seed(kind: str) -> None:
    entries = make_entries(200, 3, kinds=(kind,))
    assert entries == make_entries(200, 3, kinds=(kind,)) != make_entries(200, 4, kinds=(kind,))
    texts = [text for _, text in entries]
    assert [text for text in texts if not re.fullmatch(SHAPES.get(kind, ".+"), text)] == []
    assert all(normalise(text) == text and set(text) <= set(WESTERN) for text in texts)
    assert len(set(texts)) > 25


def test_all_kinds_are_made_and_the_signs_of_forms_with_them() -> None:
    entries = make_entries(3000, 1)
    assert {kind for kind, _ in entries} == set(KINDS)
    assert set("@€$£%§&+/()#_°½×«»–'~*") <= set("".join(text for _, text in entries))


def test_entries_keep_to_an_alphabet_without_those_signs() -> None:
    assert set("".join(text for _, text in make_entries(300, 1, LATIN))) <= set(LATIN)


def test_rendered_entries_are_the_same_for_a_seed_and_a_font_is_a_group() -> None:
    entries = make_entries(40, 5, kinds=("capitals", "number"))
    one, same, other = (list(render_entries(entries, DEJAVU, seed, "e")) for seed in (1, 1, 2))
    assert [s.text for s in one] == [text for _, text in entries]
    assert [s.read() for s in one] == [s.read() for s in same] != [s.read() for s in other]
    assert {s.group for s in one} <= {font.stem for font in DEJAVU}


def test_what_no_font_can_write_is_left_out() -> None:
    assert [s.text for s in render_entries([("note", "字"), ("note", "ok")], DEJAVU, 1, "e")] == ["ok"]


def test_spaced_letters_stand_apart_and_a_comb_has_a_tooth_on_either_side_of_each() -> None:
    for seed in range(6):
        spaced = render_spaced("HHHH", DEJAVU[0], np.random.default_rng(seed), comb=False)
        inked = (spaced < 128).any(axis=0)
        assert np.count_nonzero(inked[1:] & ~inked[:-1]) == 4
        comb = render_spaced("....", DEJAVU[0], np.random.default_rng(seed), comb=True)
        teeth = (comb[-14:-8] < 200).all(axis=0)
        assert np.count_nonzero(teeth[1:] & ~teeth[:-1]) == 5


def test_the_forms_are_six_hundred_and_no_two_alike(tmp_path: Path) -> None:
    forms = list(render_forms(DEJAVU, "forms"))
    assert len(forms) == len({s.text for s in forms}) == FORMS and {s.split for s in forms} == {"unseen"}
    assert [s.text for s in forms] == [s.text for s in render_forms(DEJAVU, "forms")]
    assert sum(any(c in DIGITS for c in s.text) for s in forms) > 500
    assert all(decode(s.read()).gray.min() < 128 for s in forms[::100])


def test_twenty_families_are_held_out_and_write_nothing_to_train_on() -> None:
    fonts = find_fonts(data_sets() / "handwriting-fonts")
    held_out, training = find_held_out(fonts), find_training(fonts)
    assert {name_family(font) for font in held_out} == HELD_OUT and len(HELD_OUT) == 20
    assert sorted([*held_out, *training]) == sorted(fonts) and not set(held_out) & set(training)
    assert CONTINENTAL.keys() <= {name_family(font) for font in fonts}
    assert find_continental(training) and set(find_continental(training)) < set(training)
