"""Batches are drawn by set and class, and the same seed draws the same."""

from collections import Counter
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from longhand.handwriting.alphabet import Alphabet
from longhand.handwriting.batching import STEP, STRIDE, lay
from longhand.learning.batches import GlyphBatches, Sampling, TextBatches, encode_labels, fits, item_weights
from longhand.learning.drawing import Blocks, Drawing, frames_needed
from longhand.learning.prepared import Item, PreparedSet
from longhand.tasks import GLYPHS
from tests.learning.material import WORDS, prepared

ABC = Alphabet("abc")
WORDS_LETTERS = "".join(sorted(set("".join(WORDS))))
DRAW = Sampling(batch=8, steps=5, seed=3, weights={})


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> PreparedSet:
    return prepared(tmp_path_factory.mktemp("words"), "text", {"train": WORDS * 3})


@pytest.fixture(scope="module")
def glyphs(tmp_path_factory: pytest.TempPathFactory) -> PreparedSet:
    return prepared(tmp_path_factory.mktemp("glyphs"), "character", {"train": "aaaaaaaaab"})


def item(name: str, text: str, kind: str = "one", width: int = 100) -> Item:
    return Item(kind, name, text, name, "train", 32, width)


def test_sets_are_drawn_by_their_weight_however_large_they_are() -> None:
    items = [item(f"a{i}", "x") for i in range(90)] + [item(f"b{i}", "x", "two") for i in range(10)]
    weights = item_weights(items, {"one": 0.25, "two": 0.75}, by_class=False)
    assert (weights[:90].sum(), weights[90:].sum()) == pytest.approx((0.25, 0.75))


def test_a_set_without_a_weight_has_one() -> None:
    items = [item("a", "x"), item("b", "x", "two"), item("c", "x", "two")]
    assert item_weights(items, {"two": 3.0}, by_class=False) == pytest.approx([0.25, 0.375, 0.375])


def test_in_a_set_every_class_is_drawn_alike() -> None:
    items = [item(f"a{i}", "x") for i in range(9)] + [item("b", "y")] + [item("c", "y", "two")]
    weights = item_weights(items, {}, by_class=True)
    assert (weights[:9].sum(), weights[9], weights[10]) == pytest.approx((0.25, 0.25, 0.5))


def test_a_rare_class_is_seen_as_often_as_a_common_one(glyphs: PreparedSet) -> None:
    alphabet = Alphabet(GLYPHS, offset=0)
    batches = GlyphBatches(glyphs, glyphs.items, alphabet, Sampling(64, 10, 1, {}, strength=0))
    seen = Counter(alphabet.decode([label]) for i in range(10) for label in batches[i][1])
    assert seen["b"] / seen.total() == pytest.approx(0.5, abs=0.06)


def test_a_heavy_set_is_seen_more_often(tmp_path: Path) -> None:
    data = prepared(tmp_path, "text", {"train": ["ab", "ab", "ab", "ab"]})
    items = [Item(**{**vars(one), "set": kind}) for one, kind in zip(data.items, "xxyy", strict=True)]
    batches = TextBatches(data, items, Alphabet("ab"), Sampling(16, 40, 1, {"x": 4.0, "y": 1.0}, strength=0))
    widths = {data.items[i].width for i in (0, 1)}
    frames = [row[0] for i in range(40) for row in batches[i][1]]
    heavy = {-(-width // STRIDE) for width in widths}
    assert np.mean([f in heavy for f in frames]) > 0.6


def test_the_same_seed_gives_the_same_batches(words: PreparedSet, glyphs: PreparedSet) -> None:
    for kind, data, alphabet in (
        (TextBatches, words, ABC),
        (GlyphBatches, glyphs, Alphabet(GLYPHS, offset=0)),
    ):
        one, again = (kind(data, data.items, alphabet, DRAW) for _ in range(2))
        for i in (0, 4, 2):
            assert same(one[i], again[i])


def test_another_seed_epoch_or_step_gives_another_batch(words: PreparedSet) -> None:
    first = TextBatches(words, words.items, ABC, DRAW)
    other = TextBatches(words, words.items, ABC, Sampling(8, 5, 4, {}))
    later = TextBatches(words, words.items, ABC, DRAW, epoch=1)
    assert not any(same(first[0], batch) for batch in (other[0], later[0], first[1]))


def test_a_training_that_goes_on_sees_what_it_would_have_seen(words: PreparedSet) -> None:
    whole, resumed = TextBatches(words, words.items, ABC, DRAW), TextBatches(words, words.items, ABC, DRAW, epoch=2)
    for _ in range(2):
        whole.on_epoch_end()
    assert same(whole[3], resumed[3])


def same(one, other) -> bool:  # type: ignore[no-untyped-def]
    pair = [[*b[0], b[1]] if isinstance(b[0], tuple) else list(b) for b in (one, other)]
    return all(a.shape == b.shape and np.array_equal(a, b) for a, b in zip(*pair, strict=True))


def test_no_distorted_word_is_too_narrow_for_its_label(words: PreparedSet) -> None:
    batches = TextBatches(words, words.items, ABC, Sampling(8, 30, 5, {}, strength=2.0))
    for i in range(30):
        (pixels, mask), truth = batches[i]
        assert pixels.shape[2] % STEP == 0 and pixels.shape[:1] + pixels.shape[2:3] == mask.shape
        assert pixels.min() >= 0 and pixels.max() <= 1
        for columns, row in zip(mask.sum(axis=1), truth, strict=True):
            label = [int(n) for n in row[1:] if n]
            assert row[0] == -(-int(columns) // STRIDE) >= frames_needed(label)


def test_pictures_are_laid_side_by_side_with_a_mask() -> None:
    narrow, wide = np.full((32, 10), 255, np.uint8), np.full((32, 70), 51, np.uint8)
    pixels, mask = lay([narrow, wide])
    assert (pixels.shape, mask.shape) == ((2, 32, 96, 1), (2, 96))
    assert mask.sum(axis=1).tolist() == [10, 70]
    assert (pixels[0, :, :10] == 1).all() and not pixels[0, :, 10:].any()
    assert pixels[1, :, :70] == pytest.approx(0.2)


def test_a_label_is_its_frames_and_then_its_outputs() -> None:
    assert encode_labels(["ab", "c?"], [17, 8], ABC).tolist() == [[5, 1, 2], [2, 3, 0]]


@pytest.mark.parametrize(
    ("text", "width", "whether"),
    [("abc", 12, True), ("abc", 11, False), ("aa", 12, True), ("aa", 11, False), ("", 50, False), ("???", 50, False)],
)
def test_a_text_fits_where_its_picture_has_the_frames(text: str, width: int, whether: bool) -> None:
    assert fits(item("n", text, width=width), ABC) is whether


@pytest.mark.parametrize(("label", "frames"), [([], 0), ([1], 1), ([1, 2], 2), ([1, 1], 3), ([1, 1, 1, 2], 6)])
def test_repeated_letters_need_a_blank_between(label: list[int], frames: int) -> None:
    assert frames_needed(label) == frames


def test_batches_of_a_width_are_all_of_one_size(words: PreparedSet) -> None:
    batches = TextBatches(words, words.items, ABC, Sampling(8, 40, 5, {}))
    shapes = {(pixels.shape[2], len(truth)) for (pixels, _), truth in (batches[i] for i in range(2, 40))}
    assert len(shapes) == len({columns for columns, _ in shapes})


def test_two_pictures_of_a_group_become_one_line(tmp_path: Path) -> None:
    data = prepared(tmp_path, "text", {"train": ("ab", "ba")})
    items = [Item(**{**vars(one), "group": "hand"}) for one in data.items]
    batches = TextBatches(data, items, Alphabet("ab "), Sampling(8, 4, 1, {}, strength=0, join=1.0))
    texts = {"".join("?ab "[n] for n in row[1:] if n) for i in range(2, 4) for row in batches[i][1]}
    assert texts <= {f"{a} {b}" for a in ("ab", "ba") for b in ("ab", "ba")} and len(texts) > 1


def test_texts_with_rare_characters_are_drawn_oftener_and_their_set_is_not() -> None:
    def items(name: str, texts: list[str]) -> list[Item]:
        return [Item(name, str(i), text, str(i), "train", 32, 40) for i, text in enumerate(texts)]

    mixed = items("a", ["ab"] * 399 + ["aß"]) + items("b", ["ab"] * 100)
    plain, lifted = (item_weights(mixed, {"b": 0.5}, by_class=False, rare=rare) for rare in (0.0, 1.0))
    assert lifted[399] / lifted[0] == pytest.approx(5.0)  # one text in 500 has it, five times rarer than one in 100
    assert lifted[:400].sum() == pytest.approx(plain[:400].sum()) and plain[399] == plain[0]
    assert lifted[400:] == pytest.approx(plain[400:])


def test_blocks_are_the_same_however_many_processes_draw_them(words: PreparedSet) -> None:
    items = words.select("train")
    drawing = Drawing(words, items, np.arange(1.0, len(items) + 1), Alphabet(WORDS_LETTERS), 1.0, 0.3, STRIDE)
    here, beside = (Blocks(drawing, seed=5, size=3, processes=number).draw(epoch=1) for number in (0, 2))
    for (text, pixels), (other, its) in zip(islice(here, 10), islice(beside, 10), strict=True):
        assert text == other
        assert np.array_equal(pixels, its)


def test_batches_of_blocks_are_others_in_the_next_epoch(words: PreparedSet) -> None:
    items, sampling = words.select("train"), replace(DRAW, block=4)
    first, again, next_one = (
        TextBatches(words, items, Alphabet(WORDS_LETTERS), sampling, epoch)[0] for epoch in (0, 0, 1)
    )
    assert np.array_equal(first[0][0], again[0][0])
    assert first[0][0].shape != next_one[0][0].shape or not np.array_equal(first[0][0], next_one[0][0])
